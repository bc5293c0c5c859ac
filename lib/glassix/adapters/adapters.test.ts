import { NextRequest, NextResponse } from "next/server";
import { describe, expect, it, vi } from "vitest";
import type { ChatCustomer, GetCustomer } from "../identity/handlers";
import { fromBetterAuth } from "./better-auth";
import { fromNextAuth, withoutSessionRenewal } from "./next-auth";
import { fromSignedCookie } from "./signed-cookie";

const JOHN = "db79e775-81fd-4f2e-8741-9266e920cc32";
const SITE = "https://portal.example";
const customer: ChatCustomer = { uniqueIdentifier: JOHN, identityClaims: { field1: "John" } };

const requestWith = (...cookies: string[]) =>
  new Request(`${SITE}/api/chat-session`, { headers: { cookie: cookies.join("; ") } });

/** The session ids of requests that carry these cookies; undefined where nobody is signed in. */
const readIds = (getCustomer: GetCustomer, requests: Request[]) =>
  Promise.all(requests.map(async (request) => ((await getCustomer(request)) as ChatCustomer | null)?.sessionId));

describe("the adapter of NextAuth and Auth.js", () => {
  const session = { user: { email: "john.wick@example.com" } };
  const getCustomer = fromNextAuth(
    async () => session,
    async () => customer,
  );
  const NAMES = ["next-auth", "authjs"].flatMap((name) =>
    ["", "__Secure-"].map((prefix) => `${prefix}${name}.session-token`),
  );

  it("finds the customer of the session", async () => {
    const findCustomer = vi.fn(async () => customer);
    const found = await fromNextAuth(async () => session, findCustomer)(requestWith());
    expect(findCustomer.mock.calls).toEqual([[session]]);
    expect(found).toMatchObject(customer);
  });

  it("finds nobody without a session, and asks for no customer", async () => {
    const findCustomer = vi.fn(async () => customer);
    expect(await fromNextAuth(async () => null, findCustomer)(requestWith())).toBeNull();
    expect(findCustomer).not.toHaveBeenCalled();
  });

  it.each([null, undefined, "disabled" as const])("passes on that the customer is %s", async (found) => {
    const read = fromNextAuth(
      async () => session,
      async () => found,
    );
    expect(await read(requestWith("authjs.session-token=1"))).toBe(found);
  });

  it("throws when the session cannot be read (G8)", async () => {
    const error = new Error("no database");
    const fail = () => Promise.reject(error);
    await expect(fromNextAuth(fail, async () => customer)(requestWith())).rejects.toBe(error);
    await expect(fromNextAuth(async () => session, fail)(requestWith())).rejects.toBe(error);
  });

  it.each(NAMES)("tells sessions apart by %s, and never returns the cookie (G11)", async (name) => {
    const cookies = ["eyJhbGciOiJkaXIifQ.first", "eyJhbGciOiJkaXIifQ.second"];
    const requests = [...cookies, cookies[0]].map((value) => requestWith("theme=dark", `${name}=${value}`));
    const [first, second, again] = await readIds(getCustomer, requests);
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(second).not.toBe(first);
    expect(again).toBe(first);
    expect(JSON.stringify(await getCustomer(requests[0]!))).not.toContain("eyJ");
  });

  it.each(NAMES)("reads all numbered parts of %s, in whatever order the browser sends them", async (name) => {
    const parts = Array.from({ length: 12 }, (_, index) => `${name}.${index}=part-${index}`);
    const other = parts.with(11, `${name}.11=another`);
    const swapped = parts.with(0, `${name}.0=part-1`).with(1, `${name}.1=part-0`);
    const requests = [parts, parts.toReversed(), other, swapped].map((cookies) => requestWith(...cookies));
    const [first, reversed, last, exchanged] = await readIds(getCustomer, requests);
    expect(reversed).toBe(first);
    expect(new Set([first, last, exchanged]).size).toBe(3);
    expect(first).toBe(
      (await readIds(getCustomer, [requestWith(`${name}=${parts.map((part) => part.split("=")[1]).join("")}`)]))[0],
    );
  });

  it("is not confused by other cookies", async () => {
    const own = "authjs.session-token=1";
    const others = [
      "authjs.csrf-token=2",
      "my-authjs.session-token=3",
      "authjs.session-token.x=4",
      "authjsXsession-token=5",
    ];
    const [alone, among] = await readIds(getCustomer, [requestWith(own), requestWith(...others, own)]);
    expect(among).toBe(alone);
  });

  it("has no session id when no cookie matches", async () => {
    expect(await readIds(getCustomer, [requestWith(), requestWith("theme=dark")])).toEqual([undefined, undefined]);
  });

  it("reads the last of two cookies with the same name, as Next does", async () => {
    const [own, both] = await readIds(getCustomer, [
      requestWith("authjs.session-token=1"),
      requestWith("authjs.session-token=2", "authjs.session-token=1"),
    ]);
    expect(both).toBe(own);
  });

  it("leaves the session id to the application if that has its own", async () => {
    const read = fromNextAuth(
      async () => session,
      async () => ({ ...customer, sessionId: "row-7" }),
    );
    expect(await readIds(read, [requestWith("authjs.session-token=1")])).toEqual(["row-7"]);
  });
});

describe("a handler without session renewal", () => {
  const PARTS = ["authjs.session-token", "__Secure-next-auth.session-token", "__Secure-authjs.session-token.1"];
  const SET = PARTS.map((name) => `${name}=eyJ; Path=/; HttpOnly; SameSite=Lax`);
  const DELETED = PARTS.map((name) => `${name}=; Path=/; Max-Age=0`);
  const OTHERS = ["authjs.csrf-token=1; Path=/", "theme=authjs.session-token=2; Path=/"];

  const create = (cookies: string[], response = Response.json({ user: null })) => {
    for (const cookie of cookies) response.headers.append("set-cookie", cookie);
    return withoutSessionRenewal(async () => response);
  };
  const send = async (method: string, path: string, cookies: string[]) =>
    (await create(cookies)(new Request(`${SITE}${path}`, { method }))).headers.getSetCookie();

  it.each([
    ["a read of the session", "GET", "/api/auth/session"],
    ["a read of the CSRF token", "GET", "/api/auth/csrf"],
    ["a page that a proxy lets through", "GET", "/portal"],
    ["a form that a proxy lets through", "POST", "/portal/claims/new"],
  ])("G7: does not renew the session cookie in %s, and keeps other cookies", async (_, method, path) => {
    expect(await send(method, path, [...SET, ...OTHERS])).toEqual(OTHERS);
  });

  it("G7: drops the deletion of old parts of the session cookie together with its renewal", async () => {
    expect(await send("GET", "/api/auth/session", [SET[2]!, DELETED[0]!, ...OTHERS])).toEqual(OTHERS);
    expect(await send("GET", "/api/auth/session", [DELETED[0]!, ...OTHERS, SET[2]!])).toEqual(OTHERS);
  });

  it("passes on that a proxy has no response of its own", async () => {
    const handle = withoutSessionRenewal(async () => undefined);
    expect(await handle(new Request(`${SITE}/portal`))).toBeUndefined();
  });

  it("G7: keeps what only deletes the session cookie", async () => {
    expect(await send("GET", "/api/auth/session", DELETED)).toEqual(DELETED);
    expect(await send("POST", "/api/auth/signout", [...DELETED, ...OTHERS])).toEqual([...DELETED, ...OTHERS]);
  });

  it.each([
    ["a sign-in at a provider", "GET", "/api/auth/callback/google"],
    ["a sign-in with a password", "POST", "/api/auth/callback/credentials"],
    ["an update of the session", "POST", "/api/auth/session"],
  ])("keeps the session cookie of %s", async (_, method, path) => {
    expect(await send(method, path, [...SET, ...OTHERS])).toEqual([...SET, ...OTHERS]);
  });

  it("changes nothing else in the response", async () => {
    const init = { status: 418, statusText: "A teapot", headers: { "x-other": "kept", "cache-control": "private" } };
    const handle = create(SET, new Response("the body", init));
    const response = await handle(new Request(`${SITE}/api/auth/session`));
    expect([response.status, response.statusText, await response.text()]).toEqual([418, "A teapot", "the body"]);
    expect(response.headers.get("x-other")).toBe("kept");
    expect(response.headers.get("cache-control")).toBe("private");
  });

  it("keeps redirects", async () => {
    const handle = create(SET, new Response(null, { status: 307, headers: { location: "/login" } }));
    const response = await handle(new Request(`${SITE}/portal`));
    expect([response.status, response.headers.get("location")]).toEqual([307, "/login"]);
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  it("passes the request and everything else to the handler", async () => {
    const handler = vi.fn<(request: Request, context: { params: string }) => Promise<Response>>(
      async () => new Response(),
    );
    const request = new Request(`${SITE}/api/auth/session`);
    const context = { params: "session" };
    await withoutSessionRenewal(handler)(request, context);
    expect(handler.mock.calls).toEqual([[request, context]]);
  });

  it("keeps what a proxy tells Next.js, and the cookies that it sets", async () => {
    const proxy = withoutSessionRenewal((request: NextRequest) => {
      const headers = new Headers(request.headers);
      headers.set("x-nonce", "1");
      const response = NextResponse.next({ request: { headers } });
      for (const cookie of [...SET, ...OTHERS]) response.headers.append("set-cookie", cookie);
      return response;
    });
    const response = await proxy(new NextRequest(`${SITE}/portal`));
    expect(response.headers.get("x-middleware-next")).toBe("1");
    expect(response.headers.get("x-middleware-request-x-nonce")).toBe("1");
    expect(response.headers.getSetCookie()).toEqual(OTHERS);
  });

  it("keeps a proxy's rewrite", async () => {
    const proxy = withoutSessionRenewal(() => NextResponse.rewrite(`${SITE}/maintenance`));
    const response = await proxy(new NextRequest(`${SITE}/portal`));
    expect(response.headers.get("x-middleware-rewrite")).toBe(`${SITE}/maintenance`);
  });
});

describe("the adapter of Better Auth", () => {
  const expiresAt = new Date(1_800_000_000_000);
  const user = { email: "john.wick@example.com" };
  const stored = { session: { id: "session-1", token: "secret", expiresAt }, user };
  type Found = typeof stored | null;
  const createAuth = (found: Found) => ({
    api: { getSession: vi.fn<(input: object) => Promise<Found>>(async () => found) },
  });

  it("G7: reads the session of the request's cookies from the database, and does not renew it", async () => {
    const auth = createAuth(stored);
    const request = requestWith("better-auth.session_token=1");
    await fromBetterAuth(auth, async () => customer)(request);
    expect(auth.api.getSession.mock.calls).toEqual([
      [{ headers: request.headers, query: { disableCookieCache: true, disableRefresh: true } }],
    ]);
  });

  it("returns the customer with the session's id and end, but not its token (G11)", async () => {
    const findCustomer = vi.fn(async () => customer);
    const found = await fromBetterAuth(createAuth(stored), findCustomer)(requestWith());
    expect(found).toEqual({ ...customer, sessionId: "session-1", expiresAt });
    expect(findCustomer.mock.calls).toEqual([[user]]);
  });

  it("accepts an end that is written as text", async () => {
    const text = { ...stored, session: { ...stored.session, expiresAt: expiresAt.toISOString() as never } };
    expect(await fromBetterAuth(createAuth(text), async () => customer)(requestWith())).toMatchObject({ expiresAt });
  });

  it("finds nobody without a session, and asks for no customer", async () => {
    const findCustomer = vi.fn(async () => customer);
    expect(await fromBetterAuth(createAuth(null), findCustomer)(requestWith())).toBeNull();
    expect(findCustomer).not.toHaveBeenCalled();
  });

  it.each([null, undefined, "disabled" as const])("passes on that the customer is %s", async (found) => {
    expect(await fromBetterAuth(createAuth(stored), async () => found)(requestWith())).toBe(found);
  });

  it("throws when the session cannot be read (G8)", async () => {
    const error = new Error("no database");
    const auth = { api: { getSession: () => Promise.reject(error) } };
    await expect(fromBetterAuth(auth, async () => customer)(requestWith())).rejects.toBe(error);
  });
});

describe("the adapter of a signed cookie", () => {
  const accept = (payload: object | null = { sub: JOHN }) =>
    vi.fn<(value: string) => Promise<object | null>>(async () => payload);
  const find = async () => customer;

  it("verifies the value of the cookie, and finds the customer whom it names", async () => {
    const [verify, findCustomer] = [
      accept({ sub: JOHN }),
      vi.fn<(payload: object) => Promise<ChatCustomer>>(async () => customer),
    ];
    const found = await fromSignedCookie("session", verify, findCustomer)(requestWith("a=1", "session=signed", "b=2"));
    expect(verify.mock.calls).toEqual([["signed"]]);
    expect(findCustomer.mock.calls).toEqual([[{ sub: JOHN }]]);
    expect(found).toMatchObject(customer);
  });

  it.each([
    ["an encoded value", "s%3Ajohn%20wick%3D", "s:john wick="],
    ["a value with =", "payload=.signature==", "payload=.signature=="],
    ["malformed percent encoding", "100%-signed%2", "100%-signed%2"],
  ])("accepts %s", async (_, sent, expected) => {
    const verify = accept();
    await fromSignedCookie("session", verify, find)(requestWith(`session=${sent}`));
    expect(verify.mock.calls).toEqual([[expected]]);
  });

  it.each(["my.session", "$session^", "a|b", "__Host-session"])("reads only the cookie %s", async (name) => {
    const verify = accept();
    const others = ["myXsession=1", "session=2", "a=3", "b=4", `x${name}=5`, `${name}x=6`];
    const read = fromSignedCookie(name, verify, find);
    expect(await read(requestWith(...others))).toBeNull();
    expect(verify).not.toHaveBeenCalled();
    await read(requestWith(...others, `${name}=own`));
    expect(verify.mock.calls).toEqual([["own"]]);
  });

  it.each([
    ["no cookie at all", new Request(SITE)],
    ["another cookie", requestWith("theme=dark")],
    ["an empty cookie", requestWith("session=")],
  ])("finds nobody in a request with %s, and verifies nothing", async (_, request) => {
    const verify = accept();
    expect(await fromSignedCookie("session", verify, find)(request)).toBeNull();
    expect(verify).not.toHaveBeenCalled();
  });

  it("reads the last of two cookies with the same name, as Next does", async () => {
    const verify = accept();
    await fromSignedCookie("session", verify, find)(requestWith("session=other", "sessionX", "session=own"));
    expect(verify.mock.calls).toEqual([["own"]]);
  });

  it("finds nobody when the cookie is not valid, and asks for no customer", async () => {
    const findCustomer = vi.fn(find);
    expect(await fromSignedCookie("session", accept(null), findCustomer)(requestWith("session=1"))).toBeNull();
    expect(findCustomer).not.toHaveBeenCalled();
  });

  it.each([null, undefined, "disabled" as const])("passes on that the customer is %s", async (found) => {
    expect(await fromSignedCookie("session", accept(), async () => found)(requestWith("session=1"))).toBe(found);
  });

  it("throws when the cookie or the customer cannot be checked (G8)", async () => {
    const error = new Error("no database");
    const fail = () => Promise.reject(error);
    await expect(fromSignedCookie("session", fail, find)(requestWith("session=1"))).rejects.toBe(error);
    await expect(fromSignedCookie("session", accept(), fail)(requestWith("session=1"))).rejects.toBe(error);
  });

  it("tells sessions apart, and never returns the cookie (G11)", async () => {
    const read = fromSignedCookie("session", accept({ iat: 1 }), find);
    const requests = ["signed-first", "signed-second", "signed-first"].map((value) => requestWith(`session=${value}`));
    const [first, second, again] = await readIds(read, requests);
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(second).not.toBe(first);
    expect(again).toBe(first);
    expect(JSON.stringify(await read(requests[0]!))).not.toContain("signed");
  });

  it("does not tell sessions apart by a cookie that is the same at every sign-in", async () => {
    expect(await readIds(fromSignedCookie("session", accept({ sub: JOHN }), find), [requestWith("session=1")])).toEqual(
      [undefined],
    );
  });

  it.each([
    ["the seconds of exp", { exp: 1_800_000_000 }, new Date(1_800_000_000_000)],
    ["nothing without exp", { sub: JOHN }, undefined],
    ["nothing from an exp that is not a number", { exp: "tomorrow" }, undefined],
  ])("learns when the session ends from %s", async (_, payload, expiresAt) => {
    const found = await fromSignedCookie("session", accept(payload), find)(requestWith("session=1"));
    expect((found as ChatCustomer).expiresAt).toEqual(expiresAt);
  });

  it("leaves the session's id and end to the application if that knows them", async () => {
    const own = { ...customer, sessionId: "row-7", expiresAt: new Date(1_900_000_000_000) };
    const read = fromSignedCookie("session", accept({ exp: 1_800_000_000 }), async () => own);
    expect(await read(requestWith("session=1"))).toEqual(own);
  });
});
