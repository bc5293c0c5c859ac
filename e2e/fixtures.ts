import { readFileSync } from "node:fs";
import {
  expect,
  test as base,
  type APIRequestContext,
  type BrowserContext,
  type FrameLocator,
  type Page,
} from "@playwright/test";
import pg from "pg";
import type { WidgetOptions } from "@/lib/glassix/widget/client";
import { findTestDatabase } from "./test-database";

/** Of the two demo customers. */
export const PASSWORD = process.env.CONFORMANCE_PASSWORD || "Portal-demo-1";
export const JOHN = {
  email: "john.wick@example.com",
  firstName: "John",
  uniqueIdentifier: "db79e775-81fd-4f2e-8741-9266e920cc32",
};
export const JANE = {
  email: "jane.doe@example.com",
  firstName: "Jane",
  uniqueIdentifier: "a3f1c820-94b2-4d67-b3e5-7f8a2d1c0e9b",
};

type Fixtures = {
  /** Fails the test when a page has an uncaught error or says `console.error`, unless the text is one that the test expects. */
  expectedErrors: RegExp[];
  /** Runs one statement of SQL in the tests' database. */
  sql: (text: string, values?: unknown[]) => Promise<Record<string, unknown>[]>;
};

export const test = base.extend<Fixtures>({
  expectedErrors: async ({}, use) => use([]),
  context: async ({ context, expectedErrors }, use) => {
    const errors: string[] = [];
    context.on("weberror", (error) => errors.push(String(error.error())));
    context.on("console", (message) => {
      if (message.type() === "error") errors.push(`${message.text()} (${message.location().url})`);
    });
    await use(context);
    expect(errors.filter((error) => !expectedErrors.some((expected) => expected.test(error)))).toEqual([]);
  },
  sql: async ({}, use) => {
    const client = new pg.Client({ connectionString: findTestDatabase() });
    await client.connect();
    await use(async (text, values) => (await client.query(text, values)).rows);
    await client.end();
  },
});
export { expect };

/** Signs in through the form, and waits for the portal. */
export async function signIn(page: Page, email: string, password = PASSWORD): Promise<void> {
  await page.goto("/login");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL("**/portal");
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL("**/login**");
}

/** Signs in as NextAuth's own client would, without a page. */
export async function signInByRequest(request: APIRequestContext, email: string, password = PASSWORD): Promise<void> {
  const { csrfToken } = await (await request.get("/api/auth/csrf")).json();
  const response = await request.post("/api/auth/callback/credentials", {
    form: { csrfToken, email, password },
    maxRedirects: 0,
  });
  expect(response.headers().location).not.toContain("error");
}

/** Ends the session on the server, behind the page's back. */
export async function signOutByRequest(request: APIRequestContext): Promise<void> {
  const { csrfToken } = await (await request.get("/api/auth/csrf")).json();
  await request.post("/api/auth/signout", { form: { csrfToken }, maxRedirects: 0 });
}

/** Creates a customer of the test's own, so that tests that run at the same time do not meet. */
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

/** Opens the sandbox's chat and waits until it can be written in. */
export async function openChat(page: Page): Promise<FrameLocator> {
  await page.getByRole("button", { name: "Open chat" }).click();
  const chat = page.frameLocator("#glassix-container iframe");
  // Hidden until the frame is connected.
  await expect(chat.getByLabel("Message")).toBeVisible();
  return chat;
}

export async function sendMessage(chat: FrameLocator, text: string): Promise<void> {
  await chat.getByLabel("Message").fill(text);
  await chat.getByRole("button", { name: "Send" }).click();
  await expect(chat.getByRole("log").getByText(text)).toBeVisible();
  await expect(chat.getByText(/Sending…|Not sent/)).toHaveCount(0);
}

// ── What is done with the widget ────────────────────────────────────────────────────────────────────

type RecordedClient = {
  state: "created" | "attached" | "destroyed";
  isOpen: boolean;
  options: WidgetOptions;
  events: { name: string; time: number }[];
  /** When it was made: milliseconds on the page's own clock. */
  time: number;
};
declare global {
  interface Window {
    widgetRecorder?: { clients: RecordedClient[]; misuse: string[] };
  }
}

export const CDN_URLS = [
  "https://cdn.glassix.com/clients/widget.1.2.min.js",
  "https://cdn.glassix.net/clients/widget.1.2.min.js",
] as const;
export const DOUBLE = readFileSync("e2e/widget-double.js", "utf8");

/** Records every client of whichever vendor's script the pages load. */
export async function recordClients(context: BrowserContext): Promise<void> {
  await context.addInitScript({ path: "e2e/widget-recorder.js" });
}

/** Serves the double from both of Glassix's addresses, and records its clients. */
export async function serveDouble(context: BrowserContext): Promise<void> {
  await recordClients(context);
  for (const url of CDN_URLS)
    await context.route(url, (route) => route.fulfill({ contentType: "text/javascript", body: DOUBLE }));
}

/** The page's clients so far, and that none was misused (G1, G4). */
export async function readClients(page: Page): Promise<RecordedClient[]> {
  const { clients, misuse } = await page.evaluate(() => ({
    misuse: window.widgetRecorder?.misuse ?? [],
    clients: (window.widgetRecorder?.clients ?? []).map(({ state, isOpen, options, events, time }) => ({
      state,
      isOpen,
      options: { ...options, events: undefined },
      events,
      time,
    })),
  }));
  expect(misuse, `The widget was misused: ${misuse.join("; ")}.`).toEqual([]);
  return clients;
}

/** Waits until the one living client is of this user: a unique identifier, "anonymous", or "nobody" for no client. */
export async function expectClientOf(page: Page, whose: string, timeout?: number): Promise<void> {
  await expect
    .poll(
      async () =>
        (await readClients(page))
          .filter((client) => client.state !== "destroyed")
          .map((client) => client.options.uniqueIdentifier ?? "anonymous"),
      { timeout },
    )
    .toEqual(whose === "nobody" ? [] : [whose]);
}

/** Which client is alive: the first that the page made is 0; -1 for none. */
export async function readLiving(page: Page): Promise<number> {
  return (await readClients(page)).findIndex(({ state }) => state !== "destroyed");
}

/** Counts the identity requests of a page from now on. */
export function countMints(page: Page): { count: number } {
  const mints = { count: 0 };
  page.on("request", (request) => {
    if (request.url().endsWith("/api/glassix-identity")) mints.count++;
  });
  return mints;
}

export type SeenIdentity = { uniqueIdentifier: string; claims: Record<string, unknown>; isAttached: boolean };

/** The identity of the page's living client, with its token decoded. Null for an anonymous client, and for none. */
export async function readIdentity(page: Page): Promise<SeenIdentity | null> {
  const living = (await readClients(page)).find(({ state }) => state !== "destroyed");
  const { uniqueIdentifier, identityToken } = living?.options ?? {};
  if (!uniqueIdentifier || !identityToken) return null;
  return {
    uniqueIdentifier,
    claims: JSON.parse(Buffer.from(identityToken.split(".")[1] ?? "", "base64url").toString() || "{}"),
    isAttached: living!.events.some(({ name }) => name === "attached" || name === "initialized"),
  };
}

export const setChatOpen = (page: Page, isOpen: boolean) =>
  page.evaluate((isOpen) => window.widgetClient!.setWidgetVisiblity(isOpen), isOpen);
