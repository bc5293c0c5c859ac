import { describe, expect, it } from "vitest";
import { mintIdentityToken } from "@/lib/glassix/identity/mint";
import { createHmac } from "node:crypto";
import { SignJWT } from "jose";
import { identifyCustomer, type Credentials, type Department } from "./customer";
import { DEFAULT_SETTINGS, type Settings } from "./settings-list";

const department: Department = {
  apiKey: "7cab072d-43d0-4e9d-bb25-2a947696fe8f",
  apiSecret: "the department's API secret",
  isIdentityRequired: false,
};
const john = "db79e775-81fd-4f2e-8741-9266e920cc32";
const jane = "a3f1c820-94b2-4d67-b3e5-7f8a2d1c0e9b";
const visitorId = "0f4c2c4e-6a3e-4d0e-9a41-0d8f0f1c2b3a";
const now = 1_800_000_000;

const { identityToken } = await mintIdentityToken({
  ...department,
  uniqueIdentifier: john,
  identityClaims: { field1: "John" },
  now,
});
const nobody: Credentials = {
  apiKey: department.apiKey,
  uniqueIdentifier: "",
  identityToken: null,
  visitorId: null,
};
const identify = (credentials: Partial<Credentials>, changes: Partial<Department> = {}, at = now) =>
  identifyCustomer({ ...nobody, ...credentials }, { ...department, ...changes }, DEFAULT_SETTINGS, {
    isConnecting: true,
    now: at,
  });
/** Identifies John with these settings. */
const identifyWith = (settings: Partial<Settings>, at = now, isConnecting = true, token = identityToken) =>
  identifyCustomer(
    { ...nobody, uniqueIdentifier: john, identityToken: token, visitorId },
    department,
    { ...DEFAULT_SETTINGS, ...settings },
    { isConnecting, now: at },
  );

describe("identifying a customer", () => {
  it("returns the customer that a valid token names, with the token's claims", async () => {
    expect(await identify({ uniqueIdentifier: john, identityToken })).toEqual({
      kind: "identified",
      uniqueIdentifier: john,
      identityClaims: { field1: "John" },
      fields: { field1: "John" },
    });
  });

  it("removes characters that the database cannot store", async () => {
    const { identityToken: odd } = await mintIdentityToken({
      ...department,
      uniqueIdentifier: john,
      identityClaims: { field1: "Jo\0hn", "no\0te": "half \ud83d of an emoji" },
      now,
    });
    expect(await identify({ uniqueIdentifier: john, identityToken: odd })).toMatchObject({
      fields: { field1: "John" },
      identityClaims: { field1: "John", note: "half \ufffd of an emoji" },
    });
  });

  it("returns the cookie's anonymous visitor when there is no token", async () => {
    expect(await identify({ visitorId })).toEqual({ kind: "anonymous", visitorId });
  });

  it("returns a new anonymous visitor when the cookie contains no UUID", async () => {
    for (const odd of [null, "", "' OR 1=1", `${visitorId}x`]) {
      expect(await identify({ visitorId: odd })).toEqual({ kind: "anonymous", visitorId: null });
    }
  });

  it("ignores a unique identifier without a token", async () => {
    expect(await identify({ uniqueIdentifier: john, visitorId })).toEqual({ kind: "anonymous", visitorId });
  });

  it.each([
    ["another customer's token", { uniqueIdentifier: jane, identityToken }, "unique-identifier"],
    ["an empty token", { uniqueIdentifier: john, identityToken: "" }, "malformed"],
    ["a token without a unique identifier", { identityToken }, "unique-identifier-missing"],
    ["another department's API key", { apiKey: jane }, "api-key"],
    ["no API key", { apiKey: "" }, "api-key"],
  ])("refuses %s, whatever the cookie says", async (_, credentials, code) => {
    expect(await identify({ visitorId, ...credentials })).toMatchObject({ kind: "refused", code });
  });

  it("refuses an expired token without repeating it", async () => {
    const verdict = await identify({ uniqueIdentifier: john, identityToken, visitorId }, {}, now + 18_000);
    expect(verdict).toMatchObject({ kind: "refused", code: "expiry" });
    expect(JSON.stringify(verdict)).not.toContain(identityToken);
  });

  it("requires a token in required mode", async () => {
    const required = { isIdentityRequired: true };
    expect(await identify({ visitorId }, required)).toMatchObject({ kind: "refused", code: "identity-required" });
    expect(await identify({ uniqueIdentifier: john, identityToken }, required)).toMatchObject({ kind: "identified" });
  });
});

describe("a setting", () => {
  const refusedFor = (code: string) => ({ kind: "refused", code });
  const identified = { kind: "identified", uniqueIdentifier: john };
  const anonymous = { kind: "anonymous", visitorId };

  /** Signs a token that the portal would never mint. */
  const sign = (claims: Record<string, string>, secret = department.apiSecret) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: "HS256", typ: "JWT" })
      .setIssuer(department.apiKey)
      .setAudience(john)
      .setIssuedAt(now)
      .setExpirationTime(now + 18_000)
      .sign(new TextEncoder().encode(secret));

  it("overrides required mode", async () => {
    const stranger = { ...nobody, visitorId };
    const identifyStranger = (isIdentityRequired: boolean, identityRequired: Settings["identityRequired"]) =>
      identifyCustomer(stranger, { ...department, isIdentityRequired }, { ...DEFAULT_SETTINGS, identityRequired });
    expect(await identifyStranger(false, "on")).toMatchObject(refusedFor("identity-required"));
    expect(await identifyStranger(true, "off")).toEqual(anonymous);
    expect(await identifyStranger(true, "as configured")).toMatchObject(refusedFor("identity-required"));
  });

  it("refuses valid tokens", async () => {
    expect(await identifyWith({ tokens: "all refused" })).toMatchObject(refusedFor("switched-off"));
  });

  it("shifts the clock that tokens are checked against", async () => {
    expect(await identifyWith({ clockOffset: 18_000 })).toMatchObject(refusedFor("expiry"));
    expect(await identifyWith({ clockOffset: -3600 }, now + 20_000)).toMatchObject(identified);
  });

  it("expires tokens sooner than they say", async () => {
    expect(await identifyWith({ tokenLifetime: 60 }, now + 59)).toMatchObject(identified);
    expect(await identifyWith({ tokenLifetime: 60 }, now + 60)).toMatchObject(refusedFor("expiry"));
  });

  it("allows clock skew within the leeway", async () => {
    expect(await identifyWith({ leeway: 30 }, now + 18_029)).toMatchObject(identified);
    expect(await identifyWith({ leeway: 30 }, now + 18_030)).toMatchObject(refusedFor("expiry"));
  });

  it("lets an open chat outlive its token, but starts none with an expired one", async () => {
    const settings = { expiryInChat: "is not noticed", tokenLifetime: 60 } as const;
    expect(await identifyWith(settings, now + 90_000, false)).toMatchObject(identified);
    expect(await identifyWith(settings, now + 90_000, true)).toMatchObject(refusedFor("expiry"));
  });

  it("accepts the old and the new API secret during rotation, and only the new one after revocation", async () => {
    const next = createHmac("sha256", department.apiSecret).update("the sandbox's next API secret").digest("base64url");
    const withNext = await sign({ field1: "John" }, next);
    const tryBoth = async (rotation: Settings["rotation"]) => [
      (await identifyWith({ rotation })).kind,
      (await identifyWith({ rotation }, now, true, withNext)).kind,
    ];
    expect(await tryBoth("one secret")).toEqual(["identified", "refused"]);
    expect(await tryBoth("old and new secret")).toEqual(["identified", "identified"]);
    expect(await tryBoth("old secret revoked")).toEqual(["refused", "identified"]);
  });

  it("falls back to the cookie for a refused token, but never in required mode", async () => {
    const settings = { refusedToken: "is anonymous", tokens: "all refused" } as const;
    expect(await identifyWith(settings)).toEqual(anonymous);
    expect(await identifyWith({ ...settings, identityRequired: "on" })).toMatchObject(refusedFor("switched-off"));
  });

  it("drops long identity claims from the ticket, but keeps its fields", async () => {
    const token = await sign({ field1: "John", note: "x".repeat(500) });
    expect(await identifyWith({}, now, true, token)).toMatchObject(refusedFor("identity-claims-length"));
    expect(await identifyWith({ longClaims: "are left out" }, now, true, token)).toEqual({
      ...identified,
      fields: { field1: "John" },
      identityClaims: { field1: "John" },
    });
  });

  it("excludes the fields from the limit of 500 characters", async () => {
    const token = await sign({ field1: "x".repeat(500) });
    expect(await identifyWith({}, now, true, token)).toMatchObject(refusedFor("identity-claims-length"));
    expect(await identifyWith({ countedClaims: "without the fields" }, now, true, token)).toMatchObject(identified);
  });

  it("fills field5 to field10, or ignores them", async () => {
    const token = await sign({ field1: "John", field7: "seven", field11: "eleven" });
    expect(await identifyWith({}, now, true, token)).toMatchObject({ fields: { field1: "John", field7: "seven" } });
    const ignoring = await identifyWith({ laterFields: "are ignored" }, now, true, token);
    expect(ignoring).toMatchObject({ fields: { field1: "John" }, identityClaims: { field7: "seven" } });
    expect(ignoring).not.toHaveProperty("fields.field7");
  });
});
