import { expect, test as base } from "@playwright/test";
import fc from "fast-check";
import { JOHN, signInByRequest } from "../fixtures";
import { listAddresses, listHostileRequests } from "./hostile-requests";
import { startIsolatedPortal, type IsolatedPortal } from "./isolated-portal";
import { sendRaw, type RawRequest, type RawResponse } from "./send-raw";

/** How many random requests are sent. For more, set HOSTILE_RUNS=20000. */
const RUNS = Number(process.env.HOSTILE_RUNS ?? 400);

/** Tables that change with every request: limits and sessions. */
const CHANGING_TABLES = ["RateLimit", "Session"];

/** Signs of leaked internals in a response. */
const LEAKS =
  /\n\s+at .+:\d+:\d+|node_modules[\\/]|PrismaClient|Invalid `|syntax error at|password_?hash|argon2id\$|postgresql:\/\/|secret of a portal/i;

const test = base.extend<object, { portal: IsolatedPortal }>({
  portal: [
    async ({}, use) => {
      const portal = await startIsolatedPortal("3222");
      await use(portal);
      await portal.stop();
    },
    { scope: "worker" },
  ],
});
test.describe.configure({ mode: "default", timeout: 300_000 });

for (const who of ["a visitor", "a customer"] as const) {
  test(`hostile requests from ${who} cause no error, leak nothing and change nothing (G11)`, async ({
    portal,
    playwright,
  }) => {
    const session = who === "a visitor" ? null : await signIn(portal, playwright);
    const requests = listHostileRequests(session);
    expect(new Set(requests.map((request) => JSON.stringify(request))).size).toBeGreaterThan(500);

    const before = await readState(portal);
    const faults: string[] = [];
    const queue = [...requests];
    const sendAll = async () => {
      for (let request = queue.pop(); request; request = queue.pop()) {
        const fault = findFault(request, await sendRaw(request, portal.address), portal);
        if (fault) faults.push(`${fault}\n    ${describe(request)}`);
      }
    };
    await Promise.all(Array.from({ length: 6 }, sendAll));
    console.log(`${requests.length} requests from ${who}, ${faults.length} faults`);
    expect(faults).toEqual([]);
    expect(await readState(portal)).toEqual(before);
    // The portal still works.
    expect((await sendRaw({ method: "GET", path: "/api/health" }, portal.address)).status).toBe(200);
  });
}

test("random requests cause no error, leak nothing and change nothing", async ({ portal, playwright }) => {
  const session = await signIn(portal, playwright);
  const before = await readState(portal);
  const token = fc.string({ unit: fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz-"), minLength: 1, maxLength: 20 });
  // The bytes that the protocol allows in a request line or header. A body may contain any.
  const bytes = (least: number) =>
    fc
      .array(fc.integer({ min: least, max: 255 }).filter((byte) => byte !== 127))
      .map((codes) => String.fromCharCode(...codes));
  const address = fc.constantFrom(...listAddresses());
  const segment = fc.oneof(
    bytes(33),
    fc.string({ unit: "binary" }).map(encodeURIComponentSafely),
    fc.constantFrom("%", "..", "C-1001", "1"),
  );
  const requests = fc.record({
    method: fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"),
    path: fc
      .tuple(address, fc.array(segment, { maxLength: 3 }), fc.array(fc.tuple(token, segment), { maxLength: 3 }))
      .map(
        ([base, segments, query]) =>
          [base, ...segments].join("/") + (query.length ? `?${query.map((pair) => pair.join("=")).join("&")}` : ""),
      ),
    headers: fc.array(
      fc.tuple(
        fc.oneof(
          token,
          fc.constantFrom(
            "Content-Type",
            "Accept",
            "Origin",
            "Next-Action",
            "RSC",
            "Next-Router-State-Tree",
            "Authorization",
            "X-Glassix-Unique-Identifier",
            "X-Request-Id",
            "Referer",
          ),
        ),
        bytes(32),
      ),
      { maxLength: 5 },
    ),
    body: fc.option(fc.oneof(fc.json(), bytes(0), fc.string({ unit: "binary" })), { nil: undefined }),
    isSignedIn: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(requests, async ({ isSignedIn, headers, body, ...rest }) => {
      const request: RawRequest = {
        ...rest,
        headers: [...(isSignedIn ? ([["Cookie", session]] as [string, string][]) : []), ...headers],
        body: rest.method === "GET" || rest.method === "HEAD" ? undefined : (body ?? ""),
      };
      const fault = findFault(request, await sendRaw(request, portal.address), portal);
      if (fault) throw new Error(`${fault}\n    ${describe(request)}`);
    }),
    { numRuns: RUNS },
  );
  expect(await readState(portal)).toEqual(before);
});

async function signIn(
  portal: IsolatedPortal,
  playwright: { request: { newContext(options: object): Promise<import("@playwright/test").APIRequestContext> } },
) {
  const context = await playwright.request.newContext({ baseURL: portal.address });
  await signInByRequest(context, JOHN.email);
  const { cookies } = await context.storageState();
  await context.dispose();
  const { name, value } = cookies.find((cookie) => /session-token/.test(cookie.name))!;
  return `${name}=${value}`;
}

/** A hash of each table. */
async function readState(portal: IsolatedPortal): Promise<Record<string, unknown>> {
  const tables = await portal.sql(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`,
  );
  const state: Record<string, unknown> = {};
  for (const { name } of tables) {
    if (CHANGING_TABLES.includes(String(name))) continue;
    const [row] = await portal.sql(
      `SELECT count(*)::int AS rows, md5(string_agg(t::text, '' ORDER BY t::text)) AS hash FROM "${name}" t`,
    );
    state[String(name)] = row;
  }
  expect(state).toHaveProperty("User");
  return state;
}

/** What is wrong with the response to a hostile request, or null. */
function findFault(request: RawRequest, response: RawResponse, portal: IsolatedPortal): string | null {
  const { status, headers, text, time } = response;
  // Closing the connection is a valid response to a request that breaks HTTP itself.
  if (status === 0 && !request.isCutOff) return "no response";
  if (status >= 500 && !isCausedByNext(request, response)) return `status ${status}: ${text.slice(0, 200)}`;
  const leak = LEAKS.exec(text);
  if (leak) return `leaked "${leak[0].trim()}"`;
  if (headers.some(([name]) => name === "x-injected")) return "a header was injected";
  const location = headers.find(([name]) => name === "location")?.[1];
  if (location && !request.path.startsWith("http") && new URL(location, portal.address).origin !== portal.address)
    return `redirects to ${location}`;
  if (time > 20_000) return `took ${Math.round(time)} ms`;
  return null;
}

/** Next itself responds with 500 (docs/security.md) to TRACE, the address "*", and addresses and server actions that it cannot decode. */
const isCausedByNext = ({ method, path, headers = [] }: RawRequest, { text }: RawResponse) =>
  !isDecodable(path.split("?")[0]!) ||
  ((method === "TRACE" || path === "*") && text === "Internal Server Error") ||
  (method === "POST" && headers.some(([name, value]) => /^next-action$/i.test(name) || /^multipart/i.test(value)));

const describe = ({ method, path, headers = [], body, isCutOff }: RawRequest) =>
  JSON.stringify({
    method,
    path: path.slice(0, 200),
    headers: headers
      .filter(([name, value]) => name !== "Cookie" || value.length < 200)
      .map(([name, value]) => [name, value.slice(0, 200)]),
    body: body?.toString("latin1").slice(0, 200),
    isCutOff,
  });

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

/** Lone surrogates have no encoding. */
function encodeURIComponentSafely(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
