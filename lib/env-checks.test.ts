import { describe, expect, it } from "vitest";
import { findConnectionStringProblem, toConnectionString } from "./env-checks";

describe("a connection string", () => {
  it.each([
    "postgresql://portal:password@db.example.com:5432/portal",
    "postgres://portal@127.0.0.1/portal?sslmode=require",
    "POSTGRESQL://portal:pa%23%2F%3F%40%25%20ss@db.example.com/portal",
    "postgresql://portal:pa:ss!$&'()*+,;=~^[]@db.example.com/portal",
    "postgresql://portal:passwörd@db.example.com/portal",
    "postgresql://portal:p@[::1]:5432/portal",
    "postgresql:///portal?host=/var/run/postgresql&user=portal@corp",
    "postgresql://%2Fvar%2Frun%2Fpostgresql/portal",
    "postgresql://localhost",
    "postgresql://localhost:5432/portal",
    "postgresql://portal:p@db.example.com/portal?options=-c%20search_path%3Dportal&application_name=a@b",
  ])("is accepted: %s", (url) => {
    expect(findConnectionStringProblem(url)).toBeNull();
  });

  it.each(
    [
      "#",
      "/",
      "?",
      "@",
      "%",
      " ",
      "#1",
      "/1",
      "?1",
      "@1",
      "%1",
      "%zz",
      "%ff",
      "?a=b",
      "&a=b#",
      "a@b/c",
      "a@b?c",
      "\t",
    ].flatMap((characters) =>
      ["12", "hunter2"].flatMap((start) =>
        ["", "3"].map((end) => `postgresql://portal:${start}${characters}${end}@db.example.com:5432/portal`),
      ),
    ),
  )("is refused, and not repeated, when a character must be percent-encoded: %s", (url) => {
    expect(findConnectionStringProblem(url)).toMatch(/^is not a valid .*Percent-encode.*# as %23/);
    expect(findConnectionStringProblem(url)).not.toContain("hunter2");
  });

  it("is refused with the reason when an .env file cut it off at #", () => {
    for (const url of ["postgresql://portal:12", "postgresql://portal:hunter2", "postgresql://portal:"])
      expect(findConnectionStringProblem(url)).toMatch(/# ends a value that is not quoted/);
  });

  it("is refused when it is not for Postgres", () => {
    for (const url of [
      "mysql://a:hunter2@b/c",
      "db.example.com",
      "postgresql://",
      "postgresql:portal",
      "https://db/portal",
    ])
      expect(findConnectionStringProblem(url)).toMatch(/^is not a Postgres connection string/);
  });
});

describe("a connection string for pg", () => {
  it.each(["prefer", "require", "verify-ca", "verify-full"])("verifies the server for sslmode=%s", (mode) => {
    expect(toConnectionString(`postgresql://a:b@c/d?x=1&sslmode=${mode}&y=2`)).toBe(
      "postgresql://a:b@c/d?x=1&sslmode=verify-full&y=2",
    );
  });

  it.each(["?sslmode=disable", "?sslmode=no-verify", "?uselibpqcompat=true&sslmode=require", ""])(
    "keeps other options: %s",
    (options) => {
      expect(toConnectionString(`postgresql://a:sslmode=require@c/d${options}`)).toBe(
        `postgresql://a:sslmode=require@c/d${options}`,
      );
    },
  );
});
