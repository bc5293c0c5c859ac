import { afterEach, expect, test, vi } from "vitest";
import { log, readRequestId } from "./log";

afterEach(() => vi.restoreAllMocks());

test("redacts fields that hold secrets, including those of errors (G11)", () => {
  const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const err = Object.assign(new Error("refused"), {
    jwt: "secret-1",
    detail: "secret-2",
    response: { cookie: "secret-3" },
  });
  log.warn(
    { err, code: "kept", email: "secret-4", form: { password: "secret-5" }, headers: { authorization: "secret-6" } },
    "event",
  );
  const line = write.mock.calls.join("");
  expect(line).toMatch(/warn event .*kept/s);
  expect(line).toContain("Error: refused");
  expect(line).not.toMatch(/secret-[1-6]/);
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
