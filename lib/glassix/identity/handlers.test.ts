import { decodeJwt, jwtVerify } from "jose";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  createIdentityHandler,
  createSessionHandler,
  type ChatCustomer,
  type GetCustomer,
  type IdentityHandlerOptions,
} from "./handlers";
import { isSameOrigin } from "./request";
import { MintError } from "./mint";

const JOHN = "db79e775-81fd-4f2e-8741-9266e920cc32";
const JANE = "a3f1c820-94b2-4d67-b3e5-7f8a2d1c0e9b";
const apiKey = "7cab072d-43d0-4e9d-bb25-2a947696fe8f";
const apiSecret = "a department's API secret";
const now = 1_800_000_000;
const SITE = "https://portal.example";
const john: ChatCustomer = {
  uniqueIdentifier: JOHN,
  identityVersion: 3,
  sessionId: "session-1",
  identityClaims: { field1: "John", email: "john.wick@example.com" },
};

type Customer = ChatCustomer | "disabled" | null | undefined;
type Options = Partial<IdentityHandlerOptions>;

beforeEach(() => {
  vi.useFakeTimers({ now: now * 1000, toFake: ["Date"] });
  vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const answer = (customer: Customer) => vi.fn<GetCustomer>(async () => customer);
const fail = (error: Error) =>
  vi.fn<GetCustomer>(async () => {
    throw error;
  });

/** Sends one request to an identity endpoint, which is John's unless `options` say otherwise. */
function mint(options: Options = {}, init: RequestInit = {}, url = `${SITE}/api/glassix-identity`): Promise<Response> {
  const handle = createIdentityHandler({ getCustomer: answer(john), apiKey, apiSecret, ...options });
  return handle(new Request(url, { method: "POST", ...init }));
}

function readSession(getCustomer: IdentityHandlerOptions["getCustomer"], onError?: (error: unknown) => void) {
  return createSessionHandler({ getCustomer, onError })(new Request(`${SITE}/api/chat-session`));
}

async function expectRefusal(response: Response, status: number, code: string): Promise<void> {
  expect(response.status).toBe(status);
  expect(await response.json()).toEqual({ error: expect.stringMatching(/\w+\./), code });
  expect(response.headers.get("cache-control")).toBe("no-store");
}

describe("the identity endpoint", () => {
  it("returns the customer's identity, and forbids to store it", async () => {
    const response = await mint();
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toContain("application/json");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("set-cookie")).toBeNull();
    expect(await response.json()).toEqual({
      uniqueIdentifier: JOHN,
      identityToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      expiresAt: now + 18_000,
    });
  });

  it("puts the identity claims into the token, but neither the session nor the version (G11)", async () => {
    const { identityToken } = await (await mint()).json();
    expect(decodeJwt(identityToken)).toEqual({
      iss: apiKey,
      aud: JOHN,
      iat: now,
      exp: now + 18_000,
      field1: "John",
      email: "john.wick@example.com",
    });
    await expect(jwtVerify(identityToken, new TextEncoder().encode(apiSecret))).resolves.toBeDefined();
  });

  it("takes the lifetime from its options", async () => {
    const lifetime = 60;
    const { expiresAt } = await (await mint({ lifetime, allowShortLifetime: true })).json();
    expect(expiresAt).toBe(now + 60);
    await expectRefusal(await mint({ lifetime, onError() {} }), 503, "unavailable");
  });

  it("ignores a user that the body, the query or a header names (G2)", async () => {
    const named = { uniqueIdentifier: JANE, identityClaims: { field1: "Jane" } };
    const request = new Request(`${SITE}/api/glassix-identity?uniqueIdentifier=${JANE}`, {
      method: "POST",
      body: JSON.stringify(named),
      headers: { "content-type": "application/json", "x-unique-identifier": JANE },
    });
    const response = await createIdentityHandler({ getCustomer: answer(john), apiKey, apiSecret })(request);
    const { uniqueIdentifier, identityToken } = await response.json();
    expect(uniqueIdentifier).toBe(JOHN);
    expect(decodeJwt(identityToken)).toMatchObject({ aud: JOHN, field1: "John" });
    expect(request.bodyUsed).toBe(false);
  });

  it("asks for the customer of the request that it has received", async () => {
    const getCustomer = answer(john);
    await mint({ getCustomer }, { headers: { cookie: "session=1" } });
    expect(getCustomer.mock.calls.map(([{ headers }]) => headers.get("cookie"))).toEqual(["session=1"]);
  });

  it("writes a unique identifier that has capital letters in lowercase", async () => {
    const customer = { ...john, uniqueIdentifier: JOHN.toUpperCase() };
    const { uniqueIdentifier, identityToken } = await (await mint({ getCustomer: answer(customer) })).json();
    expect([uniqueIdentifier, decodeJwt(identityToken).aud]).toEqual([JOHN, JOHN]);
  });

  it.each(["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])("refuses %s", async (method) => {
    const getCustomer = answer(john);
    const response = await mint({ getCustomer }, { method });
    expect(response.headers.get("allow")).toBe("POST");
    await expectRefusal(response, 405, "method-not-allowed");
    expect(getCustomer).not.toHaveBeenCalled();
  });

  it.each([
    ["of another site, according to the browser", { "sec-fetch-site": "cross-site" }],
    ["of a sibling subdomain", { "sec-fetch-site": "same-site", origin: "https://shop.example" }],
    ["of another site, according to Origin", { origin: "https://evil.example", host: "portal.example" }],
    ["of a sandboxed frame", { origin: "null", host: "portal.example" }],
  ])("refuses a page %s", async (_, headers) => {
    const getCustomer = answer(john);
    await expectRefusal(await mint({ getCustomer }, { headers }), 403, "cross-origin");
    expect(getCustomer).not.toHaveBeenCalled();
  });

  it("accepts its own pages behind a proxy that changes Host if it is told how", async () => {
    const headers = { origin: SITE, host: "127.0.0.1:3000" };
    const url = "http://127.0.0.1:3000/api/glassix-identity";
    const knows = (origin: string) => ({ isSameOrigin: (request: Request) => isSameOrigin(request, origin) });
    await expectRefusal(await mint({}, { headers }, url), 403, "cross-origin");
    await expectRefusal(await mint(knows("https://other.example"), { headers }, url), 403, "cross-origin");
    for (const origin of [SITE, `${SITE}/`]) expect((await mint(knows(origin), { headers }, url)).status).toBe(200);
    const evil = { ...headers, origin: "https://evil.example" };
    await expectRefusal(await mint(knows(SITE), { headers: evil }, url), 403, "cross-origin");
  });

  it("is unavailable when its own origin is not one, and says so to the operator", async () => {
    const onError = vi.fn();
    const headers = { origin: "https://evil.example", host: "portal.example" };
    const isWrong = (request: Request) => isSameOrigin(request, "portal.example");
    await expectRefusal(await mint({ isSameOrigin: isWrong, onError }, { headers }), 503, "unavailable");
    expect(onError).toHaveBeenCalledExactlyOnceWith(expect.any(TypeError));
  });

  it.each<[string, Customer, number, string]>([
    ["a visitor", null, 401, "unauthenticated"],
    ["a session without a customer", undefined, 401, "unauthenticated"],
    ["a disabled account", "disabled", 403, "account-disabled"],
  ])("refuses %s", async (_, customer, status, code) => {
    await expectRefusal(await mint({ getCustomer: answer(customer) }), status, code);
  });

  it("mints and reports nothing for those that it refuses", async () => {
    const [onMint, onError] = [vi.fn(), vi.fn()];
    for (const getCustomer of [answer(null), answer("disabled")]) await mint({ getCustomer, onMint, onError });
    await mint({ onMint, onError, limit: () => 1 });
    expect(onMint).not.toHaveBeenCalled();
    expect(onError).not.toHaveBeenCalled();
  });

  it.each([
    ["at once", 7],
    ["later", Promise.resolve(7)],
  ])("says how long to wait when the limit is reached, and does not read the session (%s)", async (_, seconds) => {
    const getCustomer = answer(john);
    const limit = vi.fn<(request: Request) => number | Promise<number>>(() => seconds);
    const response = await mint({ getCustomer, limit }, { headers: { cookie: "session=1" } });
    expect(response.headers.get("retry-after")).toBe("7");
    await expectRefusal(response, 429, "rate-limited");
    expect(getCustomer).not.toHaveBeenCalled();
    expect(limit.mock.calls.map(([{ headers }]) => headers.get("cookie"))).toEqual(["session=1"]);
  });

  it("mints while the limit is not reached", async () => {
    expect((await mint({ limit: () => 0 })).status).toBe(200);
  });

  it("checks the method before the origin, and counts only requests that pass both", async () => {
    const limit = vi.fn(() => 7);
    const headers = { "sec-fetch-site": "cross-site" };
    await expectRefusal(await mint({ limit }, { method: "PUT", headers }), 405, "method-not-allowed");
    await expectRefusal(await mint({ limit }, { headers }), 403, "cross-origin");
    expect(limit).not.toHaveBeenCalled();
    await expectRefusal(await mint({ limit }), 429, "rate-limited");
  });

  it.each(["getCustomer", "limit", "onMint"] as const)("is unavailable when %s fails (G8)", async (name) => {
    const error = new Error("connect ECONNREFUSED 10.0.0.7:5432");
    const onError = vi.fn();
    const response = await mint({ [name]: fail(error), onError });
    expect(response.headers.get("retry-after")).toBe("5");
    expect(await response.clone().text()).not.toContain("ECONNREFUSED");
    await expectRefusal(response, 503, "unavailable");
    expect(onError.mock.calls).toEqual([[error]]);
    expect(console.error).not.toHaveBeenCalled();
  });

  it("reports an error to the console if it has no onError", async () => {
    const error = new Error("connect ECONNREFUSED");
    await expectRefusal(await mint({ getCustomer: fail(error) }), 503, "unavailable");
    expect(console.error).toHaveBeenCalledExactlyOnceWith(expect.stringContaining("cannot be minted"), error);
  });

  it.each([
    ["the API key", { apiKey: undefined }, "api-key-invalid", "API key is missing"],
    ["the API secret", { apiSecret: undefined }, "api-secret-missing", "API secret is missing"],
  ])("names %s to the operator when it is missing, and to nobody else (G11)", async (_, options, code, text) => {
    const response = await mint(options);
    const body = await response.clone().text();
    await expectRefusal(response, 503, "unavailable");
    const error = vi.mocked(console.error).mock.calls[0]![1] as MintError;
    expect(error).toBeInstanceOf(MintError);
    expect(error).toMatchObject({ code, message: expect.stringContaining(text) });
    for (const secret of [apiSecret, apiKey, "API key", "API secret"]) expect(body).not.toContain(secret);
    expect(JSON.stringify([error.message, error.stack])).not.toContain(apiSecret);
  });

  it("is unavailable when the claims are too long, and says so to the operator (G11)", async () => {
    const onError = vi.fn();
    const customer = { ...john, identityClaims: { field1: "a private remark".repeat(40) } };
    const response = await mint({ getCustomer: answer(customer), onError });
    expect(await response.clone().text()).not.toContain("private");
    await expectRefusal(response, 503, "unavailable");
    expect(onError).toHaveBeenCalledExactlyOnceWith(expect.any(MintError));
    expect(onError.mock.calls[0]![0]).toMatchObject({ code: "identity-claims-too-long" });
  });

  it("tells onMint what it has minted, and for whom, before it responds", async () => {
    let isRecorded = false;
    const onMint = vi.fn(async () => {
      await Promise.resolve();
      isRecorded = true;
    });
    const identity = await (await mint({ onMint })).json();
    expect(isRecorded).toBe(true);
    expect(onMint.mock.calls).toEqual([[identity, john]]);
  });
});

describe("the session endpoint", () => {
  it("returns who is signed in and for how long, and forbids to store it", async () => {
    const response = await readSession(answer({ ...john, expiresAt: new Date(now * 1000 + 90_000) }));
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("set-cookie")).toBeNull();
    // The claims are for agents, and not for the page's scripts (G11).
    expect(await response.json()).toEqual({
      user: { uniqueIdentifier: JOHN, identityVersion: 3, sessionId: "session-1" },
      endsIn: 90_000,
    });
  });

  it("leaves out what it does not know", async () => {
    const response = await readSession(answer({ uniqueIdentifier: JOHN }));
    expect(await response.json()).toEqual({ user: { uniqueIdentifier: JOHN } });
  });

  it("writes a unique identifier that has capital letters in lowercase", async () => {
    const response = await readSession(answer({ uniqueIdentifier: JOHN.toUpperCase() }));
    expect(await response.json()).toEqual({ user: { uniqueIdentifier: JOHN } });
  });

  it.each([
    ["nobody", null],
    ["a session without a customer", undefined],
    ["a disabled account", "disabled" as const],
  ])("returns no user for %s", async (_, customer) => {
    const response = await readSession(answer(customer));
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("set-cookie")).toBeNull();
    expect(await response.json()).toEqual({ user: null });
  });

  it("does not say that nobody is signed in when it cannot tell (G8)", async () => {
    const error = new Error("connect ECONNREFUSED 10.0.0.7:5432");
    const onError = vi.fn();
    const response = await readSession(fail(error), onError);
    expect(response.headers.get("retry-after")).toBe("5");
    expect(await response.clone().text()).not.toContain("ECONNREFUSED");
    await expectRefusal(response, 503, "unavailable");
    expect(onError.mock.calls).toEqual([[error]]);
    expect(console.error).not.toHaveBeenCalled();

    await readSession(fail(error));
    expect(console.error).toHaveBeenCalledExactlyOnceWith(expect.stringContaining("session cannot be read"), error);
  });

  it.each(["HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])("refuses %s", async (method) => {
    const getCustomer = answer(john);
    const handle = createSessionHandler({ getCustomer });
    const response = await handle(new Request(`${SITE}/api/chat-session`, { method }));
    expect(response.headers.get("allow")).toBe("GET");
    await expectRefusal(response, 405, "method-not-allowed");
    expect(getCustomer).not.toHaveBeenCalled();
  });
});
