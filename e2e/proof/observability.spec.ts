import { expect, JOHN, PASSWORD, registerCustomer, signInByRequest, test as base } from "../fixtures";
import { OtlpReceiver } from "./otlp-receiver";
import { startIsolatedPortal, type IsolatedPortal } from "./isolated-portal";

const PORT = "3227";

/** Milliseconds within which the portal responds, with or without a receiver. */
const MAX_RESPONSE_TIME = 10_000;

const test = base.extend<object, { receiver: OtlpReceiver; portal: IsolatedPortal }>({
  receiver: [
    async ({}, use) => {
      const receiver = new OtlpReceiver();
      await receiver.start();
      await use(receiver);
      await receiver.stop();
    },
    { scope: "worker" },
  ],
  portal: [
    async ({ receiver }, use) => {
      const portal = await startIsolatedPortal(PORT, {
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.address,
        OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
        OTEL_EXPORTER_OTLP_HEADERS: "x-key=key-of-the-receiver",
        OTEL_SERVICE_NAME: "a-portal-under-test",
        OTEL_BSP_SCHEDULE_DELAY: "200",
      });
      await use(portal);
      await portal.stop();
    },
    { scope: "worker", auto: true },
  ],
});

test.use({ baseURL: `http://localhost:${PORT}`, expectedErrors: [/40[04] \(|50[03] \(/] });

// All tests share one portal on one port.
test.describe.configure({ mode: "default", timeout: 120_000 });

test("a request's trace contains its queries and the service's name, and is sent with the receiver's key", async ({
  receiver,
  page,
}) => {
  await signInByRequest(page.request, JOHN.email);
  expect((await page.request.post("/api/glassix-identity")).status()).toBe(200);
  await page.goto("/portal/claims/C-1001");

  await expect(() => {
    const spans = receiver.spans();
    const root = spans.findLast(({ name }) => name === "POST /api/glassix-identity");
    const names = spans.filter(({ traceId }) => traceId === root?.traceId).map(({ name }) => name);
    expect(names).toContain("prisma:client:db_query");
    expect(spans.map(({ name }) => name)).toContain("GET /portal/claims/[number]");
  }).toPass({ timeout: 20_000 });
  expect(receiver.text()).toContain("a-portal-under-test");
  for (const { headers } of receiver.received) expect(headers["x-key"]).toBe("key-of-the-receiver");
});

test("traces contain no email, password, token or cookie, even if addresses and errors do (G11)", async ({
  portal,
  receiver,
  page,
  context,
}) => {
  const customer = await registerCustomer(page, "Quentin");
  const { identityToken } = await (await page.request.post("/api/glassix-identity")).json();
  const cookies = (await context.cookies()).map(({ value }) => value).filter((value) => value.length > 20);
  await page.request.get("/login?email=quentin-query%40example.com&callbackUrl=%2Fportal%3Fquentin-callback");
  await page.request.get("/nowhere?token=quentin-token");
  await page.request.get("/portal/claims/C-987654?quentin-query");
  const { csrfToken } = await (await page.request.get("/api/auth/csrf")).json();
  const form = { csrfToken, email: customer.email, password: customer.password };
  // The queries fail, and their errors have messages.
  await portal.sql(`ALTER TABLE "User" RENAME COLUMN "firstName" TO "firstNameAway"`);
  await page.request.get("/portal?quentin-query");
  await page.request.post("/api/glassix-identity");
  await page.request.post("/api/auth/callback/credentials?quentin-query", { form, maxRedirects: 0 });
  await portal.sql(`ALTER TABLE "User" RENAME COLUMN "firstNameAway" TO "firstName"`);

  const traceId = "ab".repeat(16);
  const headers = { traceparent: `00-${traceId}-${"cd".repeat(8)}-01` };
  await page.request.get("/login", { headers });
  await expect.poll(() => receiver.spans().some((span) => span.traceId === traceId), { timeout: 20_000 }).toBe(true);

  const text = receiver.text().toLowerCase();
  for (const personal of [
    identityToken,
    identityToken.split(".")[1],
    ...cookies,
    csrfToken,
    customer.password,
    PASSWORD,
    "quentin",
    "@example.com",
    "%40example.com",
    "eyj",
    "argon2id$",
  ])
    expect(text.includes(personal.toLowerCase()), personal).toBe(false);
});

test("the portal responds while the receiver hangs or is down", async ({ receiver, page }) => {
  const sendRequests = async () => {
    const options = { timeout: MAX_RESPONSE_TIME };
    expect((await page.request.get("/api/health/live", options)).status()).toBe(200);
    expect((await page.request.post("/api/glassix-identity", options)).status()).toBe(200);
    expect((await page.request.get("/portal", options)).status()).toBe(200);
  };
  await signInByRequest(page.request, JOHN.email);
  receiver.isSilent = true;
  const before = receiver.received.length;
  await expect(async () => {
    await sendRequests();
    expect(receiver.received.length).toBeGreaterThan(before);
  }).toPass();
  await receiver.stop();
  for (let times = 0; times < 5; times++) await sendRequests();
  receiver.isSilent = false;
  await receiver.start();
  const seen = receiver.received.length;
  await sendRequests();
  await expect.poll(() => receiver.received.length, { timeout: 30_000 }).toBeGreaterThan(seen);
});

test("the liveness check passes while the database is down", async ({ portal, request }) => {
  await portal.killDatabase();
  try {
    const liveness = await request.get("/api/health/live");
    expect(liveness.status()).toBe(200);
    expect(await liveness.json()).toEqual({ status: "ok" });
    expect(liveness.headers()["cache-control"]).toBe("no-store");
  } finally {
    await portal.startDatabase();
  }
});

test("nothing is sent without OTEL_EXPORTER_OTLP_ENDPOINT", async ({ portal, receiver, page }) => {
  await portal.process.stop();
  receiver.received.length = 0;
  const unobserved = await startIsolatedPortal(PORT, {
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${receiver.address}/v1/traces`,
    OTEL_BSP_SCHEDULE_DELAY: "100",
  });
  try {
    await signInByRequest(page.request, JOHN.email);
    expect((await page.request.post("/api/glassix-identity")).status()).toBe(200);
    await unobserved.process.stop();
    expect(receiver.received).toEqual([]);
  } finally {
    await unobserved.stop();
  }
});
