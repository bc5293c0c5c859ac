export type DatabaseProblem = { code: string; found: string; todo: string };

const PROBLEMS: [RegExp, code: string, found: string, todo: string][] = [
  [
    /^(53300|53400)$/,
    "too-many-connections",
    "The database has no free connections.",
    "Lower DATABASE_POOL_SIZE, or put a pooler such as PgBouncer in between (docs/operating.md).",
  ],
  [
    /^(28...|3D000)$|client password must be/,
    "access-refused",
    "The database refuses this user, this database name, or a connection without TLS.",
    "Check user, password (percent-encoded) and database name in DATABASE_URL. If it requires TLS: ?sslmode=verify-full.",
  ],
  [
    /^(CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|ERR_TLS|ERR_SSL|ERR_OSSL|TlsConnectionError|ENOENT)|does not support SSL/,
    "tls",
    "A trusted TLS connection is not possible: the certificate, its authority or a certificate file is wrong.",
    "Check host, sslmode and sslrootcert in DATABASE_URL, and this machine's clock.",
  ],
  [
    /^(08P01|26000|42P05)$/,
    "pooler",
    "The pooler refused the connection or a statement.",
    "Check its log. Usual causes: an unsupported parameter in DATABASE_URL, its client limit, or named prepared statements.",
  ],
  [
    /^(25006|53100|ENOSPC)$/,
    "read-only",
    "The database does not accept writes.",
    "If DATABASE_URL names a replica, use the primary. If its disk is full, free space.",
  ],
  [
    /^(42P01|42703|42704|3F000)$/,
    "un-migrated",
    "The database is not migrated: a table or a column is missing.",
    "Run npm run db:migrate.",
  ],
  [
    /^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOST|ENET|EPIPE|08...$|57...$|DatabaseNotReachable|ConnectionClosed|SocketTimeout)|timeout|terminated/i,
    "unreachable",
    "The database does not respond.",
    "Check host and port in DATABASE_URL, and that the database accepts connections from this machine.",
  ],
];

export function explainDatabaseError(error: unknown): DatabaseProblem {
  const signs = listSigns(error);
  const known = PROBLEMS.find(([pattern]) => signs.some((sign) => pattern.test(sign)));
  const [, code, found, todo] = known ?? [null, "error", "The database returned an error.", "See the server's log."];
  return { code, found, todo };
}

/** Codes and messages, including those of nested errors: the reason may be in `cause`, `errors` or `meta`. */
function listSigns(error: unknown): string[] {
  if (typeof error !== "object" || error === null) return [];
  const { code, originalCode, kind, message, cause, errors, meta } = error as Record<string, unknown>;
  const signs = [code, originalCode, kind, message].filter((sign) => typeof sign === "string");
  return [...signs, ...[cause, ...Object.values(errors ?? {}), ...Object.values(meta ?? {})].flatMap(listSigns)];
}
