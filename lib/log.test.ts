import { describe, expect, test } from "vitest";
import { scrub } from "./log";
import { toRequestId } from "./request-id";

describe("what libraries print, before it stands in a log (G11)", () => {
  const token = "eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJhIn0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  test.each([
    ["an identity token", `refused ${token} today`, "refused [token] today"],
    ["a session's cookie", "Cookie: next-auth.session-token=abc", "Cookie: [hidden]"],
    [
      "a cookie by its name",
      "got next-auth.session-token=eyJh.c29tZQ..YWJj.ZGVm; path=/",
      "got next-auth.session-token=[hidden]; path=/",
    ],
    ["an e-mail", `No user "Jane.Doe+x@mail.example.com" here`, `No user "[e-mail]" here`],
    ["an e-mail of another script", "für jürgen@müller.example und", "für [e-mail] und"],
    ["an e-mail in an address", "/login?email=jane%40example.com&x=1", "/login?email=[e-mail]&x=1"],
    ["a password in an object", "{ password: 'my long one', a: 1 }", "{ password: [hidden], a: 1 }"],
    ["a password in JSON", `{"newPassword":"my long one","a":1}`, `{"newPassword":[hidden],"a":1}`],
    [
      "a database's password",
      "postgresql://portal:s3cret@db.example:5432/portal",
      "postgresql://portal:[password]@db.example:5432/portal",
    ],
    ["a hash", "was $argon2id$v=19$m=65536,t=3,p=1$c2FsdA$aGFzaA, now", "was [hash] now"],
  ])("has no longer %s in it", (_, text, scrubbed) => expect(scrub(text)).toBe(scrubbed));

  test("keeps what tells where an error is from, and is quick with anything", () => {
    const line = "    at query (/app/node_modules/@prisma/client/runtime/client.js:12:3)";
    expect(scrub(line)).toBe(line);
    const begun = Date.now();
    for (const filler of ["a", "a.", "@a", "token=", "eyJ", "p:/"]) scrub(filler.repeat(100_000));
    expect(Date.now() - begun).toBeLessThan(5_000);
  });
});

test("a request keeps the id that a proxy has given it, unless it could not stand in a log", () => {
  const from = (headers: Record<string, string>) => toRequestId(new Headers(headers));
  expect(from({ "x-request-id": "01HZX-abc.def:1" })).toBe("01HZX-abc.def:1");
  expect(from({ "x-vercel-id": "fra1::abcde-1700000000000-0123456789ab" })).toBe(
    "fra1::abcde-1700000000000-0123456789ab",
  );
  for (const given of ["", "short", 'a"b"c"d"e"f', "x".repeat(200), "jane@example.com"])
    expect(from({ "x-request-id": given })).toMatch(/^[0-9a-f-]{36}$/);
});
