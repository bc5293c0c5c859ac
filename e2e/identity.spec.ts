import { createHmac } from "node:crypto";
import { expect, JANE, JOHN, test } from "./fixtures";
import { DEPARTMENT, DEPARTMENT_PORTAL } from "./servers";

const ENDPOINT = "/api/glassix-identity";

test.describe("POST /api/glassix-identity", () => {
  test("returns the session user's identity, signed with the department's secret", async ({ signIn, request }) => {
    await signIn({ ...JOHN, email: "John.Wick@Example.COM" }, request);
    const before = Math.floor(Date.now() / 1000);
    const response = await request.post(ENDPOINT);
    expect(response.status()).toBe(200);
    expect(response.headers()["cache-control"]).toBe("no-store");

    const identity = await response.json();
    expect(Object.keys(identity).sort()).toEqual(["expiresAt", "identityToken", "uniqueIdentifier"]);
    expect(identity.uniqueIdentifier).toBe(JOHN.uniqueIdentifier);

    // Verified without the portal's own code, as Glassix does.
    const [header, payload, signature] = identity.identityToken.split(".");
    expect(signature).toBe(
      createHmac("sha256", DEPARTMENT.GLASSIX_API_SECRET).update(`${header}.${payload}`).digest("base64url"),
    );
    const decode = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString());
    expect(decode(header)).toEqual({ alg: "HS256", typ: "JWT" });
    const { iss, aud, iat, exp, ...identityClaims } = decode(payload);
    expect(iss).toBe(DEPARTMENT.GLASSIX_API_KEY.toLowerCase());
    expect(aud).toBe(JOHN.uniqueIdentifier);
    expect(exp).toBe(identity.expiresAt);
    expect(exp - iat).toBe(18_000);
    expect(iat).toBeGreaterThanOrEqual(before);
    expect(identityClaims).toMatchObject({
      field1: "John",
      field2: "Wick",
      field3: "premium",
      email: JOHN.email,
      policies: expect.stringContaining("HL-"),
    });
    expect(JSON.stringify(identityClaims).length).toBeLessThanOrEqual(500);
  });

  test("ignores the body, the query and headers that name another user", async ({ request, signIn }) => {
    await signIn(JOHN, request);
    for (const data of [
      { email: JANE.email },
      { uniqueIdentifier: JANE.uniqueIdentifier, userId: JANE.uniqueIdentifier },
      "not json {",
      Buffer.alloc(100_000),
    ]) {
      const response = await request.post(`${ENDPOINT}?email=${JANE.email}`, {
        data,
        headers: { "x-user-id": JANE.uniqueIdentifier },
      });
      expect((await response.json()).uniqueIdentifier).toBe(JOHN.uniqueIdentifier);
    }
  });

  test("refuses a visitor who is not signed in", async ({ request }) => {
    const response = await request.post(ENDPOINT, { data: { email: JOHN.email } });
    expect(response.status()).toBe(401);
    expect(await response.json()).toEqual({ code: "unauthenticated", error: expect.stringMatching(/\.$/) });
    expect(response.headers()["cache-control"]).toBe("no-store");
  });

  test("refuses requests from other sites", async ({ request, signIn }) => {
    await signIn(JOHN, request);
    for (const headers of [
      { origin: "https://evil.example" },
      { origin: "null" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
    ] as Record<string, string>[]) {
      const response = await request.post(ENDPOINT, { headers });
      expect(response.status()).toBe(403);
      expect((await response.json()).code).toBe("cross-origin");
    }
    const own = await request.post(ENDPOINT, {
      headers: { origin: DEPARTMENT_PORTAL, "sec-fetch-site": "same-origin" },
    });
    expect(own.status()).toBe(200);
  });

  test("responds with 405 to every other method", async ({ request, signIn }) => {
    await signIn(JOHN, request);
    for (const method of ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"]) {
      const response = await request.fetch(ENDPOINT, { method });
      expect(response.status(), method).toBe(405);
      expect(response.headers()["cache-control"]).toBe("no-store");
    }
  });

  test("refuses a disabled and a deleted account", async ({ page, signIn, sql }) => {
    const { email } = await signIn();
    expect((await page.request.post(ENDPOINT)).status()).toBe(200);

    await sql(`UPDATE "User" SET "disabledAt" = now() WHERE email = $1`, [email]);
    const disabled = await page.request.post(ENDPOINT);
    expect([disabled.status(), (await disabled.json()).code]).toEqual([403, "account-disabled"]);
    expect(await (await page.request.get("/api/auth/session")).json()).toEqual({});

    await sql(`DELETE FROM "User" WHERE email = $1`, [email]);
    const deleted = await page.request.post(ENDPOINT);
    expect([deleted.status(), (await deleted.json()).code]).toEqual([401, "unauthenticated"]);
  });

  test("limits the requests of each user, and says when to try again", async ({ page, signIn }) => {
    await signIn();
    let response = await page.request.post(ENDPOINT);
    for (let count = 1; count < 200 && response.status() === 200; count++) response = await page.request.post(ENDPOINT);
    expect([response.status(), (await response.json()).code]).toEqual([429, "rate-limited"]);
    expect(Number(response.headers()["retry-after"])).toBeGreaterThan(0);
  });

  test("keeps the identity claims within 500 characters for the longest names and many insurance claims", async ({
    page,
    signIn,
    sql,
  }) => {
    const { email } = await signIn();
    await sql(`UPDATE "User" SET "firstName" = repeat('"', 60), "lastName" = repeat('ß', 60) WHERE email = $1`, [
      email,
    ]);
    await sql(
      `WITH p AS (INSERT INTO "Policy" ("userId", number, product, insured, "premiumCents", "deductibleCents", "startsOn", "endsOn")
         SELECT id, 'HL-X-' || id, 'home', 'x', 1, 1, now(), now() FROM "User" WHERE email = $1 RETURNING id, "userId")
       INSERT INTO "Claim" ("userId", "policyId", title, description, "incidentOn")
         SELECT "userId", id, repeat('a\\', 40), 'd', now() FROM p, generate_series(1, 50)`,
      [email],
    );
    const response = await page.request.post(ENDPOINT);
    expect(response.status()).toBe(200);
    const { identityToken } = await response.json();
    const { iss, aud, iat, exp, ...identityClaims } = JSON.parse(
      Buffer.from(identityToken.split(".")[1], "base64url").toString(),
    );
    expect([iss, aud, iat, exp]).not.toContain(undefined);
    expect(JSON.stringify(identityClaims).length).toBeLessThanOrEqual(500);
  });
});

test.describe("the session", () => {
  test("gives the browser the user's identifiers, and nothing else about them", async ({ request, signIn }) => {
    await signIn(JOHN, request);
    const session = await (await request.get("/api/auth/session")).json();
    expect(session).toEqual({
      expires: expect.any(String),
      endsIn: expect.any(Number),
      user: {
        uniqueIdentifier: JOHN.uniqueIdentifier,
        identityVersion: expect.any(Number),
        sessionId: expect.any(String),
      },
    });
    const hours = (Date.parse(session.expires) - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(11.9);
    expect(hours).toBeLessThanOrEqual(12);
  });

  test("sets no cookie when it is read, so that a late response cannot undo a sign-out (G7)", async ({
    request,
    signIn,
  }) => {
    await signIn(JOHN, request);
    const response = await request.get("/api/auth/session");
    expect(response.headers()["set-cookie"]).toBeUndefined();
  });

  test("has a cookie that scripts and other sites cannot use", async ({ request, signIn }) => {
    await signIn(JOHN, request);
    const { cookies } = await request.storageState();
    const cookie = cookies.find(({ name }) => name.endsWith("next-auth.session-token"));
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: "Lax" });
  });
});
