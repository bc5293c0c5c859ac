import { createHmac } from "node:crypto";
import fc from "fast-check";
import { SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { measureIdentityClaims } from "@/lib/glassix/identity/claims";
import { mintIdentityToken, type MintInput } from "@/lib/glassix/identity/mint";
import { RULES } from "./rules";
import { inspectIdentityToken, verifyIdentityToken } from "./verify";

const apiKey = "7cab072d-43d0-4e9d-bb25-2a947696fe8f";
const apiSecret = "a department's API secret";
const uniqueIdentifier = "db79e775-81fd-4f2e-8741-9266e920cc32";
const now = 1_800_000_000;
const input: MintInput = { uniqueIdentifier, apiKey, apiSecret, now };

const mint = (changes: Partial<MintInput> = {}) => mintIdentityToken({ ...input, ...changes });
const verify = (token: string, changes = {}) =>
  verifyIdentityToken(token, { uniqueIdentifier, apiKey, apiSecrets: [apiSecret], now, ...changes });
const sign = (
  claims: Record<string, unknown>,
  secret = apiSecret,
  header: Record<string, unknown> = { alg: "HS256", typ: "JWT" },
) => {
  const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const body = `${encode(header)}.${encode(claims)}`;
  return `${body}.${createHmac("sha256", secret).update(body).digest("base64url")}`;
};
const claims = { iss: apiKey, aud: uniqueIdentifier, iat: now, exp: now + 18_000 };

describe("verifying an identity token", () => {
  it("accepts every minted token", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uuid(),
        fc.uuid(),
        fc.string({ minLength: 1 }).filter((secret) => secret.trim() !== ""),
        fc.string({ maxLength: 60, unit: "grapheme" }),
        async (id, key, secret, name) => {
          const identityClaims = measureIdentityClaims({ field1: name }) <= 500 ? { field1: name } : { field1: "" };
          const { identityToken } = await mint({
            uniqueIdentifier: id,
            apiKey: key,
            apiSecret: secret,
            identityClaims,
          });
          await expect(
            verify(identityToken, { uniqueIdentifier: id, apiKey: key, apiSecrets: [secret] }),
          ).resolves.toMatchObject({ ok: true, identityClaims });
        },
      ),
    );
  });

  // token-corpus.json lists which tokens are refused, and by which rule.
  it.each([
    ["alg none", sign(claims, apiSecret, { alg: "none" }), '"none"'],
    ["the API key as secret", sign(claims, apiKey), "signed with the API key"],
    ["a quoted secret", sign(claims, `"${apiSecret}"`), "quotation mark"],
    ["a stripped signature", sign(claims).replace(/[^.]+$/, ""), "The signature is empty"],
    ["the secret as issuer", sign({ ...claims, iss: apiSecret }), "everybody can read"],
    ["another department's issuer", sign({ ...claims, iss: uniqueIdentifier }), uniqueIdentifier],
    ["a list as audience", sign({ ...claims, aud: [uniqueIdentifier] }), "as a string"],
    ["another customer's token", sign({ ...claims, aud: apiKey }), "Both must be the same"],
    ["no expiry", sign({ ...claims, exp: undefined }), "missing"],
    ["an expiry in milliseconds", sign({ ...claims, exp: claims.exp * 1000 }), "milliseconds"],
    ["a token that expires this second", sign({ ...claims, exp: now }), "expired 0 seconds ago"],
    ["a value that is not a string", sign({ ...claims, age: 5 }), '"age" is of type number'],
    ["too many identity claims", sign({ ...claims, note: "x".repeat(490) }), "501 characters"],
    ["a token with Bearer before it", `Bearer ${sign(claims)}`, "remove that word"],
    ["two tokens in one", `${sign(claims)}${sign(claims)}`, "two tokens"],
    ["a cut-off signature", `${sign(claims).slice(0, -2)}`, "cut off"],
  ])("says what is wrong with %s", async (_, token, reason) => {
    expect(await verify(token)).toMatchObject({ ok: false, reason: expect.stringContaining(reason) });
  });

  it("refuses a token with one bit changed anywhere", async () => {
    const token = await new SignJWT({})
      .setProtectedHeader({ alg: "HS256" })
      .setIssuer(apiKey)
      .setAudience(uniqueIdentifier)
      .setExpirationTime(now + 60)
      .sign(new TextEncoder().encode(apiSecret));
    expect((await verify(token)).ok).toBe(true);
    // The very last character of the signature carries bits that base64url ignores.
    for (let index = 0; index < token.length - 1; index++) {
      if (token[index] === ".") continue;
      const changed = token.slice(0, index) + (token[index] === "A" ? "B" : "A") + token.slice(index + 1);
      expect((await verify(changed)).ok, `changed character ${index}`).toBe(false);
    }
  });
});

describe("inspecting an identity token", () => {
  const inspect = (token: string, changes = {}) =>
    inspectIdentityToken(token, { uniqueIdentifier, apiKey, apiSecrets: [apiSecret], now, ...changes });
  const verdictsOf = async (token: string, changes = {}) => {
    const inspection = await inspect(token, changes);
    return Object.fromEntries(
      inspection.isToken ? inspection.findings.map(({ code, verdict }) => [code, verdict]) : [],
    );
  };
  const allPass = Object.fromEntries(RULES.map(({ code }) => [code, "pass"]));

  it("checks a valid token against every rule, and shows its contents", async () => {
    const { identityToken } = await mint({ identityClaims: { field1: "John" } });
    expect(await verdictsOf(identityToken)).toEqual(allPass);
    expect(await inspect(identityToken)).toMatchObject({
      isToken: true,
      header: { alg: "HS256", typ: "JWT" },
      claims: { ...claims, field1: "John" },
    });
  });

  it("continues after a failure, and reports everything that must be fixed", async () => {
    const token = sign({ ...claims, iss: apiKey.toUpperCase(), exp: now - 1, field7: "x", age: 5 }, "another", {
      alg: "HS512",
    });
    expect(await verdictsOf(token)).toEqual({
      ...allPass,
      algorithm: "fail",
      type: "warn",
      signature: "fail",
      issuer: "fail",
      expiry: "fail",
      lifetime: "warn",
      "identity-claims": "fail",
      fields: "warn",
    });
  });

  it("gives the expected value, and a fix for each failure and warning", async () => {
    const inspection = await inspect(sign({ age: 5 }, "another", {}));
    for (const finding of inspection.isToken ? inspection.findings : []) {
      expect(finding.wanted).not.toBe("");
      if (finding.verdict === "fail" || finding.verdict === "warn") expect(finding.fix).toMatch(/\.$/);
    }
  });

  it("skips the rules that it cannot check", async () => {
    const { identityToken } = await mint();
    expect(await verdictsOf(identityToken, { uniqueIdentifier: undefined })).toEqual({
      ...allPass,
      "unique-identifier": "skip",
    });
    expect(await verdictsOf(sign({ ...claims, exp: undefined }))).toMatchObject({ expiry: "fail", lifetime: "skip" });
  });

  it("accepts either of two secrets during rotation, and says which one matched", async () => {
    const inspection = await inspect(sign(claims), { apiSecrets: ["the new secret", apiSecret] });
    expect(inspection.isToken && inspection.findings.find(({ code }) => code === "signature")).toMatchObject({
      verdict: "pass",
      found: "matches API secret 2 of 2",
    });
  });

  it("says why a text is not a token", async () => {
    expect(await inspect("hello")).toEqual({ isToken: false, reason: expect.stringContaining("it has one part") });
  });

  it("repeats no API secret that a token contains", async () => {
    for (const place of [{ iss: `x${apiSecret}` }, { aud: apiSecret }, { [apiSecret]: "x" }, { [apiSecret]: 1 }]) {
      const inspection = await inspect(sign({ ...claims, ...place }));
      expect(JSON.stringify(inspection.isToken && inspection.findings)).not.toContain(apiSecret);
    }
  });
});
