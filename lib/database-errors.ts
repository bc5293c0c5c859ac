export type DatabaseProblem = {
  code:
    | "unreachable"
    | "too-many-connections"
    | "access-refused"
    | "tls"
    | "pooler"
    | "read-only"
    | "disk-full"
    | "un-migrated"
    | "error";
  found: string;
  todo: string;
};

/** The first row whose pattern matches a code of Postgres (five characters), Node, Prisma's adapter or PgBouncer wins. */
const PROBLEMS: [RegExp, DatabaseProblem][] = [
  [
    /^(53300|53400)$/,
    {
      code: "too-many-connections",
      found: "The database has no free connections.",
      todo: "Lower DATABASE_POOL_SIZE, or put a pooler such as PgBouncer in between (docs/operating.md).",
    },
  ],
  [
    /^(28...|3D000)$|client password must be/,
    {
      code: "access-refused",
      found: "The database refuses this user, this database name, or a connection without TLS.",
      todo: "Check user, password and database name in DATABASE_URL (percent-encode special characters), and add ?sslmode=verify-full if the database requires TLS.",
    },
  ],
  [
    /^(CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|ERR_TLS|ERR_SSL|ERR_OSSL|TlsConnectionError|ENOENT)|does not support SSL/,
    {
      code: "tls",
      found: "No TLS connection that can be trusted is possible: the certificate, its authority, or a file is wrong.",
      todo: "Check the host name and sslmode in DATABASE_URL, this machine's clock, and that sslrootcert names the certificate of the database's authority.",
    },
  ],
  [
    /^(08P01|26000|42P05)$/,
    {
      code: "pooler",
      found: "The pooler refused the connection or a statement.",
      todo: "Check its log: a parameter after the ? in DATABASE_URL that it does not support, its limit of clients, or named prepared statements.",
    },
  ],
  [
    /^25006$/,
    {
      code: "read-only",
      found: "The database is read-only.",
      todo: "If DATABASE_URL names a replica, use the primary. Some providers also do this when the disk is full.",
    },
  ],
  [
    /^(53100|ENOSPC)$/,
    {
      code: "disk-full",
      found: "The database's disk is full.",
      todo: "Free space. Nothing that was confirmed is lost.",
    },
  ],
  [
    /^(42P01|42703|42704|3F000)$/,
    {
      code: "un-migrated",
      found: "The database is not migrated: a table or a column is missing.",
      todo: "Run npm run db:migrate.",
    },
  ],
  [
    // pg reports timeouts and lost connections without a code.
    /^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOST|ENET|EPIPE|08...$|57...$|DatabaseNotReachable|ConnectionClosed|SocketTimeout)|timeout|terminated/i,
    {
      code: "unreachable",
      found: "The database does not answer.",
      todo: "Check host and port in DATABASE_URL, that the database is running, and that it accepts connections from this machine.",
    },
  ],
];

/** What an error from pg or Prisma means. Never says where the database is, or as whom the portal connects. */
export function explainDatabaseError(error: unknown): DatabaseProblem {
  const signs = listSigns(error);
  const known = PROBLEMS.find(([pattern]) => signs.some((sign) => pattern.test(sign)));
  return known?.[1] ?? { code: "error", found: "The database returned an error.", todo: "See the server's log." };
}

/** Codes and messages, also of nested errors: Node and Prisma hide the reason in `cause`, `errors` or `meta`. */
function listSigns(error: unknown): string[] {
  if (typeof error !== "object" || error === null) return [];
  const { code, originalCode, kind, message, cause, errors, meta } = error as Record<string, unknown>;
  const signs = [code, originalCode, kind, message].filter((sign) => typeof sign === "string");
  return [...signs, ...[cause, ...Object.values(errors ?? {}), ...Object.values(meta ?? {})].flatMap(listSigns)];
}
