import { randomUUID } from "node:crypto";
import type { APIRequestContext } from "@playwright/test";
import { API_KEY, type Customer, expect, test as base } from "./fixtures";
import { listRouteFiles } from "../routes";
import { DEPARTMENT_PORTAL } from "../servers";

/** One of two customers: Ada has a ticket, and Sid requests it. */
type Visitor = { customer: Customer; request: APIRequestContext; credentials: Record<string, string> };
type Ada = { ticket: number };

type Attempt = {
  method?: "GET" | "POST" | "PATCH";
  path: string;
  /** The same address for something that does not exist, which must get the same response. */
  missingPath?: string;
  data?: object;
  /** The expected status where it is not 404, and why. */
  expected?: { status: number; because: string };
};

const DESK = { status: 401, because: "without an open desk, nobody learns which tickets exist" };

/**
 * Every page and route of the sandbox, with Sid's requests for Ada's data, or why there are none. A new one that is
 * missing here fails the first test: add it.
 */
const TABLE: Record<string, string | ((ada: Ada) => Attempt[])> = {
  "app/sandbox/page.tsx": "no id: the same for everybody",
  "app/sandbox/desk/page.tsx": ({ ticket }) => [
    {
      path: `/sandbox/desk?ticket=${ticket}`,
      missingPath: "/sandbox/desk?ticket=999999999",
      expected: { status: 200, because: "it asks for the desk's password" },
    },
  ],
  "app/sandbox/inspector/page.tsx": "no id: what is inspected is pasted",
  "app/sandbox/mailbox/page.tsx": "no id: shows messages in development only",
  "app/sandbox/settings/page.tsx": "no id: the browser's own settings",
  "app/sandbox/side-by-side/page.tsx": "no id: it frames the portal and the desk",
  "app/sandbox/[file]/route.ts": "a file",
  "app/sandbox/api/build/route.ts": "no id: what is signed is sent along",
  "app/sandbox/api/inspect/route.ts": "no id: what is inspected is sent along",
  "app/sandbox/api/settings/route.ts": "no id: the browser's own settings",
  "app/sandbox/api/connect/route.ts": "no id: the identity token's user",
  "app/sandbox/api/presence/route.ts": "no id: the identity token's user",
  "app/sandbox/api/messages/route.ts": "no id: the identity token's user",
  "app/sandbox/api/messages/stream/route.ts": "no id: the identity token's user",
  "app/sandbox/api/tickets/[id]/route.ts": ({ ticket }) => [
    { path: `/sandbox/api/tickets/${ticket}`, missingPath: "/sandbox/api/tickets/999999999" },
  ],
  "app/sandbox/api/desk/open/route.ts": "no id: a password",
  "app/sandbox/api/desk/close/route.ts": "no id: for an open desk",
  "app/sandbox/api/desk/stream/route.ts": "no id: for an open desk",
  "app/sandbox/api/desk/tickets/route.ts": "no id: for an open desk",
  "app/sandbox/api/desk/tickets/[id]/route.ts": ({ ticket }) => [
    { path: `/sandbox/api/desk/tickets/${ticket}`, missingPath: "/sandbox/api/desk/tickets/999999999", expected: DESK },
    { method: "PATCH", path: `/sandbox/api/desk/tickets/${ticket}`, data: { state: "Closed" }, expected: DESK },
  ],
  "app/sandbox/api/desk/tickets/[id]/messages/route.ts": ({ ticket }) => [
    {
      method: "POST",
      path: `/sandbox/api/desk/tickets/${ticket}/messages`,
      missingPath: "/sandbox/api/desk/tickets/999999999/messages",
      data: { clientId: randomUUID(), text: "I am the agent" },
      expected: DESK,
    },
  ],
};

const test = base.extend<{ ada: Visitor & Ada; sid: Visitor; visit: (firstName: string) => Promise<Visitor> }>({
  visit: async ({ createCustomer, signIn, playwright, baseURL }, use) => {
    const requests: APIRequestContext[] = [];
    await use(async (firstName) => {
      const request = await playwright.request.newContext({ baseURL });
      requests.push(request);
      const customer = await signIn(await createCustomer(firstName), request);
      const identity = await (await request.post("/api/glassix-identity")).json();
      const credentials = {
        "X-Glassix-Api-Key": API_KEY,
        "X-Glassix-Unique-Identifier": identity.uniqueIdentifier,
        Authorization: `Bearer ${identity.identityToken}`,
      };
      return { customer, request, credentials };
    });
    await Promise.all(requests.map((request) => request.dispose()));
  },
  ada: async ({ visit }, use) => {
    const ada = await visit("Ada");
    const sent = await ada.request.post("/sandbox/api/messages", {
      headers: ada.credentials,
      data: { clientId: randomUUID(), text: "Ada's secret words" },
    });
    expect(sent.status()).toBe(200);
    const ticket = await ada.request.get("/sandbox/api/tickets/current", { headers: ada.credentials });
    await use({ ...ada, ticket: (await ticket.json()).id });
  },
  sid: async ({ visit }, use) => use(await visit("Sid")),
});

const ADAS_DATA = /Ada's/;

test("the table lists every page and route of the sandbox", () => {
  expect(Object.keys(TABLE).sort()).toEqual(
    listRouteFiles("sandbox")
      .map(({ file }) => file)
      .sort(),
  );
});

test("another customer's ticket is not found, with the same response as for one that does not exist (G2)", async ({
  ada,
  sid,
  request: visitor,
}) => {
  for (const [file, attempts] of Object.entries(TABLE)) {
    if (typeof attempts === "string") continue;
    for (const { method = "GET", path, missingPath, data, expected } of attempts(ada)) {
      const send = (request: APIRequestContext, address: string, headers?: Record<string, string>) =>
        request.fetch(address, { method, data, headers });
      const response = await send(sid.request, path, sid.credentials);
      const text = await response.text();
      expect([file, method, response.status()]).toEqual([file, method, expected?.status ?? 404]);
      expect(text, path).not.toMatch(ADAS_DATA);
      if (missingPath) {
        const missing = await send(sid.request, missingPath, sid.credentials);
        expect([path, missing.status()]).toEqual([path, response.status()]);
        if (text.startsWith("{")) expect(await missing.text()).toBe(text);
      }
      const refused = await send(visitor, path);
      expect([200, 401, 404], path).toContain(refused.status());
      expect(await refused.text(), path).not.toMatch(ADAS_DATA);
    }
  }
});

test("another customer's unique identifier with one's own token opens no chat (G2)", async ({ ada, sid }) => {
  const mixed = { ...sid.credentials, "X-Glassix-Unique-Identifier": ada.customer.uniqueIdentifier };
  for (const [method, path] of [
    ["GET", "/sandbox/api/messages"],
    ["POST", "/sandbox/api/messages"],
    ["GET", "/sandbox/api/messages/stream"],
    ["POST", "/sandbox/api/presence"],
    ["GET", `/sandbox/api/tickets/${ada.ticket}`],
  ] as const) {
    const data = method === "POST" ? { clientId: randomUUID(), text: "I am Ada" } : undefined;
    const response = await sid.request.fetch(path, { method, data, headers: mixed });
    expect([path, response.status()]).toEqual([path, 401]);
    expect(await response.text()).not.toMatch(ADAS_DATA);
  }
  const connected = await sid.request.post("/sandbox/api/connect", { headers: mixed });
  expect(await connected.json()).toMatchObject({ customer: { kind: "refused" } });
});

test("a portal with a Glassix department serves nothing of the sandbox", async ({ page, request }) => {
  for (const { address } of listRouteFiles("sandbox"))
    for (const method of ["GET", "POST"]) {
      const path = address.replaceAll(/\[\w+\]/g, "1");
      const response = await request.fetch(DEPARTMENT_PORTAL + path, {
        method,
        data: method === "POST" ? {} : undefined,
      });
      expect([404, 405], `${method} ${path}`).toContain(response.status());
    }
  await page.goto(`${DEPARTMENT_PORTAL}/login`);
  await expect(page.getByRole("button", { name: /Continue as/ })).toHaveCount(0);
});
