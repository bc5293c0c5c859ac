import type { Browser, Page } from "@playwright/test";
import { openChat, sendMessage } from "../chat";
import { expect, JOHN, PASSWORD, registerCustomer, signInByForm, signInByRequest, test as base } from "../fixtures";
import { HAS_SANDBOX } from "../servers";
import { startIsolatedPortal, type IsolatedPortal } from "./isolated-portal";

/** Longer than any response may take. */
const MAX_RESPONSE_TIME = 10_000;

const PORT = "3250";

const test = base.extend<object, { portal: IsolatedPortal }>({
  portal: [
    async ({}, use) => {
      const portal = await startIsolatedPortal(PORT);
      await use(portal);
      await portal.stop();
    },
    { scope: "worker" },
  ],
});

test.use({
  baseURL: `http://localhost:${PORT}`,
  expectedErrors: [
    /40[149] |50[03] \(|ERR_|An error occurred in the Server Components render|React error #441|Failed to fetch|network error/,
  ],
});

test.skip(!HAS_SANDBOX, "The customers of this test chat in the sandbox.");
// The tests share one portal on one port.
test.describe.configure({ mode: "default", timeout: 120_000 });

type Fault = {
  inject(portal: IsolatedPortal): Promise<unknown> | void;
  recover(portal: IsolatedPortal): Promise<unknown> | void;
};
const FAULTS: Record<string, Fault> = {
  "is killed": { inject: (portal) => portal.killDatabase(), recover: (portal) => portal.startDatabase() },
  "takes ten seconds per response": {
    inject: ({ databaseProxy }) => databaseProxy.setDelay(10_000),
    recover: ({ databaseProxy }) => databaseProxy.setDelay(0),
  },
  "has no free connection": {
    inject: ({ databaseProxy }) => databaseProxy.setExhausted(true),
    recover: ({ databaseProxy }) => databaseProxy.setExhausted(false),
  },
};

for (const [what, { inject, recover }] of Object.entries(FAULTS)) {
  test(`while the database ${what}, every response arrives in time with an error, and afterwards nothing is lost or duplicated (G8)`, async ({
    portal,
    browser,
    page,
  }) => {
    const { claims, login, chat, title } = await openPages(page, browser);

    await inject(portal);
    try {
      const responses = await Promise.all([
        sendRequest(page, "POST", "/api/glassix-identity"),
        sendRequest(page, "GET", "/api/health"),
        sendRequest(page, "GET", "/api/auth/session"),
        sendRequest(page, "GET", "/sandbox/api/settings"),
      ]);
      for (const { status, code, time } of responses) {
        expect(status).toBe(503);
        if (code) expect(code).toBe("unavailable");
        expect(time).toBeLessThan(MAX_RESPONSE_TIME);
      }

      await Promise.all([
        expectInTime(async () => {
          await page.getByRole("link", { name: "Policies" }).first().click();
          await expect(page.getByRole("button", { name: "Try again" })).toBeVisible({ timeout: MAX_RESPONSE_TIME });
        }),
        expectInTime(async () => {
          await claims.getByRole("button", { name: "Send claim" }).click();
          await expect(claims.getByText("We couldn't file your claim right now")).toBeVisible({
            timeout: MAX_RESPONSE_TIME,
          });
          await expect(claims.getByLabel("in a few words")).toHaveValue(title);
          await expect(claims.getByLabel("Tell us more")).toHaveValue(/nothing of this may be lost/);
        }),
        expectInTime(async () => {
          await login.getByRole("button", { name: "Sign in", exact: true }).click();
          await expect(login.getByText("We can't sign you in right now")).toBeVisible({ timeout: MAX_RESPONSE_TIME });
          await expect(login.getByLabel("Email")).toHaveValue(JOHN.email);
        }),
      ]);
      // A session that cannot be read is not a sign-out. A page that loads now has no chat, rather than a visitor's,
      const otherTab = await page.context().newPage();
      await otherTab.goto("/privacy");
      await expect(otherTab.getByText("Chat is unavailable")).toBeVisible();
      await otherTab.close();
      await page.bringToFront();
      // and in the other tab, the customer keeps their chat and what they typed there.
      await expect(chat.getByLabel("Message")).toBeVisible();
      await chat.getByLabel("Message").fill(title);
      await chat.getByRole("button", { name: "Send" }).click();
    } finally {
      await recover(portal);
    }

    // Everything recovers without a restart, including a message that was being sent.
    await expect(async () => {
      await claims.getByRole("button", { name: "Send claim" }).click({ timeout: 1_000 });
      await expect(claims).toHaveURL(/\/portal\/claims\/C-\d+$/, { timeout: 8_000 });
    }).toPass({ timeout: 60_000 });
    await expect(async () => {
      await login.getByLabel("Password").fill(PASSWORD, { timeout: 1_000 });
      await login.getByRole("button", { name: "Sign in", exact: true }).click({ timeout: 1_000 });
      await login.waitForURL("**/portal", { timeout: 8_000 });
    }).toPass({ timeout: 60_000 });
    await expect(async () => {
      const again = page.getByRole("button", { name: "Try again" });
      if (await again.isVisible()) await again.click({ timeout: 1_000 });
      await expect(page.getByText("HL-H-204817").first()).toBeVisible({ timeout: 3_000 });
    }).toPass({ timeout: 60_000 });
    await expect(async () => {
      const again = chat.getByRole("button", { name: /again/i });
      if (await again.isVisible()) await again.click({ timeout: 1_000 });
      await expect(chat.getByRole("log").getByText(title)).toBeVisible({ timeout: 1_000 });
      await expect(chat.getByText(/Sending…|Not sent/)).toHaveCount(0, { timeout: 3_000 });
    }).toPass({ timeout: 60_000 });
    // The server may close an idle connection in the moment that the request reuses it.
    expect((await page.request.post("/api/glassix-identity", { maxRetries: 3 })).status()).toBe(200);
    expect(await portal.sql(`SELECT count(*)::int AS count FROM "Claim" WHERE "title" = $1`, [title])).toEqual([
      { count: 1 },
    ]);
    expect(await portal.sql(`SELECT count(*)::int AS count FROM sandbox."Message" WHERE "text" = $1`, [title])).toEqual(
      [{ count: 1 }],
    );
    for (const openedPage of [claims, login]) await openedPage.context().close();
  });
}

test("while the database takes two seconds per response, the portal still responds in time", async ({
  portal,
  page,
}) => {
  await signInByForm(page, JOHN.email);
  portal.databaseProxy.setDelay(2_000);
  try {
    const pending = [
      sendRequest(page, "POST", "/api/glassix-identity"),
      sendRequest(page, "GET", "/api/health"),
      sendRequest(page, "GET", "/portal"),
      sendRequest(page, "GET", "/portal/claims/C-1001"),
    ];
    for (const { time } of await Promise.all(pending)) expect(time).toBeLessThan(MAX_RESPONSE_TIME);
  } finally {
    portal.databaseProxy.setDelay(0);
  }
  await page.goto("/portal/policies");
  await expect(page.getByText("HL-H-204817").first()).toBeVisible();
});

test("while the database is read-only, pages and identities can be read, and writes fail with a message", async ({
  portal,
  browser,
  page,
}) => {
  const { claims, login, chat, title } = await openPages(page, browser);
  await portal.setReadOnly(true);
  try {
    await page.getByRole("link", { name: "Policies" }).first().click();
    await expect(page.getByText("HL-H-204817").first()).toBeVisible();
    await expect(chat.getByLabel("Message")).toBeVisible();
    expect(await sendRequest(page, "POST", "/api/glassix-identity")).toMatchObject({ status: 200 });
    expect(await sendRequest(page, "GET", "/api/auth/session")).toMatchObject({ status: 200 });
    await claims.getByRole("button", { name: "Send claim" }).click();
    await expect(claims.getByText("We couldn't file your claim right now")).toBeVisible();
    await login.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(login.getByText("We can't sign you in right now")).toBeVisible();
  } finally {
    await portal.setReadOnly(false);
  }
  await claims.getByRole("button", { name: "Send claim" }).click();
  await expect(claims).toHaveURL(/\/portal\/claims\/C-\d+$/);
  expect(await portal.sql(`SELECT count(*)::int AS count FROM "Claim" WHERE "title" = $1`, [title])).toEqual([
    { count: 1 },
  ]);
  for (const openedPage of [claims, login]) await openedPage.context().close();
});

const SENTENCE = expect.stringMatching(/\.$/);

test("the health check names the database's problem and the next step, but not its address", async ({
  portal,
  page,
}) => {
  const readHealth = async () => {
    const response = await page.request.get("/api/health");
    return { ...(await response.json()), code: response.status(), text: await response.text() };
  };
  const faults: [string, () => Promise<unknown> | void, () => Promise<unknown> | void][] = [
    ["read-only", () => portal.setReadOnly(true), () => portal.setReadOnly(false)],
    [
      "un-migrated",
      () => portal.sql(`ALTER TABLE "_prisma_migrations" RENAME TO "Elsewhere"`),
      () => portal.sql(`ALTER TABLE "Elsewhere" RENAME TO "_prisma_migrations"`),
    ],
    [
      "too-many-connections",
      () => portal.databaseProxy.setExhausted(true),
      () => portal.databaseProxy.setExhausted(false),
    ],
    ["unreachable", () => portal.databaseProxy.stop(), () => portal.databaseProxy.start()],
  ];
  for (const [database, inject, recover] of faults) {
    expect(await readHealth()).toMatchObject({ code: 200, status: "ok", database: "ok", problems: [] });
    await inject();
    // Only the next query finds that its connection is closed.
    await expect.poll(readHealth).toMatchObject({
      code: 503,
      status: "unavailable",
      database,
      problems: [{ code: database, found: SENTENCE, todo: SENTENCE }],
      text: expect.not.stringMatching(/127\.0\.0\.1|localhost|postgres@/),
    });
    await recover();
  }
});

test("an insurance claim whose confirmation was lost is filed once, however the form is resubmitted", async ({
  portal,
  browser,
  page,
}) => {
  const { claims, login, title } = await openPages(page, browser);
  portal.databaseProxy.breakAfterCommit(`INSERT INTO "public"."Claim"`);
  await claims.getByRole("button", { name: "Send claim" }).click();
  await expect(claims.getByText("We couldn't file your claim right now")).toBeVisible();
  const count = () => portal.sql(`SELECT count(*)::int AS count FROM "Claim" WHERE "title" LIKE $1`, [`${title}%`]);
  expect(await count()).toEqual([{ count: 1 }]);

  // Longer ago than the five minutes in which the same text counts as the same claim.
  await portal.sql(`UPDATE "Claim" SET "createdAt" = now() - interval '1 hour' WHERE "title" = $1`, [title]);
  await claims.getByLabel("in a few words").fill(`${title}, corrected`);
  await claims.getByRole("button", { name: "Send claim" }).click();
  await expect(claims.getByText(/already sent this form: it is claim C-\d+/)).toBeVisible();
  await expect(claims.getByLabel("in a few words")).toHaveValue(`${title}, corrected`);
  await claims.getByLabel("in a few words").fill(title);
  await claims.getByRole("button", { name: "Send claim" }).click();
  await expect(claims).toHaveURL(/\/portal\/claims\/C-\d+$/);
  expect(await count()).toEqual([{ count: 1 }]);
  for (const openedPage of [claims, login]) await openedPage.context().close();
});

test("a chat message whose confirmation was lost is resent, and stored once", async ({ portal, page }) => {
  await signInByForm(page, JOHN.email);
  const chat = await openChat(page);
  await sendMessage(chat, "The first one");
  const text = `Said once ${crypto.randomUUID()}`;
  portal.databaseProxy.breakAfterCommit(`INSERT INTO sandbox."Message"`);
  await chat.getByLabel("Message").fill(text);
  await chat.getByRole("button", { name: "Send" }).click();
  await expect(async () => {
    const again = chat.getByRole("button", { name: /again/i });
    if (await again.isVisible()) await again.click({ timeout: 1_000 });
    await expect(chat.getByText(/Sending…|Not sent/)).toHaveCount(0, { timeout: 3_000 });
    await expect(chat.getByRole("log").getByText(text)).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 60_000 });
  expect(await portal.sql(`SELECT count(*)::int AS count FROM sandbox."Message" WHERE "text" = $1`, [text])).toEqual([
    { count: 1 },
  ]);
});

test("a server that receives SIGTERM completes the request in flight and exits", async ({ portal, page }) => {
  // Not by form: a page with a chat would request an identity of its own.
  await signInByRequest(page.request, JOHN.email);
  // All its statements together stay within the portal's time limit, even on a busy machine.
  portal.databaseProxy.setDelay(400);
  const lastStatement = portal.databaseProxy.waitForStatement(`"openInsuranceClaims"`);
  const pending = sendRequest(page, "POST", "/api/glassix-identity");
  await lastStatement;
  const ended = portal.process.stop("SIGTERM");
  expect(await pending).toMatchObject({ status: 200 });
  portal.databaseProxy.setDelay(0);
  const startedAt = Date.now();
  expect(await ended).toBe(143);
  expect(Date.now() - startedAt).toBeLessThan(MAX_RESPONSE_TIME);
  await portal.restart();
});

test("the portal logs lines of JSON, and its output contains no token, cookie, password or email (G11)", async ({
  portal,
  page,
  context,
}) => {
  const requestId = `a-request-${crypto.randomUUID()}`;
  const { email, password } = await registerCustomer(page);
  await page.request.post("/api/glassix-identity", { headers: { "x-request-id": requestId } });
  const { identityToken } = await (await page.request.post("/api/glassix-identity")).json();
  // All but those that every visitor may have with the same value.
  const cookies = (await context.cookies()).filter(({ name }) => !["portal.cookies", "portal.language"].includes(name));
  const response = await page.goto("/portal/account");
  expect(response!.headers()["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
  await page.getByLabel("Current password").fill("a wrong one of mine");
  await page.getByLabel("New password").fill("another password of mine");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByText("This is not your current password")).toBeVisible();
  const { csrfToken } = await (await page.request.get("/api/auth/csrf")).json();
  const form = { csrfToken, email, password: "a wrong one of mine" };
  await sendRequest(page, "POST", "/api/auth/callback/credentials", { form });
  // Errors are the most likely to quote secrets.
  await portal.databaseProxy.stop();
  await sendRequest(page, "POST", "/api/auth/callback/credentials", { form });
  await sendRequest(page, "POST", "/api/glassix-identity");
  await sendRequest(page, "GET", "/api/auth/session");
  await sendRequest(page, "GET", `/portal?email=${email}`);
  await sendRequest(page, "GET", "/sandbox/api/messages");
  await portal.databaseProxy.start();

  const output = portal.process.output();
  const events = output
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(events).toContainEqual(
    expect.objectContaining({ level: "info", msg: "audit", event: "identity-minted", outcome: "success", requestId }),
  );
  for (const msg of ["sign-in failed", "minting failed", "session not read", "request failed"])
    expect(events).toContainEqual(
      expect.objectContaining({ level: "error", msg, err: expect.objectContaining({ stack: expect.any(String) }) }),
    );
  const secrets = [email, encodeURIComponent(email), password, "a wrong one of mine", "another password of mine"];
  for (const secret of [...secrets, identityToken, csrfToken, ...cookies.map(({ value }) => value)])
    expect(output).not.toContain(secret);
});

/** Opens a page with the chat, one with a filled insurance claim form, and one with a filled sign-in form. */
async function openPages(page: Page, browser: Browser) {
  const title = `Burst pipe ${crypto.randomUUID()}`;
  await signInByForm(page, JOHN.email);
  const chat = await openChat(page);
  const newPage = async () => (await browser.newContext({ baseURL: `http://localhost:${PORT}` })).newPage();
  const claims = await newPage();
  await signInByForm(claims, JOHN.email);
  await claims.goto("/portal/claims/new?policy=HL-H-204817");
  await claims.getByLabel("When did it happen?").fill(new Date(Date.now() - 86_400_000).toISOString().slice(0, 10));
  await claims.getByLabel("in a few words").fill(title);
  await claims.getByLabel("Tell us more").fill("Under the kitchen sink: nothing of this may be lost.");
  const login = await newPage();
  await login.goto("/login");
  await login.getByLabel("Email").fill(JOHN.email);
  await login.getByLabel("Password").fill(PASSWORD);
  return { title, chat, claims, login };
}

async function sendRequest(page: Page, method: string, address: string, more: { form?: Record<string, string> } = {}) {
  const startedAt = Date.now();
  const response = await page.request.fetch(address, { method, timeout: 30_000, maxRedirects: 0, ...more });
  const text = await response.text();
  // Only the response's own code: the health check also has a list of problems with codes.
  return { status: response.status(), code: /^[^[]*"code":"([^"]*)"/.exec(text)?.[1], time: Date.now() - startedAt };
}

async function expectInTime(work: () => Promise<void>): Promise<void> {
  const startedAt = Date.now();
  await work();
  expect(Date.now() - startedAt).toBeLessThan(MAX_RESPONSE_TIME + 2_000);
}
