import type { APIRequestContext, CDPSession, Page, Request } from "@playwright/test";
import { expect, expectAccessible, signInByForm, signOut, test as base, type Customer } from "./fixtures";
import { REQUIRED_PORTAL, signInCounterKey } from "./servers";

type Authenticator = { cdp: CDPSession; authenticatorId: string };

/** `autofill`: the virtual authenticator answers an offer in the field at once, as if the customer had chosen it. */
const test = base.extend<{ autofill: boolean; authenticator: Authenticator; owner: Customer }>({
  autofill: [false, { option: true }],
  authenticator: async ({ page, autofill }, use) => {
    if (!autofill) await page.addInitScript(disableAutofill);
    await use(await addAuthenticator(page));
  },
  /** Signed in, with one passkey in the authenticator. */
  owner: async ({ page, authenticator, signIn }, use) => {
    expect(authenticator).toBeTruthy();
    const customer = await signIn();
    await page.goto("/portal/account");
    await addPasskey(page);
    await use(customer);
  },
});

function disableAutofill(): void {
  window.PublicKeyCredential.isConditionalMediationAvailable = async () => false;
}

async function addAuthenticator(page: Page): Promise<Authenticator> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { cdp, authenticatorId };
}

async function addPasskey(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Add a passkey" }).click();
  await expect(page.getByText(/^Passkey added: Chrome on /)).toBeVisible();
}

const signInButton = (page: Page) => page.getByRole("button", { name: "Sign in with a passkey" });
const problem = (page: Page, text: string) => page.getByRole("alert").filter({ hasText: text });
const offered = (page: Page) => page.waitForResponse("**/api/passkeys/challenge?purpose=sign-in");
const expectSignedOut = async (request: APIRequestContext) =>
  expect(await (await request.get("/api/auth/session")).json()).toEqual({});

/** Signs out, presses the button, and returns the answer of the passkey instead of sending it. */
async function captureSignIn(page: Page): Promise<Request> {
  await signOut(page);
  const captured = page.waitForRequest((request) => "next-action" in request.headers());
  await page.route("**/login?signed-out", (route) =>
    "next-action" in route.request().headers() ? route.abort() : route.continue(),
  );
  await signInButton(page).click();
  const request = await captured;
  await expect(problem(page, "This didn't work.")).toBeVisible();
  return request;
}

async function send(request: APIRequestContext, captured: Request, headers: Record<string, string>, origin = "") {
  const { pathname } = new URL(captured.url());
  const response = await request.post(origin + pathname, {
    headers,
    data: captured.postDataBuffer()!,
    maxRedirects: 0,
  });
  return { isSignedIn: /session-token=ey/.test(response.headers()["set-cookie"] ?? ""), text: await response.text() };
}

async function withoutCookies(captured: Request): Promise<Record<string, string>> {
  return Object.fromEntries(Object.entries(await captured.allHeaders()).filter(([name]) => name !== "cookie"));
}

async function requirePasskey(page: Page): Promise<string[]> {
  await page.getByRole("button", { name: "Require a passkey after the password" }).click();
  const codes = page.getByRole("region", { name: "Recovery codes" }).getByRole("listitem");
  await expect(codes).toHaveCount(8);
  return codes.allTextContents();
}

async function enterPassword(page: Page, { email, password }: Customer): Promise<void> {
  await page.goto("/login?callbackUrl=/portal/claims");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
}

const LONG_AGO = `UPDATE "Session" SET "authenticatedAt" = now() - interval '11 minutes'
  WHERE "userId" = (SELECT "id" FROM "User" WHERE "email" = $1)`;
const PASSKEYS = `SELECT p.* FROM "Passkey" p JOIN "User" u ON u."id" = p."userId" WHERE u."email" = $1`;

test.describe("passkeys", () => {
  test("are added, named and removed on the account page", async ({ page, owner, sql }) => {
    const [added] = await sql(PASSKEYS, [owner.email]);
    expect(added).toMatchObject({ counter: "1", isBackedUp: false, lastUsedAt: null });
    const row = page.getByRole("listitem").filter({ hasText: "On this device only" });
    await expect(row).toContainText("Chrome on");
    await row.getByText("Rename").click();
    await row.getByLabel("Name").fill("  My \u202E laptop ");
    await row.getByRole("button", { name: "Save name" }).click();
    await expect(row).toContainText("My laptop");
    await expect(row.getByRole("status")).toHaveText("Renamed.");
    await expectAccessible(page, "the account page with a passkey");

    await page.getByRole("button", { name: "Add a passkey" }).click();
    await expect(problem(page, "This device already has a passkey for your account.")).toBeVisible();

    await page.getByRole("button", { name: "Remove passkey My laptop" }).click();
    await expect(page.getByText("The passkey has been removed.")).toBeVisible();
    expect(await sql(PASSKEYS, [owner.email])).toEqual([]);
  });

  test("sign in with the button, and lead to the requested page", async ({ page, owner, sql }) => {
    await signOut(page);
    await page.goto("/portal/claims?state=open");
    await signInButton(page).click();
    await expect(page).toHaveURL("/portal/claims?state=open");
    const [used] = await sql(PASSKEYS, [owner.email]);
    expect(used).toMatchObject({ counter: "2", lastUsedAt: expect.any(Date) });
  });

  test("stay after a change of the password", async ({ page, owner, sql }) => {
    await page.getByLabel("Current password").fill(owner.password);
    await page.getByLabel("New password").fill("another password of mine");
    await page.getByRole("button", { name: "Change password" }).click();
    await expect(page.getByText("Password changed.")).toBeVisible();
    expect(await sql(PASSKEYS, [owner.email])).toHaveLength(1);
  });

  test("of another customer can neither be renamed nor removed", async ({ page, owner, sql, createCustomer }) => {
    const ada = await createCustomer("Ada");
    const id = `ada-${crypto.randomUUID()}`;
    await sql(
      `INSERT INTO "Passkey" ("id", "userId", "name", "publicKey", "counter", "isBackedUp")
       SELECT $1, "id", 'Ada''s', '', 0, true FROM "User" WHERE "email" = $2`,
      [id, ada.email],
    );
    const setValue = (element: Element, value: string) => ((element as HTMLButtonElement).value = value);
    await page.getByText("Rename").click();
    await page.locator('input[name="passkey"]').evaluate(setValue, id);
    await page.getByRole("button", { name: "Save name" }).click();
    await expect(page.getByText("This was changed in another tab.")).toBeVisible();
    const remove = page.getByRole("button", { name: /^Remove passkey/ });
    await remove.evaluate(setValue, id);
    await remove.click();
    await expect(page.getByText("This was changed in another tab.")).toHaveCount(2);
    expect(await sql(PASSKEYS, [ada.email])).toMatchObject([{ name: "Ada's" }]);
    expect(await sql(PASSKEYS, [owner.email])).toHaveLength(1);
  });

  test("show nothing after the customer cancels", async ({ page, owner, authenticator: { cdp, authenticatorId } }) => {
    expect(owner).toBeTruthy();
    await signOut(page);
    await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
    await signInButton(page).click();
    await expect(signInButton(page)).toBeEnabled();
    await expect(page.getByRole("main").getByRole("alert")).toHaveCount(0);
    await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: true });
    await signInButton(page).click();
    await page.waitForURL("**/portal");
  });
});

test.describe("autofill", () => {
  test.use({ autofill: true });

  test("signs in with the passkey that the customer chooses in the field", async ({
    page,
    owner,
    authenticator: { cdp, authenticatorId },
  }) => {
    expect(owner).toBeTruthy();
    await cdp.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled: false });
    await Promise.all([offered(page), signOut(page)]);
    await expect(page.getByLabel("Email")).toHaveAttribute("autocomplete", "username webauthn");
    await cdp.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled: true });
    await page.goto("/login");
    await page.waitForURL("**/portal");
  });

  test("gives way to the button, and is offered again after an error", async ({
    page,
    owner,
    authenticator: { cdp, authenticatorId },
    sql,
  }) => {
    await cdp.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled: false });
    await Promise.all([offered(page), signOut(page)]);
    const setCounter = (counter: number) =>
      sql(`UPDATE "Passkey" SET "counter" = $1 WHERE "userId" = (SELECT "id" FROM "User" WHERE "email" = $2)`, [
        counter,
        owner.email,
      ]);
    await setCounter(1000);
    await cdp.send("WebAuthn.setAutomaticPresenceSimulation", { authenticatorId, enabled: true });
    const refused = page.waitForResponse((response) => "next-action" in response.request().headers());
    await signInButton(page).click();
    await refused;
    await setCounter(0);
    await page.waitForURL("**/portal");
  });
});

test.describe("a passkey after the password", () => {
  test("ends the sessions that only a password has started", async ({ page, owner, signIn, openBrowser }) => {
    const other = await openBrowser();
    await signIn(owner, other.request);
    await requirePasskey(page);
    await other.goto("/portal");
    await expect(other).toHaveURL(/\/login/);
  });

  test("is required once the customer turns it on", async ({ page, owner, sql, openBrowser }) => {
    const codes = await requirePasskey(page);
    expect(new Set(codes).size).toBe(8);
    for (const code of codes) expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}$/);
    await expectAccessible(page, "the account page with recovery codes");
    await page.reload();
    await expect(page.getByText("8 of your recovery codes are left")).toBeVisible();
    await expect(page.getByText(codes[0]!)).toHaveCount(0);

    await signOut(page);
    await enterPassword(page, owner);
    await page.waitForURL("**/login/passkey?**");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("One more step");
    await expectSignedOut(page.request);
    await signInButton(page).click();
    await expect(page).toHaveURL("/portal/claims");

    const stranger = await openBrowser();
    await stranger.goto("/login/passkey");
    await expect(stranger).toHaveURL(/\/login(\?|$)/);
    expect(await sql(`SELECT 1 FROM "RecoveryCode" WHERE "hash" = $1`, [codes[0]])).toEqual([]);
  });

  test("is also required of a sign-in that has started before", async ({ createCustomer, openBrowser, sql }) => {
    for (let round = 0; round < 5; round++) {
      const { email, password } = await createCustomer();
      const { request } = await openBrowser();
      const { csrfToken } = await (await request.get("/api/auth/csrf")).json();
      const signIns = [1, 2].map(() =>
        request.post("/api/auth/callback/credentials", { form: { csrfToken, email, password }, maxRedirects: 0 }),
      );
      // Counted immediately before the account is read. Hashing the password takes much longer.
      const counter = `SELECT 1 FROM "RateLimit" WHERE "key" = $1`;
      await expect.poll(async () => (await sql(counter, [signInCounterKey(email)])).length, { intervals: [1] }).toBe(1);
      // As the customer's own request does, in one transaction.
      await sql(`UPDATE "User" SET "isPasskeyRequired" = true WHERE "email" = '${email}';
        DELETE FROM "Session" WHERE "userId" = (SELECT "id" FROM "User" WHERE "email" = '${email}')`);
      await Promise.all(signIns);
      expect(
        await sql(`SELECT 1 FROM "Session" s JOIN "User" u ON u."id" = s."userId" WHERE "email" = $1`, [email]),
      ).toEqual([]);
    }
  });

  test("is replaced by a recovery code, in any spelling, once", async ({ page, owner, openBrowser }) => {
    const [first = ""] = await requirePasskey(page);
    const other = await openBrowser({ javaScriptEnabled: false });
    await enterPassword(other, owner);
    await other.getByLabel("Recovery code").fill("0000-0000-0000-0000-0000-0000");
    await other.getByRole("button", { name: "Use recovery code" }).click();
    await expect(other.getByLabel("Recovery code")).toHaveAccessibleDescription(/not a recovery code/);
    await other.getByLabel("Recovery code").fill(first.toLowerCase().replaceAll("-", " ").replaceAll("0", "o"));
    await other.getByRole("button", { name: "Use recovery code" }).click();
    await expect(other).toHaveURL("/portal/claims");

    await signOut(other);
    await enterPassword(other, owner);
    await other.getByLabel("Recovery code").fill(first);
    await other.getByRole("button", { name: "Use recovery code" }).click();
    await expect(other.getByLabel("Recovery code")).toHaveAccessibleDescription(/or it was used/);
    await expectSignedOut(other.request);
  });

  test("limits wrong recovery codes", async ({ page, owner, openBrowser, sql }) => {
    const [first = ""] = await requirePasskey(page);
    const other = await openBrowser();
    await enterPassword(other, owner);
    await other.getByLabel("Recovery code").fill("no code");
    await other.getByRole("button", { name: "Use recovery code" }).click();
    await expect(other.getByLabel("Recovery code")).toHaveAccessibleDescription(/not a recovery code/);
    await sql(
      `UPDATE "RateLimit" SET "points" = 10 WHERE "key" = (SELECT 'recovery:' || "id" FROM "User" WHERE "email" = $1)`,
      [owner.email],
    );
    await other.getByLabel("Recovery code").fill(first);
    await other.getByRole("button", { name: "Use recovery code" }).click();
    await expect(problem(other, "Too many wrong codes. Wait 15 minutes")).toBeVisible();
    await expectSignedOut(other.request);
  });

  test.describe("while the connection fails", () => {
    test.use({ expectedErrors: [/ERR_INTERNET_DISCONNECTED|Failed to fetch/] });

    test("keeps its recovery codes on the page", async ({ page, owner, context }) => {
      expect(owner).toBeTruthy();
      const [first] = await requirePasskey(page);
      await context.setOffline(true);
      await page.getByRole("button", { name: "Create new recovery codes" }).click();
      await expect(page.getByText("We couldn't send this.")).toBeVisible();
      await expect(page.getByText(first!)).toBeVisible();
      await context.setOffline(false);
    });
  });

  test("can get new recovery codes, and be turned off", async ({ page, owner, sql }) => {
    const codes = await requirePasskey(page);
    const list = page.getByRole("region", { name: "Recovery codes" }).getByRole("listitem");
    await page.getByRole("button", { name: "Create new recovery codes" }).click();
    await expect(page.getByText("Your old recovery codes no longer work.")).toBeVisible();
    await expect(list).toHaveCount(8);
    expect(codes).not.toContain(await list.first().textContent());
    await page.getByRole("button", { name: "Stop requiring a passkey" }).click();
    await expect(page.getByText("Your password is enough again.")).toBeVisible();
    await expect(list).toHaveCount(0);
    expect(
      await sql(`SELECT 1 FROM "RecoveryCode" r JOIN "User" u ON u."id" = r."userId" WHERE "email" = $1`, [
        owner.email,
      ]),
    ).toEqual([]);
  });

  test("is no longer required after the last one is removed", async ({ page, owner, openBrowser }) => {
    await requirePasskey(page);
    await page.getByRole("button", { name: /^Remove passkey/ }).click();
    await expect(page.getByText("your password is enough again")).toBeVisible();
    await signInByForm(await openBrowser(), owner.email);
  });
});

test.describe("a passkey that cannot be trusted", () => {
  test.use({ expectedErrors: [/ERR_FAILED/] });

  test("is refused when its answer is sent again", async ({ page, owner, request }) => {
    expect(owner).toBeTruthy();
    const captured = await captureSignIn(page);
    const headers = await captured.allHeaders();
    expect((await send(request, captured, headers)).isSignedIn).toBe(true);
    const again = await send(request, captured, headers);
    expect(again.text).toContain("was used before, so it was not accepted");
    expect(again.isSignedIn).toBe(false);
  });

  test("is refused in two requests at once, but for one", async ({ page, owner, request }) => {
    expect(owner).toBeTruthy();
    const captured = await captureSignIn(page);
    const headers = await captured.allHeaders();
    const results = await Promise.all([1, 2, 3, 4].map(() => send(request, captured, headers)));
    expect(results.filter(({ isSignedIn }) => isSignedIn)).toHaveLength(1);
  });

  test("is accepted after other tabs have asked for one, too", async ({ page, owner }) => {
    expect(owner).toBeTruthy();
    const captured = await captureSignIn(page);
    for (let tab = 0; tab < 4; tab++) await page.request.post("/api/passkeys/challenge?purpose=sign-in");
    expect((await send(page.request, captured, await withoutCookies(captured))).isSignedIn).toBe(true);
  });

  test("is refused in another browser than the one that asked", async ({ page, owner, openBrowser }) => {
    expect(owner).toBeTruthy();
    const captured = await captureSignIn(page);
    const stranger = await openBrowser();
    await stranger.goto("/login");
    const result = await send(stranger.request, captured, await withoutCookies(captured));
    expect(result.text).toContain("started in another browser");
    expect(result.isSignedIn).toBe(false);
  });

  test("is refused when it answers on another site", async ({ page, owner, baseURL }) => {
    expect(owner).toBeTruthy();
    // Another port is another site, which shares this one's cookies.
    await page.goto(`${REQUIRED_PORTAL}/portal/account`);
    const captured = await captureSignIn(page);
    const headers = { ...(await captured.allHeaders()), origin: baseURL!, host: new URL(baseURL!).host };
    const result = await send(page.request, captured, headers, baseURL);
    expect(result.text).toContain("verify this passkey");
    expect(result.isSignedIn).toBe(false);
  });

  test("is refused without user verification", async ({ page, owner, authenticator: { cdp, authenticatorId } }) => {
    expect(owner).toBeTruthy();
    await signOut(page);
    await cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
    await page.route("**/api/passkeys/challenge**", async (route) => {
      const response = await route.fetch();
      const { options } = await response.json();
      await route.fulfill({ response, json: { options: { ...options, userVerification: "discouraged" } } });
    });
    await signInButton(page).click();
    await expect(problem(page, "We couldn't verify this passkey.")).toBeVisible();
    await expectSignedOut(page.request);
  });

  test("is refused when its counter goes backwards", async ({ page, owner, sql }) => {
    await sql(`UPDATE "Passkey" SET "counter" = 1000 WHERE "id" = $1`, [(await sql(PASSKEYS, [owner.email]))[0]!.id]);
    await signOut(page);
    await signInButton(page).click();
    await expect(problem(page, "This passkey may have been copied")).toBeVisible();
    await expectSignedOut(page.request);
    expect(await sql(PASSKEYS, [owner.email])).toMatchObject([{ counter: "1000", lastUsedAt: null }]);
  });

  test("is refused after it was removed", async ({ page, owner }) => {
    expect(owner).toBeTruthy();
    await page.getByRole("button", { name: /^Remove passkey/ }).click();
    await expect(page.getByText("The passkey has been removed.")).toBeVisible();
    await signOut(page);
    await signInButton(page).click();
    await expect(problem(page, "We don't know this passkey.")).toBeVisible();
    await expectSignedOut(page.request);
  });

  test("that is removed during the sign-in leaves no session (G7)", async ({ page, owner, sql, context }) => {
    const [user] = await sql(`SELECT "id" FROM "User" WHERE "email" = $1`, [owner.email]);
    const id = String(user!.id);
    const name = `"removePasskey-${id}"`;
    await context.clearCookies();
    await sql(`DELETE FROM "Session" WHERE "userId" = $1`, [id]);
    await sql(`CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      DELETE FROM "Passkey" WHERE "userId" = NEW."userId" AND NEW."userId" = '${id}'; RETURN NEW; END $$`);
    await sql(`CREATE TRIGGER ${name} AFTER INSERT ON "Session" FOR EACH ROW EXECUTE FUNCTION ${name}()`);
    await page.goto("/login");
    await signInButton(page).click();
    await expect(page.getByRole("alert").first()).toBeVisible();
    await sql(`DROP FUNCTION ${name} CASCADE`);
    expect(await sql(`SELECT 1 FROM "Session" WHERE "userId" = $1`, [id])).toEqual([]);
  });

  test("is refused for a disabled account", async ({ page, owner, sql }) => {
    await signOut(page);
    await sql(`UPDATE "User" SET "disabledAt" = now() WHERE "email" = $1`, [owner.email]);
    await signInButton(page).click();
    await expect(problem(page, "This account can't sign in.")).toBeVisible();
    await expectSignedOut(page.request);
  });

  test("is refused with a nonsensical answer", async ({ page, owner, request }) => {
    expect(owner).toBeTruthy();
    const captured = await captureSignIn(page);
    const headers = await captured.allHeaders();
    const [json, callbackUrl] = JSON.parse(captured.postData()!) as [string, string];
    const answer = JSON.parse(json);
    for (const wrong of [
      "",
      "null",
      "{",
      "x".repeat(20_000),
      { $: 1 },
      JSON.stringify({ ...answer, id: "\0" }),
      JSON.stringify({ ...answer, response: { ...answer.response, signature: "AAAA" } }),
      JSON.stringify({ ...answer, response: { clientDataJSON: answer.response.clientDataJSON } }),
    ]) {
      const response = await request.post("/login", { headers, data: JSON.stringify([wrong, callbackUrl]) });
      expect(response.status(), String(wrong)).toBe(200);
      expect(response.headers()["set-cookie"] ?? "").not.toMatch(/session-token=ey/);
    }
    expect((await send(request, captured, headers)).isSignedIn).toBe(true);
  });
});

test("a passkey request that never ends leaves the rest of the page working", async ({ page, owner }) => {
  await signOut(page);
  await page.addInitScript(() => {
    navigator.credentials.get = () => new Promise(() => {});
  });
  await page.goto("/login");
  await signInButton(page).click();
  await expect(signInButton(page)).toBeDisabled();
  await page.getByLabel("Email").fill(owner.email);
  await page.getByLabel("Password").fill(owner.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL("**/portal");
});

test.describe("ten minutes after the sign-in", () => {
  test.use({ expectedErrors: [/403 \(/] });

  test("passkeys are not changed until the customer confirms with the password", async ({
    page,
    owner,
    sql,
    signIn,
    request,
  }) => {
    await signIn(owner, request);
    await sql(LONG_AGO, [owner.email]);
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await expect(problem(page, "You signed in more than 10 minutes ago.")).toBeVisible();
    await page.getByRole("button", { name: /^Remove passkey/ }).click();
    await expect(page.getByText("Nothing was changed")).toBeVisible();
    expect(await sql(PASSKEYS, [owner.email])).toHaveLength(1);

    await expect(page.getByRole("heading", { name: "Confirm it's you" })).toBeVisible();
    for (const name of ["Add a passkey", /^Remove/, "Require a passkey after the password"])
      await expect(page.getByRole("button", { name })).toHaveCount(0);
    await expectAccessible(page, "the account page that asks for confirmation");
    const password = page.getByLabel("Password", { exact: true });
    await password.fill("not the password");
    await page.getByRole("button", { name: "Continue" }).click();
    await expect(password).toHaveAccessibleDescription("This is not your password.");
    await password.fill(owner.password);
    await page.getByRole("button", { name: "Continue" }).click();
    await expect(page.getByRole("heading", { name: "Confirm it's you" })).toHaveCount(0);
    await page.getByRole("button", { name: /^Remove passkey/ }).click();
    await expect(page.getByText("The passkey has been removed.")).toBeVisible();
    // Not for the customer's other session.
    expect(
      await sql(
        `SELECT count(*)::int AS count FROM "Session" s JOIN "User" u ON u."id" = s."userId"
         WHERE "email" = $1 AND "authenticatedAt" > now() - interval '10 minutes'`,
        [owner.email],
      ),
    ).toEqual([{ count: 1 }]);
  });

  test("the requirement is not changed until the customer confirms with a passkey", async ({ page, owner, sql }) => {
    await sql(LONG_AGO, [owner.email]);
    await page.getByRole("button", { name: "Require a passkey after the password" }).click();
    await expect(page.getByText("Nothing was changed")).toBeVisible();
    expect(await sql(`SELECT "isPasskeyRequired" FROM "User" WHERE "email" = $1`, [owner.email])).toEqual([
      { isPasskeyRequired: false },
    ]);
    await page.getByRole("button", { name: "Use a passkey" }).click();
    await requirePasskey(page);
  });

  test("a password is not enough where a passkey is required, neither to confirm nor to change itself", async ({
    page,
    owner,
    sql,
  }) => {
    await requirePasskey(page);
    await sql(LONG_AGO, [owner.email]);
    await page.reload();
    await expect(page.getByRole("button", { name: "Use a passkey" })).toBeVisible();
    await expect(page.getByLabel("Password", { exact: true })).toHaveCount(0);
    await page.getByLabel("Current password").fill(owner.password);
    await page.getByLabel("New password").fill("another password of my own");
    await page.getByRole("button", { name: "Change password" }).click();
    await expect(page.getByText("Nothing was changed")).toBeVisible();
    expect(
      await sql(`SELECT 1 FROM "Session" s JOIN "User" u ON u."id" = s."userId" WHERE "email" = $1`, [owner.email]),
    ).toHaveLength(1);
  });
});

test("another site cannot ask for a challenge", async ({ request }) => {
  const headers = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
  expect((await request.post("/api/passkeys/challenge?purpose=sign-in", { headers })).status()).toBe(403);
  expect((await request.post("/api/passkeys/challenge?purpose=registration")).status()).toBe(401);
  expect((await request.post("/api/passkeys/challenge?purpose=x")).status()).toBe(404);
  expect((await request.get("/api/passkeys/challenge?purpose=sign-in")).status()).toBe(405);
  const response = await request.post("/api/passkeys/challenge?purpose=sign-in");
  expect(response.headers()["cache-control"]).toBe("no-store");
});
