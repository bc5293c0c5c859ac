import type { APIRequestContext, Page, PlaywrightWorkerArgs } from "@playwright/test";
import { expect, expectClientOf, registerCustomer, signInByRequest, signOut, test } from "./fixtures";
import { ADDRESS_HEADER, REQUIRED_PORTAL, signInCounterKey } from "./servers";

/** Sends a password to NextAuth's endpoint: the error code in its redirect, or "" when it signed in. */
async function tryPassword(
  request: APIRequestContext,
  email: string,
  password: string,
  address?: string,
  csrfToken?: string,
): Promise<string> {
  csrfToken ??= await readCsrfToken(request);
  const send = () =>
    request.post("/api/auth/callback/credentials", {
      form: { csrfToken: csrfToken!, email, password },
      headers: address ? { [ADDRESS_HEADER]: address } : {},
      maxRedirects: 0,
    });
  let response = await send();
  // Other tests sign in at the same time, and the password queue may be full.
  while (response.status() === 503 && response.headers().location?.includes("error=Busy-2")) response = await send();
  return new URL(response.headers().location!, "http://localhost").searchParams.get("error") ?? "";
}

const readCsrfToken = async (request: APIRequestContext): Promise<string> =>
  (await (await request.get("/api/auth/csrf")).json()).csrfToken;

const mintStatus = async (request: APIRequestContext) => (await request.post("/api/glassix-identity")).status();

test.describe("guessing passwords", () => {
  for (const [who, isKnown] of [
    ["an account", true],
    ["an email without an account", false],
  ] as const) {
    test(`locks ${who} after ten wrong passwords, says for how long, and refuses the right one until then`, async ({
      page,
      request,
      openBrowser,
      signIn,
      sql,
    }) => {
      const customer = isKnown
        ? await signIn()
        : { email: `nobody-${crypto.randomUUID()}@example.com`, password: "a password of my own" };
      // Sent at once: at most ten of them may be checked.
      const csrfToken = await readCsrfToken(request);
      const errors = await Promise.all(
        Array.from({ length: 14 }, (_, count) =>
          tryPassword(request, customer.email, `wrong ${count}`, undefined, csrfToken),
        ),
      );
      expect(errors.filter((error) => error === "CredentialsSignin")).toHaveLength(10);
      expect(errors.filter((error) => /^Locked-\d+$/.test(error))).toHaveLength(4);

      const otherBrowser = await openBrowser();
      await otherBrowser.goto("/login");
      await otherBrowser.getByLabel("Email").fill(customer.email.toUpperCase());
      await otherBrowser.getByLabel("Password").fill(customer.password);
      await otherBrowser.getByRole("button", { name: "Sign in", exact: true }).click();
      await expect(otherBrowser.getByText("Too many wrong passwords. Wait 15 minutes")).toBeVisible();
      await expect(otherBrowser.getByLabel("Email")).toHaveValue(customer.email.toUpperCase());

      if (isKnown) {
        // The lock does not apply to a device that has signed in before.
        await signInByRequest(page.request, customer.email, customer.password);
      }

      await sql(`UPDATE "RateLimit" SET expire = 1 WHERE key = $1`, [signInCounterKey(customer.email)]);
      await otherBrowser.getByLabel("Password").fill(customer.password);
      await otherBrowser.getByRole("button", { name: "Sign in", exact: true }).click();
      if (isKnown) await otherBrowser.waitForURL("**/portal");
      else await expect(otherBrowser.getByText("This email and password do not match.")).toBeVisible();
    });
  }

  test("counts only wrong passwords, and starts again after a right one", async ({ createCustomer, request, sql }) => {
    const { email, password } = await createCustomer();
    const address = "203.0.113.20";
    for (let round = 0; round < 2; round++) {
      for (let count = 0; count < 8; count++)
        expect(await tryPassword(request, email, "wrong", address)).not.toContain("Locked");
      expect(await tryPassword(request, email, password, address)).toBe("");
    }
    expect(await sql(`SELECT points FROM "RateLimit" WHERE key = $1`, [`sign-in-from:${address}`])).toEqual([
      { points: 16 },
    ]);
  });

  test("is limited per address, across all accounts", async ({ createCustomer, request, sql }) => {
    const [mine, other] = ["203.0.113.7", "203.0.113.8"];
    const guess = (address?: string) => tryPassword(request, `${crypto.randomUUID()}@example.com`, "wrong", address);
    await guess(mine);
    await sql(`UPDATE "RateLimit" SET points = 100 WHERE key = $1`, [`sign-in-from:${mine}`]);
    expect(await guess(mine)).toMatch(/^Locked-/);
    // Attempts from a locked address do not count against accounts.
    const { email, password } = await createCustomer();
    for (let count = 0; count < 12; count++) expect(await tryPassword(request, email, "x", mine)).toMatch(/^Locked-/);
    expect(await tryPassword(request, email, password, other)).toBe("");
    expect(await guess(other)).toBe("CredentialsSignin");
    expect(await guess()).toBe("CredentialsSignin");
    // Only the configured header holds the address.
    const csrfToken = await readCsrfToken(request);
    const response = await request.post("/api/auth/callback/credentials", {
      form: { csrfToken, email: "x@example.com", password: "wrong" },
      headers: { "x-forwarded-for": mine },
      maxRedirects: 0,
    });
    expect(response.headers().location).toContain("CredentialsSignin");
  });

  test("counts no refused attempt on a locked account against the address", async ({
    createCustomer,
    request,
    sql,
  }) => {
    const { email } = await createCustomer();
    for (let count = 0; count < 10; count++) await tryPassword(request, email, "wrong", "203.0.113.40");
    const address = "203.0.113.41";
    for (let count = 0; count < 3; count++)
      expect(await tryPassword(request, email, "wrong", address)).toMatch(/^Locked-/);
    expect(await sql(`SELECT points FROM "RateLimit" WHERE key = $1`, [`sign-in-from:${address}`])).toEqual([
      { points: 0 },
    ]);
  });

  test("is limited for new accounts per address", async ({ page, context, openBrowser, sql }) => {
    const address = "203.0.113.30";
    await context.setExtraHTTPHeaders({ [ADDRESS_HEADER]: address });
    const { email } = await registerCustomer(await openBrowser({ extraHTTPHeaders: { [ADDRESS_HEADER]: address } }));
    await sql(`UPDATE "RateLimit" SET points = 50 WHERE key = $1`, [`register-from:${address}`]);
    await page.goto("/register");
    for (const [label, text] of Object.entries({
      "First name": "Robin",
      "Last name": "Again",
      Email: `again-${email}`,
      Password: "a password of my own",
    }))
      await page.getByLabel(label).fill(text);
    await page.getByRole("button", { name: "Create account" }).click();
    await expect(page.getByText("Too many accounts were created just now")).toBeVisible();
    await expect(page.getByLabel("First name")).toHaveValue("Robin");
    expect(await sql(`SELECT 1 FROM "User" WHERE "email" = $1`, [`again-${email}`])).toEqual([]);
  });

  test("stores no email with its counters", async ({ createCustomer, request, sql }) => {
    const { email } = await createCustomer();
    await tryPassword(request, email, "wrong");
    const rows = await sql(`SELECT key FROM "RateLimit"`);
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain("@");
  });
});

test.describe("a session", () => {
  for (const how of ["ends all sessions", "changes the password"] as const) {
    test(`ends on every device when the customer ${how} on one (G7)`, async ({ page, signIn, openBrowser }) => {
      const customer = await signIn();
      const other = await openBrowser();
      await signIn(customer, other.request);
      await other.goto("/portal");
      expect(await mintStatus(other.request)).toBe(200);

      await page.goto("/portal/account");
      if (how === "ends all sessions") {
        await page.getByRole("button", { name: "End all sessions" }).click();
        await page.waitForURL("**/login?signed-out");
        expect(await mintStatus(page.request)).toBe(401);
      } else {
        await page.getByLabel("Current password").fill(customer.password);
        await page.getByLabel("New password").fill("another password of mine");
        await page.getByRole("button", { name: "Change password" }).click();
        await expect(page.getByText("Password changed. You are signed out everywhere else.")).toBeVisible();
        // This device gets a new session, and keeps the chat.
        expect(await mintStatus(page.request)).toBe(200);
        await expectClientOf(page, customer.uniqueIdentifier);
      }

      expect(await mintStatus(other.request)).toBe(401);
      expect(await (await other.request.get("/api/auth/session")).json()).toEqual({});
      await other.getByRole("navigation").getByRole("link", { name: "Claims" }).first().click();
      await expect(other).toHaveURL(/\/login/);

      if (how === "changes the password") {
        await page.context().clearCookies();
        expect(await tryPassword(page.request, customer.email, customer.password)).toBe("CredentialsSignin");
        expect(await tryPassword(page.request, customer.email, "another password of mine")).toBe("");
      }
    });
  }

  test("replaces the least recently used one when a customer has 200 (G13)", async ({
    createCustomer,
    signIn,
    sql,
  }) => {
    const customer = await createCustomer();
    await sql(
      `INSERT INTO "Session" ("userId", "device", "lastSeenAt", "expiresAt")
       SELECT "id", 'A test', now() - n * interval '1 minute', now() + interval '1 hour'
       FROM "User", generate_series(1, 205) n WHERE "email" = $1`,
      [customer.email],
    );
    await signIn(customer);
    const [{ count }] = (await sql(
      `SELECT count(*)::int AS count FROM "Session" s JOIN "User" u ON u."id" = s."userId" WHERE u."email" = $1`,
      [customer.email],
    )) as [{ count: number }];
    expect(count).toBe(200);
  });

  test("stays when the current password is wrong or the new one too common; neither is shown again", async ({
    page,
    signIn,
  }) => {
    const { password } = await signIn();
    await page.goto("/portal/account");
    await page.getByLabel("Current password").fill("not my password");
    await page.getByLabel("New password").fill("another password of mine");
    await page.getByRole("button", { name: "Change password" }).click();
    await expect(page.getByText("This is not your current password.")).toBeVisible();
    await expect(page.getByLabel("New password")).toHaveValue("");
    await page.getByLabel("Current password").fill(password);
    await page.getByLabel("New password").fill("Password123");
    await page.getByRole("button", { name: "Change password" }).click();
    await expect(page.getByText("This password is too common.")).toBeVisible();
    expect(await page.content()).not.toContain("Password123");
    expect(await mintStatus(page.request)).toBe(200);
  });

  test.describe("that is idle", () => {
    test.use({ baseURL: REQUIRED_PORTAL });

    test("ends after SESSION_IDLE_TIMEOUT; identity renewals do not count as activity", async ({
      page,
      signIn,
      sql,
    }) => {
      await signIn();
      // A late prefetch would count as activity.
      await page.goto("/portal", { waitUntil: "networkidle" });
      await expect.poll(() => mintStatus(page.request)).toBe(200);
      const { user } = await (await page.request.get("/api/auth/session")).json();
      await expectClientOf(page, user.uniqueIdentifier);
      const setLastSeen = (before: string) =>
        sql(`UPDATE "Session" SET "lastSeenAt" = now() - $2::interval WHERE "id" = $1`, [user.sessionId, before]);

      await setLastSeen("29 minutes");
      expect(await mintStatus(page.request)).toBe(200);
      const [{ age }] = (await sql(
        `SELECT extract(epoch FROM now() - "lastSeenAt")::int AS age FROM "Session" WHERE "id" = $1`,
        [user.sessionId],
      )) as [{ age: number }];
      expect(age).toBeGreaterThan(1700);
      await page.goto("/portal/claims");
      await expect(page).toHaveURL(/claims/);
      await expectClientOf(page, user.uniqueIdentifier);

      await setLastSeen("31 minutes");
      expect(await mintStatus(page.request)).toBe(401);
      await page.evaluate(() => window.dispatchEvent(new Event("focus")));
      await expectClientOf(page, "nobody");
      await expect(page).toHaveURL(/\/login/);
    });
  });
});

test.describe("a copy of the session cookie", () => {
  test.use({ expectedErrors: [/Failed to load resource/] });
  /** What a thief has: only the cookies. */
  async function copyCookies(page: Page, playwright: PlaywrightWorkerArgs["playwright"], baseURL: string) {
    return playwright.request.newContext({ baseURL, storageState: await page.context().storageState() });
  }
  const isPortalShown = async (request: APIRequestContext) =>
    (await request.get("/portal/account", { maxRedirects: 0 })).status() === 200;

  for (const how of ["the button", "the button without JavaScript", "NextAuth's own address"] as const) {
    test(`is worthless after a sign-out with ${how} (G7)`, async ({
      openBrowser,
      signIn,
      playwright,
      baseURL,
      sql,
    }) => {
      const javaScriptEnabled = how !== "the button without JavaScript";
      const page = await openBrowser({ javaScriptEnabled });
      const { email } = await signIn(undefined, page.request);
      await page.goto("/portal");
      const copy = await copyCookies(page, playwright, baseURL!);
      expect(await isPortalShown(copy)).toBe(true);
      if (how === "NextAuth's own address") {
        const csrfToken = await readCsrfToken(page.request);
        await page.request.post("/api/auth/signout", { form: { csrfToken }, maxRedirects: 0 });
      } else await signOut(page);

      expect(await mintStatus(copy)).toBe(401);
      expect(await isPortalShown(copy)).toBe(false);
      expect(await (await copy.get("/api/auth/session")).json()).toEqual({});
      expect(
        await sql(`SELECT 1 FROM "Session" s JOIN "User" u ON u."id" = s."userId" WHERE u."email" = $1`, [email]),
      ).toEqual([]);
    });
  }

  test("cannot extend the session through NextAuth (G7)", async ({ page, signIn, sql }) => {
    const { email } = await signIn();
    const readEnd = async () =>
      sql(`SELECT "expiresAt" FROM "Session" s JOIN "User" u ON u."id" = s."userId" WHERE u."email" = $1`, [email]);
    const before = await readEnd();
    const csrfToken = await readCsrfToken(page.request);
    for (const form of [{ csrfToken }, { csrfToken, data: "{}" }] as Record<string, string>[]) {
      const response = await page.request.post("/api/auth/session", { form });
      expect(response.status()).toBe(405);
      expect(response.headers()["set-cookie"] ?? "").not.toContain("session-token");
    }
    expect((await page.request.get("/api/auth/session")).headers()["set-cookie"]).toBeUndefined();
    expect(await readEnd()).toEqual(before);
    // The row decides, not the cookie.
    await sql(`UPDATE "Session" SET "expiresAt" = now() WHERE "expiresAt" = $1`, [before[0]!.expiresAt]);
    expect(await mintStatus(page.request)).toBe(401);
    expect(await isPortalShown(page.request)).toBe(false);
  });

  test("of a disabled account is worthless, even after the account is enabled again (G7)", async ({
    page,
    signIn,
    sql,
  }) => {
    const { email } = await signIn();
    await sql(`UPDATE "User" SET "disabledAt" = now() WHERE "email" = $1`, [email]);
    expect(await mintStatus(page.request)).toBe(403);
    expect(await isPortalShown(page.request)).toBe(false);
    await sql(`UPDATE "User" SET "disabledAt" = NULL WHERE "email" = $1`, [email]);
    expect(await mintStatus(page.request)).toBe(401);
    expect(await isPortalShown(page.request)).toBe(false);
  });

  test("whose session ended leads to the login page, which says so, and sign-in returns to the requested page", async ({
    page,
    signIn,
    sql,
  }) => {
    const { email, password } = await signIn();
    await sql(`DELETE FROM "Session" s USING "User" u WHERE u."id" = s."userId" AND u."email" = $1`, [email]);
    await page.goto("/portal/claims?page=1");
    await expect(page).toHaveURL("/login?callbackUrl=%2Fportal%2Fclaims%3Fpage%3D1");
    await expect(page.getByText("Your session has ended. Sign in again.")).toBeVisible();
    await page.getByLabel("Email").fill(email);
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(page).toHaveURL("/portal/claims?page=1");
  });

  test("expired sessions are deleted at the next sign-in", async ({ createCustomer, signIn, sql }) => {
    const { email } = await createCustomer();
    await sql(
      `INSERT INTO "Session" ("userId", "device", "expiresAt") SELECT "id", 'An old one', now() - interval '1 day' FROM "User" WHERE "email" = $1`,
      [email],
    );
    await signIn();
    expect(await sql(`SELECT 1 FROM "Session" WHERE "device" = 'An old one' AND "expiresAt" < now()`)).toEqual([]);
  });
});

test.describe("the account page", () => {
  test("lists the sessions with device, network and last use, and ends one, the others, or all (G7)", async ({
    page,
    signIn,
    openBrowser,
  }) => {
    const customer = await signIn();
    const signInFrom = async (userAgent: string, network: string) => {
      const other = await openBrowser({ userAgent, extraHTTPHeaders: { [ADDRESS_HEADER]: network } });
      await signIn(customer, other.request);
      return other;
    };
    const phone = await signInFrom(
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1",
      "198.51.100.23",
    );
    const laptop = await signInFrom("Mozilla/5.0 (X11; Linux x86_64) Firefox/132.0", "203.0.113.99");
    const tablet = await signInFrom(
      "Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1",
      "203.0.113.98",
    );

    await page.goto("/portal/account");
    const list = page.getByRole("listitem");
    await expect(list.filter({ hasText: "This device" })).toHaveCount(1);
    await expect(list.filter({ hasText: "Safari on iPhone" })).toContainText("198.51.100.0/24");
    await expect(list.filter({ hasText: "Firefox on Linux" })).toContainText(/Last used \d+ \w+ \d{4}/);

    await page.getByRole("button", { name: "End session of Safari on iPhone" }).click();
    await expect(list.filter({ hasText: "Safari on iPhone" })).toHaveCount(0);
    // The pressed button is gone: focus moves to the message.
    await expect(page.getByText("The session has ended.")).toBeFocused();
    expect(await mintStatus(phone.request)).toBe(401);
    expect(await mintStatus(laptop.request)).toBe(200);

    await page.getByRole("button", { name: "End other sessions" }).click();
    await expect(list.filter({ hasText: "Firefox on Linux" })).toHaveCount(0);
    for (const other of [laptop, tablet]) expect(await mintStatus(other.request)).toBe(401);
    expect(await mintStatus(page.request)).toBe(200);
    await expect(page.getByRole("button", { name: "End other sessions" })).toHaveCount(0);

    await page.getByRole("button", { name: "End all sessions" }).click();
    await page.waitForURL("**/login?signed-out");
    expect(await mintStatus(page.request)).toBe(401);
  });
});

test("a sign-in that replaces a session ends the old one (G7)", async ({ page, signIn, playwright, baseURL }) => {
  await signIn();
  const copy = await playwright.request.newContext({ baseURL, storageState: await page.context().storageState() });
  await signIn();
  expect(await mintStatus(page.request)).toBe(200);
  expect(await mintStatus(copy)).toBe(401);
});

test("a password change ends every session opened with the old password, even at the same moment (G7)", async ({
  page,
  signIn,
  playwright,
  baseURL,
  sql,
}) => {
  const { email, password } = await signIn();
  const thief = await playwright.request.newContext({ baseURL });
  const csrfToken = await readCsrfToken(thief);
  let isOver = false;
  const attempts = (async () => {
    while (!isOver)
      await thief.post("/api/auth/callback/credentials", { form: { csrfToken, email, password }, maxRedirects: 0 });
  })();
  await page.goto("/portal/account");
  await expect(async () => {
    await page.getByLabel("Current password").fill(password);
    await page.getByLabel("New password").fill("another password of mine");
    await page.getByRole("button", { name: "Change password" }).click();
    await expect(page.getByText("Password changed. You are signed out everywhere else.")).toBeVisible();
  }).toPass();
  isOver = true;
  await attempts;
  const sessions = await sql(
    `SELECT s."createdAt" FROM "Session" s JOIN "User" u ON u."id" = s."userId" WHERE u."email" = $1`,
    [email],
  );
  expect(sessions).toHaveLength(1);
  expect(await mintStatus(thief)).toBe(401);
});

test("a sign-out request from another site is refused", async ({ page, signIn }) => {
  await signIn();
  for (const csrfToken of ["", "0".repeat(64)])
    await page.request.post("/api/auth/signout", { form: { csrfToken }, maxRedirects: 0 });
  for (const headers of [{ "sec-fetch-site": "cross-site" }, { origin: "https://evil.example" }] as Record<
    string,
    string
  >[])
    expect((await page.request.post("/sign-out", { headers, maxRedirects: 0 })).status()).toBe(403);
  expect(await mintStatus(page.request)).toBe(200);
});
