import { randomUUID } from "node:crypto";
import type { APIRequestContext, Page } from "@playwright/test";
import { expect, registerCustomer, signIn, test as base } from "./fixtures";
import { listActions, listRouteFiles } from "./routes";

/** What belongs to Ada, the first customer. Sid, the second, asks for it. */
type Ada = {
  policy: string;
  claim: string;
  ticket: number;
  credentials: Record<string, string>;
  uniqueIdentifier: string;
};

type Question = {
  method?: "GET" | "POST" | "PATCH";
  path: string;
  /** The same address for something that does not exist: the answer must be the same. */
  nothing?: string;
  data?: object;
  /** Why the right answer is another than 404. */
  instead?: { status: number; because: string };
};

/**
 * Every page, route and server action that there is. Those which take an id: what Sid asks for, with Sid's
 * own session and Sid's own chat. The others: why there is no id to ask with. One that is missing here
 * fails the first test.
 */
const TABLE: Record<string, string | ((ada: Ada) => Question[])> = {
  "app/page.tsx": "no id: the same for everybody",
  "app/login/page.tsx": "no id: for nobody yet",
  "app/login/link/page.tsx": "no id: what is linked is sealed in the browser's own cookie",
  "app/register/page.tsx": "no id: for nobody yet",
  "app/portal/page.tsx": "no id: the session's user",
  "app/portal/account/page.tsx": "no id: the session's user",
  "app/portal/claims/page.tsx": "no id: the session's user",
  "app/portal/policies/page.tsx": "no id: the session's user",
  "app/portal/claims/[number]/page.tsx": ({ claim }) => [
    { path: `/portal/claims/${claim}`, nothing: "/portal/claims/C-999999999" },
  ],
  "app/portal/policies/[number]/page.tsx": ({ policy }) => [
    { path: `/portal/policies/${policy}`, nothing: "/portal/policies/HL-H-000000" },
  ],
  "app/portal/policies/[number]/schedule/page.tsx": ({ policy }) => [
    { path: `/portal/policies/${policy}/schedule`, nothing: "/portal/policies/HL-H-000000/schedule" },
  ],
  "app/portal/claims/new/page.tsx": ({ policy }) => [
    {
      path: `/portal/claims/new?policy=${policy}`,
      nothing: "/portal/claims/new?policy=HL-H-000000",
      instead: { status: 200, because: "the address only chooses among one's own policies" },
    },
  ],
  "app/sign-out/route.ts": "no id: the session's own cookie",
  "app/api/auth/[...nextauth]/route.ts": "no id: NextAuth's own addresses, and the session's user",
  "app/api/glassix-identity/route.ts": ({ uniqueIdentifier }) => [
    {
      method: "POST",
      path: `/api/glassix-identity?uniqueIdentifier=${uniqueIdentifier}&userId=${uniqueIdentifier}`,
      data: { uniqueIdentifier, aud: uniqueIdentifier, email: "ada@example.com" },
      instead: { status: 200, because: "it mints for the session's user, whoever is named" },
    },
  ],
  "app/api/health/route.ts": "no id: the same for everybody",
  "app/api/health/live/route.ts": "no id: the same for everybody",
  "app/api/widget-failures/route.ts": "no id: one word of a list",
  "app/sandbox/page.tsx": "no id: the same for everybody",
  "app/sandbox/desk/page.tsx": ({ ticket }) => [
    {
      path: `/sandbox/desk?ticket=${ticket}`,
      nothing: "/sandbox/desk?ticket=999999999",
      instead: { status: 200, because: "it asks for the desk's password" },
    },
  ],
  "app/sandbox/inspector/page.tsx": "no id: what is inspected is pasted",
  "app/sandbox/settings/page.tsx": "no id: this browser's own settings",
  "app/sandbox/side-by-side/page.tsx": "no id: it holds the portal and the desk, each with its own door",
  "app/sandbox/[file]/route.ts": "a file",
  "app/sandbox/api/build/route.ts": "no id: what is signed is sent along",
  "app/sandbox/api/inspect/route.ts": "no id: what is inspected is sent along",
  "app/sandbox/api/settings/route.ts": "no id: this browser's own settings",
  "app/sandbox/api/connect/route.ts": "no id: whoever the identity token names",
  "app/sandbox/api/presence/route.ts": "no id: whoever the identity token names",
  "app/sandbox/api/messages/route.ts": "no id: whoever the identity token names",
  "app/sandbox/api/messages/stream/route.ts": "no id: whoever the identity token names",
  "app/sandbox/api/tickets/[id]/route.ts": ({ ticket }) => [
    { path: `/sandbox/api/tickets/${ticket}`, nothing: "/sandbox/api/tickets/999999999" },
  ],
  "app/sandbox/api/desk/open/route.ts": "no id: a password",
  "app/sandbox/api/desk/close/route.ts": "no id: for whoever has the desk's password",
  "app/sandbox/api/desk/stream/route.ts": "no id: for whoever has the desk's password",
  "app/sandbox/api/desk/tickets/route.ts": "no id: for whoever has the desk's password",
  "app/sandbox/api/desk/tickets/[id]/route.ts": ({ ticket }) => [
    { path: `/sandbox/api/desk/tickets/${ticket}`, nothing: "/sandbox/api/desk/tickets/999999999", instead: DESK },
    { method: "PATCH", path: `/sandbox/api/desk/tickets/${ticket}`, data: { state: "Closed" }, instead: DESK },
  ],
  "app/sandbox/api/desk/tickets/[id]/messages/route.ts": ({ ticket }) => [
    {
      method: "POST",
      path: `/sandbox/api/desk/tickets/${ticket}/messages`,
      nothing: "/sandbox/api/desk/tickets/999999999/messages",
      data: { clientId: randomUUID(), text: "I am the agent" },
      instead: DESK,
    },
  ],
  "app/login/actions.ts#signInAction": "no id: an e-mail and its password",
  "app/login/actions.ts#continueWithProviderAction": "no id",
  "app/login/link/actions.ts#linkAction":
    "no id: the browser's own sealed cookie, and a password (e2e/single-sign-on.spec.ts)",
  "app/login/link/actions.ts#cancelLinkAction": "no id: the browser's own cookie",
  "app/register/actions.ts#registerAction": "no id: for nobody yet",
  "app/portal/account/actions.ts#saveNameAction": "no id: the session's user (a test below sends one)",
  "app/portal/account/actions.ts#changePasswordAction": "no id: the session's user (a test below sends one)",
  "app/portal/account/actions.ts#endSessionsAction": "a session's id: a test below sends Ada's",
  "app/portal/account/actions.ts#removeLinkAction": "a link's id: a test below sends Ada's",
  "app/portal/claims/new/actions.ts#fileInsuranceClaimAction": "a policy's number: a test below sends Ada's",
};
const DESK = { status: 401, because: "strangers learn nothing of tickets, not even which there are" };

const test = base.extend<{ ada: Ada; sid: { page: Page; credentials: Record<string, string>; email: string } }>({
  ada: async ({ browser, sql }, use) => {
    const page = await (await browser.newContext()).newPage();
    const { email } = await registerCustomer(page, "Ada");
    const { policy } = await givePolicy(sql, email);
    const [{ number }] = (await sql(
      `INSERT INTO "Claim" ("userId", "policyId", "title", "description", "incidentOn")
       SELECT "userId", "id", 'Ada''s burst pipe', 'Ada''s secret words', now() FROM "Policy" WHERE "number" = $1 RETURNING "number"`,
      [policy],
    )) as [{ number: number }];
    const credentials = await readCredentials(page.request);
    const sent = await page.request.post("/sandbox/api/messages", {
      headers: credentials,
      data: { clientId: randomUUID(), text: "Ada's secret words" },
    });
    expect(sent.status()).toBe(200);
    const ticket = await (await page.request.get("/sandbox/api/tickets/current", { headers: credentials })).json();
    await page.close();
    await use({
      policy,
      claim: `C-${number}`,
      ticket: ticket.id,
      credentials,
      uniqueIdentifier: credentials["X-Glassix-Unique-Identifier"]!,
    });
  },
  sid: async ({ page, sql }, use) => {
    const { email } = await registerCustomer(page, "Sid");
    await givePolicy(sql, email);
    await use({ page, credentials: await readCredentials(page.request), email });
  },
});

type Sql = (text: string, values?: unknown[]) => Promise<Record<string, unknown>[]>;

async function givePolicy(sql: Sql, email: string): Promise<{ policy: string }> {
  const [row] = await sql(
    `INSERT INTO "Policy" ("userId", "number", "product", "insured", "premiumCents", "deductibleCents", "startsOn", "endsOn")
     SELECT "id", 'HL-H-' || (100000 + floor(random() * 800000))::int, 'home', 'The house of ' || "firstName", 1, 1, now() - interval '1 year', now() + interval '1 year'
     FROM "User" WHERE "email" = $1 RETURNING "number"`,
    [email],
  );
  return { policy: String(row!.number) };
}

/** What the chat's frame sends for whoever is signed in. */
async function readCredentials(request: APIRequestContext): Promise<Record<string, string>> {
  const identity = await (await request.post("/api/glassix-identity")).json();
  return {
    "X-Glassix-Api-Key": "7cab072d-43d0-4e9d-bb25-2a947696fe8f",
    "X-Glassix-Unique-Identifier": identity.uniqueIdentifier,
    Authorization: `Bearer ${identity.identityToken}`,
  };
}

const ADAS = /Ada's|The house of Ada/;

test("the table below knows every page, route and server action, and no other", () => {
  const files = listRouteFiles().map(({ file }) => file);
  expect(Object.keys(TABLE).sort()).toEqual([...files, ...listActions()].sort());
});

test.describe("another customer's", () => {
  test.use({ expectedErrors: [/40[14] \(/] });

  test("whatever has an id is not there, the same as what does not exist (G2)", async ({
    ada,
    sid,
    playwright,
    baseURL,
  }) => {
    const nobody = await playwright.request.newContext({ baseURL });
    let asked = 0;
    for (const [file, questions] of Object.entries(TABLE)) {
      if (typeof questions === "string") continue;
      for (const { method = "GET", path, nothing, data, instead } of questions(ada)) {
        const ask = (request: APIRequestContext, address: string, headers?: Record<string, string>) =>
          request.fetch(address, { method, data, headers, maxRedirects: 0 });
        const answer = await ask(sid.page.request, path, sid.credentials);
        const text = await answer.text();
        expect([file, method, answer.status()]).toEqual([file, method, instead?.status ?? 404]);
        expect(text, path).not.toMatch(ADAS);
        if (nothing) {
          const empty = await ask(sid.page.request, nothing, sid.credentials);
          expect([path, empty.status()]).toEqual([path, answer.status()]);
          // What a client reads of it; pages carry a nonce, and name their own address.
          if (text.startsWith("{")) expect(await empty.text()).toBe(text);
        }
        const stranger = await ask(nobody, path);
        expect([200, 307, 401, 404], path).toContain(stranger.status());
        expect(await stranger.text(), path).not.toMatch(ADAS);
        asked++;
      }
    }
    expect(asked).toBeGreaterThan(8);
    await nobody.dispose();
  });

  test("unique identifier beside one's own token opens no chat, at none of the chat's addresses (G2)", async ({
    ada,
    sid,
  }) => {
    const mixed = { ...sid.credentials, "X-Glassix-Unique-Identifier": ada.uniqueIdentifier };
    for (const [method, path] of [
      ["GET", "/sandbox/api/messages"],
      ["POST", "/sandbox/api/messages"],
      ["GET", "/sandbox/api/messages/stream"],
      ["POST", "/sandbox/api/presence"],
      ["GET", `/sandbox/api/tickets/${ada.ticket}`],
    ] as const) {
      const data = method === "POST" ? { clientId: randomUUID(), text: "I am Ada" } : undefined;
      const answer = await sid.page.request.fetch(path, { method, data, headers: mixed });
      expect([path, answer.status()]).toEqual([path, 401]);
      expect(await answer.text()).not.toMatch(ADAS);
    }
    const connected = await sid.page.request.post("/sandbox/api/connect", { headers: mixed });
    expect(await connected.json()).toMatchObject({ customer: { kind: "refused" } });
    const own = await sid.page.request.post("/api/glassix-identity", {
      data: { uniqueIdentifier: ada.uniqueIdentifier },
    });
    expect((await own.json()).uniqueIdentifier).toBe(sid.credentials["X-Glassix-Unique-Identifier"]);
  });

  test("policy cannot be claimed on, and ids that are smuggled into a form change nobody else", async ({
    ada,
    sid,
    sql,
  }) => {
    const { page } = sid;
    const readAda = () =>
      sql(
        `SELECT u.*, (SELECT count(*)::int FROM "Claim" c WHERE c."userId" = u."id") AS claims FROM "User" u WHERE "uniqueIdentifier" = $1`,
        [ada.uniqueIdentifier],
      );
    const before = await readAda();
    await page.goto("/portal/claims/new");
    await page.getByLabel("Which policy").evaluate((select, number) => {
      select.append(new Option("Ada's", number, true, true));
    }, ada.policy);
    await page.getByLabel("When did it happen?").fill(new Date(Date.now() - 86_400_000).toISOString().slice(0, 10));
    await page.getByLabel("in a few words").fill("Not mine");
    await page.getByLabel("Tell us more").fill("A claim on the policy of somebody else.");
    await page.getByRole("button", { name: "Send claim" }).click();
    await expect(page.getByText("Choose one of your policies.")).toBeVisible();
    expect(await sql(`SELECT 1 FROM "Claim" WHERE "title" = 'Not mine'`)).toEqual([]);

    await page.goto("/portal/account");
    await page.getByLabel("First name").fill("Sidney");
    await smuggle(page, "Save changes", ada.uniqueIdentifier);
    await page.getByRole("button", { name: "Save changes" }).click();
    await expect(page.getByText("Saved")).toBeVisible();
    expect(await sql(`SELECT "firstName" FROM "User" WHERE "email" = $1`, [sid.email])).toEqual([
      { firstName: "Sidney" },
    ]);

    await page.getByLabel("Current password").fill("a password of my own");
    await page.getByLabel("New password").fill("another password of mine");
    await smuggle(page, "Change password", ada.uniqueIdentifier);
    await page.getByRole("button", { name: "Change password" }).click();
    await expect(page.getByText("Changed. You are signed out everywhere else.")).toBeVisible();
    expect(await readAda()).toEqual(before);
    await page.context().clearCookies();
    await signIn(page, sid.email, "another password of mine");
  });

  test("session and provider link are not ended or removed by their ids (G7)", async ({ ada, sid, sql }) => {
    const { page } = sid;
    const addLink = (condition: string, value: string) =>
      sql(
        `INSERT INTO "Account" ("userId", "type", "provider", "providerAccountId")
         SELECT "id", 'oauth', 'https://id.example.com', gen_random_uuid() FROM "User" WHERE ${condition} = $1 RETURNING "id"`,
        [value],
      );
    const [link] = await addLink(`"uniqueIdentifier"::text`, ada.uniqueIdentifier);
    await addLink(`"email"`, sid.email);
    await sql(
      `INSERT INTO "Session" ("userId", "device", "expiresAt") SELECT "id", 'Another one', now() + interval '1 hour' FROM "User" WHERE "email" = $1`,
      [sid.email],
    );
    const readAdas = () =>
      sql(
        `SELECT s."id" FROM "Session" s JOIN "User" u ON u."id" = s."userId" WHERE u."uniqueIdentifier" = $1 ORDER BY 1`,
        [ada.uniqueIdentifier],
      );
    const before = await readAdas();
    expect(before.length).toBeGreaterThan(0);

    await page.goto("/portal/account");
    const pressWith = async (name: RegExp, id: unknown) => {
      const button = page.getByRole("button", { name });
      await button.evaluate((element, value) => ((element as HTMLButtonElement).value = value), String(id));
      await button.click();
    };
    await pressWith(/^End session of Another one/, before[0]!.id);
    await expect(page.getByText("Another one").first()).toBeVisible();
    await pressWith(/^Remove single sign-on/, link!.id);
    await page.reload();
    expect(await readAdas()).toEqual(before);
    expect(await sql(`SELECT 1 FROM "Account" WHERE "id" = $1`, [link!.id])).toHaveLength(1);
  });
});

/** Adds to a form what could name another customer. */
async function smuggle(page: Page, button: string, id: string): Promise<void> {
  await page.getByRole("button", { name: button }).evaluate((element, value) => {
    for (const name of ["id", "userId", "uniqueIdentifier", "user", "email"]) {
      const input = document.createElement("input");
      Object.assign(input, { type: "hidden", name, value });
      element.closest("form")!.append(input);
    }
  }, id);
}
