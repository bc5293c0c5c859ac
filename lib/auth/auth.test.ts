import { describe, expect, it } from "vitest";
import { toSafePath } from "./callback-url";
import { hashPassword, verifyPassword } from "./passwords";

describe("where to go after sign-in", () => {
  it.each(["/portal", "/portal/claims?state=open#newest", "/portal/policies/HL-H-204817"])(
    "takes %s, a path of this site",
    (path) => {
      expect(toSafePath(path)).toBe(path);
    },
  );

  it.each([
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/.//evil.example",
    "/portal/..//evil.example",
    "/%2e//evil.example",
    "javascript:alert(1)",
    "portal",
    "",
    null,
    undefined,
    ["/portal/claims"],
  ])("takes the portal instead of %j", (callbackUrl) => {
    expect(toSafePath(callbackUrl)).toBe("/portal");
  });
});

describe("passwords", () => {
  it("are kept as a salted hash that only the password opens", async () => {
    const [first, second] = await Promise.all([hashPassword("correct horse"), hashPassword("correct horse")]);
    expect(first).toMatch(/^scrypt\$17\$8\$1\$/);
    expect(first).not.toBe(second);
    expect(await verifyPassword("correct horse", first)).toBe(true);
    expect(await verifyPassword("Correct horse", first)).toBe(false);
  });

  it("may hold any Unicode, and are the same from every keyboard", async () => {
    const hash = await hashPassword("Caf\u00e9 \ufb01 🦄");
    expect(await verifyPassword("Cafe\u0301 fi 🦄", hash)).toBe(true);
  });

  it("are never right for an unknown user", async () => {
    for (const password of ["", "correct horse"]) expect(await verifyPassword(password, null)).toBe(false);
  });
});
