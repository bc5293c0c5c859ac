import "server-only";
import { compactVerify, type JWTPayload, type ProtectedHeaderParameters } from "jose";
import { isUuid, MAX_IDENTITY_CLAIMS_LENGTH, measureIdentityClaims, MIN_LIFETIME } from "@/lib/glassix/identity/claims";
import { DOCUMENTED_FIELDS, FIELD_NAMES, pickIdentityClaims, TICKET_FIELDS } from "../ticket";

export type Expectation = {
  apiKey: string;
  apiSecrets: readonly string[];
  uniqueIdentifier?: string;
  now: number;
  /** How many seconds two clocks may differ by. What Glassix allows is not documented. */
  leeway: number;
  /** Whether `field1`… count towards the 500 characters of the identity claims. Not documented. */
  doFieldsCount: boolean;
};

export type Subject = Expectation & { token: string; header: ProtectedHeaderParameters; claims: JWTPayload };

/** `warn`: Glassix accepts the token, but something will go wrong or is not documented. */
export type Outcome =
  { verdict: "pass" | "skip"; found: string } | { verdict: "fail" | "warn"; found: string; fix: string };

type Show = (value: unknown) => string;

export type Rule = {
  code: string;
  title: string;
  wanted(subject: Subject, show: Show): string;
  check(subject: Subject, show: Show): Outcome | Promise<Outcome>;
};

export type RuleCode = (typeof RULES)[number]["code"];

/**
 * In the order in which they are checked. Sources: Glassix's guide, "Step 3: Create the JWT" and "Optional Claims";
 * RFC 7519 for the registered names; where neither says anything, the stricter reading.
 */
export const RULES = [
  {
    code: "algorithm",
    title: "Algorithm",
    wanted: () => "HS256",
    check({ header: { alg, crit } }, show) {
      if (alg !== "HS256") return fail(`alg is ${show(alg)}.`, "Sign with HS256; nothing else is accepted.");
      if (crit !== undefined) return fail(`crit is ${show(crit)}.`, "Leave crit out: no extension is supported.");
      return pass("HS256");
    },
  },
  {
    code: "type",
    title: "Type",
    wanted: () => "JWT",
    check: ({ header: { typ } }, show) =>
      typ === "JWT"
        ? pass("JWT")
        : warn(`typ is ${show(typ)}.`, "Write JWT. Whether Glassix checks it is not documented."),
  },
  {
    code: "signature",
    title: "Signature",
    wanted: () => "made with the UTF-8 bytes of the API secret",
    async check(subject) {
      const { token, apiSecrets } = subject;
      for (const [index, apiSecret] of apiSecrets.entries()) {
        if (await isSignedWith(token, apiSecret))
          return pass(`matches ${index === 0 ? "the API secret" : `API secret ${index + 1} of ${apiSecrets.length}`}`);
      }
      return explainSignature(subject);
    },
  },
  {
    code: "issuer",
    title: "Issuer",
    wanted: ({ apiKey }, show) => `the API key in lowercase, ${show(apiKey.toLowerCase())}`,
    check({ claims: { iss }, apiSecrets, ...subject }, show) {
      const apiKey = subject.apiKey.toLowerCase();
      if (iss === apiKey) return pass(show(iss));
      if (typeof iss === "string" && iss.toLowerCase() === apiKey)
        return fail(`iss is ${show(iss)}.`, "Write it in lowercase.");
      if (typeof iss === "string" && apiSecrets.includes(iss))
        return fail(
          "iss is the API secret, which everybody can read in the token.",
          "Create a new secret on the department's API page, and use the API key here.",
        );
      return fail(`iss is ${show(iss)}.`, `It must be the department's API key in lowercase, ${show(apiKey)}.`);
    },
  },
  {
    code: "audience",
    title: "Audience",
    wanted: () => "one UUID in lowercase, as a string",
    check({ claims: { aud } }, show) {
      const found = `aud is ${show(aud)}.`;
      if (!isUuid(aud)) return fail(found, "It must be the customer's unique identifier: one UUID, as a string.");
      return aud === aud.toLowerCase() ? pass(show(aud)) : fail(found, "Write it in lowercase.");
    },
  },
  {
    code: "unique-identifier",
    title: "Unique identifier",
    wanted: ({ uniqueIdentifier }) =>
      `the same as aud${uniqueIdentifier === undefined ? "" : " in the widget's options"}`,
    check({ claims: { aud }, uniqueIdentifier }, show) {
      if (uniqueIdentifier === undefined) return skip("not given");
      if (aud === uniqueIdentifier) return pass(show(uniqueIdentifier));
      const differsInCase = typeof aud === "string" && aud.toLowerCase() === uniqueIdentifier.toLowerCase();
      return fail(
        `aud is ${show(aud)}, but the widget was given the unique identifier ${show(uniqueIdentifier)}.`,
        differsInCase ? "They differ in case: write both in lowercase." : "Both must be the same.",
      );
    },
  },
  {
    code: "expiry",
    title: "Expiry",
    wanted: () => "a time in the future, in seconds since 1970",
    check({ claims: { exp }, now, leeway }, show) {
      if (typeof exp !== "number")
        return fail(`exp is ${show(exp)}.`, "It must be the token's expiry in seconds since 1970, as a number.");
      if (isInMilliseconds(exp))
        return fail(`exp is ${exp}, which looks like milliseconds.`, "Write seconds since 1970.");
      if (exp + leeway <= now)
        return fail(
          `It expired ${now - exp} seconds ago (exp ${exp}, now ${now}).`,
          "Mint a new one; if this one is fresh, check the clocks.",
        );
      return Number.isInteger(exp)
        ? pass(`in ${showDuration(exp - now)}, at ${showTime(exp)}`)
        : warn(`exp is ${exp}.`, "Write whole seconds. Whether Glassix accepts a fraction is not documented.");
    },
  },
  {
    code: "issued-at",
    title: "Issued at",
    wanted: () => "a time in the past, in seconds since 1970, or nothing",
    check({ claims: { iat, nbf }, now, leeway }, show) {
      const expected = "It must be a number of seconds since 1970, or left out.";
      if (nbf !== undefined && typeof nbf !== "number") return fail(`nbf is ${show(nbf)}.`, expected);
      if (nbf !== undefined && nbf > now + leeway)
        return fail(`nbf is ${nbf}, now is ${now}.`, "Leave nbf out: the token is not valid before that time.");
      if (iat === undefined) return pass("left out");
      if (typeof iat !== "number") return fail(`iat is ${show(iat)}.`, expected);
      if (isInMilliseconds(iat))
        return fail(`iat is ${iat}, which looks like milliseconds.`, "Write seconds since 1970.");
      // Whether Glassix checks iat is not documented. A wrong clock will fail other rules.
      return iat <= now + Math.max(leeway, 1)
        ? pass(`${showDuration(now - iat)} ago`)
        : warn(
            `iat is ${showDuration(iat - now)} in the future.`,
            "The clock of the server that minted the token differs from this one: synchronise both with NTP.",
          );
    },
  },
  {
    code: "lifetime",
    title: "Lifetime",
    wanted: () => "at least 5 hours",
    check({ claims: { exp, iat }, now }) {
      if (typeof exp !== "number" || isInMilliseconds(exp)) return skip("no valid expiry");
      const lifetime = exp - (typeof iat === "number" && !isInMilliseconds(iat) ? iat : now);
      if (lifetime >= MIN_LIFETIME) return pass(showDuration(lifetime));
      const fix = `Glassix recommends at least ${MIN_LIFETIME} seconds (5 hours).`;
      return warn(`It is valid for ${showDuration(lifetime)}.`, fix);
    },
  },
  {
    code: "identity-claims",
    title: "Identity claims",
    wanted: () => "strings",
    check({ claims }, show) {
      const all = Object.entries(pickIdentityClaims(claims));
      const odd = all.find(([, value]) => typeof value !== "string");
      return odd
        ? fail(
            `The identity claim ${show(odd[0])} is of type ${typeOf(odd[1])}.`,
            "Glassix stores strings: convert it, or leave it out.",
          )
        : pass(all.map(([name]) => show(name)).join(", ") || "none");
    },
  },
  {
    code: "identity-claims-length",
    title: "Length of the identity claims",
    wanted: () => `at most ${MAX_IDENTITY_CLAIMS_LENGTH} characters as JSON`,
    check({ claims, doFieldsCount }) {
      const counted = Object.entries(pickIdentityClaims(claims)).filter(([name]) => doFieldsCount || !isField(name));
      const length = measureIdentityClaims(Object.fromEntries(counted));
      return length <= MAX_IDENTITY_CLAIMS_LENGTH
        ? pass(`${length} of ${MAX_IDENTITY_CLAIMS_LENGTH} characters`)
        : fail(
            `The identity claims have ${length} characters as JSON; the limit is ${MAX_IDENTITY_CLAIMS_LENGTH}.`,
            "Leave out what the agent needs least.",
          );
    },
  },
  {
    code: "fields",
    title: "Fields",
    wanted: () => `field1 to field${DOCUMENTED_FIELDS}`,
    check({ claims }) {
      const fields = Object.keys(pickIdentityClaims(claims)).filter(isField);
      const beyond = fields.filter((name) => !FIELD_NAMES.slice(0, DOCUMENTED_FIELDS).includes(name));
      if (beyond.length === 0) return pass(fields.join(", ") || "none");
      return warn(
        `The token contains ${beyond.join(", ")}.`,
        `A ticket has field1 to field${TICKET_FIELDS}, but only the first ${DOCUMENTED_FIELDS} are documented as claims.`,
      );
    },
  },
] as const satisfies Rule[];

async function explainSignature({ token, apiKey, apiSecrets }: Subject): Promise<Outcome> {
  if (token.endsWith("."))
    return fail("The signature is empty.", "Sign with the API secret, and keep all three parts.");
  const useSecret = "Sign with the UTF-8 bytes of the secret as it is on the API page.";
  const mistakes: [found: string, fix: string, secrets: (string | Buffer)[]][] = [
    [
      "It is signed with the API key.",
      "Sign with the API secret, which is next to the key on the department's API page.",
      [apiKey, apiKey.toUpperCase()],
    ],
    [
      "It is signed with the API secret after decoding it from base64.",
      useSecret,
      apiSecrets.map((apiSecret) => Buffer.from(apiSecret, "base64")),
    ],
    [
      "It is signed with the API secret and something around it: a space, the end of a line or a quotation mark.",
      "Remove it where the secret is read.",
      apiSecrets.flatMap((secret) => [
        `${secret}\n`,
        `${secret}\r\n`,
        ` ${secret}`,
        `${secret} `,
        `"${secret}"`,
        `'${secret}'`,
      ]),
    ],
  ];
  for (const [found, fix, secrets] of mistakes)
    for (const secret of secrets) if (await isSignedWith(token, secret)) return fail(found, fix);
  return fail("The signature does not match the department's API secret.", useSecret);
}

async function isSignedWith(token: string, secret: string | Buffer): Promise<boolean> {
  if (secret.length === 0) return false;
  return compactVerify(token, Buffer.from(secret), { algorithms: ["HS256"] }).then(
    () => true,
    () => false,
  );
}

const pass = (found: string) => ({ verdict: "pass", found }) as const;
const skip = (found: string) => ({ verdict: "skip", found }) as const;
const warn = (found: string, fix: string) => ({ verdict: "warn", found, fix }) as const;
const fail = (found: string, fix: string) => ({ verdict: "fail", found, fix }) as const;

const isField = (name: string) => /^field\d+$/.test(name);
const isInMilliseconds = (time: number) => time > 100_000_000_000;
const typeOf = (value: unknown) => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value);

/** Shows values of a token without the API secrets. Very short ones are not real secrets, and would garble the text. */
export const createShow =
  ({ apiSecrets }: Subject): Show =>
  (value) => {
    if (value === undefined) return "missing";
    return apiSecrets
      .filter((apiSecret) => apiSecret.length >= 8)
      .reduce(
        (text, apiSecret) => text.replaceAll(JSON.stringify(apiSecret).slice(1, -1), "(the API secret)"),
        JSON.stringify(value),
      )
      .slice(0, 80);
  };

function showTime(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString().replace(/\.000Z$/, "Z");
}

function showDuration(seconds: number): string {
  const units: [number, string][] = [
    [86_400, "days"],
    [3600, "hours"],
    [60, "minutes"],
  ];
  const [size, unit] = units.find(([size]) => Math.abs(seconds) >= 2 * size) ?? [1, "seconds"];
  return `${Number((seconds / size).toFixed(1))} ${unit}`;
}
