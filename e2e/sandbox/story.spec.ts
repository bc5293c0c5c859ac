import { expect, JANE, JOHN, openChat, sendMessage, signInByForm, signOut, test } from "./fixtures";

test("Jane does not see John's messages, and John sees them again (G2)", async ({ page }) => {
  const message = `Is my kitchen floor covered? ${Date.now()}`;

  await signInByForm(page, JOHN.email);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("John");
  let chat = await openChat(page);
  await sendMessage(chat, message);
  await expect(
    chat
      .getByRole("log")
      .getByText(/automatic/i)
      .last(),
  ).toBeVisible();

  await signOut(page);
  await expect(page.getByText(message)).toHaveCount(0);

  await signInByForm(page, JANE.email);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Jane");
  chat = await openChat(page);
  await expect(chat.getByText("Jane").first()).toBeVisible();
  await expect(chat.getByText(message)).toHaveCount(0);

  await signOut(page);
  await signInByForm(page, JOHN.email);
  chat = await openChat(page);
  await expect(chat.getByRole("log").getByText(message)).toBeVisible();
});

test("a demo button signs in as a demo customer", async ({ page }) => {
  await page.goto("/login");
  await expect(page.getByText(/demo/i).first()).toBeVisible();
  await page.getByRole("button", { name: "Continue as Jane Doe" }).click();
  await page.waitForURL("**/portal");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Jane");
});

test("the ticket carries the fields and identityTokenClaims", async ({ page }) => {
  await signInByForm(page, JOHN.email);
  const chat = await openChat(page);
  const request = page.waitForRequest(
    (sent) => sent.url().includes("/sandbox/api/messages") && sent.method() === "POST",
  );
  await sendMessage(chat, `Hello ${Date.now()}`);
  const headers = await (await request).allHeaders();
  const ticket = await (
    await page.request.get("/sandbox/api/tickets/current", { headers: pick(headers, /^(authorization|x-)/) })
  ).json();
  expect(ticket).toMatchObject({
    field1: "John",
    field2: "Wick",
    field3: "premium",
    ticketType: "Regular",
    primaryProtocolType: "Web",
    details: { identityTokenClaims: { email: JOHN.email, policies: expect.stringContaining("HL-H-204817") } },
  });
});

test("an anonymous visitor's conversation stays with the browser, and is never merged into a customer's", async ({
  openBrowser,
  page,
}) => {
  const message = `Who are you? ${Date.now()}`;
  await page.goto("/");
  let chat = await openChat(page);
  await sendMessage(chat, message);
  await page.reload();
  chat = await openChat(page);
  await expect(chat.getByRole("log").getByText(message)).toBeVisible();

  await signInByForm(page, JANE.email);
  chat = await openChat(page);
  await expect(chat.getByText("Jane").first()).toBeVisible();
  await expect(chat.getByText(message)).toHaveCount(0);

  const stranger = await openBrowser();
  await stranger.goto(page.url().replace(/\/portal.*/, "/"));
  chat = await openChat(stranger);
  await expect(chat.getByText(message)).toHaveCount(0);
});

function pick(headers: Record<string, string>, names: RegExp): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => names.test(name)));
}
