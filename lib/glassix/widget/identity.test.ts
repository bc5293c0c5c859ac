import { afterEach, describe, expect, it, vi } from "vitest";
import { readToken, requestIdentity, type IdentityFailure } from "./identity";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function expectFailure(result: object): IdentityFailure {
  expect(result).toHaveProperty("kind");
  return result as IdentityFailure;
}

/** How `requestIdentity` fails when the endpoint responds with this. */
async function readFailure(response: Response | Error): Promise<IdentityFailure> {
  vi.stubGlobal("fetch", async () => {
    if (response instanceof Error) throw response;
    return response;
  });
  return expectFailure(await requestIdentity("/api/glassix-identity", new AbortController().signal));
}

describe("requestIdentity", () => {
  it("sends only the session cookie, and returns the identity", async () => {
    const identity = { uniqueIdentifier: "db79e775-81fd-4f2e-8741-9266e920cc32", identityToken: "a.b.c", expiresAt: 1 };
    const fetch = vi.fn<(url: string, init: RequestInit) => Promise<Response>>(async () => Response.json(identity));
    vi.stubGlobal("fetch", fetch);
    expect(await requestIdentity("/api/glassix-identity", new AbortController().signal)).toEqual(identity);
    expect(fetch.mock.calls[0]![0]).toBe("/api/glassix-identity");
    expect(fetch.mock.calls[0]![1]).toEqual({ method: "POST", signal: expect.any(AbortSignal) });
  });

  it.each([
    [401, "unauthenticated", "refused"],
    [403, "account-disabled", "refused"],
    [429, "rate-limited", "unavailable"],
    [503, "unavailable", "unavailable"],
  ])("reports %i %s as %s", async (status, code, kind) => {
    expect(await readFailure(Response.json({ code }, { status }))).toMatchObject({ kind, code });
  });

  it.each([
    ["no network", new TypeError("offline"), "network"],
    ["an HTML page", new Response("<html>"), "malformed"],
    ["a response without a token", Response.json({ uniqueIdentifier: "x" }), "malformed"],
    ["null", Response.json(null), "malformed"],
  ])("reports %s as a temporary failure", async (_, response, code) => {
    expect(await readFailure(response)).toMatchObject({ kind: "unavailable", code });
  });

  it("reports a timeout as such", async () => {
    vi.useFakeTimers();
    vi.stubGlobal(
      "fetch",
      (_: string, { signal }: { signal: AbortSignal }) =>
        new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    );
    const pending = requestIdentity("/api/glassix-identity", new AbortController().signal);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await pending).toEqual({ kind: "unavailable", code: "timeout" });
    vi.useRealTimers();
  });

  it.each(["any", "timeout"])("works in a browser without AbortSignal.%s", async (method) => {
    vi.stubGlobal(
      "AbortSignal",
      Object.assign(class {}, { any: AbortSignal.any, timeout: AbortSignal.timeout, [method]: undefined }),
    );
    expect(await readFailure(Response.json({ code: "unauthenticated" }, { status: 401 }))).toMatchObject({
      kind: "refused",
    });
  });

  it.each([
    ["30", 30_000],
    ["0", undefined],
    ["soon", undefined],
    ["Wed, 21 Oct 2026 07:28:00 GMT", undefined],
  ])("reads Retry-After in seconds only (%s)", async (value, retryAfter) => {
    const response = Response.json({ code: "rate-limited" }, { status: 429, headers: { "Retry-After": value } });
    expect(await readFailure(response)).toEqual({ kind: "unavailable", code: "rate-limited", retryAfter });
  });

  it.each([401, 403])("takes a %i without a code for a proxy's, which passes", async (status) => {
    const failure = { kind: "unavailable", code: String(status) };
    expect(await readFailure(Response.json({}, { status }))).toEqual(failure);
    expect(await readFailure(new Response("<html>", { status }))).toEqual(failure);
  });
});

describe("readToken", () => {
  it("reads the audience and the lifetime, and returns null for what is not a token", () => {
    const payload = btoa(JSON.stringify({ aud: "x", iat: 100, exp: 160 })).replace(/=+$/, "");
    expect(readToken(`h.${payload}.s`)).toEqual({ audience: "x", lifetime: 60_000 });
    expect(readToken("garbage")).toBeNull();
  });
});
