/**
 * The connection string for pg, with `sslmode=require` and its kin as `verify-full`: pg treats them the same, but warns
 * that a future version will not.
 */
export function toConnectionString(databaseUrl: string): string {
  if (/[?&]uselibpqcompat=/.test(databaseUrl)) return databaseUrl;
  return databaseUrl.replace(/([?&]sslmode=)(prefer|require|verify-ca)(?=&|$)/, "$1verify-full");
}
