import { createHash } from "node:crypto";
import type { APIRequestContext, Page } from "@playwright/test";
import { expect, expectClientOf, registerCustomer, serveDouble, signIn, signOut, test } from "./fixtures";
import { ADDRESS_HEADER, REQUIRED_PORTAL } from "./servers";

/** What NextAuth's endpoint makes of a password: the error in the address that it sends the browser to, or "" when it let in. */
async function tryPassword(
  request: APIRequestContext,
  email: string,
  password: string,
  address?: string,
  csrfToken?: string,
): Promise<string> {
  csrfToken ??= await readCsrfToken(request);
  const response = await request.post("/api/auth/callback/credentials", {
    form: { csrfToken, email, password },
    headers: address ? { [ADDRESS_HEADER]: address } : {},
    maxRedirects: 0,
  });
  return new URL(response.headers().location!, "http://localhost").searchParams.get("error") ?? "";
}

const readCsrfToken = async (request: APIRequestContext): Promise<string> =>
  (await (await request.get("/api/auth/csrf")).json()).csrfToken;

const mintStatus = async (request: APIRequestContext) => (await request.post("/api/glassix-identity")).status();

test.describe("guessing passwords", () => {
  for (const [who, isKnown] of [
    ["an account", true],
    ["an e-mail that has none", false],
  ] as const) {
    test(`locks ${who} after ten wrong ones, says for how long, and lets not even the right one in until then`, async ({
      page,
      request,
      sql,
    }) => {
      const customer = isKnown
        ? await registerCustomer(page)
        : { email: `nobody-${crypto.randomUUID()}@example.com`, password: "a password of my own" };
      if (isKnown) await signOut(page);
      // All at the same moment: that must not make more of them count as the first ten.
      const csrfToken = await readCsrfToken(request);
      const answers = await Promise.all(
        Array.from({ length: 14 }, (_, count) =>
          tryPassword(request, customer.email, `wrong ${count}`, undefined, csrfToken),
        ),
      );
      expect(answers.filter((answer) => answer === "CredentialsSignin")).toHaveLength(10);
      expect(answers.filter((answer) => /^Locked-\d+$/.test(answer))).toHaveLength(4);

      await page.goto("/login");
      await page.getByLabel("Email").fill(customer.email.toUpperCase());
      await page.getByLabel("Password").fill(customer.password);
      await page.getByRole("button", { name: "Sign in" }).click();
      await expect(page.getByText("There were too many wrong passwords. Wait 15 minutes")).toBeVisible();
      await expect(page.getByLabel("Email")).toHaveValue(customer.email.toUpperCase());

      const key = createHash("sha256").update(customer.email).digest("base64url");
      await sql(`UPDATE "RateLimit" SET expire = 1 WHERE key = $1`, [`sign-in:${key}`]);
      await page.getByLabel("Password").fill(customer.password);
      await page.getByRole("button", { name: "Sign in" }).click();
      if (isKnown) await page.waitForURL("**/portal");
      else await expect(page.getByText("That e-mail and password do not match.")).toBeVisible();
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

  test("is limited by address, whatever the e-mails, and nobody else's address suffers", async ({ request, sql }) => {
    const [mine, other] = ["203.0.113.7", "203.0.113.8"];
    const guess = (address?: string) => tryPassword(request, `${crypto.randomUUID()}@example.com`, "wrong", address);
    await guess(mine);
    await sql(`UPDATE "RateLimit" SET points = 100 WHERE key = $1`, [`sign-in-from:${mine}`]);
    expect(await guess(mine)).toMatch(/^Locked-/);
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
    await expect(page.getByText("Too many accounts were opened from your network")).toBeVisible();
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
    await expect(page.getByText("That is among the first passwords that anybody would guess.")).toBeVisible();
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
        sql(`UPDATE "SessionActivity" SET "seenAt" = now() - $2::interval WHERE "sessionId" = $1`, [
          user.sessionId,
          before,
        ]);

      await wasSeen("29 minutes");
      expect(await mintStatus(page.request)).toBe(200);
      const [{ age }] = (await sql(
        `SELECT extract(epoch FROM now() - "seenAt")::int AS age FROM "SessionActivity" WHERE "sessionId" = $1`,
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

test("each minting is noted, without the token, and its customer sees where: device, network and time (G11)", async ({
  page,
  sql,
}) => {
  const { email } = await registerCustomer(page);
  await expect(page.getByRole("button", { name: "Open chat" })).toBeVisible();
  const response = await page.request.post("/api/glassix-identity", {
    headers: { [ADDRESS_HEADER]: "198.51.100.23", "user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/132.0" },
  });
  const { identityToken, expiresAt } = await response.json();
  const rows = await sql(
    `SELECT m.* FROM "IdentityMint" m JOIN "User" u ON u.id = m."userId" WHERE u.email = $1 ORDER BY m.id`,
    [email],
  );
  // The page asks for its own at about the same time.
  expect(rows.find(({ network }) => network === "198.51.100.0/24")).toMatchObject({
    tokenId: createHash("sha256").update(identityToken).digest("hex").slice(0, 16),
    expiresAt: new Date(expiresAt * 1000),
  });
  const signature = identityToken.split(".")[2]!;
  expect(JSON.stringify(rows)).not.toContain(signature.slice(0, 20));

  await page.goto("/portal/account");
  const used = page.getByRole("listitem").filter({ hasText: "Firefox on Linux" });
  await expect(used).toContainText("198.51.100.0/24");
  await expect(page.getByRole("listitem").filter({ hasText: "Chrome on " }).first()).toBeVisible();

  // What is older than 90 days goes with the next minting.
  await sql(`UPDATE "IdentityMint" SET "mintedAt" = now() - interval '91 days' WHERE "tokenId" = $1`, [
    createHash("sha256").update(identityToken).digest("hex").slice(0, 16),
  ]);
  await page.request.post("/api/glassix-identity");
  await page.reload();
  await expect(used).toHaveCount(0);
});
