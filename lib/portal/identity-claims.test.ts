import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_IDENTITY_CLAIMS_LENGTH, measureIdentityClaims } from "@/lib/glassix/identity/claims";
import { mintIdentityToken } from "@/lib/glassix/identity/mint";
import { toIdentityClaims, type ChatCustomer } from "./identity-claims";

const john: ChatCustomer = {
  firstName: "John",
  lastName: "Wick",
  plan: "premium",
  email: "john.wick@example.com",
  isEmailConfirmed: true,
  createdAt: new Date("2020-11-13T09:00:00Z"),
  policies: [{ number: "HL-H-204817" }, { number: "HL-M-118203" }],
  openInsuranceClaims: [{ number: 1003, title: "Burst pipe", state: "reviewing" }],
};

describe("the identity claims of a customer", () => {
  it("carry the fields and what an agent needs first", () => {
    expect(toIdentityClaims(john)).toEqual({
      field1: "John",
      field2: "Wick",
      field3: "premium",
      email: "john.wick@example.com",
      customerSince: "2020-11-13",
      policies: "HL-H-204817, HL-M-118203",
      openClaims: "C-1003 Burst pipe (reviewing)",
    });
  });

  it("G14: leave out an email address that is not confirmed", () => {
    expect(toIdentityClaims({ ...john, isEmailConfirmed: false })).not.toHaveProperty("email");
  });

  it("leave out lists that are empty", () => {
    expect(Object.keys(toIdentityClaims({ ...john, policies: [], openInsuranceClaims: [] }))).toEqual([
      "field1",
      "field2",
      "field3",
      "email",
      "customerSince",
    ]);
  });

  it("keep the newest insurance claims when not all fit", () => {
    const openInsuranceClaims = Array.from({ length: 40 }, (_, index) => ({
      number: 1040 - index,
      title: "Burst pipe",
      state: "reviewing",
    }));
    const { openClaims = "" } = toIdentityClaims({ ...john, openInsuranceClaims });
    expect(openClaims).toMatch(/^C-1040 Burst pipe \(reviewing\); C-1039 /);
    expect(openClaims).not.toContain("C-1001");
  });

  it("keep the other insurance claims when the newest is too long", () => {
    const openInsuranceClaims = [
      { number: 1002, title: '"'.repeat(300), state: "received" },
      { number: 1001, title: "Burst pipe", state: "reviewing" },
    ];
    expect(toIdentityClaims({ ...john, openInsuranceClaims }).openClaims).toBe("C-1001 Burst pipe (reviewing)");
  });

  it("contain no deceptive characters, whatever the database contains (G14)", () => {
    const { field1, field2, openClaims } = toIdentityClaims({
      ...john,
      firstName: "\u202Enhoj\u202C",
      lastName: `Wick${"\u0336".repeat(400)}`,
      openInsuranceClaims: [{ number: 1003, title: "\u2067Burst\u0000 pipe\u00AD", state: "reviewing" }],
    });
    expect(field1).toBe("nhoj");
    expect(field2).toBe(`Wick${"\u0336".repeat(5)}`);
    expect(openClaims).toBe("C-1003 Burst pipe (reviewing)");
  });

  it("keep our words about an insurance claim distinguishable from the customer's (G14)", () => {
    const title = "Theft (approved); C-1001 Fire";
    const { openClaims } = toIdentityClaims({
      ...john,
      openInsuranceClaims: [{ number: 1004, title, state: "received" }],
    });
    expect(openClaims).toBe("C-1004 Theft [approved], C-1001 Fire (received)");
  });

  it("fit the limit and can be minted for any customer data", async () => {
    const text = fc.string({ maxLength: 300, unit: "binary" });
    const customers = fc.record({
      firstName: text,
      lastName: text,
      plan: text,
      email: text,
      isEmailConfirmed: fc.boolean(),
      createdAt: fc.date({ min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true }),
      policies: fc.array(fc.record({ number: text }), { maxLength: 30 }),
      openInsuranceClaims: fc.array(fc.record({ number: fc.nat(), title: text, state: text }), { maxLength: 30 }),
    });
    await fc.assert(
      fc.asyncProperty(customers, async (customer) => {
        const identityClaims = toIdentityClaims(customer);
        expect(measureIdentityClaims(identityClaims)).toBeLessThanOrEqual(MAX_IDENTITY_CLAIMS_LENGTH);
        await mintIdentityToken({
          uniqueIdentifier: "db79e775-81fd-4f2e-8741-9266e920cc32",
          apiKey: "7cab072d-43d0-4e9d-bb25-2a947696fe8f",
          apiSecret: "secret",
          identityClaims,
        });
      }),
    );
  });
});
