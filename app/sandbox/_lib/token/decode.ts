import "server-only";
import type { JWTPayload, ProtectedHeaderParameters } from "jose";

const MAX_TOKEN_LENGTH = 16_000;

const MAX_DEPTH = 64;

export type DecodedToken = { header: ProtectedHeaderParameters; claims: JWTPayload };

/**
 * Returns a sentence if the text is not a token. Strict according to RFC 7515, section 2, and RFC 8259: what Glassix's
 * decoder tolerates is not documented.
 */
export function decodeIdentityToken(token: string): DecodedToken | string {
  if (token === "") return "It is empty.";
  if (token.length > MAX_TOKEN_LENGTH)
    return `It has ${token.length} characters, more than any identity token; the limit is ${MAX_TOKEN_LENGTH}.`;
  if (/^bearer\s/i.test(token)) return 'It begins with "Bearer": remove that word.';
  if (/^https?:/i.test(token)) return "It is a web address, not a JWT.";
  if (/^\s|\s$/.test(token)) return "It has whitespace around it: remove it.";
  if (/\s/.test(token)) return "It has whitespace inside: a JWT is one line without spaces.";
  if (/^["'`]/.test(token)) return "It is in quotation marks: remove them.";

  const parts = token.split(".");
  if (parts.length === 5) return "It has five parts: it is encrypted (a JWE), or two tokens in one. It must be signed.";
  if (parts.length !== 3)
    return `It is not a JWT, which has three parts with dots between them: ${parts.length === 1 ? "it has one part" : `it has ${parts.length}`}.`;
  for (const [index, part] of parts.entries()) {
    const problem = findBase64urlProblem(part);
    if (problem) return `Its ${PARTS[index]} ${problem}.`;
  }
  const header = parseObject(parts[0]!);
  if (typeof header === "string") return `Its header ${header}.`;
  const claims = parseObject(parts[1]!);
  if (typeof claims === "string") return `Its payload ${claims}.`;
  return { header, claims };
}

const PARTS = ["header", "payload", "signature"];

function findBase64urlProblem(part: string): string | undefined {
  if (part.includes("=")) return "is padded with =, which a JWT does not allow";
  if (/[+/]/.test(part)) return "is encoded as base64 (+ and /), not base64url (- and _)";
  if (!/^[\w-]*$/.test(part)) return "contains a character that base64url does not allow";
  if (part.length % 4 === 1) return "has a length that is impossible in base64url: something was cut off";
}

function parseObject(part: string): Record<string, unknown> | string {
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.from(part, "base64url"));
  } catch {
    return "is not UTF-8";
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "is not JSON";
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "is JSON, but not an object";
  return isDeeperThan(MAX_DEPTH, value)
    ? `is nested more than ${MAX_DEPTH} levels deep`
    : (value as Record<string, unknown>);
}

function isDeeperThan(depth: number, value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return depth === 0 || Object.values(value).some((child) => isDeeperThan(depth - 1, child));
}
