import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import corpus from "./token-corpus.json";
import { inspectIdentityToken, verifyIdentityToken } from "./verify";

type Entry = { name: string; token: string; uniqueIdentifier?: string; verdict: string; warnings?: string[] };

const { apiKey, apiSecret, now } = corpus;
const entries: Entry[] = corpus.tokens;
const against = (uniqueIdentifier = corpus.uniqueIdentifier) => ({
  apiKey,
  apiSecrets: [apiSecret],
  uniqueIdentifier,
  now,
});

describe("the token corpus", () => {
  it.each(entries.map((entry) => [entry.name, entry] as const))("%s", async (_, entry) => {
    const verdict = await verifyIdentityToken(entry.token, against(entry.uniqueIdentifier));
    const inspection = await inspectIdentityToken(entry.token, against(entry.uniqueIdentifier));

    expect(verdict.ok ? "accepted" : verdict.code).toBe(entry.verdict);
    const findings = inspection.isToken ? inspection.findings : [];
    const codesOf = (wanted: string) => findings.filter(({ verdict }) => verdict === wanted).map(({ code }) => code);
    expect(inspection.isToken ? (codesOf("fail")[0] ?? "accepted") : "malformed").toBe(entry.verdict);
    if (entry.warnings) expect(codesOf("warn")).toEqual(entry.warnings);

    const output = [
      verdict.ok ? "" : verdict.reason,
      inspection.isToken ? "" : inspection.reason,
      ...findings.flatMap((finding) => [finding.found, finding.wanted, "fix" in finding ? finding.fix : ""]),
    ].join("\n");
    expect(output).not.toContain(apiSecret);
    if (!verdict.ok) expect(verdict.reason).toMatch(/\.$/);
  });

  it("has at least 60 refused tokens, and unique names", () => {
    expect(entries.filter(({ verdict }) => verdict !== "accepted").length).toBeGreaterThanOrEqual(60);
    expect(new Set(entries.map(({ name }) => name)).size).toBe(entries.length);
  });
});

describe("an arbitrary token", () => {
  const encode = (part: unknown) => Buffer.from(JSON.stringify(part) ?? "").toString("base64url");
  const seal = (header: unknown, payload: unknown) => {
    const body = `${encode(header)}.${encode(payload)}`;
    return `${body}.${createHmac("sha256", apiSecret).update(body).digest("base64url")}`;
  };
  const judge = async (token: string) => {
    const [verdict, inspection] = [
      await verifyIdentityToken(token, against()),
      await inspectIdentityToken(token, against()),
    ];
    const isAccepted = inspection.isToken && inspection.findings.every(({ verdict }) => verdict !== "fail");
    expect(verdict.ok).toBe(isAccepted);
    return verdict;
  };

  it("is refused without an exception when it is a random string", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string({ unit: "binary" }),
          fc.array(fc.base64String(), { maxLength: 6 }).map((parts) => parts.join(".")),
          fc
            .array(fc.string({ unit: fc.constantFrom(..."eyJhbGciOi.-_=+/ \n") }), { maxLength: 6 })
            .map((parts) => parts.join(".")),
        ),
        async (token) => {
          expect((await judge(token)).ok).toBe(false);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("is refused without an exception when its header and payload are random JSON", async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.jsonValue(), async (header, payload) => {
        expect((await judge(seal(header, payload))).ok).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it("is judged without an exception when its claims are random JSON", async () => {
    const claims = { iss: apiKey, aud: corpus.uniqueIdentifier, iat: now, exp: now + 18_000 };
    const name = fc.constantFrom(
      "iss",
      "aud",
      "iat",
      "exp",
      "nbf",
      "sub",
      "jti",
      "field1",
      "field11",
      "note",
      "__proto__",
    );
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, fc.jsonValue()), async (changes) => {
        await judge(seal({ alg: "HS256", typ: "JWT" }, { ...claims, ...changes }));
      }),
      { numRuns: 300 },
    );
  });
});
