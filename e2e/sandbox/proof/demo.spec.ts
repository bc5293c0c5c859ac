import { createHmac, randomUUID } from "node:crypto";
import { expect, test as base, type APIRequestContext } from "@playwright/test";
import { decodeJwt, jwtVerify, SignJWT } from "jose";
import { API_KEY, JOHN, signInByRequest } from "../fixtures";
import { startOwnPortal, type OwnPortal } from "../../proof/own-portal";
import { addressAt, DEPARTMENT, portAt } from "../../servers";

// A demo on the internet, with a department's variables left in its environment.

const SECRET = "the secret of a demo on the internet";
const derive = (purpose: string) => createHmac("sha256", SECRET).update(purpose).digest();
const PASSWORD = derive("sandbox password").toString("hex").slice(0, 16);
const API_SECRET = derive("sandbox API secret").toString("base64url");

const test = base.extend<{ browsers: APIRequestContext[] }, { demo: OwnPortal }>({
  demo: [
    async ({}, use) => {
      const own = await startOwnPortal(portAt(36), { ...DEPARTMENT, NEXTAUTH_SECRET: SECRET });
      await use(own);
      await own.stop();
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

test("signs nothing with the department's secret, and the customer chats all the same", async ({ browsers }) => {
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

test("prints the desk's password once, and not in its log", async ({ demo, browsers }) => {
  const [browser] = browsers as [APIRequestContext];
  expect(await openDesk(browser, "a guess")).toBe(401);
  expect(await openDesk(browser)).toBe(200);
  const isAudited = (outcome: string) =>
    demo.portal
      .output()
      .split("\n")
      .some((line) => line.includes('"desk-access"') && line.includes(`"outcome":"${outcome}"`));
  await expect.poll(() => isAudited("refused") && isAudited("success")).toBe(true);
  const lines = demo.portal.output().split("\n");
  const told = lines.filter((line) => line.includes(PASSWORD));
  expect(told).toEqual([expect.stringMatching(/^The sandbox's desk/)]);
});

test("closes the desk everywhere: in each browser and instance, with the streams that are open", async ({
  demo,
  browsers,
}) => {
  const [one, other] = browsers as [APIRequestContext, APIRequestContext];
  expect([await openDesk(one), await openDesk(other)]).toEqual([200, 200]);
  const cookie = (await other.storageState()).cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  const another = await demo.startAnother(portAt(37));
  const stream = await fetch(`${addressAt(37)}/sandbox/api/desk/stream`, { headers: { cookie } });
  expect(stream.status).toBe(200);

  const closedAt = Date.now();
  const closed = await one.post("/sandbox/api/desk/close", { data: { isEverywhere: true } });
  expect(closed.status()).toBe(200);
  for await (const _ of stream.body!) void _;
  // By itself a stream ends after 50 seconds.
  expect(Date.now() - closedAt).toBeLessThan(20_000);
  expect([await readDesk(one), await readDesk(other)]).toEqual([401, 401]);
  expect(await openDesk(one)).toBe(200);
  await another.stop();
});

test("takes the right password after any number of wrong ones, which are refused with the time to wait", async ({
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

test("holds few streams of strangers, answers its pages meanwhile, and gives customers theirs (G13)", async ({
  demo,
  browsers,
}) => {
  const [browser] = browsers as [APIRequestContext];
  const ending = new AbortController();
  const listen = (headers: Record<string, string> = {}) =>
    fetch(`${demo.address}/sandbox/api/messages/stream`, {
      headers: { "X-Glassix-Api-Key": API_KEY, ...headers },
      signal: ending.signal,
    });
  const strangers = await Promise.all(Array.from({ length: 300 }, () => listen()));
  const refused = strangers.filter(({ status }) => status !== 200);
  expect(refused.length).toBeGreaterThan(200);
  for (const answer of refused) {
    expect([429, 503]).toContain(answer.status);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await answer.json()).toEqual({ error: expect.any(String), code: expect.stringMatching(/^[a-z-]+$/) });
  }
  const asked = Date.now();
  expect((await browser.get("/login")).status()).toBe(200);
  expect(Date.now() - asked).toBeLessThan(10_000);
  const uniqueIdentifier = randomUUID();
  const identityToken = await new SignJWT()
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuer(API_KEY)
    .setAudience(uniqueIdentifier)
    .setExpirationTime("5h")
    .sign(new TextEncoder().encode(API_SECRET));
  const customer = await listen({
    "X-Glassix-Unique-Identifier": uniqueIdentifier,
    Authorization: `Bearer ${identityToken}`,
  });
  expect(customer.status).toBe(200);
  ending.abort();
  // The places of those who have left are free again.
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
