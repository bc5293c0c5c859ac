import { describe, expect, it } from "vitest";
import { explainDatabaseError, toConnectionString } from "./database";

const error = (code: string | undefined, message = "something") => Object.assign(new Error(message), { code });

describe("What an error of the database means", () => {
  it.each([
    ["nobody listens", error("ECONNREFUSED"), "unreachable"],
    ["no such host", error("ENOTFOUND"), "unreachable"],
    ["it takes too long", error(undefined, "timeout exceeded when trying to connect"), "unreachable"],
    ["the connection breaks", error(undefined, "Connection terminated unexpectedly"), "unreachable"],
    ["every address of the host is tried", new AggregateError([error("ECONNREFUSED")], ""), "unreachable"],
    ["it is starting", error("57P03"), "starting"],
    ["a wrong password", error("28P01"), "access-refused"],
    ["no such database", error("3D000"), "missing"],
    ["no connection left", error("53300"), "too-many-connections"],
    ["a full disk", error("53100", "could not extend file: No space left on device"), "disk-full"],
    ["a replica", error("25006"), "read-only"],
    ["a table is missing", error("42P01"), "un-migrated"],
    ["a pooler that mixes statements up", error("26000"), "pooler"],
    ["a pooler that knows no such parameter", error("08P01", "unsupported startup parameter: options"), "pooler"],
    ["TLS is asked for", error("28000", "no pg_hba.conf entry for host, no encryption"), "no-tls"],
    ["TLS is not spoken", error(undefined, "The server does not support SSL connections"), "no-tls"],
    ["another host's certificate", error("ERR_TLS_CERT_ALTNAME_INVALID"), "certificate"],
    ["an unknown authority", error("UNABLE_TO_VERIFY_LEAF_SIGNATURE"), "certificate"],
    ["an old certificate", error("CERT_HAS_EXPIRED"), "certificate"],
    ["no such file", error("ENOENT", "no such file or directory, open '/ca.crt'"), "certificate"],
    ["what Prisma wraps", new Error("Raw query failed", { cause: error("25006") }), "read-only"],
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

describe("A connection string", () => {
  it.each(["prefer", "require", "verify-ca", "verify-full"])("with sslmode=%s asks for the right server", (mode) => {
    expect(toConnectionString(`postgresql://a:b@c/d?x=1&sslmode=${mode}&y=2`)).toBe(
      "postgresql://a:b@c/d?x=1&sslmode=verify-full&y=2",
    );
  });

  it.each(["?sslmode=disable", "?sslmode=no-verify", "?uselibpqcompat=true&sslmode=require", ""])(
    "keeps what it says otherwise: %s",
    (options) => {
      expect(toConnectionString(`postgresql://a:sslmode=require@c/d${options}`)).toBe(
        `postgresql://a:sslmode=require@c/d${options}`,
      );
    },
  );
});
