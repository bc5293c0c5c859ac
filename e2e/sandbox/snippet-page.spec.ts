import { expect, openChat, sendMessage, test } from "./fixtures";

test("a page with the published snippet shows the session user's chat, regardless of the email that it sends", async ({
  openPortalAs,
  page,
  context,
}) => {
  await openPortalAs("Wim");
  const message = `From the portal ${crypto.randomUUID()}`;
  await sendMessage(await openChat(page), message);

  await context.route("**/own-page.html", (route) => route.fulfill({ path: "e2e/sandbox/snippet-page.html" }));
  await page.goto("/own-page.html");
  const chat = await openChat(page);
  await expect(chat.getByText("You are chatting as Wim")).toBeVisible();
  await expect(chat.getByRole("log").getByText(message)).toBeVisible();
  await page.evaluate(() => window.widgetClient!.destroy());
  await expect(page.getByRole("button", { name: /chat/i })).toHaveCount(0);
});
