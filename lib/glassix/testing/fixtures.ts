import { expect, test as base, type BrowserContext, type Page } from "@playwright/test";
import { installWidgetDouble } from "./widget-double";
import { installWidgetRecorder, type RecordedClient } from "./widget-recorder";

export { expect };

export type ChatFixtures = {
  /** A page error or a `console.error` fails the test, unless its text is one of these. */
  expectedErrors: RegExp[];
  /** The application has another widget script than Glassix's, or the real one: it is recorded, but not replaced. */
  hasOwnScript: boolean;
};

/** Playwright's `test`, with the double of Glassix's script in every page. */
export const test = base.extend<ChatFixtures>({
  expectedErrors: async ({}, provide) => provide([]),
  hasOwnScript: async ({}, provide) => provide(false),
  context: async ({ context, expectedErrors, hasOwnScript }, provide) => {
    const errors: string[] = [];
    context.on("weberror", (error) => errors.push(String(error.error())));
    context.on("console", (message) => {
      if (message.type() === "error") errors.push(`${message.text()} (${message.location().url})`);
    });
    await (hasOwnScript ? recordClients(context) : serveDouble(context));
    await provide(context);
    expect(errors.filter((error) => !expectedErrors.some((expected) => expected.test(error)))).toEqual([]);
  },
});

export const CDN_URLS = [
  "https://cdn.glassix.com/clients/widget.1.2.min.js",
  "https://cdn.glassix.net/clients/widget.1.2.min.js",
] as const;

export const DOUBLE = `(${installWidgetDouble})();`;

/** Records every client that the pages create, of the double or of the real script. */
export async function recordClients(context: BrowserContext): Promise<void> {
  await context.addInitScript(installWidgetRecorder);
}

/** Serves the double from both of Glassix's addresses, and records the clients. */
export async function serveDouble(context: BrowserContext): Promise<void> {
  await recordClients(context);
  for (const url of CDN_URLS)
    await context.route(url, (route) => route.fulfill({ contentType: "text/javascript", body: DOUBLE }));
}

/** Returns the page's clients so far. Fails if one was misused (G1, G4). */
export async function readClients(page: Page): Promise<Omit<RecordedClient, "client">[]> {
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

/** Waits until the one living client is this user's: a unique identifier, "anonymous", or "nobody" for no client. */
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

/** Index of the living client, the first of the page being 0; -1 for none. */
export async function findLivingIndex(page: Page): Promise<number> {
  return (await readClients(page)).findIndex(({ state }) => state !== "destroyed");
}

/** Counts the page's identity requests from now on. */
export function countMints(page: Page, identityUrl = "/api/glassix-identity"): { count: number } {
  const mints = { count: 0 };
  page.on("request", (request) => {
    if (request.url().endsWith(identityUrl)) mints.count++;
  });
  return mints;
}

export const setChatOpen = (page: Page, isOpen: boolean) =>
  page.evaluate((isOpen) => window.widgetClient!.setWidgetVisiblity(isOpen), isOpen);

/** What makes a page check whether its session has changed. */
export const focus = (page: Page) =>
  page.evaluate(() => {
    window.dispatchEvent(new Event("focus"));
    document.dispatchEvent(new Event("visibilitychange"));
  });
