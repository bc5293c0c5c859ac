import { createHmac } from "node:crypto";
import fc from "fast-check";
import { decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import { describe, expect, it } from "vitest";
import { measureIdentityClaims } from "./claims";
import { mintIdentityToken, type MintInput } from "./mint";

const apiKey = "7cab072d-43d0-4e9d-bb25-2a947696fe8f";
const apiSecret = "a department's API secret";
const uniqueIdentifier = "db79e775-81fd-4f2e-8741-9266e920cc32";
const now = 1_800_000_000;
const input: MintInput = { uniqueIdentifier, apiKey, apiSecret, now };

const mint = (changes: Partial<MintInput> = {}) => mintIdentityToken({ ...input, ...changes });
const claims = { iss: apiKey, aud: uniqueIdentifier, iat: now, exp: now + 18_000 };

describe("minting an identity token", () => {
  it("mints the token that the guide describes", async () => {
    const identity = await mint({ identityClaims: { field1: "John", email: "john.wick@example.com" } });
    expect(decodeProtectedHeader(identity.identityToken)).toEqual({ alg: "HS256", typ: "JWT" });
    expect(decodeJwt(identity.identityToken)).toEqual({ ...claims, field1: "John", email: "john.wick@example.com" });
    expect(identity).toMatchObject({ uniqueIdentifier, expiresAt: now + 18_000 });
  });

  it("signs with the UTF-8 bytes of any secret", async () => {
    for (const secret of ["s", "sécret ключ 秘密", "x".repeat(300)]) {
      const { identityToken } = await mint({ apiSecret: secret });
      const [header, payload, signature] = identityToken.split(".");
      expect(signature).toBe(
        createHmac("sha256", Buffer.from(secret, "utf8")).update(`${header}.${payload}`).digest("base64url"),
      );
    }
  });

  it("writes both UUIDs in lowercase", async () => {
    const identity = await mint({ apiKey: apiKey.toUpperCase(), uniqueIdentifier: uniqueIdentifier.toUpperCase() });
    expect(decodeJwt(identity.identityToken)).toMatchObject({ iss: apiKey, aud: uniqueIdentifier });
    expect(identity.uniqueIdentifier).toBe(uniqueIdentifier);
  });

  it.each([
    [
      "an email as unique identifier",
      { uniqueIdentifier: "john@example.com" },
      "unique-identifier-invalid",
      "john@example.com",
    ],
    [
      "the guide's own misprinted aud",
      { uniqueIdentifier: "db79e775-84f2e-8741-9266e920cc32" },
      "unique-identifier-invalid",
      "stable UUID",
    ],
    [
      "an API key that is not a UUID",
      { apiKey: "department-7" },
      "api-key-invalid",
      "The API key is not a UUID. Copy it from the department's API page.",
    ],
    ["no API key", { apiKey: "" }, "api-key-invalid", "The API key is missing. "],
    ["no API secret", { apiSecret: "" }, "api-secret-missing", "next to the API key"],
    ["the API key as secret", { apiSecret: apiKey }, "api-secret-is-api-key", "Copy the secret"],
    ["a lifetime of one hour", { lifetime: 3600 }, "lifetime-too-short", "3600 seconds"],
    ["a fraction of a second", { lifetime: 18_000.5 }, "lifetime-too-short", "whole seconds"],
    [
      "a registered name among the identity claims",
      { identityClaims: { aud: "someone else" } },
      "identity-claim-reserved",
      '"aud"',
    ],
    [
      "a number among the identity claims",
      { identityClaims: { age: 5 } as never },
      "identity-claim-not-a-string",
      '"age" is of type number',
    ],
    [
      "identity claims of 501 characters",
      { identityClaims: { note: "x".repeat(490) } },
      "identity-claims-too-long",
      "501 characters as JSON; the limit is 500",
    ],
  ])("refuses %s", async (_, changes, code, message) => {
    await expect(mint(changes)).rejects.toMatchObject({
      name: "MintError",
      code,
      message: expect.stringContaining(message),
    });
  });

  it.each([{ uniqueIdentifier: "no" }, { apiKey: "hunter2-as-key" }])(
    "G11: never repeats the secret, nor what may be one in place of the API key, in the error for %j",
    async (changes) => {
      const error = await mint({ apiSecret: "hunter2-hunter2", ...changes }).catch((caught: Error) => caught);
      expect(error).toBeInstanceOf(Error);
      expect(String(error)).not.toContain("hunter2");
    },
  );

  it("accepts exactly 500 characters of identity claims", async () => {
    const identityClaims = { note: "x".repeat(489) };
    expect(measureIdentityClaims(identityClaims)).toBe(500);
    await expect(mint({ identityClaims })).resolves.toBeDefined();
  });

  it("allows a short lifetime only with allowShortLifetime", async () => {
    expect((await mint({ lifetime: 60, allowShortLifetime: true })).expiresAt).toBe(now + 60);
  });

  it("mints tokens that jose accepts, for any identity", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uuid(),
        fc.uuid(),
        fc.string({ minLength: 1 }).filter((secret) => secret.trim() !== ""),
        fc.string({ maxLength: 60, unit: "grapheme" }),
        async (id, key, secret, name) => {
          const identityClaims = { field1: measureIdentityClaims({ field1: name }) <= 500 ? name : "" };
          const { identityToken } = await mint({
            uniqueIdentifier: id,
            apiKey: key,
            apiSecret: secret,
            identityClaims,
          });
          const { payload } = await jwtVerify(identityToken, new TextEncoder().encode(secret), {
            algorithms: ["HS256"],
            issuer: key,
            audience: id,
            currentDate: new Date(now * 1000),
          });
          expect(payload).toMatchObject(identityClaims);
        },
      ),
    );
  });
});
