import { createHmac } from "node:crypto";
import type { APIRequestContext, Page, PlaywrightWorkerArgs } from "@playwright/test";
import { expect, expectClientOf, registerCustomer, serveDouble, signIn, signOut, test } from "./fixtures";
import { ADDRESS_HEADER, NEXTAUTH_SECRET, REQUIRED_PORTAL } from "./servers";

/** What NextAuth's endpoint makes of a password: the error in the address that it sends the browser to, or "" when it let in. */
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
  // Other tests sign in at the same time: a password that was not checked is sent again.
  while (response.status() === 503 && response.headers().location?.includes("error=Busy-2")) response = await send();
  return new URL(response.headers().location!, "http://localhost").searchParams.get("error") ?? "";
}

const readCsrfToken = async (request: APIRequestContext): Promise<string> =>
  (await (await request.get("/api/auth/csrf")).json()).csrfToken;

const mintStatus = async (request: APIRequestContext) => (await request.post("/api/glassix-identity")).status();

/** The counter of an account: its e-mail is hashed as in lib/audit.ts. */
function counterOf(email: string): string {
  const key = createHmac("sha256", NEXTAUTH_SECRET).update("audit account").digest();
  return `sign-in:${createHmac("sha256", key).update(email).digest("hex").slice(0, 32)}`;
}

test.describe("guessing passwords", () => {
  for (const [who, isKnown] of [
    ["an account", true],
    ["an e-mail that has none", false],
  ] as const) {
    test(`locks ${who} after ten wrong ones, says for how long, and lets not even the right one in until then`, async ({
      page,
      request,
      browser,
      sql,
    }) => {
      const customer = isKnown
        ? await registerCustomer(page)
        : { email: `nobody-${crypto.randomUUID()}@example.com`, password: "a password of my own" };
      // All at the same moment: that must not make more of them count as the first ten.
      const csrfToken = await readCsrfToken(request);
      const answers = await Promise.all(
        Array.from({ length: 14 }, (_, count) =>
          tryPassword(request, customer.email, `wrong ${count}`, undefined, csrfToken),
        ),
      );
      expect(answers.filter((answer) => answer === "CredentialsSignin")).toHaveLength(10);
      expect(answers.filter((answer) => /^Locked-\d+$/.test(answer))).toHaveLength(4);

      const strange = await (await browser.newContext()).newPage();
      await strange.goto("/login");
      await strange.getByLabel("Email").fill(customer.email.toUpperCase());
      await strange.getByLabel("Password").fill(customer.password);
      await strange.getByRole("button", { name: "Sign in" }).click();
      await expect(strange.getByText("There were too many wrong passwords. Wait 15 minutes")).toBeVisible();
      await expect(strange.getByLabel("Email")).toHaveValue(customer.email.toUpperCase());

      if (isKnown) {
        // Strangers cannot lock the customer out of a device that has signed in before.
        await signOut(page);
        await signIn(page, customer.email, customer.password);
      }

      await sql(`UPDATE "RateLimit" SET expire = 1 WHERE key = $1`, [counterOf(customer.email)]);
      await strange.getByLabel("Password").fill(customer.password);
      await strange.getByRole("button", { name: "Sign in" }).click();
      if (isKnown) await strange.waitForURL("**/portal");
      else await expect(strange.getByText("That e-mail and password do not match.")).toBeVisible();
      await strange.context().close();
    });
  }

  test("counts wrong passwords alone: a right one begins anew", async ({ page, request, sql }) => {
    const { email, password } = await registerCustomer(page);
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

  test("is limited by address, whatever the e-mails, and nobody else's address suffers", async ({
    page,
    request,
    sql,
  }) => {
    const [mine, other] = ["203.0.113.7", "203.0.113.8"];
    const guess = (address?: string) => tryPassword(request, `${crypto.randomUUID()}@example.com`, "wrong", address);
    await guess(mine);
    await sql(`UPDATE "RateLimit" SET points = 100 WHERE key = $1`, [`sign-in-from:${mine}`]);
    expect(await guess(mine)).toMatch(/^Locked-/);
    // A locked address does not count against accounts any more.
    const { email, password } = await registerCustomer(page);
    for (let count = 0; count < 12; count++) expect(await tryPassword(request, email, "x", mine)).toMatch(/^Locked-/);
    expect(await tryPassword(request, email, password, other)).toBe("");
    expect(await guess(other)).toBe("CredentialsSignin");
    expect(await guess()).toBe("CredentialsSignin");
    // A header that nobody has named is no address.
    const csrfToken = await readCsrfToken(request);
    const response = await request.post("/api/auth/callback/credentials", {
      form: { csrfToken, email: "x@example.com", password: "wrong" },
      headers: { "x-forwarded-for": mine },
      maxRedirects: 0,
    });
    expect(response.headers().location).toContain("CredentialsSignin");
  });

  test("accounts cannot be opened without end from one address", async ({ page, context, sql }) => {
    const address = "203.0.113.30";
    await context.setExtraHTTPHeaders({ [ADDRESS_HEADER]: address });
    const { email } = await registerCustomer(page);
    await signOut(page);
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
    await expect(page.getByText("Too many accounts were opened just now")).toBeVisible();
    await expect(page.getByLabel("First name")).toHaveValue("Robin");
    expect(await sql(`SELECT 1 FROM "User" WHERE "email" = $1`, [`again-${email}`])).toEqual([]);
  });

  test("keeps no e-mail in the table of counters", async ({ page, request, sql }) => {
    const { email } = await registerCustomer(page);
    await tryPassword(request, email, "wrong");
    const rows = await sql(`SELECT key FROM "RateLimit"`);
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain("@");
  });
});

test.describe("a session", () => {
  /** The same customer in a second browser. */
  async function signInElsewhere(page: Page, { email, password }: { email: string; password: string }) {
    const other = await (await page.context().browser()!.newContext()).newPage();
    await signIn(other, email, password);
    return other;
  }

  for (const how of ["ends all sessions", "changes the password"] as const) {
    test(`has ended everywhere, with every minting, when the customer ${how} in one place (G7)`, async ({ page }) => {
      const customer = await registerCustomer(page);
      const other = await signInElsewhere(page, customer);
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
        await expect(page.getByText("Changed. You are signed out everywhere else.")).toBeVisible();
        // This one begins anew, and the chat stays.
        expect(await mintStatus(page.request)).toBe(200);
        await expect(page.getByRole("button", { name: "Open chat" })).toBeVisible();
      }

      expect(await mintStatus(other.request)).toBe(401);
      expect(await (await other.request.get("/api/auth/session")).json()).toEqual({});
      await other.getByRole("navigation").getByRole("link", { name: "Claims" }).first().click();
      await expect(other).toHaveURL(/\/login/);
      await other.context().close();

      if (how === "changes the password") {
        await page.context().clearCookies();
        expect(await tryPassword(page.request, customer.email, customer.password)).toBe("CredentialsSignin");
        expect(await tryPassword(page.request, customer.email, "another password of mine")).toBe("");
      }
    });
  }

  test("is not touched by a wrong current password, and a common new one is refused; neither is shown again", async ({
    page,
  }) => {
    const { password } = await registerCustomer(page);
    await page.goto("/portal/account");
    await page.getByLabel("Current password").fill("not my password");
    await page.getByLabel("New password").fill("another password of mine");
    await page.getByRole("button", { name: "Change password" }).click();
    await expect(page.getByText("That is not your current password.")).toBeVisible();
    await expect(page.getByLabel("New password")).toHaveValue("");
    await page.getByLabel("Current password").fill(password);
    await page.getByLabel("New password").fill("Password123");
    await page.getByRole("button", { name: "Change password" }).click();
    await expect(page.getByText("This password is too common.")).toBeVisible();
    expect(await page.content()).not.toContain("Password123");
    expect(await mintStatus(page.request)).toBe(200);
  });

  test.describe("that nobody uses", () => {
    test.use({ baseURL: REQUIRED_PORTAL });

    test("ends after the time that the environment says; a renewal by the page itself is no use", async ({
      page,
      context,
      sql,
    }) => {
      await serveDouble(context);
      await registerCustomer(page);
      await expect.poll(() => mintStatus(page.request)).toBe(200);
      const { user } = await (await page.request.get("/api/auth/session")).json();
      await expectClientOf(page, user.uniqueIdentifier);
      const wasSeen = (before: string) =>
        sql(`UPDATE "Session" SET "lastSeenAt" = now() - $2::interval WHERE "id" = $1`, [user.sessionId, before]);

      await wasSeen("29 minutes");
      expect(await mintStatus(page.request)).toBe(200);
      const [{ age }] = (await sql(
        `SELECT extract(epoch FROM now() - "lastSeenAt")::int AS age FROM "Session" WHERE "id" = $1`,
        [user.sessionId],
      )) as [{ age: number }];
      expect(age).toBeGreaterThan(1700);
      await page.goto("/portal/claims");
      await expect(page).toHaveURL(/claims/);
      await expectClientOf(page, user.uniqueIdentifier);

      await wasSeen("31 minutes");
      expect(await mintStatus(page.request)).toBe(401);
      await page.evaluate(() => window.dispatchEvent(new Event("focus")));
      await expectClientOf(page, "nobody");
      await expect(page).toHaveURL(/\/login/);
    });
  });
});

test.describe("a copy of the session cookie", () => {
  test.use({ expectedErrors: [/Failed to load resource/] });
  /** What a thief has: the cookies alone. */
  async function copyCookies(page: Page, playwright: PlaywrightWorkerArgs["playwright"], baseURL: string) {
    return playwright.request.newContext({ baseURL, storageState: await page.context().storageState() });
  }
  const isPortalShown = async (request: APIRequestContext) =>
    (await request.get("/portal/account", { maxRedirects: 0 })).status() === 200;

  for (const how of ["the button", "the button without JavaScript", "NextAuth's own address"] as const) {
    test(`G7: is worthless after signing out with ${how}`, async ({ browser, playwright, baseURL, sql }) => {
      const javaScriptEnabled = how !== "the button without JavaScript";
      const page = await (await browser.newContext({ javaScriptEnabled })).newPage();
      const { email } = await registerCustomer(page);
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
      await page.context().close();
    });
  }

  test("G7: cannot extend the session, whatever is asked of NextAuth", async ({ page, sql }) => {
    const { email } = await registerCustomer(page);
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

  test("G7: of a disabled account has no session left, also once it is enabled again", async ({ page, sql }) => {
    const { email } = await registerCustomer(page);
    await sql(`UPDATE "User" SET "disabledAt" = now() WHERE "email" = $1`, [email]);
    expect(await mintStatus(page.request)).toBe(403);
    expect(await isPortalShown(page.request)).toBe(false);
    await sql(`UPDATE "User" SET "disabledAt" = NULL WHERE "email" = $1`, [email]);
    expect(await mintStatus(page.request)).toBe(401);
    expect(await isPortalShown(page.request)).toBe(false);
  });

  test("leads to the login page, which comes back to the page that was wanted", async ({ page, sql }) => {
    const { email, password } = await registerCustomer(page);
    await sql(`DELETE FROM "Session" s USING "User" u WHERE u."id" = s."userId" AND u."email" = $1`, [email]);
    await page.goto("/portal/claims?page=1");
    await expect(page).toHaveURL("/login?callbackUrl=%2Fportal%2Fclaims%3Fpage%3D1");
    await page.getByLabel("Email").fill(email);
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page).toHaveURL("/portal/claims?page=1");
  });

  test("expired rows are deleted at the next sign-in", async ({ page, sql }) => {
    const { email } = await registerCustomer(page);
    await sql(
      `INSERT INTO "Session" ("userId", "device", "expiresAt") SELECT "id", 'An old one', now() - interval '1 day' FROM "User" WHERE "email" = $1`,
      [email],
    );
    await registerCustomer(await (await page.context().browser()!.newContext()).newPage());
    expect(await sql(`SELECT 1 FROM "Session" WHERE "device" = 'An old one' AND "expiresAt" < now()`)).toEqual([]);
  });
});

test.describe("the account page", () => {
  test("G7: lists the sessions with device, network and last use, and ends one, the others, or all", async ({
    page,
    browser,
  }) => {
    const { email, password } = await registerCustomer(page);
    const signInFrom = async (userAgent: string, network: string) => {
      const context = await browser.newContext({ userAgent, extraHTTPHeaders: { [ADDRESS_HEADER]: network } });
      const other = await context.newPage();
      await signIn(other, email, password);
      return other;
    };
    const phone = await signInFrom("Mozilla/5.0 (iPhone) Version/18.0 Safari/604.1", "198.51.100.23");
    const laptop = await signInFrom("Mozilla/5.0 (X11; Linux x86_64) Firefox/132.0", "203.0.113.99");
    const tablet = await signInFrom("Mozilla/5.0 (iPad) Version/18.0 Safari/604.1", "203.0.113.98");

    await page.goto("/portal/account");
    const list = page.getByRole("listitem");
    await expect(list.filter({ hasText: "This device" })).toHaveCount(1);
    await expect(list.filter({ hasText: "Safari on iPhone" })).toContainText("198.51.100.0/24");
    await expect(list.filter({ hasText: "Firefox on Linux" })).toContainText(/Last used \d+ \w+ \d{4}/);

    await page.getByRole("button", { name: "End session of Safari on iPhone" }).click();
    await expect(list.filter({ hasText: "Safari on iPhone" })).toHaveCount(0);
    // The pressed button is gone: the keyboard goes on from what is said of it.
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
    for (const other of [phone, laptop, tablet]) await other.context().close();
  });
});

test.describe("signing in", () => {
  test("in a browser that stores no cookies says why it did not work", async ({ browser }) => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const { email, password } = await registerCustomer(page);
    await context.clearCookies();
    // What such a browser does: it drops the server's cookies and sends none.
    await context.route("**/*", async (route) => {
      const response = await route.fetch({ maxRedirects: 0, headers: { ...route.request().headers(), cookie: "" } });
      const headers = { ...response.headers() };
      delete headers["set-cookie"];
      await route.fulfill({ response, headers });
    });
    await page.goto("/login");
    await page.getByLabel("Email").fill(email);
    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByText("Your browser did not send our cookie back")).toBeVisible();
    await context.unrouteAll({ behavior: "ignoreErrors" });
    await context.close();
  });

  for (const [name, value] of [
    ["next-auth.callback-url", "undefined"],
    ["next-auth.callback-url", "javascript:alert(1)"],
    ["next-auth.callback-url", "%"],
    ["next-auth.callback-url", "http://"],
    ["next-auth.csrf-token", "undefined"],
    ["next-auth.csrf-token", "a|b|c"],
    ["next-auth.session-token", "undefined"],
    ["next-auth.session-token.0", "x"],
    ["next-auth.session-token.7", "x"],
    ["__Secure-next-auth.callback-url", "undefined"],
    ["portal.device", "undefined.%.ü"],
  ] as const) {
    test(`and out works beside a foreign cookie ${name}=${value}`, async ({ page, context, baseURL, playwright }) => {
      const { email, password } = await registerCustomer(page);
      const leave = () =>
        context.addCookies([
          { name, value, url: baseURL!.replace(/^http:/, name.startsWith("__") ? "https:" : "http:") },
        ]);
      // The foreign cookie must not be the session itself.
      if (name !== "next-auth.session-token") {
        await leave();
        expect(await mintStatus(page.request)).toBe(200);
        await page.goto("/portal/account");
        const copy = await playwright.request.newContext({ baseURL, storageState: await context.storageState() });
        await signOut(page);
        expect(await mintStatus(copy)).toBe(401);
        await copy.dispose();
      } else await signOut(page);
      await leave();
      await signIn(page, email, password);
      expect(await mintStatus(page.request)).toBe(200);
    });
  }

  test("is refused with 413 when the form is too large, which is not read to its end", async ({ request }) => {
    const csrfToken = await readCsrfToken(request);
    for (const size of [17_000, 2_000_000]) {
      const response = await request.post("/api/auth/callback/credentials", {
        form: { csrfToken, email: "x@example.com", password: "a".repeat(size) },
        maxRedirects: 0,
      });
      expect(response.status()).toBe(413);
    }
  });

  test("NextAuth's pages and verbs that the portal does not use answer 404 or 405", async ({ request }) => {
    for (const path of [
      "signout",
      "verify-request",
      "callback",
      "signin/oidc",
      "callback/oidc",
      "_log",
      "session/x",
      "callback%2Fcredentials",
      "constructor",
      "__proto__",
    ])
      for (const method of ["GET", "POST", "HEAD", "PUT", "DELETE"])
        if (!(path === "signout" && method === "POST"))
          expect([404, 405], `${method} ${path}`).toContain(
            (await request.fetch(`/api/auth/${path}`, { method, maxRedirects: 0 })).status(),
          );
    for (const path of ["signin", "error"]) {
      const response = await request.get(`/api/auth/${path}?error=OAuthCallback`);
      expect(response.url(), path).toMatch(/\/login\?/);
    }
    for (const path of ["session", "csrf", "providers", "signin", "error"])
      for (const method of ["HEAD", "OPTIONS"])
        expect((await request.fetch(`/api/auth/${path}`, { method })).status(), `${method} ${path}`).toBeLessThan(400);
  });
});

test("G7: a sign-in that replaces a session in a browser ends it", async ({ page, playwright, baseURL }) => {
  const [first, second] = [
    await registerCustomer(page),
    await registerCustomer(await (await page.context().browser()!.newContext()).newPage()),
  ];
  const copy = await playwright.request.newContext({ baseURL, storageState: await page.context().storageState() });
  expect(await tryPassword(page.request, second.email, second.password)).toBe("");
  expect(first.email).not.toBe(second.email);
  expect(await mintStatus(page.request)).toBe(200);
  expect(await mintStatus(copy)).toBe(401);
});

test("G7: no session that was opened with the old password outlives a password change", async ({
  page,
  playwright,
  baseURL,
  sql,
}) => {
  const { email, password } = await registerCustomer(page);
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
    await expect(page.getByText("Changed. You are signed out everywhere else.")).toBeVisible();
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

test("a sign-out that another site asks for is refused", async ({ page }) => {
  await registerCustomer(page);
  for (const csrfToken of ["", "0".repeat(64)])
    await page.request.post("/api/auth/signout", { form: { csrfToken }, maxRedirects: 0 });
  for (const headers of [{ "sec-fetch-site": "cross-site" }, { origin: "https://evil.example" }] as Record<
    string,
    string
  >[])
    expect((await page.request.post("/sign-out", { headers, maxRedirects: 0 })).status()).toBe(403);
  expect(await mintStatus(page.request)).toBe(200);
});
