import { afterEach, describe, expect, it, vi } from "vitest";
import { IdentityRequestError, readToken, requestIdentity, type IdentityFailure } from "./identity";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** How `requestIdentity` fails when the endpoint responds with this. */
async function readFailure(response: Response | Error): Promise<IdentityFailure> {
  vi.stubGlobal("fetch", async () => {
    if (response instanceof Error) throw response;
    return response;
  });
  const error = await requestIdentity("/api/glassix-identity", new AbortController().signal).catch((error) => error);
  expect(error).toBeInstanceOf(IdentityRequestError);
  return error.failure;
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
    const pending = requestIdentity("/api/glassix-identity", new AbortController().signal).catch((error) => error);
    await vi.advanceTimersByTimeAsync(10_000);
    expect((await pending).failure).toEqual({ kind: "unavailable", code: "timeout" });
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

  it("reads Retry-After in seconds or as a date, relative to the server's clock", async () => {
    const failWith = (headers: Record<string, string>) => readFailure(Response.json({}, { status: 429, headers }));
    expect((await failWith({ "Retry-After": "30" })).retryAfter).toBe(30_000);
    const date = "Wed, 21 Oct 2026 07:28:00 GMT";
    const later = "Wed, 21 Oct 2026 07:28:30 GMT";
    expect((await failWith({ "Retry-After": later, Date: date })).retryAfter).toBe(30_000);
    // Without a Date header, the local clock is used.
    vi.spyOn(Date, "now").mockReturnValue(Date.parse(date));
    expect((await failWith({ "Retry-After": later })).retryAfter).toBe(30_000);
    expect((await failWith({ "Retry-After": "soon" })).retryAfter).toBeUndefined();
  });
});

describe("readToken", () => {
  it("reads the audience and the lifetime, and returns null for what is not a token", () => {
    const payload = btoa(JSON.stringify({ aud: "x", iat: 100, exp: 160 })).replace(/=+$/, "");
    expect(readToken(`h.${payload}.s`)).toEqual({ audience: "x", lifetime: 60_000 });
    expect(readToken("garbage")).toBeNull();
  });
});
