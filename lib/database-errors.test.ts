import { describe, expect, it } from "vitest";
import { explainDatabaseError } from "./database-errors";

const error = (code: string | undefined, message = "something") => Object.assign(new Error(message), { code });

const prismaError = (cause: object) =>
  Object.assign(error("P2010", "Raw query failed"), { meta: { driverAdapterError: { cause } } });

describe("explaining a database error", () => {
  it.each([
    ["a refused connection", error("ECONNREFUSED"), "unreachable"],
    ["an unknown host", error("ENOTFOUND"), "unreachable"],
    ["a timeout", error(undefined, "timeout exceeded when trying to connect"), "unreachable"],
    ["a broken connection", error(undefined, "Connection terminated unexpectedly"), "unreachable"],
    ["a failure at every address of the host", new AggregateError([error("ECONNREFUSED")], ""), "unreachable"],
    ["a database that is starting", error("57P03"), "unreachable"],
    ["a wrong password", error("28P01"), "access-refused"],
    ["an unknown database", error("3D000"), "access-refused"],
    ["too many connections", error("53300"), "too-many-connections"],
    ["a full disk", error("53100", "could not extend file: No space left on device"), "read-only"],
    ["a replica", error("25006"), "read-only"],
    ["a missing table", error("42P01"), "un-migrated"],
    ["a pooler that loses prepared statements", error("26000"), "pooler"],
    ["a pooler that rejects a startup parameter", error("08P01", "unsupported startup parameter: options"), "pooler"],
    ["a server that requires TLS", error("28000", "no pg_hba.conf entry for host, no encryption"), "access-refused"],
    ["a server without TLS", error(undefined, "The server does not support SSL connections"), "tls"],
    ["another host's certificate", error("ERR_TLS_CERT_ALTNAME_INVALID"), "tls"],
    ["an unknown authority", error("UNABLE_TO_VERIFY_LEAF_SIGNATURE"), "tls"],
    ["an expired certificate", error("CERT_HAS_EXPIRED"), "tls"],
    ["a missing certificate file", error("ENOENT", "no such file or directory, open '/ca.crt'"), "tls"],
    ["an error wrapped by Prisma", prismaError({ originalCode: "25006", kind: "postgres" }), "read-only"],
    ["a database that Prisma cannot reach", prismaError({ kind: "DatabaseNotReachable" }), "unreachable"],
    ["any other error", error("22012"), "error"],
    ["a thrown string", "a text", "error"],
  ])("classifies %s", (_, thrown, code) => {
    const problem = explainDatabaseError(thrown);
    expect(problem.code).toBe(code);
    expect(problem.found).toMatch(/\.$/);
    expect(problem.todo).toMatch(/\.$/);
  });

  it("reveals neither the database's host nor its user", () => {
    const thrown = error("28P01", 'password authentication failed for user "portal" at db.internal:5432');
    expect(JSON.stringify(explainDatabaseError(thrown))).not.toMatch(/db\.internal|"portal/);
  });
});
