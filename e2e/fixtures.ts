import AxeBuilder from "@axe-core/playwright";
import type { APIRequestContext, BrowserContext, BrowserContextOptions, Page } from "@playwright/test";
import pg from "pg";
import { expect, readClients, serveDouble, test as base } from "@/lib/glassix/testing/fixtures";
import { readTestDatabaseUrl } from "./test-database";

export {
  CDN_URLS,
  countMints,
  DOUBLE,
  expectClientOf,
  findLivingIndex,
  focus,
  readClients,
  recordClients,
  serveDouble,
  setChatOpen,
} from "@/lib/glassix/testing/fixtures";

export type Customer = { email: string; password: string; firstName: string; uniqueIdentifier: string };
export type Sql = (text: string, values?: unknown[]) => Promise<Record<string, unknown>[]>;

/** The password of the two demo customers. */
export const PASSWORD = process.env.CONFORMANCE_PASSWORD || "Portal-demo-1";
export const JOHN: Customer = {
  email: "john.wick@example.com",
  password: PASSWORD,
  firstName: "John",
  uniqueIdentifier: "db79e775-81fd-4f2e-8741-9266e920cc32",
};
export const JANE: Customer = {
  email: "jane.doe@example.com",
  password: PASSWORD,
  firstName: "Jane",
  uniqueIdentifier: "a3f1c820-94b2-4d67-b3e5-7f8a2d1c0e9b",
};

type Fixtures = {
  /** Runs one SQL statement in the tests' database. */
  sql: Sql;
  /** Creates a customer for this test alone, so that parallel tests do not interfere. */
  createCustomer: (firstName?: string) => Promise<Customer>;
  /** Signs in without the form, in the browser of `page` unless another is given: as this customer, or as a new one. */
  signIn: (customer?: Customer, request?: APIRequestContext) => Promise<Customer>;
  /** Opens a page in another browser. It closes with the test. */
  openBrowser: (options?: BrowserContextOptions) => Promise<Page>;
};

export const test = base.extend<Fixtures>({
  sql: async ({}, use) => {
    const client = new pg.Client({ connectionString: readTestDatabaseUrl() });
    await client.connect();
    await use(async (text, values) => (await client.query(text, values)).rows);
    await client.end();
  },
  createCustomer: async ({ sql }, use) =>
    use(async (firstName = "Robin") => {
      const email = `${firstName.toLowerCase()}-${crypto.randomUUID()}@example.com`;
      const [row] = await sql(
        `INSERT INTO "User" ("email", "firstName", "lastName", "passwordHash")
         SELECT $1, $2, 'Tester', "passwordHash" FROM "User" WHERE "email" = $3 RETURNING "uniqueIdentifier"`,
        [email, firstName, JOHN.email],
      );
      return { email, password: PASSWORD, firstName, uniqueIdentifier: String(row!.uniqueIdentifier) };
    }),
  signIn: async ({ createCustomer, context }, use) =>
    use(async (customer, request = context.request) => {
      customer ??= await createCustomer();
      await signInByRequest(request, customer.email, customer.password);
      return customer;
    }),
  openBrowser: async ({ browser }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async (options) => {
      const context = await browser.newContext(options);
      contexts.push(context);
      await serveDouble(context);
      return context.newPage();
    });
    await Promise.all(contexts.map((context) => context.close()));
  },
});
export { expect };

/** Signs in through the form, and waits for the portal. */
export async function signInByForm(page: Page, email: string, password = PASSWORD): Promise<void> {
  await page.goto("/login");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL("**/portal");
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL("**/login**");
}

/** Signs in as NextAuth's own client would, without a page. */
export async function signInByRequest(request: APIRequestContext, email: string, password = PASSWORD): Promise<void> {
  const { csrfToken } = await (await request.get("/api/auth/csrf", { maxRetries: 3 })).json();
  // A server whose password queue is full responds with 503.
  await expect(async () => {
    const response = await request.post("/api/auth/callback/credentials", {
      form: { csrfToken, email, password },
      maxRedirects: 0,
    });
    expect(response.headers().location).not.toContain("error");
  }).toPass({ timeout: 30_000 });
}

/** Ends the session on the server, without the page's knowledge. */
export async function signOutByRequest(request: APIRequestContext): Promise<void> {
  const { csrfToken } = await (await request.get("/api/auth/csrf", { maxRetries: 3 })).json();
  await request.post("/api/auth/signout", { form: { csrfToken }, maxRedirects: 0 });
}

/** Creates a customer through the form. */
export async function registerCustomer(page: Page, name = "Robin"): Promise<{ email: string; password: string }> {
  const customer = {
    email: `${name.toLowerCase()}-${crypto.randomUUID()}@example.com`,
    password: "a password of my own",
  };
  await page.goto("/register");
  await page.getByLabel("First name").fill(name);
  await page.getByLabel("Last name").fill("Tester");
  await page.getByLabel("Email").fill(customer.email);
  await page.getByLabel("Password").fill(customer.password);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.waitForURL("**/portal");
  return customer;
}

export type PageIdentity = { uniqueIdentifier: string; claims: Record<string, unknown>; isAttached: boolean };

/** The identity of the page's living client, with its token decoded. Null for an anonymous client, and for none. */
export async function readIdentity(page: Page): Promise<PageIdentity | null> {
  const living = (await readClients(page)).find(({ state }) => state !== "destroyed");
  const { uniqueIdentifier, identityToken } = living?.options ?? {};
  if (!uniqueIdentifier || !identityToken) return null;
  return {
    uniqueIdentifier,
    claims: JSON.parse(Buffer.from(identityToken.split(".")[1] ?? "", "base64url").toString() || "{}"),
    isAttached: living!.events.some(({ name }) => name === "attached" || name === "initialized"),
  };
}

/** For WCAG 2.1 A and AA. */
export const createAxe = (page: Page) =>
  new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]);

/** Checks that the page does not scroll sideways, and WCAG 2.1 A and AA. `state` is for the message. */
export async function expectAccessible(page: Page, state: string): Promise<void> {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow, `${state} scrolls sideways`).toBeLessThanOrEqual(0);
  const { violations } = await createAxe(page).exclude("#glassix-container").analyze();
  expect(
    violations.map(({ id, nodes }) => `${state}: ${id} at ${nodes.map(({ target }) => target).join(", ")}`),
  ).toEqual([]);
}
