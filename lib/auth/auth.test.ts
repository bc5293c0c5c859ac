import { describe, expect, it, vi } from "vitest";
import { toSafePath } from "./callback-url";
import { parseClientAddress, toNetwork } from "@/lib/client-address";
import { hashPassword, verifyPassword } from "./passwords";

describe("the redirect after sign-in", () => {
  it.each(["/portal", "/portal/claims?state=open#newest", "/portal/policies/HL-H-204817"])(
    "accepts %s, a path of this site",
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
    `/portal?${"x".repeat(240_000)}`,
    // Too long for a header once it is encoded.
    `/portal?${"€".repeat(1_000)}`,
  ])("replaces %j with /portal", (callbackUrl) => {
    expect(toSafePath(callbackUrl)).toBe("/portal");
  });
});

describe("passwords", () => {
  it("are stored as a salted hash that only the same password matches", async () => {
    const [first, second] = await Promise.all([hashPassword("correct horse"), hashPassword("correct horse")]);
    expect(first).toMatch(/^\$argon2id\$v=19\$m=65536,t=3,p=1\$/);
    expect(first).not.toBe(second);
    expect(await verifyPassword("correct horse", first)).toBe(true);
    expect(await verifyPassword("Correct horse", first)).toBe(false);
  });

  it("match in every Unicode form that a keyboard may produce", async () => {
    const hash = await hashPassword("Caf\u00e9 \ufb01 🦄");
    expect(await verifyPassword("Cafe\u0301 fi 🦄", hash)).toBe(true);
  });

  it("fail with migration advice when the hash is not Argon2's", async () => {
    await expect(verifyPassword("correct horse", "scrypt$17$8$1$AAAA$AAAA")).rejects.toThrow(
      "The password hash is not an Argon2 hash. To import other hashes, see docs/decisions/passwords.md.",
    );
  });

  it("G13: are rejected when too long, before they are normalized or hashed", async () => {
    const hash = await hashPassword("correct horse");
    const longest = await hashPassword("🦄".repeat(128));
    expect(await verifyPassword("🦄".repeat(128), longest)).toBe(true);
    const normalize = vi.spyOn(String.prototype, "normalize");
    for (const password of [`e${"\u0301\u0323".repeat(60_000)}`, "a".repeat(20_000_000), "🦄".repeat(129)])
      expect(await verifyPassword(password, hash)).toBe(false);
    expect(normalize).not.toHaveBeenCalled();
    normalize.mockRestore();
  });

  it("G13: from a known device are checked first", async () => {
    const order: string[] = [];
    const check = (who: string, isKnownDevice: boolean) =>
      verifyPassword("guess", null, { isKnownDevice }).then(() => order.push(who));
    const strangers = Array.from({ length: 10 }, () => check("stranger", false));
    await Promise.all([check("customer", true), hashPassword("a new password", { isKnownDevice: true })]);
    // Only those that were already being checked.
    expect(order.filter((who) => who === "stranger").length).toBeLessThan(8);
    await Promise.all(strangers);
  });

  it("G13: are checked a few at a time, and rejected when the queue is full", async () => {
    const results = await Promise.allSettled(Array.from({ length: 60 }, () => verifyPassword("guess", null)));
    const refused = results.filter(({ status }) => status === "rejected");
    expect(refused.length).toBeGreaterThanOrEqual(40);
    for (const { reason } of refused as PromiseRejectedResult[])
      expect(reason).toMatchObject({ name: "BusyError", seconds: 2 });
    expect(await verifyPassword("guess", null)).toBe(false);
  });

  it("G13: are not checked once the waiting client has disconnected", async () => {
    const client = new AbortController();
    const waiting = Array.from({ length: 9 }, () => verifyPassword("guess", null, { signal: client.signal }));
    client.abort();
    const results = await Promise.allSettled(waiting);
    // Two were already being checked.
    expect(results.filter(({ status }) => status === "rejected")).toHaveLength(7);
    // The queue is empty again.
    await Promise.all(Array.from({ length: 8 }, () => verifyPassword("guess", null)));
  });

  it("never match for an unknown user", async () => {
    for (const password of ["", "correct horse"]) expect(await verifyPassword(password, null)).toBe(false);
  });
});

describe("the client's address", () => {
  it.each([
    ["203.0.113.7", "203.0.113.7"],
    [" 203.0.113.7:51234 ", "203.0.113.7"],
    // Only the last entry is the proxy's: the client can forge the others.
    ["10.0.0.1, 203.0.113.7", "203.0.113.7"],
    ["::ffff:203.0.113.7", "203.0.113.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:0DB8:1:2::1", "2001:db8:1:2::/64"],
    ["[2001:db8::1]:443", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
  ])("is read from %s as %s", (header, address) => expect(parseClientAddress(header)).toBe(address));

  it.each([null, "", "unknown", "a.b.c.d", "999.1.1.1", "203.0.113.7, ", "<script>"])("is not found in %j", (header) =>
    expect(parseClientAddress(header)).toBeNull(),
  );

  it("is shortened to its network", () => {
    expect(toNetwork("203.0.113.7")).toBe("203.0.113.0/24");
    expect(toNetwork("2001:db8:1:2::/64")).toBe("2001:db8:1::/48");
  });
});
