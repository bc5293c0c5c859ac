import { UnsecuredJWT } from "jose";
import { describe, expect, it } from "vitest";
import { oidcProvider } from "./identity-provider";
import { toProviderProfile } from "./provider-profile";

describe("what a provider says of somebody", () => {
  it.each([
    [{ given_name: "Jane", family_name: "Doe", name: "Dr. Jane Doe" }, "Jane", "Doe"],
    [{ name: "Jane Mary Doe" }, "Jane Mary", "Doe"],
    [{ given_name: "Jane", name: "Jane Doe" }, "Jane", "Doe"],
    [{ name: "Cher" }, "Cher", ""],
    [{ given_name: "  Jane\n", family_name: "\u0000Doe" }, "Jane", "Doe"],
    [{ given_name: "7", family_name: { is: "no name" }, name: "" }, "jane.doe", ""],
    [{}, "jane.doe", ""],
  ])("names %j", (claims, firstName, lastName) => {
    const profile = toProviderProfile({ sub: "7", email: "jane.doe@example.com", ...claims });
    expect(profile).toMatchObject({ firstName, lastName });
  });

  it("is cut to what the form for registering takes, and no character is halved", () => {
    const { firstName, lastName } = toProviderProfile({
      sub: "7",
      given_name: "J".repeat(61),
      family_name: `D${"🦄".repeat(60)}`,
    });
    expect(firstName).toBe("J".repeat(60));
    expect(lastName).toBe(`D${"🦄".repeat(59)}`);
  });

  it.each([undefined, "", "jane", "jane@", "jane doe@example.com", 7, ["jane@example.com"]])(
    "is no e-mail when it is %j",
    (email) => expect(toProviderProfile({ sub: "7", email })).toMatchObject({ email: null, firstName: "Customer" }),
  );

  it("loses what deceives a reader, and keeps the joiners that its script needs (G14)", () => {
    const { firstName, lastName } = toProviderProfile({
      sub: "7",
      given_name: "\u202EJo\u200Bhn\u2069\u3164\u{E0041}",
      family_name: `علی\u200Cرضا Wi\u200Dck${"\u0336".repeat(300)}`,
    });
    expect(firstName).toBe("John");
    expect(lastName).toBe(`علی\u200Cرضا Wick${"\u0336".repeat(5)}`);
  });

  it("is one address, in whichever form the provider writes it", () => {
    for (const email of ["José@Bücher.example", "jose\u0301@xn--bcher-kva.example."])
      expect(toProviderProfile({ sub: "7", email }).email).toBe("josé@xn--bcher-kva.example");
    expect(toProviderProfile({ sub: "7", email: "ja\u200Bne@example.com" }).email).toBeNull();
  });

  it("is left out unread when it is longer than any name or address (G13)", () => {
    const hostile = "e" + "\u0301\u0323".repeat(120_000);
    const profile = toProviderProfile({
      sub: "7",
      email: `${hostile}@example.com`,
      given_name: hostile,
      name: hostile,
    });
    expect(profile).toMatchObject({ email: null, firstName: "Customer", lastName: "" });
  });

  it.each([undefined, null, "", {}, ["7"], "x".repeat(256)])("is refused when the subject is %j", (sub) =>
    expect(() => toProviderProfile({ sub, email: "jane@example.com" })).toThrow(/claim "sub"/),
  );

  it("is an e-mail in lower case, and an unconfirmed one only when the provider says so, in whichever way", () => {
    const read = (email_verified?: unknown) =>
      toProviderProfile({ sub: "7", email: "Jane@Example.COM", email_verified });
    expect(read()).toMatchObject({ email: "jane@example.com", isEmailUnverified: false });
    for (const confirmed of [true, "true", null]) expect(read(confirmed).isEmailUnverified).toBe(false);
    for (const not of [false, "false"]) expect(read(not).isEmailUnverified).toBe(true);
  });

  it("G14: is confirmed by the boolean true and by nothing else", () => {
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
  /** Asks for them with an ID token that NextAuth has verified. */
  async function readClaims(idToken: Record<string, unknown>, told?: Record<string, unknown>) {
    const metadata = told ? { userinfo_endpoint: "https://login.example.com/me" } : {};
    const client = { issuer: { metadata }, userinfo: async () => told };
    const tokens = { id_token: new UnsecuredJWT(idToken).encode() };
    return (userinfo as { request(context: unknown): Promise<Record<string, unknown>> }).request({ tokens, client });
  }

  it("are refused when another signs them than the environment names", async () => {
    for (const iss of ["https://login.example.com/anybody", `${issuer}.evil.example`, undefined])
      await expect(readClaims({ iss, sub: "7" })).rejects.toThrow(
        `The provider's issuer is ${iss}, but OIDC_ISSUER is ${issuer}.`,
      );
    expect(await readClaims({ iss: `${issuer}/`, sub: "7" })).toMatchObject({ sub: "7" });
  });

  it("come from its other address where the ID token leaves out the e-mail or the name", async () => {
    const told = { sub: "8", email: "jane@example.com", name: "Jane Doe" };
    expect(await readClaims({ iss: issuer, sub: "7" }, told)).toMatchObject({ ...told, sub: "7" });
    const all = { iss: issuer, sub: "7", email: "j@example.com", name: "J" };
    expect(await readClaims(all, told)).toEqual(all);
  });
});
