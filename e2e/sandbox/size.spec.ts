import { API_KEY, expect, openChat, openDesk, sendMessage, test } from "./fixtures";

test("a long conversation is cut in every response, and the chat and the desk say so (G13)", async ({ page, sql }) => {
  await page.goto("/");
  const chat = await openChat(page);
  const text = `The newest ${crypto.randomUUID()}`;
  await sendMessage(chat, "The oldest");
  const headers = { "X-Glassix-Api-Key": API_KEY };
  const readCurrent = () => page.request.get("/sandbox/api/tickets/current", { headers });
  const { id } = await (await readCurrent()).json();
  await sql(
    `INSERT INTO sandbox."Message" ("ticketId", "author", "text", "visibleAt")
     SELECT $1, 'Client', repeat('👋', 2000), now() FROM generate_series(1, 300)`,
    [id],
  );
  await sendMessage(chat, text);

  await openDesk(page);
  const responses = [
    await readCurrent(),
    await page.request.get("/sandbox/api/messages", { headers }),
    await page.request.post("/sandbox/api/connect", { headers }),
    await page.request.get(`/sandbox/api/desk/tickets/${id}`),
  ];
  for (const response of responses) {
    expect((await response.body()).length, response.url()).toBeLessThan(200_000);
    expect(await response.text()).toContain(text);
  }

  await page.goto(`/sandbox/desk?ticket=${id}`);
  await expect(page.getByRole("log").getByText(text)).toBeVisible();
  await expect(page.getByText("Earlier messages are not shown.")).toHaveCount(1);
  await page.goto("/");
  const again = await openChat(page);
  await expect(again.getByRole("log").getByText(text)).toBeVisible();
  await expect(again.getByText("Earlier messages are not shown.")).toBeVisible();
});

test("a short conversation is shown from its first message", async ({ page }) => {
  await page.goto("/");
  await sendMessage(await openChat(page), "The first");
  await page.reload();
  const chat = await openChat(page);
  await expect(chat.getByRole("log").getByText("The first")).toBeVisible();
  await expect(chat.getByText("Earlier messages are not shown.")).toBeHidden();
});
