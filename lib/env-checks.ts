/** For pg, which treats `prefer`, `require` and `verify-ca` as `verify-full`, but warns that this will change. */
export function toConnectionString(databaseUrl: string): string {
  if (/[?&]uselibpqcompat=/.test(databaseUrl)) return databaseUrl;
  return databaseUrl.replace(/([?&]sslmode=)(prefer|require|verify-ca)(?=&|$)/, "$1verify-full");
}

// Each problem completes a sentence that starts with the variable's name. It never contains a secret.
export function findConnectionStringProblem(url: string): string | null {
  if (!url) return "is not set.";
  const [, authority = "", rest = ""] = /^postgres(?:ql)?:\/\/([^/?#]*)(.*)$/is.exec(url) ?? [];
  if (authority + rest === "") return "is not a Postgres connection string.";
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

export function findSiteAddressProblem(address: string): string | null {
  const { protocol, hostname, port, pathname } = readPlainUrl(address) ?? {};
  const isOrigin = pathname && /^\/+$/.test(pathname) && /^(\[[\da-f:.]+\]|[\w-]+(\.[\w-]+)*)$/.test(hostname ?? "");
  // The default port of the other scheme: one of the two is a mistake.
  if (isOrigin && port !== (protocol === "https:" ? "80" : "443")) return null;
  return (
    `is ${describeValue(address)}. Use http:// or https:// and the host, plus the port if it is not the default, ` +
    "without a path, query or user name."
  );
}

export function findIssuerProblem(address: string): string | null {
  if (!readPlainUrl(address) || !isSecureUrl(address))
    return `is ${describeValue(address)}. Use the provider's https:// address without a query; http:// is for localhost only.`;
  if (address.includes("/.well-known/"))
    return `is "${address}". Remove /.well-known and everything after it: the portal adds it.`;
  return null;
}

export function findMailServerProblem(address: string): string | null {
  const isValid =
    URL.canParse(address) &&
    /^smtps?:\/\/[^\s/]+\/?(\?\S*)?$/.test(address) &&
    new URL(address).hostname !== "" &&
    !/@.*@/.test(address) &&
    isPercentEncoded(address);
  return isValid ? null : "is not an smtp:// or smtps:// address. Percent-encode special characters in its password.";
}

export function findSenderProblem(sender: string): string | null {
  return /^([^<>@\p{Cc}]+ <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/u.test(sender)
    ? null
    : `is ${describeValue(sender)}. Use an address, or a name followed by an address in angle brackets.`;
}

export function findSecretProblem(secret: string): string | null {
  const advice = "Create one with: openssl rand -base64 32.";
  if (!secret) return `is not set. ${advice}`;
  if ([...secret].length < 32) return `has ${[...secret].length} characters, but needs at least 32. ${advice}`;
  return isGuessable(secret)
    ? `is easy to guess: repetitive, too few different characters, or a placeholder. ${advice}`
    : null;
}

const isGuessable = (secret: string) =>
  new Set(secret).size < 8 ||
  /^(.{1,10})\1+.{0,9}$/s.test(secret) ||
  /change-?me|your-secret|replace-|openssl rand/i.test(secret);

export const describeValue = (value: string) => (/[@?#]/.test(value) ? "not valid" : `"${value}"`);

export const isLocalHost = (hostname: string) => ["localhost", "127.0.0.1", "[::1]"].includes(hostname);

export function isSecureUrl(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === "https:" || (protocol === "http:" && isLocalHost(hostname));
}

const readPlainUrl = (address: string) =>
  /^https?:\/\/[^/]/i.test(address) && !/[\s@?#\\]/.test(address) && URL.canParse(address) ? new URL(address) : null;
