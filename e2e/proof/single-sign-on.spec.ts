import type { APIRequestContext, APIResponse, Browser, Page } from "@playwright/test";
import { decodeJwt } from "jose";
import pg from "pg";
import { expect, registerCustomer, serveDouble, signInByForm, test } from "../fixtures";
import { startIdentityProvider, type IdentityProvider, type ProviderAccount } from "../identity-provider";
import { NEXT_START, startProcess, type PortalProcess } from "./portal-process";
import { DEPARTMENT, NEXTAUTH_SECRET } from "../servers";
import { readTestDatabaseUrl } from "../test-database";

const PORTAL = "http://localhost:3218";
const CLIENT = { clientId: "portal", clientSecret: "a client secret that only the tests know" };
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

// The tests share one portal and one provider, on ports of their own.
test.describe.configure({ mode: "default" });
test.use({ baseURL: PORTAL });

let provider: IdentityProvider;
let portal: PortalProcess;

test.beforeAll(async () => {
  provider = await startIdentityProvider({
    ...CLIENT,
    issuer: "http://127.0.0.1:3219",
    redirectUri: `${PORTAL}/api/auth/callback/oidc`,
    postLogoutRedirectUri: `${PORTAL}/login?signed-out`,
  });
  portal = startProcess(NEXT_START, {
    NODE_ENV: "production",
    PORT: "3218",
    NEXTAUTH_URL: PORTAL,
    NEXTAUTH_SECRET,
    DATABASE_URL: readTestDatabaseUrl(),
    ...DEPARTMENT,
    GLASSIX_SANDBOX: "",
    GLASSIX_REQUIRE_IDENTITY: "",
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: CLIENT.clientId,
    OIDC_CLIENT_SECRET: CLIENT.clientSecret,
  });
  await portal.waitUntilReady();
});

test.afterAll(async () => {
  await portal?.stop();
  await provider?.setState("down");
});

test.afterEach(() => provider.setState("up"));

const button = (page: Page, name: string) => page.getByRole("button", { name });

/** Fills in the provider's login page. */
async function logIn(page: Page, account: ProviderAccount): Promise<void> {
  await page.getByLabel("Account").fill(account.sub);
  await button(page, "Log in at the provider").click();
}

/** Signs in from the login page through the provider. */
async function continueAs(page: Page, account: ProviderAccount): Promise<void> {
  await page.goto("/login");
  await button(page, "Continue with single sign-on").click();
  await logIn(page, account);
}

/** Signs out once the chat has its client. Earlier, a pending identity request could be refused. */
async function signOutWith(page: Page, how = "Sign out"): Promise<void> {
  await page.waitForFunction(() => window.widgetClient);
  await button(page, how).click();
}

async function signOut(page: Page): Promise<void> {
  await signOutWith(page);
  await expect(page).toHaveURL("/login?signed-out");
}

/** The unique identifier of the session's user, as the chat gets it. */
async function readUniqueIdentifier(request: APIRequestContext): Promise<string> {
  const response = await request.post("/api/glassix-identity");
  expect(response.status()).toBe(200);
  return (await response.json()).uniqueIdentifier;
}

async function openBrowser(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ baseURL: PORTAL });
  await serveDouble(context);
  return context.newPage();
}

/** Signs in at the provider without a page, and returns the callback address to which it redirects. */
async function reachCallback(request: APIRequestContext, account: ProviderAccount): Promise<string> {
  const { csrfToken } = await (await request.get("/api/auth/csrf")).json();
  const options = { maxRedirects: 0 };
  const next = (response: APIResponse) => new URL(response.headers().location!, response.url()).href;
  const form = { csrfToken, callbackUrl: "/portal" };
  const authorize = next(await request.post("/api/auth/signin/oidc", { ...options, form }));
  const interaction = next(await request.get(authorize, options));
  const resume = next(await request.post(interaction, { ...options, form: { account: account.sub } }));
  return next(await request.get(resume, options));
}

test.describe("a first sign-in at the provider", () => {
  test("creates the customer, leads to the requested page, and identifies them in the chat", async ({ page, sql }) => {
    const account = provider.addAccount({ email: `Pat-${crypto.randomUUID()}@Example.com`, given_name: "Pat" });
    await page.goto("/portal/claims?state=open");
    await button(page, "Continue with single sign-on").click();
    await logIn(page, account);
    await expect(page).toHaveURL("/portal/claims?state=open");
    const uniqueIdentifier = await readUniqueIdentifier(page.request);
    expect(uniqueIdentifier).toMatch(UUID);
    await page.waitForFunction(() => window.widgetClient);

    const rows = await sql(
      `SELECT u."uniqueIdentifier", u.email, u."firstName", u."lastName", u."passwordHash", to_jsonb(a) AS account
       FROM "User" u JOIN "Account" a ON a."userId" = u.id WHERE a."providerAccountId" = $1`,
      [account.sub],
    );
    expect(rows).toMatchObject([
      {
        uniqueIdentifier,
        email: account.email!.toLowerCase(),
        firstName: "Pat",
        lastName: "Signon",
        passwordHash: null,
      },
    ]);
    // None of the provider's tokens.
    expect(rows[0]!.account).toEqual({
      id: expect.stringMatching(UUID),
      userId: expect.stringMatching(UUID),
      provider: provider.issuer,
      providerAccountId: account.sub,
    });
  });

  test("works without JavaScript", async ({ browser }) => {
    const context = await browser.newContext({ baseURL: PORTAL, javaScriptEnabled: false });
    const page = await context.newPage();
    await continueAs(page, provider.addAccount());
    await expect(page).toHaveURL("/portal");
    await button(page, "Sign out").click();
    await button(page, "End the session at the provider").click();
    await expect(page).toHaveURL("/login?signed-out");
    await context.close();
  });

  test("in ten browsers at once creates one customer with one unique identifier (G12)", async ({ playwright, sql }) => {
    const account = provider.addAccount();
    const requests = await Promise.all(
      Array.from({ length: 10 }, () => playwright.request.newContext({ baseURL: PORTAL })),
    );
    // All reach the callback first, and then request it at once.
    const callbacks = await Promise.all(requests.map((request) => reachCallback(request, account)));
    await Promise.all(requests.map((request, index) => request.get(callbacks[index]!, { maxRedirects: 0 })));
    const identifiers = new Set(await Promise.all(requests.map(readUniqueIdentifier)));
    expect(identifiers.size).toBe(1);
    expect(await sql(`SELECT count(*)::int AS count FROM "User" WHERE email = $1`, [account.email])).toEqual([
      { count: 1 },
    ]);
    await Promise.all(requests.map((request) => request.dispose()));
  });

  for (const [what, claims, message] of [
    ["says that the email is not confirmed", { email_verified: false }, "Your email address is not confirmed"],
    ["sends no email", { email: undefined }, "did not give us your email address"],
  ] as const) {
    test(`is refused, and creates no customer, when the provider ${what}`, async ({ page, sql }) => {
      const account = provider.addAccount(claims);
      await continueAs(page, account);
      await expect(page.getByText(message)).toBeVisible();
      expect((await page.request.post("/api/glassix-identity")).status()).toBe(401);
      expect(await sql(`SELECT 1 FROM "Account" WHERE "providerAccountId" = $1`, [account.sub])).toEqual([]);
      if (account.email) expect(await sql(`SELECT 1 FROM "User" WHERE email = $1`, [account.email])).toEqual([]);
    });
  }
});

test.describe("a later sign-in", () => {
  test("finds the same customer, in another browser and after a name change at the provider", async ({
    page,
    browser,
  }) => {
    const account = provider.addAccount();
    await continueAs(page, account);
    await expect(page).toHaveURL("/portal");
    account.given_name = "Somebody";
    const other = await openBrowser(browser);
    await continueAs(other, account);
    await expect(other).toHaveURL("/portal");
    expect(await readUniqueIdentifier(other.request)).toBe(await readUniqueIdentifier(page.request));
    await expect(other.getByRole("heading", { level: 1 })).toContainText("Sam");
    await other.context().close();
  });

  test("keeps the unique identifier when the email changes at the provider, and adopts the new email (G12)", async ({
    page,
    browser,
    sql,
  }) => {
    const account = provider.addAccount();
    await continueAs(page, account);
    await expect(page).toHaveURL("/portal");
    const uniqueIdentifier = await readUniqueIdentifier(page.request);
    const emailNow = async () =>
      (await sql(`SELECT email FROM "User" WHERE "uniqueIdentifier" = $1`, [uniqueIdentifier]))[0]!.email;
    const signInAgain = async () => {
      const other = await openBrowser(browser);
      await continueAs(other, account);
      await expect(other).toHaveURL("/portal");
      expect(await readUniqueIdentifier(other.request)).toBe(uniqueIdentifier);
      await other.context().close();
    };

    const changed = `changed-${crypto.randomUUID()}@example.com`;
    account.email = changed;
    await signInAgain();
    expect(await emailNow()).toBe(changed);

    // An unconfirmed email, no email, or another customer's email does not replace the old one.
    Object.assign(account, { email: `unconfirmed-${crypto.randomUUID()}@example.com`, email_verified: false });
    await signInAgain();
    Object.assign(account, { email: undefined, email_verified: undefined });
    await signInAgain();
    account.email = "john.wick@example.com";
    await signInAgain();
    expect(await emailNow()).toBe(changed);
  });

  test.describe("when the account is disabled", () => {
    test.use({ expectedErrors: [/403 \(Forbidden\)/] });

    test("is refused, even for another provider account with the same email", async ({ page, browser, sql }) => {
      const account = provider.addAccount();
      await continueAs(page, account);
      await expect(page).toHaveURL("/portal");
      await sql(`UPDATE "User" SET "disabledAt" = now() WHERE email = $1`, [account.email]);
      for (const who of [account, provider.addAccount({ email: account.email })]) {
        const other = await openBrowser(browser);
        await continueAs(other, who);
        await expect(other.getByText("This account can't sign in.")).toBeVisible();
        expect((await other.request.post("/api/glassix-identity")).status()).toBe(401);
        await other.context().close();
      }
    });
  });
});

test.describe("an email that has an account with a password", () => {
  const linkPassword = (page: Page) => page.getByLabel("Password");

  test("is linked only with the password, and both ways to sign in keep the unique identifier", async ({
    page,
    browser,
    sql,
  }) => {
    const customer = await registerCustomer(page);
    const uniqueIdentifier = await readUniqueIdentifier(page.request);
    await signOut(page);
    const account = provider.addAccount({ email: customer.email.toUpperCase() });
    const countLinks = async () =>
      (await sql(`SELECT 1 FROM "Account" WHERE "providerAccountId" = $1`, [account.sub])).length;

    await page.goto("/login?callbackUrl=%2Fportal%2Fpolicies");
    await button(page, "Continue with single sign-on").click();
    await logIn(page, account);
    await expect(page).toHaveURL("/login/link");
    await expect(page.getByText(customer.email)).toBeVisible();
    const cookie = (await page.context().cookies()).find(({ name }) => name.includes("link-request"))!;
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Lax" });
    expect(cookie.expires - Date.now() / 1000).toBeLessThanOrEqual(600);
    // The cookie alone is not a session.
    expect((await page.request.post("/api/glassix-identity")).status()).toBe(401);

    await linkPassword(page).fill("not the password");
    await button(page, "Link and sign in").click();
    await expect(page.getByText("This is not the password of this account.")).toBeVisible();
    expect(await countLinks()).toBe(0);
    expect((await page.request.post("/api/glassix-identity")).status()).toBe(401);

    await linkPassword(page).fill(customer.password);
    await button(page, "Link and sign in").click();
    await expect(page).toHaveURL("/portal/policies");
    expect(await readUniqueIdentifier(page.request)).toBe(uniqueIdentifier);
    expect(await countLinks()).toBe(1);
    expect((await page.context().cookies()).filter(({ name }) => name.includes("link-request"))).toEqual([]);

    const byProvider = await openBrowser(browser);
    await continueAs(byProvider, account);
    await expect(byProvider).toHaveURL("/portal");
    expect(await readUniqueIdentifier(byProvider.request)).toBe(uniqueIdentifier);
    // The password still works, so the provider's new email must not replace the one that belongs to it.
    account.email = `changed-${crypto.randomUUID()}@example.com`;
    await byProvider.context().clearCookies();
    await continueAs(byProvider, account);
    await expect(byProvider).toHaveURL("/portal");
    const byPassword = await openBrowser(browser);
    await signInByForm(byPassword, customer.email, customer.password);
    expect(await readUniqueIdentifier(byPassword.request)).toBe(uniqueIdentifier);
    // The customer has a password, which they may change.
    await byPassword.goto("/portal/account");
    await expect(button(byPassword, "Change password")).toBeVisible();
    await Promise.all([byProvider, byPassword].map((other) => other.context().close()));
  });

  test("is linked neither with another customer's password nor without the cookie", async ({ page, browser, sql }) => {
    const [first, second] = [await openBrowser(browser), await openBrowser(browser)];
    const [mine, theirs] = [await registerCustomer(first, "Mine"), await registerCustomer(second, "Theirs")];
    await first.context().close();
    await second.context().close();
    const account = provider.addAccount({ email: mine.email });
    await continueAs(page, account);
    await linkPassword(page).fill(theirs.password + "!");
    await button(page, "Link and sign in").click();
    await expect(page.getByText("This is not the password of this account.")).toBeVisible();

    await sql(`UPDATE "User" SET email = 'was-' || email WHERE email = $1`, [mine.email]);
    await sql(`UPDATE "User" SET email = $1 WHERE email = $2`, [mine.email, theirs.email]);
    // The email in the cookie now belongs to the other customer, and this is their password.
    await linkPassword(page).fill(theirs.password);
    await button(page, "Link and sign in").click();
    await expect(button(page, "Link and sign in")).toBeEnabled();
    await expect(page.getByText("This is not the password of this account.")).toBeVisible();
    await page.context().clearCookies();
    expect((await page.request.post("/api/glassix-identity")).status()).toBe(401);
    expect(await sql(`SELECT 1 FROM "Account" WHERE "providerAccountId" = $1`, [account.sub])).toEqual([]);
    await page.goto("/login/link");
    await expect(page.getByText("That took longer than ten minutes.")).toBeVisible();
  });

  test("is locked after as many wrong passwords as on the login page", async ({ page, sql }) => {
    const email = `guessed-${crypto.randomUUID()}@example.com`;
    await sql(`INSERT INTO "User" (email, "firstName", "lastName", "passwordHash") VALUES ($1, 'G', 'D', $2)`, [
      email,
      "$argon2id$v=19$m=65536,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ]);
    await continueAs(page, provider.addAccount({ email }));
    await expect(page).toHaveURL("/login/link");
    const { csrfToken } = await (await page.request.get("/api/auth/csrf")).json();
    for (let count = 0; count < 10; count++)
      await page.request.post("/api/auth/callback/credentials", {
        form: { csrfToken, email, password: `wrong ${count}` },
      });
    await linkPassword(page).fill("one more");
    await button(page, "Link and sign in").click();
    await expect(page.getByText("Too many wrong passwords.")).toBeVisible();
  });

  test("stays unlinked, and signed out, where the account requires a passkey", async ({ page, sql }) => {
    const customer = await registerCustomer(page);
    await signOut(page);
    await sql(`UPDATE "User" SET "isPasskeyRequired" = true WHERE email = $1`, [customer.email]);
    const account = provider.addAccount({ email: customer.email });
    await continueAs(page, account);
    await linkPassword(page).fill(customer.password);
    await button(page, "Link and sign in").click();
    await expect(page.getByText("This account also needs a passkey.")).toBeVisible();
    expect(await sql(`SELECT 1 FROM "Account" WHERE "providerAccountId" = $1`, [account.sub])).toEqual([]);
  });

  test("stays unlinked when its password changes during the check", async ({ page, sql }) => {
    test.skip(!process.env.TEST_POSTGRES, "The embedded database has one connection, and this test holds a lock.");
    const customer = await registerCustomer(page);
    await signOut(page);
    const account = provider.addAccount({ email: customer.email });
    await continueAs(page, account);
    await linkPassword(page).fill(customer.password);
    const change = new pg.Client({ connectionString: readTestDatabaseUrl() });
    await change.connect();
    const [{ pid }] = (await change.query("SELECT pg_backend_pid() AS pid")).rows;
    await change.query("BEGIN");
    await change.query(`UPDATE "User" SET "passwordHash" = "passwordHash" || 'x' WHERE "email" = $1`, [customer.email]);
    await button(page, "Link and sign in").click();
    const countWaiting = async () =>
      (await sql(`SELECT 1 FROM pg_stat_activity WHERE $1 = ANY(pg_blocking_pids(pid))`, [pid])).length;
    await expect.poll(countWaiting).toBeGreaterThan(0);
    await change.query("COMMIT");
    await change.end();
    await expect(page.getByText("This is not the password of this account.")).toBeVisible();
    expect(await sql(`SELECT 1 FROM "Account" WHERE "providerAccountId" = $1`, [account.sub])).toEqual([]);
  });

  test("stays unlinked when the customer cancels", async ({ page, sql }) => {
    const { email } = await registerCustomer(page);
    await signOut(page);
    const account = provider.addAccount({ email });
    await continueAs(page, account);
    await button(page, "Cancel").click();
    await expect(page).toHaveURL("/login");
    expect((await page.context().cookies()).filter(({ name }) => name.includes("link-request"))).toEqual([]);
    expect(await sql(`SELECT 1 FROM "Account" WHERE "providerAccountId" = $1`, [account.sub])).toEqual([]);
  });
});

test("a provider account cannot take over the email of a customer of another provider account", async ({
  page,
  browser,
  sql,
}) => {
  const account = provider.addAccount();
  await continueAs(page, account);
  await expect(page).toHaveURL("/portal");
  const other = await openBrowser(browser);
  const namesake = provider.addAccount({ email: account.email });
  await continueAs(other, namesake);
  await expect(other.getByText("Another account already uses your email address.")).toBeVisible();
  expect(await sql(`SELECT 1 FROM "Account" WHERE "providerAccountId" = $1`, [namesake.sub])).toEqual([]);
  await other.context().close();
});

test.describe("a failure at the provider", () => {
  test("is shown on the login page when the customer cancels, and the requested page is kept", async ({ page }) => {
    await page.goto("/portal/claims");
    await button(page, "Continue with single sign-on").click();
    await button(page, "Cancel at the provider").click();
    await expect(page.getByText("Single sign-on failed or was cancelled")).toBeVisible();
    expect(new URL(page.url()).searchParams.get("callbackUrl")).toMatch(/\/portal\/claims$/);
    await button(page, "Continue with single sign-on").click();
    await logIn(page, provider.addAccount());
    await expect(page).toHaveURL("/portal/claims");
  });

  for (const state of ["down", "silent"] as const) {
    test(`is shown on the login page within ten seconds when it is ${state}, and passwords still work`, async ({
      page,
    }) => {
      await page.goto("/login?callbackUrl=%2Fportal%2Fclaims");
      await provider.setState(state);
      await button(page, "Continue with single sign-on").click();
      await expect(page.getByText("We couldn't reach single sign-on.")).toBeVisible({ timeout: 10_000 });
      expect(new URL(page.url()).searchParams.get("callbackUrl")).toBe("/portal/claims");
      await signInByForm(page, "john.wick@example.com");
    });

    test(`is shown on the login page within ten seconds when it is ${state} during the callback`, async ({ page }) => {
      const callback = await reachCallback(page.request, provider.addAccount());
      await provider.setState(state);
      const start = Date.now();
      expect((await page.goto(callback))!.status()).toBe(200);
      await expect(page.getByText("Single sign-on failed or was cancelled.")).toBeVisible();
      expect(Date.now() - start).toBeLessThan(10_000);
      expect((await page.request.post("/api/glassix-identity")).status()).toBe(401);
    });
  }

  test("is shown for a callback that this browser did not start", async ({ page, playwright }) => {
    const attacker = await playwright.request.newContext({ baseURL: PORTAL });
    const callback = await reachCallback(attacker, provider.addAccount());
    await page.goto(callback);
    await expect(page.getByText("Single sign-on failed or was cancelled.")).toBeVisible();
    expect((await page.request.post("/api/glassix-identity")).status()).toBe(401);
    await attacker.dispose();
  });
});

test.describe("an email address", () => {
  const readEmailClaim = async (request: APIRequestContext) => {
    const { identityToken } = await (await request.post("/api/glassix-identity")).json();
    return decodeJwt(identityToken).email;
  };

  for (const [verified, isConfirmed] of [
    [true, true],
    [undefined, false],
    ["true", false],
    [1, false],
  ] as const)
    test(`G14: is ${isConfirmed ? "" : "not "}in the identity token when the provider sends email_verified: ${JSON.stringify(verified)}`, async ({
      page,
    }) => {
      const account = provider.addAccount({ email_verified: verified as boolean | undefined });
      await continueAs(page, account);
      await expect(page).toHaveURL("/portal");
      expect(await readEmailClaim(page.request)).toBe(isConfirmed ? account.email : undefined);
    });

  test("G14: is confirmed by a later sign-in, and unconfirmed again once it changes", async ({ page, sql }) => {
    const account = provider.addAccount();
    await continueAs(page, account);
    await expect(page).toHaveURL("/portal");
    await page.waitForFunction(() => window.widgetClient);
    account.email_verified = true;
    await page.context().clearCookies();
    await continueAs(page, account);
    await expect(page).toHaveURL("/portal");
    expect(await readEmailClaim(page.request)).toBe(account.email);
    await sql(`UPDATE "User" SET "email" = 'changed-' || "email" WHERE "email" = $1`, [account.email]);
    expect(await readEmailClaim(page.request)).toBeUndefined();
  });
});

test.describe("a link to an account at the provider", () => {
  /** Creates a customer with a password and a link, who is signed in here and, through the provider, in another browser. */
  async function linkAccounts(page: Page, browser: Browser) {
    const customer = await registerCustomer(page);
    await signOut(page);
    const account = provider.addAccount({ email: customer.email });
    await continueAs(page, account);
    await page.getByLabel("Password").fill(customer.password);
    await button(page, "Link and sign in").click();
    await expect(page).toHaveURL("/portal");
    const byProvider = await openBrowser(browser);
    await continueAs(byProvider, account);
    await expect(byProvider).toHaveURL("/portal");
    return { customer, account, byProvider };
  }
  /** A sign-in at the provider is no proof for changes: the provider may not have asked. */
  async function confirmIdentity(page: Page, { password }: { password: string }) {
    await page.goto("/portal/account");
    await page.getByLabel("Password", { exact: true }).fill(password);
    await button(page, "Continue").click();
    await expect(page.getByRole("heading", { name: "Confirm it's you" })).toHaveCount(0);
  }
  const countLinks = (sql: (text: string, values: unknown[]) => Promise<unknown[]>, account: ProviderAccount) =>
    sql(`SELECT 1 FROM "Account" WHERE "providerAccountId" = $1`, [account.sub]).then(({ length }) => length);

  test("that is removed during a sign-in through it leaves no session (G7)", async ({ page, browser, sql }) => {
    const { customer, account, byProvider } = await linkAccounts(page, browser);
    await byProvider.context().clearCookies();
    const [user] = await sql(`SELECT "id" FROM "User" WHERE "email" = $1`, [customer.email]);
    const name = `"removeLink-${String(user!.id)}"`;
    // Removes the link at the moment at which the session is created.
    await sql(`CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      DELETE FROM "Account" WHERE "userId" = NEW."userId" AND NEW."userId" = '${String(user!.id)}'; RETURN NEW; END $$`);
    await sql(`CREATE TRIGGER ${name} AFTER INSERT ON "Session" FOR EACH ROW EXECUTE FUNCTION ${name}()`);
    const countSessions = async () => (await sql(`SELECT 1 FROM "Session" WHERE "userId" = $1`, [user!.id])).length;
    const before = await countSessions();
    await continueAs(byProvider, account);
    await expect(byProvider).toHaveURL(/\/login\?error=AccessDenied/);
    await sql(`DROP FUNCTION ${name} CASCADE`);
    expect(await countSessions()).toBe(before);
    await byProvider.context().close();
  });

  test("is shown on the account page, and its removal ends the other sessions that were opened through it", async ({
    page,
    browser,
    sql,
  }) => {
    const { customer, account, byProvider } = await linkAccounts(page, browser);
    await confirmIdentity(page, customer);
    await expect(page.getByRole("heading", { name: "Single sign-on" })).toBeVisible();
    await page.getByRole("button", { name: `Remove single sign-on at ${new URL(provider.issuer).host}` }).click();
    await expect(page.getByRole("heading", { name: "Single sign-on" })).toHaveCount(0);
    expect(await countLinks(sql, account)).toBe(0);
    expect((await byProvider.request.post("/api/glassix-identity")).status()).toBe(401);
    expect((await page.request.post("/api/glassix-identity")).status()).toBe(200);
    await byProvider.context().close();
  });

  test("is removed with a password change only if the customer chooses so", async ({ page, browser, sql }) => {
    const { customer, account, byProvider } = await linkAccounts(page, browser);
    let current = customer.password;
    for (const isRemoved of [false, true]) {
      await page.goto("/portal/account");
      const next = `another password of mine ${isRemoved}`;
      await page.getByLabel("Current password").fill(current);
      await page.getByLabel("New password").fill(next);
      if (isRemoved) await page.getByLabel("Also remove single sign-on").first().check();
      await button(page, "Change password").click();
      await expect(page.getByText("Password changed. You are signed out everywhere else.")).toBeVisible();
      expect(await countLinks(sql, account)).toBe(isRemoved ? 0 : 1);
      current = next;
    }
    await byProvider.context().close();
  });

  test("cannot be removed when it is the only way to sign in", async ({ page, sql }) => {
    const account = provider.addAccount();
    await continueAs(page, account);
    await expect(page).toHaveURL("/portal");
    await page.goto("/portal/account");
    await expect(page.getByText("This is the only way to sign in to your account")).toBeVisible();
    await expect(page.getByRole("button", { name: /Remove/ })).toHaveCount(0);
    await expect(page.getByLabel("Also remove single sign-on")).toHaveCount(0);
    expect(await countLinks(sql, account)).toBe(1);
  });
});

test.describe("signing out", () => {
  for (const [how, path] of [
    ["Sign out", "/portal"],
    ["End all sessions", "/portal/account"],
  ] as const) {
    test(`with "${how}" also ends the provider's session, which then requires a new login (G7)`, async ({ page }) => {
      const account = provider.addAccount();
      await continueAs(page, account);
      await expect(page).toHaveURL("/portal");
      await page.waitForFunction(() => window.widgetClient);
      // The provider still has a session, so signing in again requires no input.
      await page.context().clearCookies({ domain: "localhost" });
      await page.goto("/login");
      await button(page, "Continue with single sign-on").click();
      await expect(page).toHaveURL("/portal");

      await page.goto(path);
      await signOutWith(page, how);
      await button(page, "End the session at the provider").click();
      await expect(page).toHaveURL("/login?signed-out");
      await expect(page.getByText("You are signed out. Your account and your chat")).toBeVisible();
      expect((await page.request.post("/api/glassix-identity")).status()).toBe(401);
      await button(page, "Continue with single sign-on").click();
      await expect(page.getByLabel("Account")).toBeVisible();
    });
  }

  test("right after linking also ends the provider's session", async ({ page }) => {
    const { email, password } = await registerCustomer(page);
    await signOut(page);
    await continueAs(page, provider.addAccount({ email }));
    await page.getByLabel("Password").fill(password);
    await button(page, "Link and sign in").click();
    await expect(page).toHaveURL("/portal");
    await signOutWith(page);
    await expect(button(page, "End the session at the provider")).toBeVisible();
  });

  test("works while the provider is unreachable, and says that its session may remain", async ({ page }) => {
    await continueAs(page, provider.addAccount());
    await expect(page).toHaveURL("/portal");
    await page.waitForFunction(() => window.widgetClient);
    await provider.setState("silent");
    await signOutWith(page);
    // The chat does not wait for the provider.
    await page.waitForFunction(() => !window.widgetClient, undefined, { timeout: 2_000 });
    await expect(page.getByText("You are signed out here, but we couldn't reach your identity provider")).toBeVisible();
    expect((await page.request.post("/api/glassix-identity")).status()).toBe(401);
  });

  test("after a sign-in with a password does not involve the provider", async ({ page }) => {
    await registerCustomer(page);
    await signOut(page);
  });
});

test("a customer without a password sees no form to change it, and submitting one is refused", async ({
  page,
  sql,
}) => {
  const account = provider.addAccount();
  await continueAs(page, account);
  await expect(page).toHaveURL("/portal");
  // The page was open before the customer's password was removed.
  await sql(
    `UPDATE "User" SET "passwordHash" = '$argon2id$v=19$m=65536,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' WHERE email = $1`,
    [account.email],
  );
  await page.goto("/portal/account");
  await page.getByLabel("Current password").fill("anything");
  await page.getByLabel("New password").fill("a password of my own");
  await sql(`UPDATE "User" SET "passwordHash" = NULL WHERE email = $1`, [account.email]);
  await button(page, "Change password").click();
  await expect(page.getByText("so there is no password to change here")).toBeVisible();
  expect(await sql(`SELECT "passwordHash" FROM "User" WHERE email = $1`, [account.email])).toEqual([
    { passwordHash: null },
  ]);

  await page.goto("/portal/account");
  await expect(page.getByText("so there is no password to manage here.")).toBeVisible();
  await expect(button(page, "Change password")).toHaveCount(0);
});

test("the linking page has a Content-Security-Policy with a nonce on every script, and hydrates", async ({ page }) => {
  const { email } = await registerCustomer(page);
  await signOut(page);
  await continueAs(page, provider.addAccount({ email }));
  const response = (await page.goto("/login/link"))!;
  const policy = response.headers()["content-security-policy"] ?? "";
  expect(policy).toContain(`form-action 'self' ${provider.issuer};`);
  const nonce = /'nonce-([^']+)'/.exec(policy)![1];
  for (const script of (await response.text()).match(/<script\b[^>]*>/g)!) expect(script).toContain(`nonce="${nonce}"`);
  await page.waitForFunction(() => window.widgetClient);
});

test("the server's log contains neither the client secret nor a provider token (G11)", async () => {
  expect(portal.output()).not.toContain(CLIENT.clientSecret);
  expect(portal.output()).not.toMatch(/eyJ[\w-]{20,}/);
});
