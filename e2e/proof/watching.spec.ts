import type { APIRequestContext } from "@playwright/test";
import {
  CDN_URLS,
  expect,
  expectClientOf,
  JOHN,
  JANE,
  PASSWORD,
  registerCustomer,
  serveDouble,
  signInByForm,
  test as base,
} from "../fixtures";
import { OtlpReceiver } from "./otlp-receiver";
import { startOwnPortal, type OwnPortal } from "./own-portal";
import { DEPARTMENT } from "../servers";

const PORT = "3227";

/** Longer than anybody waits. */
const TOO_LONG = 10_000;

const test = base.extend<object, { receiver: OtlpReceiver; own: OwnPortal }>({
  receiver: [
    async ({}, use) => {
      const receiver = new OtlpReceiver();
      await receiver.start();
      await use(receiver);
      await receiver.stop();
    },
    { scope: "worker" },
  ],
  own: [
    async ({ receiver }, use) => {
      const own = await startOwnPortal(PORT, {
        // A department, whose script the tests answer for.
        ...DEPARTMENT,
        GLASSIX_SANDBOX: "",
        CLIENT_ADDRESS_HEADER: "x-test-address",
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.address,
        OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
        OTEL_EXPORTER_OTLP_HEADERS: "x-key=the key of the receiver",
        OTEL_SERVICE_NAME: "a-portal-under-test",
        OTEL_BSP_SCHEDULE_DELAY: "200",
        OTEL_METRIC_EXPORT_INTERVAL: "300",
      });
      await use(own);
      await own.stop();
    },
    { scope: "worker", auto: true },
  ],
});

test.use({
  baseURL: `http://localhost:${PORT}`,
  expectedErrors: [/40[0139] \(|413 \(|429 \(|503 \(|ERR_FAILED|ERR_CONNECTION_REFUSED/],
});

// One portal on one port, for one test after the other.
test.describe.configure({ mode: "default", timeout: 120_000 });

test("what customers do is counted, with its causes", async ({ own, receiver, page, context }) => {
  await serveDouble(context);
  const before = readCounts(receiver);

  await signInByForm(page, JOHN.email);
  await expectClientOf(page, JOHN.uniqueIdentifier);
  await tryPassword(page.request, JANE.email, "not her password");
  const locked = `nobody-${crypto.randomUUID()}@example.com`;
  for (let tries = 0; tries < 11; tries++) await tryPassword(page.request, locked, "a guess");

  // A page that is signed out, and one whose page is somebody else's.
  expect((await page.request.post("/api/glassix-identity", { headers: { cookie: "" } })).status()).toBe(401);
  const evil = { headers: { "sec-fetch-site": "cross-site" } };
  expect((await page.request.post("/api/glassix-identity", evil)).status()).toBe(403);

  await expect
    .poll(() => growth(readCounts(receiver), before), { timeout: 20_000 })
    .toEqual({
      "portal.sign_ins portal.sign_in.method=password": 1,
      // Jane's, and the ten before the lock.
      "portal.sign_in.failures error.type=refused portal.sign_in.method=password": 11,
      "portal.sign_in.failures error.type=locked portal.sign_in.method=password": 1,
      "portal.identity.mints": 1,
      "portal.identity.refusals error.type=unauthenticated": 1,
      "portal.identity.refusals error.type=cross-origin": 1,
    });
  expect(own.portal.output()).toContain(`"traceId":"`);
});

test("the first identity is no renewal; the one that replaces it is, with the time that was left (G6)", async ({
  receiver,
  page,
  context,
}) => {
  await serveDouble(context);
  await page.clock.install();
  await signInByForm(page, JOHN.email);
  await expectClientOf(page, JOHN.uniqueIdentifier);
  const before = receiver.points("portal.identity.renewal.lead_time").at(-1);

  // Five hours is how long it lives; at 80 % of that it is renewed. The page's clock alone is moved.
  const renewed = page.waitForRequest("**/api/glassix-identity");
  await page.clock.fastForward("04:01:00");
  await renewed;

  const read = () => receiver.points("portal.identity.renewal.lead_time").at(-1);
  await expect.poll(() => Number(read()?.count ?? 0) - Number(before?.count ?? 0), { timeout: 20_000 }).toBe(1);
  // By the server's clock, on which hardly any of it has passed.
  const left = Number(read()!.sum) - Number(before?.sum ?? 0);
  expect(left).toBeGreaterThan(17_000);
  expect(left).toBeLessThanOrEqual(18_000);
});

test.describe("when a browser cannot show the chat", () => {
  test("it says why in one word, once, and the portal counts it (G10)", async ({ own, receiver, page, context }) => {
    for (const url of CDN_URLS) await context.route(url, (route) => route.abort());
    const before = readCounts(receiver);
    const reports: string[] = [];
    page.on("request", (request) => {
      if (request.url().endsWith("/api/widget-failures")) reports.push(request.postData() ?? "");
    });

    await page.goto("/?email=jane.doe%40example.com");
    await expect(page.getByText("Chat is unavailable")).toBeVisible();

    await expect
      .poll(() => growth(readCounts(receiver), before), { timeout: 20_000 })
      .toEqual({ "portal.widget.failures error.type=script": 1 });
    // Tried again meanwhile, and failed again: no news.
    await page.waitForRequest(CDN_URLS[0]);
    await page.waitForRequest(CDN_URLS[0]);
    expect(reports).toEqual([`{"cause":"script"}`]);
    expect(own.portal.output()).toContain(`"cause":"script","msg":"chat failed in a browser"`);
  });

  test("because its identity is refused, it says that (G8)", async ({ receiver, page, context }) => {
    await serveDouble(context);
    await registerCustomer(page, "Refused");
    const before = readCounts(receiver);
    await context.route("**/api/glassix-identity", (route) =>
      route.fulfill({ status: 403, json: { code: "account-disabled", error: "This account is disabled." } }),
    );
    await page.goto("/portal");
    await expect(page.getByText("Chat is unavailable")).toBeVisible();
    await expect
      .poll(() => growth(readCounts(receiver), before)["portal.widget.failures error.type=account-disabled"], {
        timeout: 20_000,
      })
      .toBe(1);
  });

  test("nothing is loaded or sent for it while the chat is well", async ({ page, context }) => {
    await serveDouble(context);
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.goto("/");
    await expectClientOf(page, "anonymous");
    expect(asked.filter((url) => url.includes("widget-failures"))).toEqual([]);
  });
});

test("a report is taken from pages of this site, when it says one word of the list, and not without end", async ({
  receiver,
  request,
}) => {
  const before = readCounts(receiver);
  const send = async (data: string, headers: Record<string, string> = {}) =>
    (
      await request.post("/api/widget-failures", { data, headers: { "content-type": "text/plain", ...headers } })
    ).status();
  expect(await send(`{"cause":"script"}`, { "sec-fetch-site": "cross-site" })).toBe(403);
  expect(await send(`{"cause":"script"}`, { origin: "https://evil.example" })).toBe(403);
  expect(await send(`{"cause":"${JANE.email}"}`)).toBe(400);
  expect(await send(`{"cause":"script","url":"/portal"}`)).toBe(400);
  expect(await send("")).toBe(400);
  expect(await send(`{"cause":"script"${" ".repeat(2_000)}}`)).toBe(413);
  expect((await request.get("/api/widget-failures")).status()).toBe(405);

  const address = { "x-test-address": "203.0.113.7" };
  const statuses = [];
  for (let reports = 0; reports < 31; reports++) statuses.push(await send(`{"cause":"silent"}`, address));
  expect(statuses).toEqual([...Array(30).fill(204), 429]);
  // Others are not held up by that one.
  expect(await send(`{"cause":"silent"}`, { "x-test-address": "203.0.113.8" })).toBe(204);
  await expect
    .poll(() => growth(readCounts(receiver), before), { timeout: 20_000 })
    .toEqual({ "portal.widget.failures error.type=silent": 31 });
});

test("a request's trace has its queries and the minting in it, under the service's name, with the receiver's key", async ({
  receiver,
  page,
  context,
}) => {
  await serveDouble(context);
  await signInByForm(page, JOHN.email);
  await expectClientOf(page, JOHN.uniqueIdentifier);
  await page.goto("/portal/claims/C-1001?email=jane.doe%40example.com");

  await expect(() => {
    const spans = receiver.spans();
    const root = spans.findLast(({ name }) => name === "POST /api/glassix-identity");
    const names = spans.filter(({ traceId }) => traceId === root?.traceId).map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([expect.stringMatching(/^SELECT \w+$/), "mint identity", "INSERT RateLimit"]),
    );
    expect(spans.map(({ name }) => name)).toContain("GET /portal/claims/[number]");
  }).toPass({ timeout: 20_000 });
  expect(receiver.text()).toContain("a-portal-under-test");
  for (const { headers } of receiver.received) expect(headers["x-key"]).toBe("the key of the receiver");
});

test("nothing personal is in anything that was sent, whatever the addresses and the errors have in them (G11)", async ({
  own,
  receiver,
  page,
  context,
}) => {
  await serveDouble(context);
  const customer = await registerCustomer(page, "Quentin");
  const [user] = await own.sql(`SELECT "id", "uniqueIdentifier" FROM "User" WHERE "email" = $1`, [customer.email]);
  const identity = await (await page.request.post("/api/glassix-identity")).json();
  const cookies = (await context.cookies()).map(({ value }) => value).filter((value) => value.length > 20);
  const trace = { traceparent: `00-${"ab".repeat(16)}-${"cd".repeat(8)}-01`, tracestate: "who=quentin-was-here" };
  await page.request.get("/login?email=quentin-query%40example.com&callbackUrl=%2Fportal%3Fquentin-callback", {
    headers: { ...trace, baggage: "who=quentin-was-here", "x-test-address": "203.0.113.99" },
  });
  await page.request.get("/nowhere/quentin-path@example.com");
  await page.request.get(`/portal/claims/C-987654?quentin-query`);
  // An error whose message has the statement and what was typed in it.
  await own.sql(`ALTER TABLE "User" RENAME COLUMN "firstName" TO "firstNameAway"`);
  await page.request.get("/portal?quentin-query");
  await page.request.post("/api/glassix-identity");
  await tryPassword(page.request, customer.email, customer.password);
  await own.sql(`ALTER TABLE "User" RENAME COLUMN "firstNameAway" TO "firstName"`);
  expect((await page.request.post("/api/glassix-identity")).status()).toBe(200);

  const mints = () => readCounts(receiver)["portal.identity.mints"] ?? 0;
  const seen = mints();
  await page.request.post("/api/glassix-identity");
  await expect.poll(mints, { timeout: 20_000 }).toBeGreaterThan(seen);
  await expect
    .poll(() => receiver.spans().some(({ traceId }) => traceId === "ab".repeat(16)), { timeout: 20_000 })
    .toBe(true);

  const text = receiver.text().toLowerCase();
  for (const personal of [
    String(user!.id),
    String(user!.uniqueIdentifier),
    JOHN.uniqueIdentifier,
    identity.identityToken,
    identity.identityToken.split(".")[1],
    ...cookies,
    customer.password,
    PASSWORD,
    "quentin",
    "@example.com",
    "%40example.com",
    "203.0.113",
    "eyj",
    "argon2id$",
    "passwordhash",
    "firstname",
  ])
    expect(text.includes(personal.toLowerCase()), personal).toBe(false);
  for (const { events } of receiver.spans()) expect(events ?? []).toEqual([]);
});

test("while the receiver is silent or away, the portal answers as ever", async ({ own, receiver, page, context }) => {
  await serveDouble(context);
  const ask = async () => {
    const begun = Date.now();
    expect((await page.request.get("/api/health/live")).status()).toBe(200);
    expect((await page.request.post("/api/glassix-identity")).status()).toBe(200);
    expect((await page.request.get("/portal")).status()).toBe(200);
    expect(Date.now() - begun).toBeLessThan(TOO_LONG);
  };
  await signInByForm(page, JOHN.email);
  receiver.isSilent = true;
  const before = receiver.received.length;
  await expect(async () => {
    await ask();
    expect(receiver.received.length).toBeGreaterThan(before);
  }).toPass();
  await receiver.stop();
  for (let times = 0; times < 5; times++) await ask();
  receiver.isSilent = false;
  await receiver.start();
  const seen = receiver.received.length;
  await ask();
  await expect.poll(() => receiver.received.length, { timeout: 30_000 }).toBeGreaterThan(seen);
  expect(own.portal.output()).not.toContain("unhandled");
});

test("the process lives while its database is away, and says so without it", async ({ own, request }) => {
  await own.killDatabase();
  try {
    const alive = await request.get("/api/health/live");
    expect(alive.status()).toBe(200);
    expect(await alive.json()).toEqual({ status: "ok" });
    expect(alive.headers()["cache-control"]).toBe("no-store");
  } finally {
    await own.startDatabase();
  }
});

test("what was counted and traced last is sent before a server that is told to end does, as protobuf unless told otherwise", async ({
  own,
  receiver,
  page,
}) => {
  const portal = await inPlaceOf(own, { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.address });
  try {
    await signInByForm(page, JOHN.email);
    expect((await page.request.post("/api/glassix-identity")).status()).toBe(200);
    // Metrics are sent once a minute otherwise.
    receiver.received.length = 0;
    await portal.portal.stop("SIGTERM");
    const sent = (path: string) =>
      receiver.received
        .filter((one) => one.path === path)
        .map(({ body }) => body)
        .join();
    expect(sent("/v1/traces")).toContain("mint identity");
    expect(sent("/v1/metrics")).toContain("portal.identity.mints");
    for (const { headers } of receiver.received) expect(headers["content-type"]).toBe("application/x-protobuf");
  } finally {
    await portal.stop();
  }
});

test("where no receiver is named, nothing is sent", async ({ own, receiver, page }) => {
  // These say where to, and not whether.
  const portal = await inPlaceOf(own, {
    OTEL_EXPORTER_OTLP_ENDPOINT: "",
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${receiver.address}/v1/traces`,
    OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${receiver.address}/v1/metrics`,
    OTEL_BSP_SCHEDULE_DELAY: "100",
  });
  try {
    receiver.received.length = 0;
    await signInByForm(page, JOHN.email);
    expect((await page.request.post("/api/glassix-identity")).status()).toBe(200);
    await portal.portal.stop("SIGTERM");
    expect(receiver.received).toEqual([]);
    expect(portal.portal.output()).not.toContain("traceId");
  } finally {
    await portal.stop();
  }
});

/** Another portal where the first has ended. */
async function inPlaceOf(own: OwnPortal, settings: Record<string, string>): Promise<OwnPortal> {
  await own.portal.stop();
  return startOwnPortal(PORT, settings);
}

/** Sends the form of NextAuth's own page: whether it works shows in what is counted. */
async function tryPassword(request: APIRequestContext, email: string, password: string): Promise<void> {
  const { csrfToken } = await (await request.get("/api/auth/csrf")).json();
  await request.post("/api/auth/callback/credentials", { form: { csrfToken, email, password }, maxRedirects: 0 });
}

const COUNTERS = [
  "portal.sign_ins",
  "portal.sign_in.failures",
  "portal.identity.mints",
  "portal.identity.refusals",
  "portal.widget.failures",
];

/** All that has been counted so far: "portal.identity.refusals error.type=unauthenticated": 3. */
function readCounts(receiver: OtlpReceiver): Record<string, number> {
  const counts = COUNTERS.flatMap((name) =>
    Object.entries(receiver.count(name)).map(([attributes, count]) => [`${name} ${attributes}`.trim(), count] as const),
  );
  return Object.fromEntries(counts);
}

/** What has been added meanwhile. */
function growth(after: Record<string, number>, before: Record<string, number>): Record<string, number> {
  const grown = Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)] as const);
  return Object.fromEntries(grown.filter(([, count]) => count > 0));
}
