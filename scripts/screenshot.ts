/**
 * `node -C react-server scripts/run.mjs screenshot [address]`: takes docs/portal.png, README's picture, from a
 * portal that runs with the sandbox. Default: http://localhost:3000.
 */
import { chromium } from "@playwright/test";
import { browserLaunchOptions } from "./find-browser";

const address = process.argv[2] ?? "http://localhost:3000";

const browser = await chromium.launch(browserLaunchOptions());
const page = await browser.newPage({
  baseURL: address,
  viewport: { width: 1440, height: 900 },
  colorScheme: "light",
  reducedMotion: "reduce",
});

await page.goto("/login");
await page.getByRole("button", { name: "Continue as John Wick" }).click();
await page.waitForURL("**/portal");
await page.getByRole("heading", { level: 1 }).waitFor();

await page.getByRole("button", { name: "Open chat" }).click();
const chat = page.frameLocator("#glassix-container iframe");
const answers = chat.getByRole("log").getByText(/^Agent, /);
await chat.getByLabel("Message").waitFor();
const before = await answers.count();
await chat.getByLabel("Message").fill("Hello, is my kitchen floor covered?");
await chat.getByRole("button", { name: "Send" }).click();
await answers.nth(before).waitFor();

await page.screenshot({ path: "docs/portal.png" });
await browser.close();
console.log("Saved docs/portal.png.");
process.exit();
