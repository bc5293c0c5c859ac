import { expect, openChat, registerCustomer, sendMessage, test } from "./fixtures";

test("a page of one's own, with the published snippet, shows the chat of whoever has signed in, whatever e-mail it sends", async ({
  page,
  context,
}) => {
  await registerCustomer(page, "Wim");
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
