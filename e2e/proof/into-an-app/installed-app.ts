import { cpSync, existsSync, readdirSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { testConformance } from "@/lib/glassix/testing/conformance";
import { expect, test } from "@/lib/glassix/testing/fixtures";
import { addressAt, DEPARTMENT, portAt } from "../../servers";
import { startProcess, type PortalProcess } from "../portal-process";

export const APPS_FOLDER = path.join(os.tmpdir(), `into-an-app-${portAt(0)}`);

const BIN = path.join(APPS_FOLDER, "node_modules/.bin");
const ITEM = path.resolve("public/r/verified-chat.json");
const JOHN = { uniqueIdentifier: "db79e775-81fd-4f2e-8741-9266e920cc32", email: "john@example.com" };
const JANE = { uniqueIdentifier: "a3f1c820-94b2-4d67-b3e5-7f8a2d1c0e9b", email: "jane@example.com" };

const MAX_EDITS = 5;
// The same code compresses to 6,200 to 6,650 bytes, depending on what the bundler puts beside it.
const MAX_JAVASCRIPT = 9_000;

type App = {
  name: string;
  /** The next one belongs to the same application in required mode. */
  port: number;
  env: Record<string, string>;
  /** The layout reads the environment when it is built: required mode needs a build of its own. */
  isStatic?: boolean;
  unavailableText?: string;
};

/** Installs the chat into an application, as docs/into-your-app.md says, and runs the conformance suite on it. */
export function testInstalledApp({ name, port, env, isStatic = false, unavailableText }: App): void {
  const folder = path.join(APPS_FOLDER, "apps", name);
  const requiredFolder = isStatic ? path.join(APPS_FOLDER, "in-required-mode", name) : folder;
  const edits = path.join(import.meta.dirname, "edits", name);
  const settings = { ...env, ...DEPARTMENT };
  const requiredSettings = { ...settings, GLASSIX_REQUIRE_IDENTITY: "true" };
  const servers: PortalProcess[] = [];
  const sizes = { before: 0, after: 0 };
  const isInstalled = () => existsSync(BIN);

  // One build for all its tests.
  test.describe.configure({ mode: "default" });
  test.skip(() => !isInstalled(), "The npm registry cannot be reached.");
  test.use({ baseURL: addressAt(port) });

  test.beforeAll(async () => {
    test.setTimeout(900_000);
    if (!isInstalled()) return;
    cpSync(path.join(import.meta.dirname, "apps", name), folder, { recursive: true });
    await run(folder, settings, "next", "build");
    const plain = await start(folder, settings, port);
    sizes.before = await measureJavaScript(port);
    await plain.stop();

    await run(folder, settings, "shadcn", "add", ITEM, "--yes", "--overwrite");
    cpSync(edits, folder, { recursive: true });
    await run(folder, settings, "next", "build");
    if (isStatic) {
      cpSync(folder, requiredFolder, { recursive: true, verbatimSymlinks: true });
      await run(requiredFolder, requiredSettings, "next", "build");
    }
    servers.push(await start(folder, settings, port), await start(requiredFolder, requiredSettings, port + 1));
    sizes.after = await measureJavaScript(port);
  });
  test.afterAll(() => Promise.all(servers.map((server) => server.stop())));

  test("the chat needs at most 5 edits, and at most 9 kB more JavaScript", () => {
    const files = readdirSync(edits, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    // One more: the values of the variables that the installation adds.
    expect(existsSync(path.join(folder, ".env.local"))).toBe(true);
    expect(files.length + 1).toBeLessThanOrEqual(MAX_EDITS);
    console.log(`${name}: ${sizes.after - sizes.before} bytes of JavaScript more, compressed`);
    expect(sizes.before).toBeGreaterThan(50_000);
    expect(sizes.after - sizes.before).toBeLessThanOrEqual(MAX_JAVASCRIPT);
  });

  testConformance(test, {
    customers: [JOHN, JANE],
    async signIn(page, { email }) {
      await page.goto("/login");
      await page.getByLabel("Email").fill(email);
      await page.getByLabel("Password").fill("Portal-demo-1");
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.waitForURL("**/account");
    },
    async signOut(page) {
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.waitForURL("**/login");
    },
    clickLink: (page) =>
      page.getByRole("link", { name: page.url().endsWith("/account") ? "Policies" : "Account", exact: true }).click(),
    publicPath: "/",
    customerPath: "/account",
    unavailableText,
    requiredModeUrl: addressAt(port + 1),
  });
}

async function run(folder: string, env: Record<string, string>, command: string, ...args: string[]): Promise<void> {
  const process = startProcess([path.join(BIN, command), ...args], env, folder);
  expect(await process.exitCode(), `${command} ${args.join(" ")} failed.\n${process.output()}`).toBe(0);
}

async function start(folder: string, env: Record<string, string>, port: number): Promise<PortalProcess> {
  const address = addressAt(port);
  const settings = { ...env, PORT: portAt(port), NEXTAUTH_URL: address, BETTER_AUTH_URL: address };
  const server = startProcess([path.join(BIN, "next"), "start"], settings, folder);
  await server.waitUntilReady();
  return server;
}

/** The compressed size of the scripts in the document of the public page. */
async function measureJavaScript(port: number): Promise<number> {
  const read = (url: string) => fetch(addressAt(port) + url).then((response) => response.text());
  const html = await read("/");
  const scripts = [...new Set([...html.matchAll(/<script[^>]* src="([^"]+)"/g)].map(([, src]) => src!))];
  const sources = await Promise.all(scripts.map(read));
  return sources.reduce((sum, source) => sum + gzipSync(source).length, 0);
}
