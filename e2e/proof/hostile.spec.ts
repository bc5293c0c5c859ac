import { expect, test as base } from "@playwright/test";
import fc from "fast-check";
import { JOHN, signInByRequest } from "../fixtures";
import { listAddresses, listHostileRequests } from "./hostile-requests";
import { startOwnPortal, type OwnPortal } from "./own-portal";
import { sendRaw, type RawRequest, type RawResponse } from "./send-raw";

/** How many requests are made up. More of them: HOSTILE_RUNS=20000. */
const RUNS = Number(process.env.HOSTILE_RUNS ?? 400);

/** What counts or notes requests, and so changes with each: limits, mintings, sessions in use. */
const COUNTERS = ["RateLimit", "Session"];

/** What an answer says when it says too much. */
const LEAKS =
  /\n\s+at .+:\d+:\d+|node_modules[\\/]|PrismaClient|Invalid `|syntax error at|password_?hash|argon2id\$|postgresql:\/\/|secret of a portal/i;

const test = base.extend<object, { own: OwnPortal }>({
  own: [
    async ({}, use) => {
      const own = await startOwnPortal("3222");
      await use(own);
      await own.stop();
    },
    { scope: "worker" },
  ],
});
test.describe.configure({ mode: "default", timeout: 300_000 });

for (const who of ["nobody", "a customer"] as const) {
  test(`hostile requests of ${who} are refused: no fault, no trace, nothing told, nothing changed (G11)`, async ({
    own,
    playwright,
  }) => {
    const session = who === "nobody" ? null : await signIn(own, playwright);
    const requests = listHostileRequests(session);
    expect(new Set(requests.map((request) => JSON.stringify(request))).size).toBeGreaterThan(500);

    const before = await readState(own);
    const faults: string[] = [];
    const queue = [...requests];
    const sendAll = async () => {
      for (let request = queue.pop(); request; request = queue.pop()) {
        const fault = findFault(request, await sendRaw(request, own.address), own);
        if (fault) faults.push(`${fault}\n    ${describe(request)}`);
      }
    };
    await Promise.all(Array.from({ length: 6 }, sendAll));
    console.log(`${requests.length} requests of ${who}, ${faults.length} faults`);
    expect(faults).toEqual([]);
    expect(await readState(own)).toEqual(before);
    // It still does its work.
    expect((await sendRaw({ method: "GET", path: "/api/health" }, own.address)).status).toBe(200);
  });
}

test("so are requests that nobody has thought of", async ({ own, playwright }) => {
  const session = await signIn(own, playwright);
  const before = await readState(own);
  const token = fc.string({ unit: fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz-"), minLength: 1, maxLength: 20 });
  // What a first line and a header may hold by the protocol, and what a body may: anything.
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
      const fault = findFault(request, await sendRaw(request, own.address), own);
      if (fault) throw new Error(`${fault}\n    ${describe(request)}`);
    }),
    { numRuns: RUNS },
  );
  expect(await readState(own)).toEqual(before);
});

async function signIn(
  own: OwnPortal,
  playwright: { request: { newContext(options: object): Promise<import("@playwright/test").APIRequestContext> } },
) {
  const context = await playwright.request.newContext({ baseURL: own.address });
  await signInByRequest(context, JOHN.email);
  const { cookies } = await context.storageState();
  await context.dispose();
  const { name, value } = cookies.find((cookie) => /session-token/.test(cookie.name))!;
  return `${name}=${value}`;
}

/** A fingerprint of each table. */
async function readState(own: OwnPortal): Promise<Record<string, unknown>> {
  const tables = await own.sql(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`,
  );
  const state: Record<string, unknown> = {};
  for (const { name } of tables) {
    if (COUNTERS.includes(String(name))) continue;
    const [row] = await own.sql(
      `SELECT count(*)::int AS rows, md5(string_agg(t::text, '' ORDER BY t::text)) AS hash FROM "${name}" t`,
    );
    state[String(name)] = row;
  }
  expect(state).toHaveProperty("User");
  return state;
}

/** What is wrong with an answer to a hostile request, or null. */
function findFault(request: RawRequest, response: RawResponse, own: OwnPortal): string | null {
  const { status, headers, text, time } = response;
  // To what breaks HTTP itself, hanging up is an answer.
  if (status === 0 && !request.isCutOff) return "no answer";
  if (status >= 500 && !isNextsOwn(request, response)) return `status ${status}: ${text.slice(0, 200)}`;
  const leak = LEAKS.exec(text);
  if (leak) return `told "${leak[0].trim()}"`;
  if (headers.some(([name]) => name === "x-injected")) return "a header was injected";
  const location = headers.find(([name]) => name === "location")?.[1];
  if (location && !request.path.startsWith("http") && new URL(location, own.address).origin !== own.address)
    return `leads to ${location}`;
  if (time > 20_000) return `took ${Math.round(time)} ms`;
  return null;
}

/** Next itself answers with 500 (docs/security.md): TRACE, the address "*", and addresses and server actions that it cannot decode. */
const isNextsOwn = ({ method, path, headers = [] }: RawRequest, { text }: RawResponse) =>
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
