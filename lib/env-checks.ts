// Each of these says what is wrong with a value, or null. The text continues a sentence that begins with the variable's name.

/**
 * In a password, a special character that is not percent-encoded ends it: the rest is read as a host, path or query.
 * Never repeats the value.
 */
export function findConnectionStringProblem(url: string): string | null {
  const [, authority, rest] = /^postgres(?:ql)?:\/\/([^/?#]*)(.*)$/is.exec(url) ?? [];
  if (authority === undefined || rest === undefined || authority + rest === "")
    return "is not a Postgres connection string.";

  const isCutAtHash = !authority.includes("@") && authority.includes(":") && rest === "";
  const hasStrayAt = !authority.includes("@") && rest.includes("@") && !/[?&]user=/.test(rest);
  const isReadable =
    URL.canParse(url) &&
    isPercentEncoded(authority) &&
    !/[\s#]/.test(url) &&
    !/@.*@/.test(authority) &&
    !/^[^?]*@|[?&][^=&]*@/.test(rest);
  if (isReadable && !isCutAtHash && !hasStrayAt) return null;
  return (
    "is not a valid Postgres connection string. Percent-encode special characters in its password: # as %23, / as %2F, " +
    "? as %3F, @ as %40, % as %25, a space as %20. In an .env file, # ends a value that is not quoted."
  );
}

function isPercentEncoded(text: string): boolean {
  try {
    return !/\p{Cc}/u.test(decodeURIComponent(text));
  } catch {
    return false;
  }
}

/** Refuses an address that NextAuth and browsers would read in different ways. */
export function findSiteAddressProblem(address: string): string | null {
  const { protocol, hostname, port, pathname } = readPlainUrl(address) ?? {};
  const isOrigin = pathname && /^\/+$/.test(pathname) && /^(\[[\da-f:.]+\]|[\w-]+(\.[\w-]+)*)$/.test(hostname ?? "");
  // The default port of the other scheme: one of the two is a mistake.
  if (isOrigin && port !== (protocol === "https:" ? "80" : "443")) return null;
  return (
    `is ${describeValue(address)}. Write http:// or https:// and the host, with a port only if it is not the default, ` +
    "and nothing else: no path, query or user name."
  );
}

export function findIssuerProblem(address: string): string | null {
  // The provider's keys are trusted because of where they come from.
  if (!readPlainUrl(address) || !isSecureUrl(address))
    return `is ${describeValue(address)}. Write the provider's https:// address without a query; http:// is for localhost only.`;
  if (address.includes("/.well-known/"))
    return `is "${address}". Remove the part from /.well-known on: the portal adds it.`;
  return null;
}

export function findSecretProblem(secret: string): string | null {
  const advice = "Create one with: openssl rand -base64 32.";
  if (!secret) return `is not set. ${advice}`;
  if (secret.length < 32) return `has ${secret.length} characters, and needs at least 32. ${advice}`;
  return isGuessable(secret)
    ? `is easy to guess: it repeats itself, has fewer than 8 different characters, or is a placeholder. ${advice}`
    : null;
}

/** Very few different characters, one short piece repeated ("changemechangeme…1"), or copied from instructions. */
function isGuessable(secret: string): boolean {
  const isRepeated = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].some((length) => {
    const end = [...secret].findIndex((character, index) => index >= length && character !== secret[index - length]);
    return end === -1 || end > secret.length - 10;
  });
  return new Set(secret).size < 8 || isRepeated || /change-?me|your-secret|replace-|openssl rand/i.test(secret);
}

/** What precedes "@", or follows "?" or "#", may be a secret. */
export const describeValue = (value: string) => (/[@?#]/.test(value) ? "not valid" : `"${value}"`);

export const isLocalHost = (hostname: string) => ["localhost", "127.0.0.1", "[::1]"].includes(hostname);

/** Whether it is https, or http to this machine. */
export function isSecureUrl(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === "https:" || (protocol === "http:" && isLocalHost(hostname));
}

const readPlainUrl = (address: string) =>
  /^https?:\/\/[^/]/i.test(address) && !/[\s@?#\\]/.test(address) && URL.canParse(address) ? new URL(address) : null;
