/** What there is to know of Postgres' connection strings and errors, for whoever connects: the portal, the migrations, the doctor. */

type DatabaseProblemCode =
  | "unreachable"
  | "starting"
  | "too-many-connections"
  | "access-refused"
  | "missing"
  | "no-tls"
  | "certificate"
  | "pooler"
  | "read-only"
  | "disk-full"
  | "un-migrated"
  | "half-migrated"
  | "error";

/** What is wrong with a database, and what to do. Never says where it is, who asks, or with which password. */
export type DatabaseProblem = { code: DatabaseProblemCode; found: string; todo: string };

/** By the code of Postgres (five characters) or of Node, or by the message where there is no code. The first that fits. */
const PROBLEMS: [RegExp, DatabaseProblemCode, string, string][] = [
  [
    /no encryption|SSL off/i,
    "no-tls",
    "The database takes no connection without TLS.",
    "Add ?sslmode=verify-full to DATABASE_URL.",
  ],
  [
    /does not support SSL/i,
    "no-tls",
    "DATABASE_URL asks for TLS, and the database has none.",
    "Turn TLS on at the database. On a private network, sslmode=disable does without.",
  ],
  [
    /^CERT_(HAS_EXPIRED|NOT_YET_VALID)/,
    "certificate",
    "The database's certificate is not valid today.",
    "Renew the certificate, or set the clock of this machine.",
  ],
  [
    /^ERR_TLS_CERT_ALTNAME_INVALID/,
    "certificate",
    "The database's certificate is for another host than DATABASE_URL names.",
    "Write the host that the certificate names. Do not turn the check off: it tells the database from an impostor.",
  ],
  [
    /^(SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|CERT_|ERR_TLS|ERR_SSL|ERR_OSSL)/,
    "certificate",
    "The database's certificate cannot be trusted.",
    "Give the certificate of who has signed it: sslrootcert=/path/to/ca.crt in DATABASE_URL.",
  ],
  [
    /^ENOENT/,
    "certificate",
    "A file that DATABASE_URL names (sslrootcert, sslcert, sslkey) is not there.",
    "Compare the path, as this process sees it.",
  ],
  [
    /^28|client password must be/,
    "access-refused",
    "The database does not let this user in.",
    "Compare user and password in DATABASE_URL; special characters are written %40, %23 and so on.",
  ],
  [
    /^3D000/,
    "missing",
    "There is no database of this name.",
    "Make it, or compare the name at the end of DATABASE_URL.",
  ],
  [
    /^(53300|53400)|no more connections allowed|query_wait_timeout/,
    "too-many-connections",
    "The database has no connection left.",
    "Lower DATABASE_POOL_SIZE, or put a pooler such as PgBouncer in between (docs/scaling.md).",
  ],
  [/^(53100|ENOSPC)/, "disk-full", "The database's disk is full.", "Give it room. Nothing that was confirmed is lost."],
  [
    /^25006/,
    "read-only",
    "The database takes no writing.",
    "DATABASE_URL may lead to a replica: name the primary. A full disk also makes some providers do this.",
  ],
  [
    /^(42P01|42703|42704|3F000)/,
    "un-migrated",
    "The database is not migrated: a table or a column is missing.",
    "Run npm run db:migrate.",
  ],
  [
    /^(26000|42P05)|prepared statement/,
    "pooler",
    "A pooler hands this connection's prepared statements to another.",
    "Take what makes named statements out of the code, or let the pooler keep them (max_prepared_statements).",
  ],
  [
    /unsupported startup parameter/i,
    "pooler",
    "The pooler refuses a parameter of DATABASE_URL.",
    "Take options= and what else comes after the ? out of DATABASE_URL, but for ssl.",
  ],
  [
    /^(57P0[123]|57014)/,
    "starting",
    "The database is starting or stopping.",
    "Wait. If it stays so, its log says why.",
  ],
  [
    /^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOST|ENET|EPIPE|08)|timeout|terminated|took more than/i,
    "unreachable",
    "The database does not answer.",
    "Compare host and port in DATABASE_URL, and see that the database runs and lets this machine in.",
  ],
];

/**
 * What an error of a connection or a query means.
 *
 * @param error what pg, or Prisma over it, has thrown
 */
export function explainDatabaseError(error: unknown): DatabaseProblem {
  const signs = listSigns(error);
  const known = PROBLEMS.find(([pattern]) => signs.some((sign) => pattern.test(sign)));
  if (known) return { code: known[1], found: known[2], todo: known[3] };
  return { code: "error", found: "The database answers with an error.", todo: "The server's log has it." };
}

/** Codes and messages, also those of what lies beneath: Node hides the reason in `cause` or in a list. */
function listSigns(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const { code, cause, errors } = error as Error & { code?: unknown; errors?: unknown[] };
  return [...(typeof code === "string" ? [code] : []), error.message, ...[cause, ...(errors ?? [])].flatMap(listSigns)];
}

/**
 * The connection string as it goes to pg. `sslmode=require` and its kin mean "encrypted, whoever it is" to
 * Postgres' own programs, and what `verify-full` means to this version of pg, which says so with a warning
 * at each start. Here it is `verify-full`: encrypted, and with the right one.
 */
export function toConnectionString(databaseUrl: string): string {
  if (/[?&]uselibpqcompat=/.test(databaseUrl)) return databaseUrl;
  return databaseUrl.replace(/([?&]sslmode=)(prefer|require|verify-ca)(?=&|$)/, "$1verify-full");
}
