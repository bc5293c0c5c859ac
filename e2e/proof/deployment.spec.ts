import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import type { Page } from "@playwright/test";
import { expect, registerCustomer, signInByRequest, test as base } from "../fixtures";
import { HAS_SANDBOX } from "../servers";
import { openChat, sendMessage } from "../chat";
import { startIsolatedPortal, type IsolatedPortal } from "./isolated-portal";
import { startProcess } from "./portal-process";
import { copyProject } from "./project-copy";

const PORT = "3249";

/** The project built twice with one key for server actions. The build of the other tests has another key. */
type Releases = { first: string; second: string };

const test = base.extend<object, { portal: IsolatedPortal; releases: Releases }>({
  portal: [
    async ({}, use) => {
      const portal = await startIsolatedPortal(PORT);
      await use(portal);
      await portal.stop();
    },
    { scope: "worker", timeout: 600_000 },
  ],
  releases: [
    async ({}, use) => {
      const key = { NEXT_SERVER_ACTIONS_ENCRYPTION_KEY: randomBytes(32).toString("base64") };
      const releases = { first: copyProject("first-release"), second: copyProject("second-release") };
      for (const folder of Object.values(releases)) {
        const build = startProcess(["npm", "run", "build"], key, folder);
        if ((await build.exitCode()) !== 0) throw new Error(`The build failed:\n${build.output()}`);
      }
      await use(releases);
      for (const folder of Object.values(releases)) rmSync(folder, { recursive: true, force: true });
    },
    { scope: "worker", timeout: 1_200_000 },
  ],
});

test.use({
  baseURL: `http://localhost:${PORT}`,
  expectedErrors: [/Failed to load resource|Failed to fetch|network error|ERR_|[Ss]erver [Aa]ction/],
});
// The tests share one portal on one port.
test.describe.configure({ mode: "default", timeout: 400_000 });

test.describe("a new release with the same key for server actions", () => {
  test.skip(!HAS_SANDBOX, "The customer of this test chats in the sandbox.");

  test("keeps the customer signed in, with the form and the chat that are open (G2)", async ({
    portal,
    releases,
    page,
    openBrowser,
  }) => {
    await portal.restart(releases.first);
    const { email, password } = await registerCustomer(page);
    const chat = await openChat(page);
    await sendMessage(chat, "Before the release");
    const account = await openBrowser({ baseURL: portal.address });
    await signInByRequest(account.request, email, password);
    await account.goto("/portal/account");
    await account.getByLabel("First name").fill("Ríobard & Söhne");

    await portal.restart(releases.second);
    await sendMessage(chat, "After the release");
    const response = account.waitForResponse((response) => response.request().method() === "POST");
    await account.getByRole("button", { name: "Save changes" }).click();
    expect((await response).status()).toBe(200);
    // Next may reload the page of an older release once the form is saved, which aborts this navigation.
    await expect(async () => {
      await account.goto("/portal/account");
      await expect(account.getByLabel("First name")).toHaveValue("Ríobard & Söhne", { timeout: 5_000 });
    }).toPass({ timeout: 60_000 });
    await page.getByRole("link", { name: "Policies" }).first().click();
    await expect(page.getByRole("heading", { level: 1, name: /polic/i })).toBeVisible();
    await expect(page.getByRole("button", { name: "Sign out" })).toBeVisible();
    await expect((await openChatAgain(page)).getByText("After the release")).toBeVisible();
  });
});

test.describe("a new release with another key for server actions", () => {
  test.beforeEach(({ portal, releases }) => portal.restart(releases.first));

  test("leaves what was typed in a form, which works after a reload", async ({ portal, page }) => {
    await registerCustomer(page);
    await page.goto("/portal/account");
    await portal.restart();
    await page.getByLabel("First name").fill("Ríobard & Söhne");
    await page.getByRole("button", { name: "Save changes" }).click();
    await expect(page.getByText("copy what you typed and reload the page")).toBeVisible();
    await expect(page.getByLabel("First name")).toHaveValue("Ríobard & Söhne");

    await page.reload();
    await page.getByLabel("First name").fill("Ríobard & Söhne");
    await page.getByRole("button", { name: "Save changes" }).click();
    await expect(page.getByText("Saved")).toBeVisible();
  });

  test("says that a button was not sent, and the button works after a reload", async ({
    portal,
    page,
    openBrowser,
  }) => {
    const { email, password } = await registerCustomer(page);
    await signInByRequest((await openBrowser({ baseURL: portal.address })).request, email, password);
    await page.goto("/portal/account");
    await portal.restart();
    await page.getByRole("button", { name: "End other sessions" }).click();
    await expect(page.getByText("We couldn't send this.")).toBeVisible();

    await page.reload();
    await page.getByRole("button", { name: "End other sessions" }).click();
    await expect(page.getByText("All other sessions have ended.")).toBeVisible();
  });

  test.describe("without JavaScript", () => {
    test.use({ javaScriptEnabled: false });

    test("refuses an older form, and Back leads to what was typed", async ({ portal, page }) => {
      await page.goto("/login");
      await portal.restart();
      await page.getByLabel("Email").fill("robin@example.com");
      await page.getByLabel("Password").fill("whatever");
      const response = page.waitForResponse((response) => response.request().method() === "POST");
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      expect((await response).status()).toBeGreaterThanOrEqual(400);
      await expect(page.getByLabel("Email")).toHaveCount(0);
      await page.goBack();
      await expect(page.getByLabel("Email")).toHaveValue("robin@example.com");
    });
  });
});

/** Opens the chat of a page that may have been reloaded. */
async function openChatAgain(page: Page) {
  const open = page.getByRole("button", { name: "Open chat" });
  const chat = page.frameLocator("#glassix-container iframe");
  await expect(open.or(page.getByRole("button", { name: "Close chat" }))).toBeVisible();
  if (await open.isVisible()) await open.click();
  return chat;
}
