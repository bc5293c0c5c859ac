import { decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import { afterEach, describe, expect, it, vi } from "vitest";
import { parseClaims } from "./claims-text";
import { buildSchema, buildToken, inspectSchema, inspectToken, readOwnSecret, type BuildRequest } from "./inspector";
import { parseBody } from "./request-body";

const server = vi.hoisted(() => ({ isDeskOpen: true }));
vi.mock("@/lib/env", () => ({ env: () => ({ glassix: { apiSecret: "the server's own secret" } }) }));
vi.mock("./desk-access", () => ({ isDeskOpen: async () => server.isDeskOpen }));
afterEach(() => void Object.assign(server, { isDeskOpen: true }));

const department = { apiKey: "7cab072d-43d0-4e9d-bb25-2a947696fe8f", apiSecret: "the server's own secret" };
const uniqueIdentifier = "db79e775-81fd-4f2e-8741-9266e920cc32";
const now = 1_800_000_000;
const build = (changes: Partial<BuildRequest> = {}) =>
  buildToken({ ...buildSchema.parse({ uniqueIdentifier }), ...department, ...changes }, now);
const inspect = (token: string, changes = {}) => inspectToken({ token, uniqueIdentifier, ...changes }, department, now);

describe("building a token", () => {
  it("makes the same token as the portal", async () => {
    const token = await build({ claims: { field1: "John" } });
    expect(decodeProtectedHeader(token)).toEqual({ alg: "HS256", typ: "JWT" });
    expect(decodeJwt(token)).toEqual({
      iss: department.apiKey,
      aud: uniqueIdentifier,
      iat: now,
      exp: now + 18_000,
      field1: "John",
    });
    await jwtVerify(token, new TextEncoder().encode(department.apiSecret), { currentDate: new Date(now * 1000) });
  });

  it("makes invalid tokens, too: without registered claims, expired, with values of any type", async () => {
    const token = await build({
      uniqueIdentifier: "",
      apiKey: "",
      lifetime: -60,
      claims: { exp: "soon", age: 5, nbf: null },
    });
    expect(decodeJwt(token)).toEqual({ iat: now, exp: "soon", age: 5, nbf: null });
    expect(decodeJwt(await build({ lifetime: -60 })).exp).toBe(now - 60);
  });

  it("signs with the entered secret", async () => {
    const token = await build({ apiSecret: "typed" });
    await expect(inspect(token)).resolves.toMatchObject({ verdict: "refused" });
    await expect(inspect(token, { apiSecret: "typed" })).resolves.toMatchObject({ verdict: "accepted" });
  });

  it("rejects claims that are nested too deeply", async () => {
    const deep = JSON.parse(`${"[".repeat(19_000)}${"]".repeat(19_000)}`);
    await expect(build({ claims: { deep } })).rejects.toMatchObject({ status: 400, code: "claims-invalid" });
  });

  it("rejects a time that is not finite", async () => {
    for (const name of ["exp", "nbf", "iat"]) {
      const claims = JSON.parse(`{"${name}": 1e999}`);
      const outcome = await build({ claims }).catch((error: unknown) => error);
      if (typeof outcome !== "string") expect(outcome).toMatchObject({ status: 400, code: "claims-invalid" });
    }
    await expect(build({ claims: { iat: Infinity } })).rejects.toMatchObject({ code: "claims-invalid" });
  });
});

describe("the server's own secret", () => {
  it("signs while the desk is open", async () => {
    expect(await readOwnSecret()).toBe("the server's own secret");
  });

  it("signs nothing while the desk is closed", async () => {
    server.isDeskOpen = false;
    await expect(readOwnSecret()).rejects.toMatchObject({
      status: 401,
      code: "api-secret-missing",
      message: expect.stringContaining("/sandbox/desk"),
    });
  });
});

describe("inspecting a token", () => {
  it("shows its contents, the verdict, and what it was checked against", async () => {
    const report = await inspect(await build({ claims: { field1: "John" } }));
    expect(report).toMatchObject({
      verdict: "accepted",
      summary: "Accepted.",
      details: {
        header: { alg: "HS256", typ: "JWT" },
        claims: { aud: uniqueIdentifier, field1: "John" },
        identityClaims: { length: 17, limit: 500 },
      },
      against: { apiKey: department.apiKey, apiSecret: "own", uniqueIdentifier, now },
    });
  });

  it("names the first failure as the reason, and counts the others", async () => {
    expect((await inspect(await build({ claims: { age: 5 } }))).summary).toBe(
      'Refused because of “Identity claims”: the identity claim "age" is of type number.',
    );
    expect((await inspect(await build({ apiSecret: "another", lifetime: -1, claims: { age: 5 } }))).summary).toBe(
      "Refused because of “Signature”: the signature does not match the department's API secret. 2 more rules fail.",
    );
  });

  it("names its warnings", async () => {
    const report = await inspect(await build({ lifetime: 60, claims: { field9: "x" } }));
    expect(report.verdict).toBe("accepted-with-warnings");
    expect(report.summary).toBe("Accepted, with 2 warnings: “Lifetime”, “Fields”.");
    expect((await inspect(await build({ lifetime: 60 }))).summary).toBe("Accepted, with a warning: “Lifetime”.");
  });

  it("says why a text is not a token", async () => {
    expect(await inspect("hello")).toMatchObject({
      verdict: "refused",
      summary: expect.stringMatching(/^Refused: this is not a token\. .*\.$/),
      details: null,
    });
  });

  it("checks against another department, and repeats no secret", async () => {
    const other = { apiKey: "2f1a9c04-7d3b-4e8a-9b51-0c6d7e8f9a1b", apiSecret: "another department's secret" };
    const report = await inspect(await build(other), other);
    expect(report).toMatchObject({ verdict: "accepted", against: { apiKey: other.apiKey, apiSecret: "given" } });
    const output = JSON.stringify([report, await inspect(await build(), other)]);
    for (const { apiSecret } of [department, other]) expect(output).not.toContain(apiSecret);
  });
});

describe("a request to the inspector", () => {
  it.each([
    ["a body that is not an object", inspectSchema, [], "body-invalid"],
    ["null", buildSchema, null, "body-invalid"],
    ["a token that is a number", inspectSchema, { token: 5 }, "token-invalid"],
    ["a secret that is an object", inspectSchema, { token: "x", apiSecret: {} }, "api-secret-invalid"],
    ["a unique identifier that is null", inspectSchema, { uniqueIdentifier: null }, "unique-identifier-invalid"],
    ["an API key that is an array", buildSchema, { apiKey: ["x"] }, "api-key-invalid"],
    ["claims that are an array", buildSchema, { claims: [] }, "claims-invalid"],
    ["claims that are a string", buildSchema, { claims: "x" }, "claims-invalid"],
    ["a lifetime in words", buildSchema, { lifetime: "5h" }, "lifetime-invalid"],
    ["a lifetime of a fraction", buildSchema, { lifetime: 1.5 }, "lifetime-invalid"],
    ["a lifetime of a thousand years", buildSchema, { lifetime: 31_536_000_000 }, "lifetime-invalid"],
    ["a lifetime that is null", buildSchema, { lifetime: null }, "lifetime-invalid"],
  ])("is refused with %s", (_, schema, body, code) => {
    expect(() => parseBody<unknown>(schema, body)).toThrow(expect.objectContaining({ status: 400, code }));
  });

  it("uses the server's own API key and secret when they are empty", async () => {
    expect(await inspect(await build(), { apiKey: "", apiSecret: "" })).toMatchObject({
      verdict: "accepted",
      against: { apiKey: department.apiKey, apiSecret: "own" },
    });
  });
});

describe("parsing claims", () => {
  it("accepts a JSON object, or nothing", () => {
    expect(parseClaims('{"email": "john@example.com", "age": 5}')).toEqual({
      claims: { email: "john@example.com", age: 5 },
    });
    expect(parseClaims("  \n")).toEqual({ claims: {} });
  });

  it.each([
    ["{email: 1}", "This is not JSON"],
    ["[1]", "in braces"],
    ["null", "in braces"],
    ['"x"', "in braces"],
  ])("says what is wrong with %s", (text, problem) => {
    expect(parseClaims(text)).toEqual({ problem: expect.stringContaining(problem) });
  });
});
