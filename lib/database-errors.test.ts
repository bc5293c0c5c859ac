import { describe, expect, it } from "vitest";
import { explainDatabaseError } from "./database-errors";

const error = (code: string | undefined, message = "something") => Object.assign(new Error(message), { code });

const prismaError = (cause: object) =>
  Object.assign(error("P2010", "Raw query failed"), { meta: { driverAdapterError: { cause } } });

describe("What an error of the database means", () => {
  it.each([
    ["nobody listens", error("ECONNREFUSED"), "unreachable"],
    ["no such host", error("ENOTFOUND"), "unreachable"],
    ["it takes too long", error(undefined, "timeout exceeded when trying to connect"), "unreachable"],
    ["the connection breaks", error(undefined, "Connection terminated unexpectedly"), "unreachable"],
    ["every address of the host is tried", new AggregateError([error("ECONNREFUSED")], ""), "unreachable"],
    ["it is starting", error("57P03"), "unreachable"],
    ["a wrong password", error("28P01"), "access-refused"],
    ["no such database", error("3D000"), "access-refused"],
    ["no connection left", error("53300"), "too-many-connections"],
    ["a full disk", error("53100", "could not extend file: No space left on device"), "read-only"],
    ["a replica", error("25006"), "read-only"],
    ["a table is missing", error("42P01"), "un-migrated"],
    ["a pooler that mixes statements up", error("26000"), "pooler"],
    ["a pooler that knows no such parameter", error("08P01", "unsupported startup parameter: options"), "pooler"],
    ["TLS is asked for", error("28000", "no pg_hba.conf entry for host, no encryption"), "access-refused"],
    ["TLS is not spoken", error(undefined, "The server does not support SSL connections"), "tls"],
    ["another host's certificate", error("ERR_TLS_CERT_ALTNAME_INVALID"), "tls"],
    ["an unknown authority", error("UNABLE_TO_VERIFY_LEAF_SIGNATURE"), "tls"],
    ["an old certificate", error("CERT_HAS_EXPIRED"), "tls"],
    ["no such file", error("ENOENT", "no such file or directory, open '/ca.crt'"), "tls"],
    ["Prisma wraps it", prismaError({ originalCode: "25006", kind: "postgres" }), "read-only"],
    ["Prisma finds nobody", prismaError({ kind: "DatabaseNotReachable" }), "unreachable"],
    ["anything else", error("22012"), "error"],
    ["no error at all", "a text", "error"],
  ])("%s", (_, thrown, code) => {
    const problem = explainDatabaseError(thrown);
    expect(problem.code).toBe(code);
    expect(problem.found).toMatch(/\.$/);
    expect(problem.todo).toMatch(/\.$/);
  });

  it("says nothing of where the database is, or as whom it is asked", () => {
    const thrown = error("28P01", 'password authentication failed for user "portal" at db.internal:5432');
    expect(JSON.stringify(explainDatabaseError(thrown))).not.toMatch(/db\.internal|"portal/);
  });
});
