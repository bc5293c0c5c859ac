/** The browser and system of a user agent, in words that its owner would use: "Firefox on Windows". */
export function nameDevice(userAgent: string): string {
  const find = (names: [string, RegExp][]) => names.find(([, pattern]) => pattern.test(userAgent))?.[0];
  // Each browser also names its predecessors, so the order matters.
  const browser = find([
    ["Edge", /\bEdg/],
    ["Opera", /\bOPR\//],
    ["Samsung Internet", /\bSamsungBrowser\//],
    ["Firefox", /\b(Firefox|FxiOS)\//],
    ["Chrome", /\b(Headless)?(Chrome|CriOS)\//],
    ["Safari", /\bSafari\//],
  ]);
  const system = find([
    ["iPhone", /\biPhone\b/],
    ["iPad", /\biPad\b/],
    ["Android", /\bAndroid\b/],
    ["Windows", /\bWindows\b/],
    ["Mac", /\bMac OS X\b/],
    ["Linux", /\bLinux\b/],
  ]);
  if (!browser && !system) return "An unknown device";
  return `${browser ?? "A browser"} on ${system ?? "an unknown system"}`;
}
