import type { APIRequestContext, Page } from "@playwright/test";
import { API_KEY, expect, openChat, sendMessage, test, openDesk, openDeskByRequest, changeSettings } from "./fixtures";
import { ADDRESS_HEADER } from "../servers";

/** The chat frame's credentials, taken from the next request that it sends. */
async function captureCredentials(page: Page, act: () => Promise<void>): Promise<Record<string, string>> {
  const sent = page.waitForRequest((request) => request.url().endsWith("/sandbox/api/messages"));
  await act();
  const headers = await (await sent).allHeaders();
  return Object.fromEntries(Object.entries(headers).filter(([name]) => /^(authorization|x-glassix)/.test(name)));
}

const unique = (text: string) => `${text} ${crypto.randomUUID()}`;

test("a message appears at the desk with the token's claims, and the answer in each of the customer's tabs", async ({
  openBrowser,
  openPortalAs,
  page,
  context,
}) => {
  await openPortalAs("Robin");
  const chat = await openChat(page);
  const question = unique("Am I covered abroad?");
  await sendMessage(chat, question);
  await expect(chat.getByText("What can I help you with?")).toBeVisible();

  const desk = await openBrowser();
  await openDesk(desk);
  await desk.getByRole("button").filter({ hasText: "Robin Tester" }).first().click();
  const conversation = desk.getByRole("log", { name: "Conversation" });
  await expect(conversation.getByText(question)).toBeVisible();
  const customer = desk.getByRole("complementary", { name: "Customer" });
  await expect(customer.getByRole("heading", { name: "Identified" })).toBeVisible();
  await expect(customer.getByText("customerSince")).toBeVisible();
  // The address is not confirmed (G14).
  await expect(customer.getByText("@example.com")).toHaveCount(0);
  await expect(customer.locator("div").filter({ hasText: /^field1Robin$/ })).toBeVisible();

  const other = await context.newPage();
  await other.goto("/portal/policies");
  const otherChat = await openChat(other);
  await page.bringToFront();

  const answer = unique("You are, in all of Europe.");
  await desk.getByLabel("Reply").pressSequentially(answer.slice(0, 5));
  await expect(chat.getByText("The agent is typing")).toBeVisible();
  await desk.getByLabel("Reply").fill(answer);
  await desk.getByRole("button", { name: "Send reply" }).click();
  for (const frame of [chat, otherChat]) await expect(frame.getByRole("log").getByText(answer)).toBeVisible();
  await expect(conversation.getByText("Seen")).toBeVisible();

  // The automatic agent stops once a person answers.
  await chat.getByLabel("Message").pressSequentially("Than");
  await expect(desk.getByText("The customer is typing")).toBeVisible();
  const thanks = unique("Thanks");
  await sendMessage(chat, thanks);
  await expect(conversation.getByText(thanks)).toBeVisible();
  await expect(chat.getByText("· Seen").last()).toBeVisible();
  await expect(desk.getByText("You are welcome")).toHaveCount(0);
});

test("the launcher counts unread messages until they are read", async ({ openBrowser, openPortalAs, page }) => {
  await openPortalAs("Uma");
  const chat = await openChat(page);
  const question = unique("Hello");
  await sendMessage(chat, question);
  await expect(chat.getByText("What can I help you with?")).toBeVisible();
  await page.getByRole("button", { name: "Close chat" }).click();

  const desk = await openBrowser();
  await openDesk(desk);
  await desk.getByRole("button").filter({ hasText: "Uma Tester" }).first().click();
  for (const text of ["One", "Two"]) {
    await desk.getByLabel("Reply").fill(text);
    await desk.getByRole("button", { name: "Send reply" }).click();
    await expect(desk.getByRole("log").getByText(text, { exact: true })).toBeVisible();
  }
  await expect(page.getByRole("button", { name: "Open chat, 2 new messages" })).toBeVisible();
  await page.reload();
  await page.getByRole("button", { name: "Open chat, 2 new messages" }).click();
  await expect(desk.getByText("· Seen")).toBeVisible();
  await page.getByRole("button", { name: "Close chat" }).click();
  await expect(page.getByRole("button", { name: "Open chat", exact: true })).toBeVisible();
});

test("the chat says that a ticket was closed, and the next message opens another", async ({
  openBrowser,
  openPortalAs,
  page,
}) => {
  // A unique name, because the desk still lists the tickets of earlier runs.
  const name = `Cleo${crypto.randomUUID().slice(0, 8)}`;
  await openPortalAs(name);
  const chat = await openChat(page);
  const first = unique("The first matter");
  await sendMessage(chat, first);
  const desk = await openBrowser();
  await openDesk(desk);
  await desk
    .getByRole("button")
    .filter({ hasText: `${name} Tester` })
    .first()
    .click();
  for (const state of ["Pending", "Snoozed", "Closed"]) {
    await desk.getByLabel("State").selectOption(state);
    await expect(desk.locator("button[aria-current]").getByText(`Identified · ${state}`)).toBeVisible();
  }
  await expect(chat.getByText("This conversation was closed.")).toBeVisible();

  await sendMessage(chat, unique("The second matter"));
  await expect(chat.getByText("This conversation was closed.")).toBeHidden();
  await expect(chat.getByRole("log").getByText(first)).toBeVisible();
  await expect(desk.getByRole("button").filter({ hasText: `${name} Tester` })).toHaveCount(2);
  await desk.getByLabel("Reply").fill("Too late");
  await desk.getByRole("button", { name: "Send reply" }).click();
  await expect(desk.getByText(/Ticket \d+ is closed. Reopen it to reply./)).toBeVisible();
  await desk.getByLabel("State").selectOption("Open");
  await expect(desk.getByText(/cannot be opened: this customer has another one/)).toBeVisible();
});

test("an anonymous visitor's ticket is marked as anonymous, and carries no claims", async ({ openBrowser, page }) => {
  await page.goto("/");
  const chat = await openChat(page);
  const question = unique("Who am I?");
  await sendMessage(chat, question);
  await expect(chat.getByText("You are chatting anonymously, so I cannot see")).toBeVisible();
  const desk = await openBrowser();
  await openDesk(desk);
  await chooseTicketOf(desk, "Anonymous visitor", question);
  const customer = desk.getByRole("complementary", { name: "Customer" });
  await expect(customer.getByRole("heading", { name: "Anonymous" })).toBeVisible();
  await expect(customer.getByText("identityTokenClaims")).toHaveCount(0);
  await expect(customer.getByText("field1 to field10 are empty.")).toBeVisible();
});

/** Selects the ticket that contains this message, of several with the same name. */
async function chooseTicketOf(desk: Page, name: string, message: string): Promise<void> {
  const buttons = desk.getByRole("region", { name: "Tickets" }).getByRole("button").filter({ hasText: name });
  await expect(async () => {
    for (const button of await buttons.all()) {
      await button.click();
      if (await desk.getByRole("log").getByText(message).isVisible()) return;
    }
    expect(await desk.getByRole("log").getByText(message).isVisible()).toBe(true);
  }).toPass();
}

test("HTML, scripts, right-to-left text, emoji and 2000 characters arrive unchanged on both sides", async ({
  openBrowser,
  page,
  request,
}) => {
  const hostile = `<img src=x onerror="document.title='gone'"> <script>document.title='gone'</script> ${crypto.randomUUID()}`;
  await page.goto("/register");
  await page.getByLabel("First name").fill("<b>Bold</b>");
  const lastName = `O'Neill & Söhne ${crypto.randomUUID().slice(0, 8)}`;
  await page.getByLabel("Last name").fill(lastName);
  await page.getByLabel("Email").fill(`${crypto.randomUUID()}@example.com`);
  await page.getByLabel("Password").fill("a password of my own");
  await page.getByRole("button", { name: "Create account" }).click();
  await page.waitForURL("**/portal");
  const chat = await openChat(page);
  const texts = [hostile, "مرحبا، كيف حالك؟", "👩‍👩‍👧‍👦 🏴󠁧󠁢󠁷󠁬󠁳󠁿", "x".repeat(2000), "Look: https://example.com/a?b=1."];
  const desk = await openBrowser();
  await openDesk(desk);
  await sendMessage(chat, texts[0]!);
  await desk
    .getByRole("button")
    .filter({ hasText: `<b>Bold</b> ${lastName}` })
    .first()
    .click();
  for (const text of texts.slice(1)) await sendMessage(chat, text);
  for (const text of texts) await expect(desk.getByRole("log").getByText(text, { exact: true }).first()).toBeVisible();
  await expect(chat.getByRole("link", { name: "https://example.com/a?b=1" })).toHaveAttribute("rel", /noopener/);
  await expect(chat.locator("img, script:not([src])")).toHaveCount(0);
  for (const tab of [page, desk]) expect(await tab.title()).not.toBe("gone");
  expect(await desk.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);

  const post = (data: string | Buffer) =>
    request.post("/sandbox/api/messages", {
      data,
      headers: {
        "Content-Type": "application/json",
        "X-Glassix-Api-Key": API_KEY,
      },
    });
  const body = (text: unknown) => JSON.stringify({ clientId: crypto.randomUUID(), text });
  expect((await post(body("x".repeat(2001)))).status()).toBe(400);
  expect((await post(body("x".repeat(20_000)))).status()).toBe(413);
  expect((await post(Buffer.from([0, 1, 2, 255, 254]))).status()).toBe(400);
  expect((await post(body({ $gt: "" }))).status()).toBe(400);
  expect((await post("null")).status()).toBe(400);
});

test("tickets have the shape of Glassix's REST API; a customer reads only their own, and the desk reads all", async ({
  openBrowser,
  openPortalAs,
  page,
  request,
}) => {
  await openPortalAs("Ida");
  const chat = await openChat(page);
  const credentials = await captureCredentials(page, () => sendMessage(chat, unique("Mine")));
  const idasTicket = await (await page.request.get("/sandbox/api/tickets/current", { headers: credentials })).json();
  expect(idasTicket).toMatchObject({
    departmentId: "7cab072d-43d0-4e9d-bb25-2a947696fe8f",
    field1: "Ida",
    field10: "",
    culture: "en-GB",
    ticketType: "Regular",
    state: "Open",
    primaryProtocolType: "Web",
    details: { identityTokenClaims: { customerSince: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/) } },
    participants: [{ type: "Client", protocolType: "Web", name: "Ida Tester" }, { type: "User" }],
  });
  const one = `/sandbox/api/tickets/${idasTicket.id}`;
  expect((await (await page.request.get(one, { headers: credentials })).json()).id).toBe(idasTicket.id);

  const stranger = await openBrowser();
  await openPortalAs("Eve", stranger);
  const evesChat = await openChat(stranger);
  const evesCredentials = await captureCredentials(stranger, () => sendMessage(evesChat, unique("Hers")));
  expect((await stranger.request.get(one, { headers: evesCredentials })).status()).toBe(404);
  for (const id of ["0", "-1", "999999999", "99999999999999", "abc", "1e3", "%00", "' OR 1=1"])
    expect((await stranger.request.get(`/sandbox/api/tickets/${id}`, { headers: evesCredentials })).status(), id).toBe(
      404,
    );
  // Ida's unique identifier with Eve's token.
  const mixed = { ...evesCredentials, "x-glassix-unique-identifier": credentials["x-glassix-unique-identifier"]! };
  expect((await stranger.request.get(one, { headers: mixed })).status()).toBe(401);

  for (const [method, path] of [
    ["get", "/sandbox/api/desk/tickets"],
    ["get", `/sandbox/api/desk/tickets/${idasTicket.id}`],
    ["patch", `/sandbox/api/desk/tickets/${idasTicket.id}`],
    ["post", `/sandbox/api/desk/tickets/${idasTicket.id}/messages`],
    ["get", "/sandbox/api/desk/stream"],
  ] as const) {
    const response = await request[method](path, { headers: credentials });
    expect([response.status(), (await response.json()).code], path).toEqual([401, "desk-closed"]);
  }
  await openDeskByRequest(request);
  const seen = await (await request.get(`/sandbox/api/desk/tickets/${idasTicket.id}`)).json();
  expect(seen).toMatchObject({
    id: idasTicket.id,
    participants: idasTicket.participants,
    sandbox: { isIdentified: true },
  });
  expect((await request.get("/sandbox/api/desk/tickets/999999999")).status()).toBe(404);
  const wrong = await request.patch(`/sandbox/api/desk/tickets/${idasTicket.id}`, { data: { state: "Burnt" } });
  expect([wrong.status(), (await wrong.json()).code]).toEqual([400, "state-invalid"]);
});

test.describe("the desk of a demo on the internet", () => {
  test.use({ expectedErrors: [/401 \(Unauthorized\)/] });

  test("opens with its password, and with no other", async ({ page, request }) => {
    await page.goto("/sandbox/desk");
    await expect(page.getByRole("region", { name: "Tickets" })).toHaveCount(0);
    await page.getByLabel("Desk password").fill("open sesame");
    await page.getByRole("button", { name: "Sign in to the desk" }).click();
    await expect(page.getByText("Wrong password.")).toBeVisible();
    for (const data of [{}, { password: null }, { password: ["a"] }, "null", "[]"])
      expect((await request.post("/sandbox/api/desk/open", { data })).status()).toBe(400);
    const forged = String(Math.floor(Date.now() / 1000) + 1000);
    for (const cookie of [forged, `${forged}.`, `${forged}.x`, "NaN.x", "."]) {
      const response = await request.get("/sandbox/api/desk/tickets", {
        headers: { cookie: `sandbox_desk=${cookie}` },
      });
      expect(response.status(), cookie).toBe(401);
    }
    // Wrong guesses do not lock the agent out.
    for (let tries = 0; tries < 25; tries++) {
      const response = await request.post("/sandbox/api/desk/open", { data: { password: String(tries) } });
      expect(response.status()).toBe(401);
    }
    await openDesk(page);
  });
});

test.describe("a desk that is closed", () => {
  test.use({ expectedErrors: [/401 \(Unauthorized\)/] });

  const readStatus = async (context: APIRequestContext, headers = {}) =>
    (await context.get("/sandbox/api/desk/tickets", { headers })).status();

  test("in one browser stays open in others, and a copy of the cookie no longer opens it", async ({
    page,
    request,
  }) => {
    await openDeskByRequest(request);
    await openDesk(page);
    const cookies = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
    expect(await readStatus(page.request)).toBe(200);
    await page.getByRole("button", { name: "Sign out of the desk" }).click();
    await expect(page.getByLabel("Desk password")).toBeVisible();
    expect(await readStatus(page.request, { cookie: cookies })).toBe(401);
    expect(await readStatus(request)).toBe(200);
  });
});

test.describe("anonymous streams (G13)", () => {
  test.use({ expectedErrors: [/429 \(Too Many Requests\)/] });

  test("are limited per address, with Retry-After", async ({ baseURL }) => {
    const abortController = new AbortController();
    const openStream = () =>
      fetch(`${baseURL}/sandbox/api/messages/stream`, {
        headers: { "X-Glassix-Api-Key": API_KEY, [ADDRESS_HEADER]: "198.51.100.77" },
        signal: abortController.signal,
      });
    const responses = await Promise.all(Array.from({ length: 120 }, openStream));
    const refused = responses.filter(({ status }) => status !== 200);
    expect(refused.length).toBeGreaterThan(60);
    for (const response of refused) {
      expect([429, 503]).toContain(response.status);
      expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
      expect(await response.json()).toEqual({ error: expect.any(String), code: expect.stringMatching(/^[a-z-]+$/) });
    }
    abortController.abort();
    // Closed streams free their slots.
    await expect
      .poll(async () => {
        const again = new AbortController();
        const { status } = await fetch(`${baseURL}/sandbox/api/messages/stream`, {
          headers: { "X-Glassix-Api-Key": API_KEY, [ADDRESS_HEADER]: "198.51.100.77" },
          signal: again.signal,
        });
        again.abort();
        return status;
      })
      .toBe(200);
  });

  test("a chat whose stream is refused polls instead", async ({ openPortalAs, page, context, request }) => {
    let requestCount = 0;
    await context.route("**/sandbox/api/messages/stream*", (route) => {
      requestCount++;
      return route.fulfill({ status: 429, headers: { "Retry-After": "60" }, json: { error: "No.", code: "busy" } });
    });
    await openPortalAs("Pia");
    const chat = await openChat(page);
    const credentials = await captureCredentials(page, () => sendMessage(chat, "Hello"));
    await expect(chat.getByText("What can I help you with?")).toBeVisible();
    const { id } = await (await page.request.get("/sandbox/api/tickets/current", { headers: credentials })).json();
    await openDeskByRequest(request);
    const text = unique("An answer");
    await request.post(`/sandbox/api/desk/tickets/${id}/messages`, { data: { clientId: crypto.randomUUID(), text } });
    await expect(chat.getByText(text)).toBeVisible();
    await expect(chat.getByText("Connection lost")).toHaveCount(0);
    expect(requestCount).toBe(1);
  });
});

test("side by side, what is written in the portal appears at the desk without a click", async ({
  openPortalAs,
  page,
  context,
}) => {
  test.setTimeout(120_000);
  await openDesk(page);
  await openPortalAs("Sid");
  await page.setViewportSize({ width: 1440, height: 900 });
  const portal = page.frameLocator('iframe[title="Portal"]');
  const desk = page.frameLocator(`iframe[title="Agent desk"]`);
  const chat = portal.frameLocator("#glassix-container iframe");
  const sendAndExpectAtDesk = async (text: string) => {
    await chat.getByLabel("Message").fill(text);
    await chat.getByRole("button", { name: "Send" }).click();
    await expect(desk.getByRole("log").getByText(text)).toBeVisible({ timeout: 4_000 });
  };
  // The desk selects the newest ticket, and other tests write at the same time: repeated until none interferes.
  await expect(async () => {
    await page.goto("/sandbox/side-by-side");
    await portal.getByRole("button", { name: "Open chat" }).click({ timeout: 5_000 });
    await expect(chat.getByLabel("Message")).toBeVisible();
    await sendAndExpectAtDesk(unique("Do you see me?"));
    await expect(desk.getByRole("complementary").getByText("Sid", { exact: true })).toBeVisible({ timeout: 1_000 });
    // A ticket with a half-written answer stays selected when a newer one arrives.
    await desk.getByLabel("Reply").fill("Half a sen", { timeout: 1_000 });
    await context.request.post("/sandbox/api/messages", {
      headers: { "X-Glassix-Api-Key": API_KEY },
      data: { clientId: crypto.randomUUID(), text: unique("Somebody else") },
    });
    await sendAndExpectAtDesk(unique("And now?"));
    await expect(desk.getByLabel("Reply")).toHaveValue("Half a sen", { timeout: 1_000 });
  }).toPass({ timeout: 90_000 });
  // The page's own chat would cover the desk.
  await expect(page.getByRole("button", { name: /chat/i })).toHaveCount(0);
});

test("messages are limited per minute, with Retry-After", async ({ openPortalAs, page }) => {
  await openPortalAs("Max");
  const chat = await openChat(page);
  await changeSettings(page.request, { automaticAgent: "off" });
  const credentials = await captureCredentials(page, () => sendMessage(chat, "The first"));
  const send = () =>
    page.request.post("/sandbox/api/messages", {
      headers: credentials,
      data: { clientId: crypto.randomUUID(), text: "Another" },
    });
  const statuses: number[] = [];
  for (let count = 0; count < 30; count++) statuses.push((await send()).status());
  expect(statuses.slice(0, 29)).toEqual(Array(29).fill(200));
  const refused = await send();
  expect([refused.status(), (await refused.json()).code]).toEqual([429, "rate-limited"]);
  expect(Number(refused.headers()["retry-after"])).toBeGreaterThan(0);
});

test("a visitor's cookie without the server's signature is replaced", async ({ request }) => {
  const send = (cookie: string) =>
    request.post("/sandbox/api/messages", {
      data: { clientId: crypto.randomUUID(), text: "Hello" },
      headers: { "X-Glassix-Api-Key": API_KEY, Cookie: `sandbox_visitor=${cookie}` },
    });
  const given = (await send(crypto.randomUUID())).headers()["set-cookie"];
  const [, cookie] = /^sandbox_visitor=([^;]+)/.exec(given ?? "")!;
  const next = await send(cookie!);
  expect(next.status()).toBe(200);
  expect(next.headers()["set-cookie"]).toBeUndefined();
  expect((await next.json()).openedTicketId).toBeNull();
});

test("an open stream ends when the settings refuse its customer", async ({ openPortalAs, page, request, baseURL }) => {
  await openDeskByRequest(page.request);
  await changeSettings(page.request, {});
  await openPortalAs("Rhea");
  const chat = await openChat(page);
  const credentials = await captureCredentials(page, () => sendMessage(chat, "Hello"));
  await expect(chat.getByText("What can I help you with?")).toBeVisible();
  const { id } = await (await page.request.get("/sandbox/api/tickets/current", { headers: credentials })).json();
  const cookies = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
  await page.goto("about:blank");

  const stream = await fetch(`${baseURL}/sandbox/api/messages/stream`, {
    headers: { ...credentials, cookie: cookies },
  });
  expect(stream.status).toBe(200);
  let received = "";
  const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
  const readChunk = async () => {
    const { value = "", done } = await reader.read();
    received += value;
    return !done;
  };
  while (!received.includes("Hello")) expect(await readChunk()).toBe(true);
  await changeSettings(page.request, { tokens: "all refused" });
  await openDeskByRequest(request);
  const secret = unique("For Rhea alone");
  const answer = await request.post(`/sandbox/api/desk/tickets/${id}/messages`, {
    data: { clientId: crypto.randomUUID(), text: secret },
  });
  expect(answer.status()).toBe(200);
  while (await readChunk());
  expect(received).not.toContain(secret);
});

test("polling from a future or invalid time is not an error", async ({ request }) => {
  const headers = { "X-Glassix-Api-Key": API_KEY };
  const data = { clientId: crypto.randomUUID(), text: "Hello" };
  expect((await request.post("/sandbox/api/messages", { data, headers })).status()).toBe(200);
  for (const since of [
    "+275760-09-13T00:00:00.000Z",
    "-000001-01-01T00:00:00.000Z",
    "9999-12-31T23:59:59Z",
    "\0",
    "x",
  ]) {
    const response = await request.get("/sandbox/api/messages", { params: { since }, headers });
    expect(response.status(), since).toBe(200);
    expect((await response.json()).messages).toContainEqual(expect.objectContaining({ text: data.text }));
  }
});

test("the chat shows a reopened ticket as open, even if a newer one is closed", async ({
  openPortalAs,
  page,
  request,
}) => {
  await openPortalAs("Tilda");
  const chat = await openChat(page);
  const credentials = await captureCredentials(page, () => sendMessage(chat, "The first matter"));
  await openDeskByRequest(request);
  const setState = async (id: number, state: string) =>
    expect((await request.patch(`/sandbox/api/desk/tickets/${id}`, { data: { state } })).status()).toBe(200);
  const readCurrent = async () =>
    (await (await page.request.get("/sandbox/api/tickets/current", { headers: credentials })).json()).id as number;
  const first = await readCurrent();
  await setState(first, "Closed");
  await sendMessage(chat, "The second matter");
  await setState(await readCurrent(), "Closed");
  await expect(chat.getByText("This conversation was closed.")).toBeVisible();
  await setState(first, "Open");
  await expect(chat.getByText("This conversation was closed.")).toBeHidden();
});
