/**
 * `npm run bench`: the JavaScript that the browser loads for the portal's pages, next to an empty Next
 * page and to one with NextAuth's provider, all built by the same Next in the same run; what the chat
 * adds to an empty page; and the way from the click on *Sign in* to `attached`.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { chromium, request, type Page } from "@playwright/test";
import { openChat, recordClients, registerCustomer, sendMessage } from "@/e2e/fixtures";
import { openDesk } from "@/e2e/desk";
import { formatLoad, measureLoad } from "@/e2e/measure-load";
import { formatMessages, measureMessages } from "@/e2e/measure-messages";
import { formatSignIn, measureSignIn } from "@/e2e/measure-sign-in";
import { SANDBOX_PORTAL } from "@/e2e/servers";
import { browserLaunchOptions, ensureBrowser } from "./find-browser";
import { ensurePrismaClient, ensureSecrets, loadEnvironment, run } from "./set-up";

const NEXT = path.resolve("node_modules/next/dist/bin/next");
const CHAT_LIMIT = 6_000;
const REFERENCE = { folder: path.resolve(".data/bench"), address: "http://localhost:3220" };

/** The pages to compare with. Each has a root layout of its own, so that none loads anything of another. */
const REFERENCE_FILES = {
  "next.config.mjs": "export default { agentRules: false };",
  // Next would look for one in the folders above, and find the portal's.
  "instrumentation.js": "export function register() {}",
  "jsconfig.json": JSON.stringify({ compilerOptions: { paths: { "@/*": ["../../*"] } } }),
  "app/(empty)/layout.js": layout("{children}"),
  "app/(empty)/empty/page.js": "export default function Page() { return <p>Empty</p>; }",
  "app/(chat)/layout.js": `import { ChatMount } from "@/components/chat/chat-mount";\nconst config = { apiKey: "", snippetId: "", scriptUrls: [], isIdentityRequired: true, isTimelineOn: false };\n${layout("{children}<ChatMount config={config} unavailable='' signIn='' session={{ user: null, endsIn: null }} />")}`,
  "app/(chat)/chat/page.js": "export default function Page() { return <p>Chat</p>; }",
  "app/(provider)/layout.js": `import { Provider } from "./provider";\n${layout("<Provider>{children}</Provider>")}`,
  "app/(provider)/provider.js": `"use client";\nimport { SessionProvider } from "next-auth/react";\nexport function Provider({ children }) { return <SessionProvider session={null}>{children}</SessionProvider>; }`,
  "app/(provider)/provider/page.js": `"use client";\nimport { useSession } from "next-auth/react";\nexport default function Page() { return <p>{useSession().status}</p>; }`,
};

function layout(children: string): string {
  return `export default function Layout({ children }) { return <html lang="en"><body>${children}</body></html>; }`;
}

process.env.NEXT_TELEMETRY_DISABLED = "1";
loadEnvironment();
ensureSecrets();
ensurePrismaClient();
ensureBrowser();

rmSync(REFERENCE.folder, { recursive: true, force: true });
for (const [file, text] of Object.entries(REFERENCE_FILES)) {
  mkdirSync(path.dirname(path.join(REFERENCE.folder, file)), { recursive: true });
  writeFileSync(path.join(REFERENCE.folder, file), text);
}
await run(process.execPath, [NEXT, "build", REFERENCE.folder]);
await run(process.execPath, [NEXT, "build"]);

const servers: ChildProcess[] = [
  spawn(process.execPath, [NEXT, "start", REFERENCE.folder, "--port", new URL(REFERENCE.address).port], {
    stdio: "ignore",
  }),
  spawn(process.execPath, ["-C", "react-server", "scripts/run.mjs", "../e2e/start-servers"], { stdio: "ignore" }),
];
const browser = await chromium.launch(browserLaunchOptions());
try {
  await Promise.all([untilAnswers(`${REFERENCE.address}/empty`), untilAnswers(`${SANDBOX_PORTAL}/api/health`)]);
  const rows: [string, number][] = [
    ["an empty Next page", await measureScripts(`${REFERENCE.address}/empty`)],
    ["the same with the chat", await measureScripts(`${REFERENCE.address}/chat`)],
    ["the same with NextAuth's provider", await measureScripts(`${REFERENCE.address}/provider`)],
    ["/login", await measureScripts(`${SANDBOX_PORTAL}/login`)],
    ["/portal", await measureScripts(`${SANDBOX_PORTAL}/portal`, signIn)],
  ];
  const empty = rows[0]![1];
  console.log("\nJavaScript on first load, gzip");
  for (const [name, bytes] of rows)
    console.log(`  ${name.padEnd(34)} ${(bytes / 1000).toFixed(1).padStart(6)} kB   ${(bytes / empty).toFixed(2)}`);
  const added = rows[1]![1] - empty;
  console.log(
    `  lib/widget and components/chat add ${(added / 1000).toFixed(1)} kB of at most ${CHAT_LIMIT / 1000} kB`,
  );
  if (added > CHAT_LIMIT) process.exitCode = 1;

  console.log("\nFrom the click on Sign in to attached");
  for (let run = 0; run < 3; run++) {
    const context = await browser.newContext({ baseURL: SANDBOX_PORTAL });
    await recordClients(context);
    console.log(`  ${formatSignIn(await measureSignIn(await context.newPage()))}`);
    await context.close();
  }

  console.log("\nThe sandbox");
  const customer = await (await browser.newContext({ baseURL: SANDBOX_PORTAL })).newPage();
  await registerCustomer(customer, "Tempo");
  const chat = await openChat(customer);
  await sendMessage(chat, "Hello");
  const desk = await (await browser.newContext({ baseURL: SANDBOX_PORTAL })).newPage();
  await openDesk(desk);
  await desk.getByRole("button").filter({ hasText: "Tempo Tester" }).first().click();
  console.log(`  ${formatMessages(await measureMessages(chat, desk))}`);
  for (const page of [customer, desk]) await page.context().close();
  const visitor = await request.newContext({ baseURL: SANDBOX_PORTAL });
  console.log(`  ${formatLoad(await measureLoad(visitor))}`);
  await visitor.dispose();
} finally {
  await browser.close();
  servers.forEach((server) => server.kill("SIGTERM"));
}

/** The bytes of all scripts of this site that a page loads on a first visit, each compressed as a server would. The sandbox's own do not count: they stand in for Glassix's. */
async function measureScripts(address: string, before?: (page: Page) => Promise<void>): Promise<number> {
  const context = await browser.newContext();
  if (before) await before(await context.newPage());
  const page = await context.newPage();
  const scripts: Promise<number>[] = [];
  page.on("response", (response) => {
    const { pathname } = new URL(response.url());
    if (pathname.startsWith("/_next/") && response.request().resourceType() === "script") {
      scripts.push(response.body().then((body) => gzipSync(body).length));
    }
  });
  await page.goto(address, { waitUntil: "networkidle" });
  const total = (await Promise.all(scripts)).reduce((sum, size) => sum + size, 0);
  await context.close();
  return total;
}

async function signIn(page: Page): Promise<void> {
  await page.goto(`${SANDBOX_PORTAL}/login`);
  await page.getByRole("button", { name: "Continue as John Wick" }).click();
  await page.waitForURL("**/portal");
  await page.close();
}

async function untilAnswers(address: string): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (
    !(await fetch(address).then(
      (response) => response.ok,
      () => false,
    ))
  ) {
    if (Date.now() > deadline) throw new Error(`${address} does not answer.`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
