import { expect, openChat, openDesk, sendMessage, test } from "../fixtures";

const unique = (text: string) => `${text} ${crypto.randomUUID()}`;

test("a chat that opens during a poll switches to the stream", async ({ openPortalAs, page, context }) => {
  await openPortalAs("Lena");
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await context.route(
    "**/sandbox/api/messages?since=*",
    async (route) => {
      await held;
      await route.continue();
    },
    { times: 1 },
  );
  const poll = page.waitForRequest("**/sandbox/api/messages?since=*");
  await page.goto("/portal");
  await poll;
  const chat = await openChat(page);
  release();
  await sendMessage(chat, "Hello");
  await expect(chat.getByText("What can I help you with?")).toBeVisible();
});

test("the widget and the chat work in a browser without optional features", async ({ openPortalAs, page, context }) => {
  await openPortalAs("Opal");
  await context.route("**/own-page.html", (route) => route.fulfill({ path: "e2e/sandbox/snippet-page.html" }));
  await context.addInitScript(() => {
    const fail = () => {
      throw new DOMException("Not here.", "SecurityError");
    };
    for (const name of ["BroadcastChannel", "ResizeObserver", "CSSStyleSheet", "reportError"])
      Object.defineProperty(window, name, { value: name === "CSSStyleSheet" ? fail : undefined });
    for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(window, name, { get: fail });
    Object.defineProperty(navigator, "sendBeacon", { value: undefined });
    Object.defineProperty(crypto, "randomUUID", { value: undefined });
    Object.defineProperty(crypto, "getRandomValues", { value: fail });
    for (const name of ["timeout", "any"]) Object.defineProperty(AbortSignal, name, { value: undefined });
    Object.defineProperty(URL, "canParse", { value: undefined });
    Object.defineProperty(Object, "hasOwn", { value: undefined });
  });
  await page.goto("/own-page.html");
  const chat = await openChat(page);
  await expect(chat.getByText("You are chatting as Opal")).toBeVisible();
  await sendMessage(chat, "Hello");
  await expect(chat.getByText("What can I help you with?")).toBeVisible();
  await page.addScriptTag({ url: "/sandbox/timeline.js" });
  await expect(page.getByRole("button", { name: "Timeline" })).toBeVisible();
});

test("the desk polls in a browser without EventSource", async ({ openPortalAs, page, context }) => {
  await context.addInitScript(() => Object.defineProperty(window, "EventSource", { value: undefined }));
  await openDesk(page);
  const visitor = await context.newPage();
  await openPortalAs("Vito", visitor);
  await sendMessage(await openChat(visitor), "Hello");
  await page.bringToFront();
  await expect(page.getByRole("button").filter({ hasText: "Vito Tester" })).toBeVisible();
});

test("the chat waits before it reopens a stream that ended, and gives up one that is silent", async ({
  openPortalAs,
  page,
  context,
}) => {
  await page.clock.install();
  let requestCount = 0;
  await context.route("**/sandbox/api/messages/stream*", async (route) => {
    requestCount++;
    if (requestCount <= 2) await route.fulfill({ contentType: "text/event-stream", body: "retry: 300\n\n" });
    // The third gets no response.
    else if (requestCount > 3) await route.continue();
  });
  await openPortalAs("Hal");
  const chat = await openChat(page);
  await expect.poll(() => requestCount).toBe(1);
  await page.clock.runFor(1_500);
  expect(requestCount).toBe(1);
  await page.clock.runFor(3_000);
  await expect.poll(() => requestCount).toBeGreaterThan(1);
  await page.clock.runFor(3_000);
  await expect.poll(() => requestCount).toBe(3);
  await page.clock.runFor(61_000);
  await expect.poll(() => requestCount).toBeGreaterThan(3);
  await sendMessage(chat, "Hello");
  await expect(chat.getByText("What can I help you with?")).toBeVisible();
});

test.describe("a desk whose connection breaks", () => {
  test.use({ expectedErrors: [/Failed to load resource/] });

  test("reconnects, even after a response that ends an EventSource for good", async ({
    openPortalAs,
    page,
    context,
  }) => {
    let requestCount = 0;
    await context.route("**/sandbox/api/desk/stream", (route) =>
      requestCount++ === 0 ? route.fulfill({ status: 502, body: "Bad gateway" }) : route.continue(),
    );
    await openDesk(page);
    const visitor = await context.newPage();
    await openPortalAs("Vera", visitor);
    const question = unique("Is somebody there?");
    await sendMessage(await openChat(visitor), question);
    await page.bringToFront();
    await expect(page.getByRole("button").filter({ hasText: "Vera Tester" })).toBeVisible();
  });

  test("resends an answer that may have arrived, and it appears once", async ({ openPortalAs, page, context }) => {
    const visitor = await context.newPage();
    await openPortalAs("Wilma", visitor);
    await sendMessage(await openChat(visitor), "Hello");
    await openDesk(page);
    await page.getByRole("button").filter({ hasText: "Wilma Tester" }).first().click();
    await context.route(
      "**/sandbox/api/desk/tickets/*/messages",
      async (route) => {
        await route.fetch();
        await route.abort();
      },
      { times: 1 },
    );
    const answer = unique("Once");
    await page.getByLabel("Reply").fill(answer);
    await page.getByRole("button", { name: "Send reply" }).click();
    await expect(page.getByText("The server does not respond.")).toBeVisible();
    await page.getByRole("button", { name: "Send reply" }).click();
    await expect(page.getByLabel("Reply")).toHaveValue("");
    await expect(page.getByRole("log").getByText(answer)).toHaveCount(1);
  });
});
