import { UnsecuredJWT } from "jose";
import { describe, expect, it } from "vitest";
import { oidcProvider } from "./identity-provider";
import { toProviderProfile } from "./provider-profile";

describe("a provider's profile", () => {
  it.each([
    [{ given_name: "Jane", family_name: "Doe", name: "Dr. Jane Doe" }, "Jane", "Doe"],
    [{ name: "Jane Mary Doe" }, "Jane Mary", "Doe"],
    [{ given_name: "Jane", name: "Jane Doe" }, "Jane", "Doe"],
    [{ name: "Cher" }, "Cher", ""],
    [{ given_name: "  Jane\n", family_name: "\u0000Doe" }, "Jane", "Doe"],
    [{ given_name: "7", family_name: { is: "no name" }, name: "" }, "jane.doe", ""],
    [{}, "jane.doe", ""],
  ])("takes the name from %j", (claims, firstName, lastName) => {
    const profile = toProviderProfile({ sub: "7", email: "jane.doe@example.com", ...claims });
    expect(profile).toMatchObject({ firstName, lastName });
  });

  it("truncates names to the registration form's limit without splitting a character", () => {
    const { firstName, lastName } = toProviderProfile({
      sub: "7",
      given_name: "J".repeat(61),
      family_name: `D${"🦄".repeat(60)}`,
    });
    expect(firstName).toBe("J".repeat(60));
    expect(lastName).toBe(`D${"🦄".repeat(59)}`);
  });

  it.each([undefined, "", "jane", "jane@", "jane doe@example.com", 7, ["jane@example.com"]])(
    "has no email when the claim is %j",
    (email) => expect(toProviderProfile({ sub: "7", email })).toMatchObject({ email: null, firstName: "Customer" }),
  );

  it("loses deceptive characters, and keeps the joiners that a script needs (G14)", () => {
    const { firstName, lastName } = toProviderProfile({
      sub: "7",
      given_name: "\u202EJo\u200Bhn\u2069\u3164\u{E0041}",
      family_name: `علی\u200Cرضا Wi\u200Dck${"\u0336".repeat(300)}`,
    });
    expect(firstName).toBe("John");
    expect(lastName).toBe(`علی\u200Cرضا Wick${"\u0336".repeat(5)}`);
  });

  it("has the canonical email, whatever form the provider sends", () => {
    for (const email of ["José@Bücher.example", "jose\u0301@xn--bcher-kva.example."])
      expect(toProviderProfile({ sub: "7", email }).email).toBe("josé@xn--bcher-kva.example");
    expect(toProviderProfile({ sub: "7", email: "ja\u200Bne@example.com" }).email).toBeNull();
  });

  it("leaves out names and emails that are too long, without processing them (G13)", () => {
    const hostile = "e" + "\u0301\u0323".repeat(120_000);
    const profile = toProviderProfile({
      sub: "7",
      email: `${hostile}@example.com`,
      given_name: hostile,
      name: hostile,
    });
    expect(profile).toMatchObject({ email: null, firstName: "Customer", lastName: "" });
  });

  it.each([undefined, null, "", {}, ["7"], "x".repeat(256)])("is rejected when the subject is %j", (sub) =>
    expect(() => toProviderProfile({ sub, email: "jane@example.com" })).toThrow(/claim "sub"/),
  );

  it("has a lowercase email, unverified only when the provider sends false as a boolean or a string", () => {
    const read = (email_verified?: unknown) =>
      toProviderProfile({ sub: "7", email: "Jane@Example.COM", email_verified });
    expect(read()).toMatchObject({ email: "jane@example.com", isEmailUnverified: false });
    for (const confirmed of [true, "true", null]) expect(read(confirmed).isEmailUnverified).toBe(false);
    for (const unverified of [false, "false"]) expect(read(unverified).isEmailUnverified).toBe(true);
  });

  it("G14: has a confirmed email only when email_verified is the boolean true", () => {
    const read = (email_verified?: unknown) =>
      toProviderProfile({ sub: "7", email: "jane@example.com", email_verified });
    expect(read(true).isEmailConfirmed).toBe(true);
    for (const other of [undefined, null, "true", 1, "1", [true], {}, false, "false"])
      expect(read(other).isEmailConfirmed).toBe(false);
  });
});

describe("the provider's claims", () => {
  const issuer = "https://login.example.com/common";
  const { userinfo } = oidcProvider({ issuer, clientId: "portal", clientSecret: "secret", isEmailTrusted: false });
  /** Reads the claims as NextAuth does once it has verified the ID token. */
  async function readClaims(idToken: Record<string, unknown>, userinfoClaims?: Record<string, unknown>) {
    const metadata = userinfoClaims ? { userinfo_endpoint: "https://login.example.com/me" } : {};
    const client = { issuer: { metadata }, userinfo: async () => userinfoClaims };
    const tokens = { id_token: new UnsecuredJWT(idToken).encode() };
    return (userinfo as { request(context: unknown): Promise<Record<string, unknown>> }).request({ tokens, client });
  }

  it("are rejected when their issuer is not OIDC_ISSUER", async () => {
    for (const iss of ["https://login.example.com/anybody", `${issuer}.evil.example`, undefined])
      await expect(readClaims({ iss, sub: "7" })).rejects.toThrow(
        `The provider's issuer is ${iss}, but OIDC_ISSUER is ${issuer}.`,
      );
    expect(await readClaims({ iss: `${issuer}/`, sub: "7" })).toMatchObject({ sub: "7" });
  });

  it("come from the userinfo endpoint when the ID token lacks the email or the name", async () => {
    const userinfoClaims = { sub: "8", email: "jane@example.com", name: "Jane Doe" };
    expect(await readClaims({ iss: issuer, sub: "7" }, userinfoClaims)).toMatchObject({ ...userinfoClaims, sub: "7" });
    const all = { iss: issuer, sub: "7", email: "j@example.com", name: "J" };
    expect(await readClaims(all, userinfoClaims)).toEqual(all);
  });
});
