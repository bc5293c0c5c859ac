import { readFileSync } from "node:fs";
import { expect, JANE, JOHN, PASSWORD, signInByRequest, test } from "../fixtures";
import { startProcess } from "./portal-process";
import { startReverseProxy } from "./reverse-proxy";
import { DEPARTMENT_PORTAL, REQUIRED_PORTAL, SANDBOX_PORTAL } from "../servers";

test.describe.configure({ timeout: 180_000 });

/** Runs the command as a person would. */
async function runChecklist(name: string, args: string[], settings: Record<string, string> = {}) {
  const folder = `.data/checklist-test/${name}`;
  const checklist = startProcess(
    [process.execPath, "-C", "react-server", "scripts/run.mjs", "checklist", "--report", folder, ...args],
    settings,
  );
  const exitCode = await checklist.exitCode();
  return { exitCode, output: checklist.output(), folder };
}

/** The verdicts in the guide's order, as the command prints them. */
const readVerdicts = (output: string) =>
  [...output.matchAll(/^(?:✓ (pass)|✗ (FAIL)|– (not seen)) +\d\. /gm)].map(([, ...words]) => words.find(Boolean));

/** The line of the point that is not in the guide. */
const findAccessibilityLine = (output: string) => /^.*Not in the guide: .*$/m.exec(output)?.[0];

/** A reverse proxy that edits pages and scripts. */
const startEditingProxy = (edit: (path: string, text: string) => string) =>
  startReverseProxy(SANDBOX_PORTAL, ({ url }, upstream, response) => {
    if (!/html|javascript/.test(upstream.headers["content-type"] ?? "")) return false;
    delete upstream.headers["content-length"];
    response.writeHead(upstream.statusCode!, upstream.headers);
    const chunks: Buffer[] = [];
    upstream.on("data", (chunk: Buffer) => chunks.push(chunk));
    upstream.once("end", () =>
      response.end(edit(new URL(url!, SANDBOX_PORTAL).pathname, Buffer.concat(chunks).toString())),
    );
    return true;
  });

test("all six points of the guide's checklist and ours hold for a portal with the sandbox, and the report contains no secret (G11)", async () => {
  const { exitCode, output, folder } = await runChecklist("sandbox", ["--url", SANDBOX_PORTAL]);
  expect(output).toContain("with the sandbox");
  expect(readVerdicts(output), output).toEqual(Array(6).fill("pass"));
  expect(findAccessibilityLine(output)).toContain("✓ pass");
  expect(output).not.toContain("In the vendor's widget");
  expect(exitCode).toBe(0);

  const html = readFileSync(`${folder}/report.html`, "utf8");
  const json = readFileSync(`${folder}/report.json`, "utf8");
  expect(html.match(/<img src="data:image\/png;base64,[\w+/=]{1000,}"/g)).toHaveLength(7);
  expect(JSON.parse(json).points.map(({ number }: { number: unknown }) => number)).toEqual([1, 2, 3, 4, 5, 6, null]);
  // An image may contain these letters by chance.
  const words = html.replaceAll(/base64,[\w+/=]+/g, "");
  for (const written of [output, words, json]) {
    expect(written).not.toContain("eyJ");
    expect(written).not.toContain(PASSWORD);
    expect(written).toContain(JOHN.uniqueIdentifier);
  }
});

test("the checklist fails for a department whose widget cannot be loaded, and passes nothing that it did not see", async () => {
  const proxy = await startReverseProxy(DEPARTMENT_PORTAL, (_request, { headers }) => {
    // Blocks Glassix's addresses, as a firewall would.
    headers["content-security-policy"] = "script-src 'self' 'unsafe-inline'";
  });
  const { exitCode, output } = await runChecklist("blocked", ["--url", proxy.address]);
  proxy.close();
  expect(output).toContain("with a Glassix department");
  expect(output).toContain("Chat is unavailable");
  expect(readVerdicts(output), output).toEqual(["FAIL", ...Array(5).fill("not seen")]);
  expect(exitCode).toBe(1);
});

test("the checklist fails for an endpoint that returns the first customer's identity to everybody", async ({
  request,
}) => {
  await signInByRequest(request, JOHN.email);
  const identity = await (await request.post("/api/glassix-identity")).text();
  const proxy = await startReverseProxy(SANDBOX_PORTAL, ({ url }, _upstreamResponse, response) => {
    if (url !== "/api/glassix-identity") return false;
    response.writeHead(200, { "content-type": "application/json" });
    response.end(identity);
    return true;
  });
  const { exitCode, output } = await runChecklist("mistaken", ["--url", proxy.address]);
  proxy.close();
  expect(readVerdicts(output)[0], output).toBe("FAIL");
  expect(output).toContain(`${JANE.email} got no identified client`);
  expect(output).toContain(`answered with the unique identifier "${JOHN.uniqueIdentifier}"`);
  expect(exitCode).toBe(1);
});

test("the checklist passes only what is visible from outside for a department in required mode", async () => {
  const { exitCode, output } = await runChecklist("required", ["--url", REQUIRED_PORTAL], { CHECKLIST_DOUBLE: "true" });
  expect(readVerdicts(output), output).toEqual(["pass", "not seen", "not seen", "not seen", "pass", "pass"]);
  expect(exitCode).toBe(0);
});

test("the checklist lists accessibility faults in the vendor's launcher and frame, and passes", async () => {
  const proxy = await startEditingProxy((path, text) => {
    if (path === "/sandbox/widget.js") return `${text}; document.body.append(document.createElement("button"));`;
    return path === "/sandbox/chat" ? text.replace("</body>", "<button></button></body>") : text;
  });
  const { exitCode, output } = await runChecklist("vendor", ["--url", proxy.address]);
  proxy.close();
  expect(findAccessibilityLine(output), output).toContain("✓ pass");
  expect(output).toContain(
    "In the vendor's widget: report it to Glassix. button-name (critical) at body > button, iframe → body > button: https:",
  );
  expect(exitCode).toBe(0);
});

test("the checklist fails for an accessibility fault in the portal's page, and names it", async () => {
  const proxy = await startEditingProxy((_path, text) => text.replace(/<html lang="[^"]*"/, "<html"));
  const { exitCode, output } = await runChecklist("page", ["--url", proxy.address]);
  proxy.close();
  expect(findAccessibilityLine(output), output).toContain("✗ FAIL");
  expect(output).toMatch(/In the portal's page: html-has-lang \(serious\) at html: https:/);
  expect(output).not.toContain("In the vendor's widget");
  expect(exitCode).toBe(1);
});

for (const [what, args, settings, message] of [
  [
    "an address that cannot be reached",
    ["--url", "http://localhost:1"],
    {},
    "http://localhost:1/login cannot be reached",
  ],
  ["a wrong password", ["--url", SANDBOX_PORTAL], { CHECKLIST_PASSWORD: "not this one" }, "The sign-in of john.wick@"],
  ["an option that does not exist", ["--link", "x"], {}, "Unknown option '--link'"],
  ["another customer without a password", ["--first", "robin@example.com"], {}, "CHECKLIST_PASSWORD is not set."],
] as [string, string[], Record<string, string>, string][]) {
  test(`the checklist stops at ${what} with one sentence, and passes nothing`, async () => {
    const { exitCode, output } = await runChecklist("obstacle", args, settings);
    expect(output).toContain(message);
    expect(output).not.toContain("    at ");
    expect(output).not.toContain("not this one");
    expect(readVerdicts(output)).not.toContain("pass");
    expect(exitCode).toBe(2);
  });
}
