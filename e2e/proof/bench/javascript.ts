/** Measures how much JavaScript a page loads on a first visit, compared with an empty Next page. The result is the same on every machine, so a missed target fails the bench. */
import { gzipSync } from "node:zlib";
import { chromium, type Page } from "@playwright/test";
import { browserLaunchOptions } from "@/scripts/find-browser";
import { SANDBOX_PORTAL } from "../../servers";
import { startDatabase, startSandboxPortal } from "./processes";
import { startReference } from "./reference";
import { printHeading, checkTarget, printLine } from "./report";

export async function measureJavaScript(): Promise<boolean> {
  await startSandboxPortal(await startDatabase("javascript"));
  const { address: reference } = await startReference();
  const empty = await measureScripts(`${reference}/empty`);
  const chat = await measureScripts(`${reference}/chat`);
  const provider = await measureScripts(`${reference}/provider`);
  const login = await measureScripts(`${SANDBOX_PORTAL}/login`);
  const portal = await measureScripts(`${SANDBOX_PORTAL}/portal`, signIn);

  printHeading("JavaScript on first load, gzip");
  printLine(`an empty Next page ${formatKilobytes(empty)}, with NextAuth's provider ${formatKilobytes(provider)}`);
  return [
    checkTarget(`/login, ${(login / empty).toFixed(2)} of an empty page`, login / 1000, { atMost: 152.4 }, " kB"),
    checkTarget(`/portal, ${(portal / empty).toFixed(2)} of an empty page`, portal / 1000, { atMost: 150.9 }, " kB"),
    checkTarget("of it lib/glassix/widget and components/chat", (chat - empty) / 1000, { atMost: 9 }, " kB"),
  ].every(Boolean);
}

const formatKilobytes = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;

/** Sums up the compressed size of the site's scripts that a page loads on a first visit. The sandbox's own do not count, because they replace Glassix's. */
async function measureScripts(address: string, before?: (page: Page) => Promise<void>): Promise<number> {
  const browser = await chromium.launch(browserLaunchOptions());
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
  await browser.close();
  return total;
}

async function signIn(page: Page): Promise<void> {
  await page.goto(`${SANDBOX_PORTAL}/login`);
  await page.getByRole("button", { name: "Continue as John Wick" }).click();
  await page.waitForURL("**/portal");
  await page.close();
}
