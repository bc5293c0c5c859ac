import "server-only";
import { compactVerify, type JWTPayload, type ProtectedHeaderParameters } from "jose";
import {
  DOCUMENTED_FIELDS,
  isUuid,
  MAX_IDENTITY_CLAIMS_LENGTH,
  measureIdentityClaims,
  MIN_LIFETIME,
  pickIdentityClaims,
  TICKET_FIELDS,
} from "@/lib/glassix/identity/claims";

/** What a token is judged against. */
export type Expectation = {
  /** The department's API key, as the page gave it to the widget. */
  apiKey: string;
  /** The API secrets that are valid just now: one, or two while the secret is being rotated. */
  apiSecrets: readonly string[];
  /** The widget's option of the same name. Left out: not judged. */
  uniqueIdentifier?: string;
  /** The present, in seconds since 1970. */
  now: number;
  /** By how many seconds two clocks may differ. What Glassix allows is not documented. */
  leeway: number;
  /** Whether `field1`… use up the 500 characters of the identity claims as well. Not documented. */
  doFieldsCount: boolean;
};

/** A token that has the form of one, and what it is judged against. */
export type Subject = Expectation & { token: string; header: ProtectedHeaderParameters; claims: JWTPayload };

/**
 * `fail`: Glassix refuses such a token, or is assumed to. `warn`: it takes it, but something will go wrong
 * or is not documented. `skip`: there was nothing to judge it by.
 */
export type Outcome =
  { verdict: "pass" | "skip"; found: string } | { verdict: "fail" | "warn"; found: string; mend: string };

type Rule = {
  code: string;
  title: string;
  /** What the token must hold, in a few words. */
  wanted(subject: Subject): string;
  check(subject: Subject): Outcome | Promise<Outcome>;
};

export type RuleCode = (typeof RULES)[number]["code"];

/**
 * What a token must hold, in the order in which it is looked at. The one list: the sandbox's verifier
 * takes the first failure, the inspector shows all, the doctor tries them on a token of its own.
 *
 * Sources: Glassix's guide, "Step 3: Create the JWT" and "Optional Claims"; RFC 7519 for the registered
 * names; where neither says anything, the stricter reading.
 */
export const RULES = [
  {
    code: "algorithm",
    title: "Algorithm",
    wanted: () => "HS256",
    check(subject) {
      const { alg, crit } = subject.header;
      if (alg !== "HS256") return fail(`alg is ${show(alg, subject)}.`, "Sign with HS256; nothing else is accepted.");
      if (crit !== undefined)
        return fail(`crit is ${show(crit, subject)}.`, "Leave crit out: its extensions are not understood.");
      return pass("HS256");
    },
  },
  {
    code: "type",
    title: "Type",
    wanted: () => "JWT",
    check: (subject) =>
      subject.header.typ === "JWT"
        ? pass("JWT")
        : warn(
            `typ is ${show(subject.header.typ, subject)}.`,
            "Write JWT. Whether Glassix looks at it is not documented.",
          ),
  },
  {
    code: "signature",
    title: "Signature",
    wanted: () => "made with the UTF-8 bytes of the API secret",
    async check(subject) {
      for (const [index, apiSecret] of subject.apiSecrets.entries()) {
        if (await isSignedWith(subject.token, apiSecret))
          return pass(
            index === 0 ? "matches the API secret" : `matches API secret ${index + 1} of ${subject.apiSecrets.length}`,
          );
      }
      return fail(...(await explainSignature(subject)));
    },
  },
  {
    code: "issuer",
    title: "Issuer",
    wanted: (subject) => `the API key in lowercase, ${show(subject.apiKey.toLowerCase(), subject)}`,
    check(subject) {
      const { iss } = subject.claims;
      const apiKey = subject.apiKey.toLowerCase();
      if (iss === apiKey) return pass(show(iss, subject));
      if (typeof iss === "string" && iss.toLowerCase() === apiKey)
        return fail(`iss is ${show(iss, subject)}.`, "Write it in lowercase.");
      if (typeof iss === "string" && subject.apiSecrets.includes(iss))
        return fail(
          "iss is the API secret, which everybody can read now.",
          "Make a new secret on the department's API page, and write the API key here.",
        );
      return fail(
        `iss is ${show(iss, subject)}.`,
        `It must be the department's API key in lowercase, ${show(apiKey, subject)}.`,
      );
    },
  },
  {
    code: "audience",
    title: "Audience",
    wanted: () => "one UUID in lowercase, as a string",
    check(subject) {
      const { aud } = subject.claims;
      if (!isUuid(aud))
        return fail(
          `aud is ${show(aud, subject)}.`,
          "It must be the customer's unique identifier: one UUID, as a string.",
        );
      return aud === aud.toLowerCase()
        ? pass(show(aud, subject))
        : fail(`aud is ${show(aud, subject)}.`, "Write it in lowercase.");
    },
  },
  {
    code: "unique-identifier",
    title: "Unique identifier",
    wanted: ({ uniqueIdentifier }) =>
      `the same as aud${uniqueIdentifier === undefined ? "" : ` in the widget's options`}`,
    check(subject) {
      const { uniqueIdentifier } = subject;
      const { aud } = subject.claims;
      if (uniqueIdentifier === undefined) return skip("not known here");
      if (aud === uniqueIdentifier) return pass(show(uniqueIdentifier, subject));
      const differsInCase = typeof aud === "string" && aud.toLowerCase() === uniqueIdentifier.toLowerCase();
      return fail(
        `aud is ${show(aud, subject)}, but the widget was given the unique identifier ${show(uniqueIdentifier, subject)}.`,
        differsInCase ? "They differ in case: write both in lowercase." : "Both must be the same.",
      );
    },
  },
  {
    code: "expiry",
    title: "Expiry",
    wanted: () => "a time to come, in seconds since 1970",
    check(subject) {
      const { now, leeway } = subject;
      const { exp } = subject.claims;
      if (typeof exp !== "number")
        return fail(
          `exp is ${show(exp, subject)}.`,
          "It must be the end of the token in seconds since 1970, as a number.",
        );
      if (isInMilliseconds(exp))
        return fail(`exp is ${exp}, which looks like milliseconds.`, "Write seconds since 1970.");
      if (exp + leeway <= now)
        return fail(
          `It expired ${now - exp} seconds ago (exp ${exp}, now ${now}).`,
          "Mint a new one; if this one is fresh, check the clocks.",
        );
      return Number.isInteger(exp)
        ? pass(`in ${showDuration(exp - now)}, at ${showTime(exp)}`)
        : warn(`exp is ${exp}.`, "Write whole seconds. Whether Glassix takes a fraction is not documented.");
    },
  },
  {
    code: "issued-at",
    title: "Issued at",
    wanted: () => "a time that has been, in seconds since 1970, or nothing",
    check(subject) {
      const { now, leeway } = subject;
      const { iat, nbf } = subject.claims;
      if (nbf !== undefined && typeof nbf !== "number")
        return fail(`nbf is ${show(nbf, subject)}.`, "It must be a number of seconds since 1970, or left out.");
      if (nbf !== undefined && nbf > now + leeway)
        return fail(`nbf is ${nbf}, now is ${now}.`, "Leave nbf out: the token is not valid before that time.");
      if (iat === undefined) return pass("left out");
      if (typeof iat !== "number")
        return fail(`iat is ${show(iat, subject)}.`, "It must be a number of seconds since 1970, or left out.");
      if (isInMilliseconds(iat))
        return fail(`iat is ${iat}, which looks like milliseconds.`, "Write seconds since 1970.");
      // Whether Glassix looks at iat is not documented. A clock that is wrong will show elsewhere.
      return iat <= now + Math.max(leeway, 1)
        ? pass(`${showDuration(now - iat)} ago`)
        : warn(
            `iat lies ${showDuration(iat - now)} in the future.`,
            "The clock of the server that made the token and the one that reads it differ: set both by NTP.",
          );
    },
  },
  {
    code: "lifetime",
    title: "Lifetime",
    wanted: () => "at least 5 hours",
    check({ claims: { exp, iat }, now }) {
      if (typeof exp !== "number" || isInMilliseconds(exp)) return skip("no expiry to count to");
      const lifetime = exp - (typeof iat === "number" && !isInMilliseconds(iat) ? iat : now);
      return lifetime >= MIN_LIFETIME
        ? pass(showDuration(lifetime))
        : warn(
            `It lives for ${showDuration(lifetime)}.`,
            `Glassix recommends at least ${MIN_LIFETIME} seconds (5 hours) from its creation.`,
          );
    },
  },
  {
    code: "identity-claims",
    title: "Identity claims",
    wanted: () => "strings",
    check(subject) {
      const all = Object.entries(pickIdentityClaims(subject.claims));
      const odd = all.find(([, value]) => typeof value !== "string");
      return odd
        ? fail(
            `The identity claim ${show(odd[0], subject)} is of type ${typeOf(odd[1])}.`,
            "Glassix keeps strings: write it as one, or leave it out.",
          )
        : pass(all.length === 0 ? "none" : all.map(([name]) => show(name, subject)).join(", "));
    },
  },
  {
    code: "identity-claims-length",
    title: "Length of the identity claims",
    wanted: () => `at most ${MAX_IDENTITY_CLAIMS_LENGTH} characters as JSON`,
    check({ claims, doFieldsCount }) {
      const all = pickIdentityClaims(claims);
      const counted = doFieldsCount ? all : Object.fromEntries(Object.entries(all).filter(([name]) => !isField(name)));
      const length = measureIdentityClaims(counted);
      return length <= MAX_IDENTITY_CLAIMS_LENGTH
        ? pass(`${length} of ${MAX_IDENTITY_CLAIMS_LENGTH} characters`)
        : fail(
            `The identity claims have ${length} characters as JSON; ${MAX_IDENTITY_CLAIMS_LENGTH} are the limit.`,
            "Leave out what an agent needs least.",
          );
    },
  },
  {
    code: "fields",
    title: "Fields",
    wanted: () => `field1 to field${DOCUMENTED_FIELDS}`,
    check({ claims }) {
      const fields = Object.keys(pickIdentityClaims(claims)).filter(isField);
      const isOneOf = (count: number) => (name: string) => FIELD_NAMES.slice(0, count).includes(name);
      const beyond = fields.filter((name) => !isOneOf(DOCUMENTED_FIELDS)(name));
      if (beyond.length === 0) return pass(fields.join(", ") || "none");
      return warn(
        `There ${beyond.length === 1 ? "is" : "are"} ${beyond.join(", ")}.`,
        beyond.every(isOneOf(TICKET_FIELDS))
          ? `Tickets have fields up to ${TICKET_FIELDS}, but as claims only the first ${DOCUMENTED_FIELDS} are documented.`
          : `A ticket has field1 to field${TICKET_FIELDS}, and as claims only the first ${DOCUMENTED_FIELDS} are documented.`,
      );
    },
  },
] as const satisfies Rule[];

/** Says what was signed with instead, where that can be told. */
async function explainSignature({ token, apiKey, apiSecrets }: Subject): Promise<[found: string, mend: string]> {
  if (token.endsWith(".")) return ["The signature is empty.", "Sign with the API secret, and keep all three parts."];
  for (const [secret, found, mend] of [
    ...[apiKey, apiKey.toUpperCase()].map(
      (key) =>
        [
          key,
          "It is signed with the API key.",
          "Sign with the API secret, which stands beside the key on the department's API page.",
        ] as const,
    ),
    ...apiSecrets.flatMap((apiSecret) => [
      [
        Buffer.from(apiSecret, "base64"),
        "It is signed with the API secret after decoding it from base64.",
        "Sign with the UTF-8 bytes of the secret as it stands on the API page.",
      ] as const,
      ...[
        `${apiSecret}\n`,
        `${apiSecret}\r\n`,
        ` ${apiSecret}`,
        `${apiSecret} `,
        `"${apiSecret}"`,
        `'${apiSecret}'`,
      ].map(
        (mistyped) =>
          [
            mistyped,
            "It is signed with the API secret and something around it: a space, the end of a line or a quotation mark.",
            "Take it away where the secret is read.",
          ] as const,
      ),
    ]),
  ]) {
    if (await isSignedWith(token, secret)) return [found, mend];
  }
  return [
    "The signature does not match the department's API secret.",
    "Sign with the UTF-8 bytes of the secret as it stands on the API page.",
  ];
}

async function isSignedWith(token: string, secret: string | Buffer): Promise<boolean> {
  if (secret.length === 0) return false;
  // Not kept as a key: it may be somebody's who tries out a token, or a guess.
  return compactVerify(token, Buffer.from(secret), { algorithms: ["HS256"] }).then(
    () => true,
    () => false,
  );
}

const pass = (found: string) => ({ verdict: "pass", found }) as const;
const skip = (found: string) => ({ verdict: "skip", found }) as const;
const warn = (found: string, mend: string) => ({ verdict: "warn", found, mend }) as const;
const fail = (found: string, mend: string) => ({ verdict: "fail", found, mend }) as const;

const isField = (name: string) => /^field\d+$/.test(name);
const FIELD_NAMES = Array.from({ length: TICKET_FIELDS }, (_, index) => `field${index + 1}`);
/** In seconds it would be after the year 5000. */
const isInMilliseconds = (time: number) => time > 100_000_000_000;
const typeOf = (value: unknown) => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value);

/**
 * What the token says, cut short. An API secret that somebody put into a token is not repeated; one that
 * is shorter than any real one would only garble the sentence.
 */
function show(value: unknown, { apiSecrets }: Subject): string {
  if (value === undefined) return "missing";
  const hidden = apiSecrets
    .filter((apiSecret) => apiSecret.length >= 8)
    .reduce(
      (text, apiSecret) => text.replaceAll(JSON.stringify(apiSecret).slice(1, -1), "(the API secret)"),
      JSON.stringify(value),
    );
  return hidden.slice(0, 80);
}

function showTime(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString().replace(/\.000Z$/, "Z");
}

function showDuration(seconds: number): string {
  const [size, unit] = [
    [86_400, "days"],
    [3600, "hours"],
    [60, "minutes"],
  ].find(([size]) => Math.abs(seconds) >= 2 * (size as number)) ?? [1, "seconds"];
  return `${Number((seconds / (size as number)).toFixed(1))} ${unit}`;
}
