import { createHmac, randomUUID } from "node:crypto";
import { expect, test as base, type APIRequestContext } from "@playwright/test";
import { decodeJwt, jwtVerify, SignJWT } from "jose";
import { API_KEY, JOHN, signInByRequest } from "../fixtures";
import { startIsolatedPortal, type IsolatedPortal } from "../../proof/isolated-portal";
import { addressAt, DEPARTMENT, portAt } from "../../servers";

// A public demo whose environment still contains a department's variables.

const SECRET = "the secret of a demo on the internet";
const derive = (purpose: string) => createHmac("sha256", SECRET).update(purpose).digest();
const PASSWORD = derive("sandbox password").toString("hex").slice(0, 16);
const API_SECRET = derive("sandbox API secret").toString("base64url");

const test = base.extend<{ browsers: APIRequestContext[] }, { demo: IsolatedPortal }>({
  demo: [
    async ({}, use) => {
      const portal = await startIsolatedPortal(portAt(36), { ...DEPARTMENT, NEXTAUTH_SECRET: SECRET });
      await use(portal);
      await portal.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],
  browsers: async ({ demo, playwright }, use) => {
    const browsers = await Promise.all([1, 2].map(() => playwright.request.newContext({ baseURL: demo.address })));
    await use(browsers);
    await Promise.all(browsers.map((browser) => browser.dispose()));
  },
});
test.describe.configure({ mode: "serial" });

const openDesk = async (request: APIRequestContext, password = PASSWORD) =>
  (await request.post("/sandbox/api/desk/open", { data: { password } })).status();
const readDesk = async (request: APIRequestContext) => (await request.get("/sandbox/api/desk/tickets")).status();

test("a public demo signs nothing with the department's secret, and customers can still chat", async ({ browsers }) => {
  const [browser] = browsers as [APIRequestContext];
  await signInByRequest(browser, JOHN.email);
  const { uniqueIdentifier, identityToken } = await (await browser.post("/api/glassix-identity")).json();
  const verify = (secret: string) => jwtVerify(identityToken, new TextEncoder().encode(secret));
  expect(decodeJwt(identityToken).iss).toBe(API_KEY);
  await expect(verify(DEPARTMENT.GLASSIX_API_SECRET)).rejects.toThrow();
  await verify(API_SECRET);
  const connected = await browser.post("/sandbox/api/connect", {
    headers: {
      "X-Glassix-Api-Key": API_KEY,
      "X-Glassix-Unique-Identifier": uniqueIdentifier,
      Authorization: `Bearer ${identityToken}`,
    },
  });
  expect((await connected.json()).customer.kind).toBe("identified");
});

test("a public demo prints the desk's password once, outside its log", async ({ demo, browsers }) => {
  const [browser] = browsers as [APIRequestContext];
  expect(await openDesk(browser, "a guess")).toBe(401);
  expect(await openDesk(browser)).toBe(200);
  const isAudited = (outcome: string) =>
    demo.process
      .output()
      .split("\n")
      .some((line) => line.includes('"desk-access"') && line.includes(`"outcome":"${outcome}"`));
  await expect.poll(() => isAudited("refused") && isAudited("success")).toBe(true);
  const lines = demo.process.output().split("\n");
  const passwordLines = lines.filter((line) => line.includes(PASSWORD));
  expect(passwordLines).toEqual([expect.stringMatching(/^The sandbox's desk/)]);
});

test("a public demo closes the desk in every browser and instance, together with its open streams", async ({
  demo,
  browsers,
}) => {
  const [one, other] = browsers as [APIRequestContext, APIRequestContext];
  expect([await openDesk(one), await openDesk(other)]).toEqual([200, 200]);
  const cookie = (await other.storageState()).cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  const secondInstance = await demo.startAnother(portAt(37));
  const stream = await fetch(`${addressAt(37)}/sandbox/api/desk/stream`, { headers: { cookie } });
  expect(stream.status).toBe(200);

  const closedAt = Date.now();
  const closed = await one.post("/sandbox/api/desk/close", { data: { isEverywhere: true } });
  expect(closed.status()).toBe(200);
  for await (const _ of stream.body!) void _;
  // Otherwise a stream ends after 50 seconds.
  expect(Date.now() - closedAt).toBeLessThan(20_000);
  expect([await readDesk(one), await readDesk(other)]).toEqual([401, 401]);
  expect(await openDesk(one)).toBe(200);
  await secondInstance.stop();
});

test("a public demo accepts the right password after many wrong ones, which are refused with Retry-After", async ({
  browsers,
}) => {
  const [agent, stranger] = browsers as [APIRequestContext, APIRequestContext];
  const tries = await Promise.all(
    Array.from({ length: 150 }, (_, index) =>
      stranger.post("/sandbox/api/desk/open", { data: { password: `guess ${index}` } }),
    ),
  );
  const refused = tries.filter((response) => response.status() === 429);
  expect(refused.length).toBeGreaterThan(0);
  expect(tries.filter((response) => response.status() === 401).length).toBeLessThanOrEqual(100);
  for (const response of refused) expect(Number(response.headers()["retry-after"])).toBeGreaterThan(0);
  expect(await openDesk(agent)).toBe(200);
});

test("a public demo limits anonymous streams, still serves its pages, and gives customers their streams (G13)", async ({
  demo,
  browsers,
}) => {
  const [browser] = browsers as [APIRequestContext];
  const abortController = new AbortController();
  const openStream = (headers: Record<string, string> = {}) =>
    fetch(`${demo.address}/sandbox/api/messages/stream`, {
      headers: { "X-Glassix-Api-Key": API_KEY, ...headers },
      signal: abortController.signal,
    });
  const strangers = await Promise.all(Array.from({ length: 300 }, () => openStream()));
  const refused = strangers.filter(({ status }) => status !== 200);
  expect(refused.length).toBeGreaterThan(200);
  for (const response of refused) {
    expect([429, 503]).toContain(response.status);
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await response.json()).toEqual({ error: expect.any(String), code: expect.stringMatching(/^[a-z-]+$/) });
  }
  const startedAt = Date.now();
  expect((await browser.get("/login")).status()).toBe(200);
  expect(Date.now() - startedAt).toBeLessThan(10_000);
  const uniqueIdentifier = randomUUID();
  const identityToken = await new SignJWT()
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuer(API_KEY)
    .setAudience(uniqueIdentifier)
    .setExpirationTime("5h")
    .sign(new TextEncoder().encode(API_SECRET));
  const customer = await openStream({
    "X-Glassix-Unique-Identifier": uniqueIdentifier,
    Authorization: `Bearer ${identityToken}`,
  });
  expect(customer.status).toBe(200);
  abortController.abort();
  // Closed streams free their slots.
  await expect
    .poll(async () => {
      const again = new AbortController();
      const headers = { "X-Glassix-Api-Key": API_KEY };
      const { status } = await fetch(`${demo.address}/sandbox/api/messages/stream`, { headers, signal: again.signal });
      again.abort();
      return status;
    })
    .toBe(200);
});
