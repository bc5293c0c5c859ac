import { JOHN, signOut } from "../fixtures";
import { expect, expectClientOf, openChat, openDesk, sendMessage, test } from "./fixtures";

test("a reply that is not sent stays with its ticket", async ({ openBrowser, openPortalAs, page }) => {
  const names = ["Dora", "Dirk"].map((name) => `${name}${crypto.randomUUID().slice(0, 8)}`);
  for (const name of names) {
    const visitor = await openBrowser();
    await openPortalAs(name, visitor);
    await sendMessage(await openChat(visitor), "Hello");
    await visitor.close();
  }
  await openDesk(page);
  const select = (index: number) =>
    page
      .getByRole("button")
      .filter({ hasText: `${names[index]} Tester` })
      .click();
  const field = page.getByLabel("Reply");
  await select(0);
  await field.fill("For Dora");
  await select(1);
  await expect(field).toHaveValue("");
  await field.fill("For Dirk");
  await select(0);
  await expect(field).toHaveValue("For Dora");
  await page.getByRole("button", { name: "Send reply" }).click();
  await expect(page.getByRole("log").getByText("For Dora")).toBeVisible();
  await expect(field).toHaveValue("");
  await select(1);
  await expect(field).toHaveValue("For Dirk");
  await select(0);
  await expect(page.getByRole("log").getByText("For Dora")).toBeVisible();
  await expect(field).toHaveValue("");
});

test("a message that is not sent survives the renewal of the identity (G6)", async ({ openPortalAs, page }) => {
  await page.clock.install();
  const customer = await openPortalAs("Dana");
  const chat = await openChat(page);
  await chat.getByLabel("Message").fill("Half a sen");
  await page.getByRole("button", { name: "Close chat" }).click();
  const renewed = page.waitForResponse("**/api/glassix-identity");
  await page.clock.fastForward("04:15:00");
  await (await renewed).finished();
  await expectClientOf(page, customer.uniqueIdentifier);
  await expect((await openChat(page)).getByLabel("Message")).toHaveValue("Half a sen");
  expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }))).not.toContain("Half");
});

test("a message that is not sent is never shown to another customer in the same page (G2)", async ({ page }) => {
  await page.goto("/login");
  await page.evaluate(() => document.body.setAttribute("data-same-page", ""));
  const write = async (text: string) => {
    const field = (await openChat(page)).getByLabel("Message");
    await expect(field).toHaveValue("");
    await field.fill(text);
  };
  await write("Nobody's secret");
  await page.getByRole("button", { name: "Continue as John Wick" }).click();
  await expectClientOf(page, JOHN.uniqueIdentifier);
  await expect(page.locator("body[data-same-page]")).toHaveCount(1);
  await write("John's secret");
  await signOut(page);
  await expectClientOf(page, "anonymous");
  await write("");
});

test("the reason why a message is refused stays when an earlier message is sent", async ({ page }) => {
  await page.goto("/");
  const chat = await openChat(page);
  let release = () => {};
  const isReleased = new Promise<void>((resolve) => (release = resolve));
  await page.route("**/sandbox/api/messages", async (route) => {
    await isReleased;
    await route.continue();
  });
  await chat.getByLabel("Message").fill("The earlier one");
  await chat.getByRole("button", { name: "Send" }).click();
  await chat.getByLabel("Message").fill("x".repeat(2001));
  await chat.getByRole("button", { name: "Send" }).click();
  const sent = page.waitForResponse("**/sandbox/api/messages");
  release();
  await sent;
  await expect(chat.getByRole("log").getByText("The earlier one")).toBeVisible();
  await expect(chat.getByText("Sending")).toHaveCount(0);
  await expect(chat.getByText("Use at most 2000 characters.")).toBeVisible();
});
