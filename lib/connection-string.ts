/**
 * The connection string for pg, with `sslmode=require` and its kin as `verify-full`: pg treats them the same, but warns
 * that a future version will not.
 */
export function toConnectionString(databaseUrl: string): string {
  if (/[?&]uselibpqcompat=/.test(databaseUrl)) return databaseUrl;
  return databaseUrl.replace(/([?&]sslmode=)(prefer|require|verify-ca)(?=&|$)/, "$1verify-full");
}

/**
 * What is wrong with a connection string, or null. A special character in the password that is not percent-encoded ends
 * it, and the rest is read as host, path or query. Never repeats the value.
 *
 * @param name the variable that holds it
 */
export function findConnectionStringProblem(name: string, url: string): string | null {
  const example = `Example: ${name}=postgresql://portal:password@db.example.com:5432/portal`;
  const [, authority, rest] = /^postgres(?:ql)?:\/\/([^/?#]*)(.*)$/is.exec(url) ?? [];
  if (authority === undefined || rest === undefined || authority + rest === "")
    return `${name} is not a Postgres connection string. ${example}`;

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
    `${name} is not a Postgres connection string that can be read. Percent-encode the special characters of its password: ` +
    `# as %23, / as %2F, ? as %3F, @ as %40, % as %25, a space as %20. In an .env file, # cuts a value that is not quoted. ${example}`
  );
}

function isPercentEncoded(text: string): boolean {
  try {
    return !/\p{Cc}/u.test(decodeURIComponent(text));
  } catch {
    return false;
  }
}
