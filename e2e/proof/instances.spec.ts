import { randomUUID } from "node:crypto";
import { test as base, type APIRequestContext } from "@playwright/test";
import { API_KEY, openChat, openDesk, sendMessage } from "../chat";
import { expect, JANE, JOHN, registerCustomer, signInByForm, signInByRequest } from "../fixtures";
import { formatTraffic, runTraffic } from "./mixed-traffic";
import { startIsolatedPortal, type IsolatedPortal } from "./isolated-portal";
import type { PortalProcess } from "./portal-process";
import { startRoundRobin, type RoundRobin } from "./round-robin";
import { ADDRESS_HEADER, HAS_SANDBOX, NEXTAUTH_SECRET } from "../servers";

const PROXY = "3230";
const [A, B, C] = ["3231", "3232", "3233"] as const;
const INSTANCES = [A, B, C];
type Instances = {
  portal: IsolatedPortal;
  proxy: RoundRobin;
  processes: Record<(typeof INSTANCES)[number], PortalProcess>;
  sql: IsolatedPortal["sql"];
};

/** Three instances of one build that share only the database. */
const test = base.extend<{ visit: (instance: string) => Promise<APIRequestContext> }, { site: Instances }>({
  site: [
    async ({}, use) => {
      const portal = await startIsolatedPortal(A, {
        NEXTAUTH_URL: `http://localhost:${PROXY}`,
        NEXTAUTH_SECRET,
        CLIENT_ADDRESS_HEADER: ADDRESS_HEADER,
      });
      const [second, third] = await Promise.all([B, C].map((port) => portal.startAnother(port)));
      const proxy = await startRoundRobin(PROXY, INSTANCES);
      await use({ portal, proxy, processes: { [A]: portal.process, [B]: second!, [C]: third! }, sql: portal.sql });
      proxy.close();
      await portal.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],
  /** Opens a request context that talks to one instance. */
  visit: async ({ playwright, site: {} }, use) => {
    const contexts: APIRequestContext[] = [];
    await use(async (instance) => {
      const context = await playwright.request.newContext({ baseURL: `http://localhost:${instance}` });
      contexts.push(context);
      return context;
    });
    await Promise.all(contexts.map((context) => context.dispose()));
  },
});

test.use({ baseURL: `http://localhost:${PROXY}` });
test.skip(!HAS_SANDBOX, "The customers of this test chat in the sandbox.");
// The tests share one set of instances.
test.describe.configure({ mode: "default", timeout: 120_000 });
test.afterEach(({ site }) => site.proxy.routeTo(null));

const urlAt = (instance: string, path: string) => `http://localhost:${instance}${path}`;

test("a browser whose requests alternate between instances sees one portal, and so does the agent", async ({
  site,
  page,
  browser,
}) => {
  site.proxy.responded.clear();
  await registerCustomer(page, "Robin");
  const chat = await openChat(page);
  const question = `Am I covered abroad? ${randomUUID()}`;
  await sendMessage(chat, question);
  await expect(chat.getByText("What can I help you with?")).toBeVisible();

  const desk = await (await browser.newContext()).newPage();
  await openDesk(desk);
  await desk.getByRole("button").filter({ hasText: "Robin Tester" }).first().click();
  await expect(desk.getByRole("log", { name: "Conversation" }).getByText(question)).toBeVisible();
  const answer = `You are, in all of Europe. ${randomUUID()}`;
  await desk.getByLabel("Reply").fill(answer);
  await desk.getByRole("button", { name: "Send reply" }).click();
  await expect(chat.getByRole("log").getByText(answer)).toBeVisible();
  await desk.context().close();
  expect([...site.proxy.responded].sort()).toEqual(INSTANCES);
});

test("a customer signs in at one instance, gets an identity from another, and chats at the third", async ({
  site,
  visit,
  page,
}) => {
  const customer = await visit(A);
  await signInByRequest(customer, JOHN.email);
  for (const instance of INSTANCES)
    expect(await (await customer.get(urlAt(instance, "/api/auth/session"))).json()).toMatchObject({ user: {} });
  const minted = await customer.post(urlAt(B, "/api/glassix-identity"));
  expect(minted.status()).toBe(200);
  const { uniqueIdentifier, identityToken } = await minted.json();
  expect(uniqueIdentifier).toBe(JOHN.uniqueIdentifier);

  const headers = {
    "X-Glassix-Api-Key": API_KEY,
    "X-Glassix-Unique-Identifier": uniqueIdentifier,
    Authorization: `Bearer ${identityToken}`,
  };
  const stream = await openEventStream(urlAt(C, "/sandbox/api/messages/stream"), headers);
  site.proxy.routeTo(A);
  await openDesk(page);
  const text = `Is my floor covered? ${randomUUID()}`;
  const sent = await customer.post(urlAt(B, "/sandbox/api/messages"), {
    headers,
    data: { clientId: randomUUID(), text },
  });
  expect(sent.status()).toBe(200);
  await stream.waitFor(text);
  await expect(page.getByRole("region", { name: "Tickets" }).getByText(text)).toBeVisible();
});

test("a form that one instance rendered can be submitted to another, and the third shows the result", async ({
  site,
  page,
}) => {
  await signInByForm(page, JANE.email);
  site.proxy.routeTo(A);
  await page.goto("/portal/account");
  site.proxy.routeTo(B);
  await page.getByLabel("First name").fill("Janet");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText("Saved")).toBeVisible();
  site.proxy.routeTo(C);
  await page.reload();
  await expect(page.getByLabel("First name")).toHaveValue("Janet");
});

test("wrong passwords, identities and new accounts are counted across all instances", async ({
  site,
  visit,
  page,
  context,
}) => {
  const guesser = await visit(A);
  const { csrfToken } = await (await guesser.get("/api/auth/csrf")).json();
  const email = `nobody-${randomUUID()}@example.com`;
  const guess = async (instance: string) => {
    const response = await guesser.post(urlAt(instance, "/api/auth/callback/credentials"), {
      form: { csrfToken, email, password: "wrong" },
      maxRedirects: 0,
    });
    return new URL(response.headers().location!).searchParams.get("error");
  };
  for (let count = 0; count < 10; count++) expect(await guess(INSTANCES[count % 3]!)).toBe("CredentialsSignin");
  for (const instance of INSTANCES) expect(await guess(instance)).toMatch(/^Locked-\d+$/);

  const customer = await visit(A);
  await signInByRequest(customer, JOHN.email);
  await site.sql(`DELETE FROM "RateLimit" WHERE key LIKE 'mint:%'`);
  const statuses = await Promise.all(
    Array.from({ length: 132 }, async (_, count) =>
      (await customer.post(urlAt(INSTANCES[count % 3]!, "/api/glassix-identity"))).status(),
    ),
  );
  expect(statuses.filter((status) => status === 200)).toHaveLength(120);
  expect(statuses.filter((status) => status === 429)).toHaveLength(12);

  const address = "203.0.113.77";
  await context.setExtraHTTPHeaders({ [ADDRESS_HEADER]: address });
  site.proxy.routeTo(A);
  await registerCustomer(page);
  await site.sql(`UPDATE "RateLimit" SET points = 49 WHERE key = $1`, [`register-from:${address}`]);
  site.proxy.routeTo(B);
  await context.clearCookies();
  await registerCustomer(page);
  site.proxy.routeTo(C);
  await context.clearCookies();
  // It waits for the portal, which is never shown.
  registerCustomer(page).catch(() => {});
  await expect(page.getByText("Too many accounts were created just now")).toBeVisible();
});

test("a session that one instance ends is ended on all of them at once (G7)", async ({ site, visit, page }) => {
  site.proxy.routeTo(A);
  const { email, password } = await registerCustomer(page);
  const [phone, tablet] = [await visit(B), await visit(C)];
  const mints = async (device: APIRequestContext) =>
    Promise.all(
      INSTANCES.map(async (instance) => (await device.post(urlAt(instance, "/api/glassix-identity"))).status()),
    );
  for (const device of [phone, tablet]) {
    await signInByRequest(device, email, password);
    expect(await mints(device)).toEqual([200, 200, 200]);
  }

  await page.goto("/portal/account");
  await page.getByLabel("Current password").fill(password);
  await page.getByLabel("New password").fill("another password of mine");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByText("Password changed. You are signed out everywhere else.")).toBeVisible();
  for (const device of [phone, tablet]) expect(await mints(device)).toEqual([401, 401, 401]);
  expect(await mints(page.request)).toEqual([200, 200, 200]);

  await signInByRequest(phone, email, "another password of mine");
  await page.getByRole("button", { name: "End all sessions" }).click();
  await page.waitForURL("**/login?signed-out");
  expect(await mints(phone)).toEqual([401, 401, 401]);

  await signInByRequest(tablet, email, "another password of mine");
  await site.sql(`UPDATE "User" SET "disabledAt" = now() WHERE "email" = $1`, [email]);
  expect(await mints(tablet)).toEqual([403, 403, 403]);
});

test("every confirmed write is stored once after one instance is killed and another is terminated under load", async ({
  site,
}) => {
  site.proxy.aborted.clear();
  const figures = await runTraffic(site, site.proxy.address, 16, async () => {
    await site.proxy.waitForRequest(B);
    await site.processes[B].stop("SIGKILL");
    // It completes its pending requests, and exits.
    expect(await site.processes[C].stop("SIGTERM")).toBe(143);
  });
  console.log(formatTraffic(figures));
  // C may also close connections that it has accepted: a deployment stops routing to it first (docs/deploying.md).
  expect([B, C]).toEqual(expect.arrayContaining([...site.proxy.aborted]));
  expect(figures.lost).toEqual([]);
  expect(figures.duplicated).toEqual([]);
  for (const [kind, { before, after }] of Object.entries(figures.succeeded)) {
    expect(before, `${kind} before`).toBeGreaterThan(0);
    expect(after, `${kind} after`).toBeGreaterThan(0);
  }
  for (const { kind, status, time } of figures.requests) {
    // 502 is the proxy's response for the killed instance, and 0 a response of that instance that broke off.
    expect([200, 303, 429, 502, 0], kind).toContain(status);
    expect(time, kind).toBeLessThan(15_000);
  }
});

/** Opens a stream of events, to be read until it contains a text. */
async function openEventStream(
  url: string,
  headers: Record<string, string>,
): Promise<{ waitFor(text: string): Promise<void> }> {
  const response = await fetch(url, { headers });
  expect(response.status).toBe(200);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  return {
    async waitFor(text) {
      let received = "";
      while (!received.includes(text)) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`The stream ended without "${text}":\n${received}`);
        received += value;
      }
      await reader.cancel();
    },
  };
}
