import { afterEach, expect, test, vi } from "vitest";
import { log, readRequestId } from "./log";

afterEach(() => vi.restoreAllMocks());

test("redacts fields that hold secrets, including those of errors (G11)", () => {
  const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const err = Object.assign(new Error("refused"), { jwt: "s1", detail: "s2", response: { cookie: "s3" } });
  log.warn({ err, code: "kept", email: "s4", form: { password: "s5" }, headers: { authorization: "s6" } }, "event");
  const line = write.mock.calls.join("");
  expect(line).toMatch(/warn event .*kept/s);
  expect(line).toContain("Error: refused");
  expect(line).not.toMatch(/s[1-6]/);
});

test("a request keeps the id that a proxy has set, if it is safe to log", () => {
  const from = (headers: Record<string, string>) => readRequestId(new Headers(headers));
  expect(from({ "x-request-id": "01HZX-abc.def:1" })).toBe("01HZX-abc.def:1");
  expect(from({ "x-vercel-id": "fra1::abcde-1700000000000-0123456789ab" })).toBe(
    "fra1::abcde-1700000000000-0123456789ab",
  );
  for (const given of ["", "short", 'a"b"c"d"e"f', "x".repeat(200), "jane@example.com"])
    expect(from({ "x-request-id": given })).toBeNull();
});
