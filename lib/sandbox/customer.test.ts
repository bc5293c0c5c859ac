import { describe, expect, it } from "vitest";
import { mintIdentityToken } from "@/lib/identity/mint";
import { identifyCustomer, type Credentials, type Department } from "./customer";

const department: Department = {
  apiKey: "7cab072d-43d0-4e9d-bb25-2a947696fe8f",
  apiSecret: "the department's API secret",
  isIdentityRequired: false,
};
const john = "db79e775-81fd-4f2e-8741-9266e920cc32";
const jane = "a3f1c820-94b2-4d67-b3e5-7f8a2d1c0e9b";
const visitorId = "0f4c2c4e-6a3e-4d0e-9a41-0d8f0f1c2b3a";
const now = 1_800_000_000;

const { identityToken } = await mintIdentityToken({
  ...department,
  uniqueIdentifier: john,
  identityClaims: { field1: "John" },
  now,
});
const nobody: Credentials = {
  apiKey: department.apiKey,
  uniqueIdentifier: "",
  identityToken: null,
  visitorId: null,
};
const identify = (credentials: Partial<Credentials>, changes: Partial<Department> = {}, at = now) =>
  identifyCustomer({ ...nobody, ...credentials }, { ...department, ...changes }, at);

describe("who is asking", () => {
  it("is the customer whom a valid token vouches for, with what the token says of them", async () => {
    expect(await identify({ uniqueIdentifier: john, identityToken })).toEqual({
      kind: "identified",
      uniqueIdentifier: john,
      identityClaims: { field1: "John" },
    });
  });

  it("is anonymous without a token, and known by the cookie", async () => {
    expect(await identify({ visitorId })).toEqual({ kind: "anonymous", visitorId });
  });

  it("is an anonymous newcomer when the cookie holds no UUID", async () => {
    for (const odd of [null, "", "' OR 1=1", `${visitorId}x`]) {
      expect(await identify({ visitorId: odd })).toEqual({ kind: "anonymous", visitorId: null });
    }
  });

  it("is never the customer whose unique identifier comes without a token", async () => {
    expect(await identify({ uniqueIdentifier: john, visitorId })).toEqual({ kind: "anonymous", visitorId });
  });

  it.each([
    ["another customer's token", { uniqueIdentifier: jane, identityToken }, "audience"],
    ["an empty token", { uniqueIdentifier: john, identityToken: "" }, "malformed"],
    ["a token without a unique identifier", { identityToken }, "unique-identifier-missing"],
    ["another department's API key", { apiKey: jane }, "api-key"],
    ["no API key", { apiKey: "" }, "api-key"],
  ])("is refused with %s, whatever the cookie says", async (_, credentials, code) => {
    expect(await identify({ visitorId, ...credentials })).toMatchObject({ kind: "refused", code });
  });

  it("is refused once the token has expired, and told so without the token", async () => {
    const verdict = await identify({ uniqueIdentifier: john, identityToken, visitorId }, {}, now + 18_000);
    expect(verdict).toMatchObject({ kind: "refused", code: "expiry" });
    expect(JSON.stringify(verdict)).not.toContain(identityToken);
  });

  it("is refused without a token in required mode, and let in with one", async () => {
    const required = { isIdentityRequired: true };
    expect(await identify({ visitorId }, required)).toMatchObject({ kind: "refused", code: "identity-required" });
    expect(await identify({ uniqueIdentifier: john, identityToken }, required)).toMatchObject({ kind: "identified" });
  });
});
