import type { APIRequestContext } from "@playwright/test";
import { expect, registerCustomer, signInByForm, signOut, test as base } from "../fixtures";
import { ADDRESS_HEADER } from "../servers";
import { startIsolatedPortal, type IsolatedPortal } from "./isolated-portal";

// These tests would disturb others, so they have an isolated portal.
const test = base.extend<object, { portal: IsolatedPortal }>({
  portal: [
    async ({}, use) => {
      const portal = await startIsolatedPortal("3248", { CLIENT_ADDRESS_HEADER: ADDRESS_HEADER });
      await use(portal);
      await portal.stop();
    },
    { scope: "worker" },
  ],
  baseURL: async ({ portal }, use) => use(portal.address),
  sql: async ({ portal }, use) => use(portal.sql),
});
test.describe.configure({ mode: "default", timeout: 180_000 });

/** Generous, because the machine may be busy. */
const MAX_RESPONSE_TIME = 30_000;

async function trySignIn(request: APIRequestContext, email: string, password: string) {
  const { csrfToken } = await (await request.get("/api/auth/csrf")).json();
  return request.post("/api/auth/callback/credentials", { form: { csrfToken, email, password }, maxRedirects: 0 });
}

const PARAMETERS = "a&".repeat(6_500);
const listCookies = (count: number, suffix = "") =>
  Array.from({ length: count }, (_, index) => index.toString(36) + suffix).join("; ");
for (const [what, path, headers] of [
  ["parameters", `/login?${PARAMETERS}`, {}],
  ["parameters after a second question mark", `/login??${PARAMETERS}`, {}],
  ["cookies", "/api/health/live", { cookie: listCookies(3_000) }],
  ["cookies named like NextAuth's", "/api/auth/csrf", { cookie: listCookies(500, "next-auth.callback-url=") }],
] as [string, string, Record<string, string>][])
  test(`G13: requests with many ${what} keep nobody else waiting`, async ({ playwright, baseURL }) => {
    const attacker = await playwright.request.newContext({ baseURL });
    const flood = Promise.all(Array.from({ length: 60 }, () => attacker.get(path, { headers, timeout: 120_000 })));
    const visitor = await playwright.request.newContext({ baseURL });
    const start = Date.now();
    for (let visit = 0; visit < 5; visit++) expect((await visitor.get("/login?error=EmailTaken")).status()).toBe(200);
    expect(Date.now() - start).toBeLessThan(MAX_RESPONSE_TIME);
    for (const response of await flood) expect(response.status()).toBe(200);
    await Promise.all([attacker.dispose(), visitor.dispose()]);
  });

test("G13: a hundred wrong passwords at once keep nobody else waiting, and most get Retry-After without a query", async ({
  page,
  portal,
  playwright,
  baseURL,
}) => {
  await registerCustomer(page);
  const style = await page.locator("link[rel=stylesheet]").first().getAttribute("href");
  const attacker = await playwright.request.newContext({ baseURL });
  const { csrfToken } = await (await attacker.get("/api/auth/csrf")).json();
  let queries = 0;
  const stopCounting = portal.databaseProxy.onStatement((text) => (queries += text.split("sign-in:").length - 1));
  let isOver = false;
  const flood = Promise.all(
    Array.from({ length: 100 }, (_, count) =>
      attacker.post("/api/auth/callback/credentials", {
        form: { csrfToken, email: `flood-${count}@example.com`, password: "wrong" },
        maxRedirects: 0,
        timeout: 120_000,
      }),
    ),
  ).finally(() => (isOver = true));
  const times: number[] = [];
  do {
    for (const sendRequest of [
      () => page.request.get(style!),
      () => page.request.post("/api/glassix-identity"),
      () => page.request.get("/portal"),
    ]) {
      const start = Date.now();
      expect((await sendRequest()).status()).toBe(200);
      times.push(Date.now() - start);
    }
  } while (!isOver);
  expect(Math.max(...times)).toBeLessThan(MAX_RESPONSE_TIME);

  const refused = (await flood).filter((response) => response.status() === 503);
  stopCounting();
  expect(refused.length).toBeGreaterThan(50);
  expect(queries).toBeGreaterThan(0);
  expect(queries).toBeLessThan(100);
  for (const response of refused) expect(Number(response.headers()["retry-after"])).toBeGreaterThan(0);
  await attacker.dispose();
});

test("G13: a customer who signs in continuously occupies only two slots, and others can still sign in", async ({
  page,
  playwright,
  baseURL,
  browser,
}) => {
  const { email, password } = await registerCustomer(page);
  const victim = await registerCustomer(await (await browser.newContext()).newPage());
  const attacker = await playwright.request.newContext({ baseURL });
  let isOver = false;
  const loops = Promise.all(
    Array.from({ length: 12 }, async () => {
      while (!isOver) await trySignIn(attacker, email, password);
    }),
  );
  const other = await playwright.request.newContext({ baseURL });
  for (let count = 0; count < 5; count++)
    expect((await trySignIn(other, victim.email, victim.password)).headers().location).not.toContain("error");
  isOver = true;
  await loops;
  for (const context of [attacker, other]) await context.dispose();
});

test("G13: sign-ins to many accounts from one address leave room for other addresses", async ({
  page,
  playwright,
  baseURL,
  sql,
}) => {
  const { email, password } = await registerCustomer(page);
  const accounts = (await sql(
    `INSERT INTO "User" ("email", "firstName", "lastName", "passwordHash")
     SELECT $1 || n || '@example.com', 'Ann', 'Other', "passwordHash" FROM "User", generate_series(1, 12) n
     WHERE "email" = $2 RETURNING "email"`,
    [`slots-${crypto.randomUUID()}`, email],
  )) as { email: string }[];
  let isOver = false;
  const loops = Promise.all(
    accounts.map(async (account) => {
      while (!isOver) {
        // Without the cookies of the last attempt, so the device is unknown each time.
        const extraHTTPHeaders = { [ADDRESS_HEADER]: "203.0.113.66" };
        const attacker = await playwright.request.newContext({ baseURL, extraHTTPHeaders });
        await trySignIn(attacker, account.email, password);
        await attacker.dispose();
      }
    }),
  );
  for (let count = 0; count < 8; count++) {
    const extraHTTPHeaders = { [ADDRESS_HEADER]: `203.0.113.${count}` };
    const other = await playwright.request.newContext({ baseURL, extraHTTPHeaders });
    expect((await trySignIn(other, email, password)).headers().location).not.toContain("error");
    await other.dispose();
  }
  isOver = true;
  await loops;
});

test("G13: strangers who guess a customer's password leave room for the customer's own device", async ({
  page,
  playwright,
  baseURL,
}) => {
  const { email, password } = await registerCustomer(page);
  const attacker = await playwright.request.newContext({ baseURL });
  let isOver = false;
  const loops = Promise.all(
    Array.from({ length: 10 }, async () => {
      while (!isOver) await trySignIn(attacker, email, "a wrong guess");
    }),
  );
  for (let count = 0; count < 10; count++)
    expect((await trySignIn(page.request, email, password)).headers().location).not.toContain("error");
  isOver = true;
  await loops;
  await attacker.dispose();
});

test("a sign-out during a password change stays a sign-out (G7)", async ({ page, portal, playwright, baseURL }) => {
  const { password } = await registerCustomer(page);
  await page.goto("/portal/account");
  await page.getByLabel("Current password").fill(password);
  await page.getByLabel("New password").fill("another password of mine");
  const storageState = await page.context().storageState();
  const otherTab = await playwright.request.newContext({ baseURL, storageState });
  // Many statements precede the change, and two the sign-out.
  portal.databaseProxy.setDelay(150);
  const verified = portal.databaseProxy.waitForStatement(`"passwordHash"`);
  await page.getByRole("button", { name: "Change password" }).click();
  await verified;
  const { csrfToken } = await (await otherTab.get("/api/auth/csrf")).json();
  await otherTab.post("/api/auth/signout", { form: { csrfToken }, maxRedirects: 0 });
  portal.databaseProxy.setDelay(0);
  await expect(page.getByText("Your session has ended.")).toBeVisible();
  expect(await (await page.request.get("/api/auth/session")).json()).toEqual({});
  await otherTab.dispose();
});

test("sign-ins are limited globally, except on known devices, and guesses that are not checked do not count", async ({
  page,
  request,
  sql,
}) => {
  const { email, password } = await registerCustomer(page);
  const readOverall = async () =>
    Number((await sql(`SELECT points FROM "RateLimit" WHERE key = 'sign-in-overall:all'`))[0]?.points ?? 0);
  const before = await readOverall();
  for (let count = 0; count < 15; count++) await trySignIn(request, "nobody@example.com", "wrong");
  for (let count = 0; count < 5; count++) await trySignIn(request, `nobody-${count}@example.com`, "a".repeat(129));
  expect((await readOverall()) - before).toBeLessThanOrEqual(10);
  await signOut(page);
  await trySignIn(request, "another@example.com", "wrong");
  await sql(`UPDATE "RateLimit" SET points = points + 1000 WHERE key = 'sign-in-overall:all'`);
  const refused = await trySignIn(request, `${crypto.randomUUID()}@example.com`, "wrong");
  expect(refused.status()).toBe(503);
  expect(Number(refused.headers()["retry-after"])).toBeGreaterThan(0);
  await signInByForm(page, email, password);
  await sql(`DELETE FROM "RateLimit" WHERE key = 'sign-in-overall:all'`);
});

test("a session that cannot be deleted still ends in this browser, and the page says so", async ({
  page,
  sql,
  context,
}) => {
  await registerCustomer(page);
  await sql(`CREATE FUNCTION "refuseSignOut"() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'kept'; END $$`);
  await sql(`CREATE TRIGGER keep BEFORE DELETE ON "Session" FOR EACH ROW EXECUTE FUNCTION "refuseSignOut"()`);
  try {
    const { csrfToken } = await (await page.request.get("/api/auth/csrf")).json();
    const byNextAuth = await page.request.post("/api/auth/signout", { form: { csrfToken }, maxRedirects: 0 });
    expect(byNextAuth.status()).toBe(503);
    for (const [path, button] of [
      ["/portal", "Sign out"],
      ["/portal/account", "End all sessions"],
    ] as const) {
      const cookies = await context.cookies();
      await page.goto(path);
      await page.getByRole("button", { name: button }).click();
      await expect(page.getByText("we couldn't end the session on our side")).toBeVisible();
      expect((await context.cookies()).filter(({ name }) => name.includes("session-token"))).toEqual([]);
      await context.addCookies(cookies);
    }
  } finally {
    await sql(`DROP FUNCTION "refuseSignOut"() CASCADE`);
  }
});
