/** "Firefox on Windows" */
export function nameDevice(userAgent: string): string {
  const find = (names: [string, RegExp][]) => names.find(([, pattern]) => pattern.test(userAgent))?.[0];
  // The order matters: browsers also name their predecessors.
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
