/**
 * Drives a browser through a deployment of the portal, as two customers would, and notes what shows from
 * outside. What that means for the checklist is judged in scripts/checklist-points.ts.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, BrowserContext, Page } from "@playwright/test";
import { recordClients } from "@/e2e/fixtures";
import { openChat, sendMessage } from "@/e2e/proof/chat";
import {
  CLIENT_LIMIT,
  SIGN_OUT_LIMIT,
  type Facts,
  type Renewal,
  type SeenClient,
  type SeenCustomer,
} from "./checklist-points";

export type Customer = { email: string; password: string };

export type DriveOptions = {
  browser: Browser;
  /** The portal's origin. */
  address: string;
  customers: [first: Customer, second: Customer];
  /** Called with each context before its first page: a test puts a double of the widget there. */
  prepare?: (context: BrowserContext) => Promise<void>;
};

export type Drive = {
  /** Null: the portal was not reached. */
  facts: Facts | null;
  /** JPEGs, by the number of the point. */
  screenshots: Record<number, Buffer>;
  /** Why it could not be carried out to its end, in one sentence. */
  problem: string | null;
};

/** One page with what it did so far. */
type Tab = {
  page: Page;
  answers: NonNullable<SeenCustomer["answer"]>[];
  /** Identity requests. */
  requests: number;
  facts: Facts;
};

const PAGE_LIMIT = 30_000;
const STEP_LIMIT = 10_000;
/** A page that says that there is no chat is given so long to mend it. */
const NOTICE_LIMIT = 6_000;
const RENEWAL_AT = 0.85;

/** Says what is in the way, and how to go on. */
class ObstacleError extends Error {}

/** Never throws for what the portal does: what went wrong is in the result, beside all that was seen before. */
export async function drive(options: DriveOptions): Promise<Drive> {
  const result: Drive = { facts: null, screenshots: {}, problem: null };
  try {
    await visitAsBoth(options, result);
    if (result.facts?.first?.client) await visitAgain(options, result);
  } catch (error) {
    result.problem =
      error instanceof ObstacleError
        ? error.message
        : `The browser could not go on: ${String((error as Error).message ?? error).split("\n")[0]}`;
  }
  return result;
}

/** One browser, two tabs: the first customer, a sign-out, the second customer. */
async function visitAsBoth({ browser, address, customers, prepare }: DriveOptions, result: Drive): Promise<void> {
  const [first, second] = customers;
  const context = await openContext(browser, address, prepare);
  try {
    const page = await context.newPage();
    await open(page, `${address}/login`);
    const facts: Facts = (result.facts = { widget: await detectWidget(page), misuse: [] });
    const tab = follow(page, facts);
    const shoot = async (point: number, shown = page) => {
      result.screenshots[point] = await takeScreenshot(shown);
    };

    await signIn(tab, first);
    facts.first = await meet(tab, first.email);
    await shoot(1);
    if (!facts.first.client) return;

    const other = follow(await context.newPage(), facts);
    await open(other.page, `${address}/portal/account`);
    facts.account = await readAccount(other.page);
    await shoot(3, other.page);

    const text = `Checklist ${new Date().toISOString()} ${crypto.randomUUID().slice(0, 8)}`;
    facts.chat = await lookIntoChat(tab);
    if (facts.chat.frame?.isWritable) {
      await sendMessage(frameOf(page), text);
      facts.message = { text };
      facts.ticket = await readTicket(page, text);
    }
    await shoot(4);

    const wasInOtherTab = (await waitForClient(other)) !== null;
    facts.signOut = { wasInOtherTab, endedAfter: await signOut(tab, [tab, other]), otherTab: null };
    await shoot(6);

    await signIn(tab, second);
    facts.second = await meet(tab, second.email);
    if (facts.second.client) facts.signOut.otherTab = (await waitForClient(other))?.uniqueIdentifier ?? null;
    if (facts.second.client && facts.message) {
      const chat = await lookIntoChat(tab);
      if (chat.frame?.isWritable) facts.message.isSeenBySecond = (await frameOf(page).getByText(text).count()) > 0;
    }
    if (!facts.second.client) await shoot(1);
  } finally {
    await context.close();
  }
}

/** A fresh browser, whose clock can be moved: the first customer again, and the renewal. */
async function visitAgain({ browser, address, customers, prepare }: DriveOptions, result: Drive): Promise<void> {
  const facts = result.facts!;
  const [first] = customers;
  const context = await openContext(browser, address, prepare);
  try {
    await context.clock.install();
    const page = await context.newPage();
    const tab = follow(page, facts);
    await open(page, `${address}/login`);
    await signIn(tab, first);
    facts.again = await meet(tab, first.email);
    const { message } = facts;
    if (facts.again.client && message) {
      await lookIntoChat(tab);
      message.isSeenAgain = Boolean(
        await poll(async () => (await frameOf(page).getByText(message.text).count()) > 0 || null, STEP_LIMIT),
      );
    }
    result.screenshots[2] = await takeScreenshot(page);
    if (!facts.again.client) return;

    await page.evaluate(() => window.widgetClient?.setWidgetVisiblity(false));
    facts.renewal = await watchRenewal(tab);
    result.screenshots[5] = await takeScreenshot(page);
  } finally {
    await context.close();
  }
}

async function openContext(browser: Browser, baseURL: string, prepare: DriveOptions["prepare"]) {
  const context = await browser.newContext({
    baseURL,
    viewport: { width: 1280, height: 800 },
    colorScheme: "light",
    reducedMotion: "reduce",
  });
  context.setDefaultTimeout(STEP_LIMIT);
  context.setDefaultNavigationTimeout(PAGE_LIMIT);
  await recordClients(context);
  await prepare?.(context);
  return context;
}

/** Notes what the page asks the identity endpoint and hears from it, from now on. */
function follow(page: Page, facts: Facts): Tab {
  const tab: Tab = { page, answers: [], requests: 0, facts };
  const isIdentity = (url: string) => new URL(url).pathname === "/api/glassix-identity";
  page.on("request", (request) => {
    if (isIdentity(request.url())) tab.requests++;
  });
  page.on("response", async (response) => {
    if (!isIdentity(response.url())) return;
    const body = await response.json().catch(() => ({}));
    tab.answers.push({
      status: response.status(),
      uniqueIdentifier: body.uniqueIdentifier,
      audience: decodeClaims(body.identityToken).aud,
    });
  });
  return tab;
}

async function open(page: Page, address: string): Promise<void> {
  const response = await page.goto(address).catch((error: Error) => {
    const reason = /net::\w+/.exec(error.message)?.[0] ?? error.message.split("\n")[0];
    throw new ObstacleError(
      `${address} cannot be reached: ${reason}. Start the portal, or name the address of another with --url.`,
    );
  });
  if (!response?.ok())
    throw new ObstacleError(
      `${address} answers ${response?.status()}. Look at the server's log, or name the address of another portal with --url.`,
    );
}

/** From the addresses that the page hands to lib/glassix/widget, so that it is known also where the script never comes. */
async function detectWidget(page: Page): Promise<Facts["widget"]> {
  const html = await page.content();
  if (html.includes("/sandbox/widget.js")) return "sandbox";
  if (html.includes("cdn.glassix.")) return "department";
  throw new ObstacleError(
    `${page.url()} names neither the sandbox's widget nor Glassix's, so this is no deployment of this portal. Check --url.`,
  );
}

/** What the portal calls the customer; undefined where a portal of your own says it elsewhere. */
async function readAccount(page: Page): Promise<Facts["account"]> {
  const read = (label: string) => page.getByLabel(label, { exact: true }).inputValue({ timeout: STEP_LIMIT / 2 });
  return Promise.all([read("First name"), read("Last name")]).then(
    ([firstName, lastName]) => ({ firstName, lastName }),
    () => undefined,
  );
}

async function signIn({ page, answers }: Tab, { email, password }: Customer): Promise<void> {
  answers.length = 0;
  await page.getByLabel("Email", { exact: true }).fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  // Next announces each new page in an alert of its own.
  const alerts = page.locator("[role=alert]:not(#__next-route-announcer__)").filter({ hasText: /\S/ });
  const refusal = await poll(
    async () => (new URL(page.url()).pathname === "/portal" ? "" : ((await alerts.allInnerTexts())[0] ?? null)),
    PAGE_LIMIT,
  );
  if (refusal === "") return;
  const reason =
    refusal === null
      ? `the page is still ${new URL(page.url()).pathname} after ${PAGE_LIMIT / 1000} s`
      : `the page says "${toLine(refusal)}"`;
  throw new ObstacleError(`The sign-in of ${email} failed: ${reason}. Check --first, --second and CHECKLIST_PASSWORD.`);
}

/** Waits for the client of who has just signed in, and says what came. */
async function meet(tab: Tab, email: string): Promise<SeenCustomer> {
  const client = await waitForClient(tab);
  const answer = await poll(async () => tab.answers.at(-1) ?? null, 1_000);
  return { email, client, answer, notice: client ? null : await readNotice(tab.page) };
}

/** The living identified client, attached if it comes to that within the limit. */
async function waitForClient(tab: Tab): Promise<SeenClient | null> {
  let deadline = Date.now() + CLIENT_LIMIT;
  let client: SeenClient | null = null;
  let noticedAt = 0;
  while (Date.now() < deadline) {
    client = (await readIdentified(tab).catch(ignoreLeaving))?.at(-1) ?? null;
    if (client?.events.some((name) => name === "attached" || name === "initialized")) break;
    if (!noticedAt && (await readNotice(tab.page).catch(() => null))) {
      noticedAt = Date.now();
      deadline = Math.min(deadline, noticedAt + NOTICE_LIMIT);
    }
    await sleep(100);
  }
  return client;
}

/** The page's identified clients that are not destroyed. Keeps what the recorder has to complain about. */
async function readIdentified({ page, facts }: Tab): Promise<SeenClient[]> {
  const { clients, misuse, isUnrecorded } = await page.evaluate(() => ({
    misuse: window.widgetRecorder?.misuse ?? [],
    isUnrecorded: Boolean(window.widgetClient) && window.widgetRecorder?.clients.length === 0,
    clients: (window.widgetRecorder?.clients ?? [])
      .filter(({ state }) => state !== "destroyed")
      .map(({ options, events }) => ({
        uniqueIdentifier: options.uniqueIdentifier,
        identityToken: options.identityToken,
        events: events.map(({ name }) => name),
      })),
  }));
  if (isUnrecorded)
    throw new ObstacleError(
      "The widget's script does not make its constructor a property of window, so its clients cannot be followed from outside. Go through the guide's checklist by hand.",
    );
  for (const text of misuse) if (!facts.misuse.includes(text)) facts.misuse.push(text);
  return clients.flatMap(({ uniqueIdentifier, identityToken, events }) =>
    uniqueIdentifier ? [{ uniqueIdentifier, claims: decodeClaims(identityToken), events }] : [],
  );
}

async function readNotice(page: Page): Promise<string | null> {
  const notice = page.getByRole("status").filter({ hasText: /Chat is unavailable|Sign in to chat/ });
  return toLine((await notice.allInnerTexts())[0] ?? "") || null;
}

/** Opens the chat, and says what is to be seen there. */
async function lookIntoChat({ page, facts }: Tab): Promise<NonNullable<Facts["chat"]>> {
  const isInitialized = Boolean(
    await poll(
      () =>
        page.evaluate(
          () => window.widgetRecorder?.clients.at(-1)?.events.some(({ name }) => name === "initialized") || null,
        ),
      STEP_LIMIT,
    ),
  );
  let frame = null;
  if (facts.widget === "sandbox") {
    const isWritable = await openChat(page).then(
      () => true,
      () => false,
    );
    frame = { isWritable, text: toLine(await frameOf(page).locator("body").innerText()) };
  } else {
    await page.evaluate(() => window.widgetClient?.setWidgetVisiblity(true));
  }
  const isOpen = await poll(
    () => page.evaluate(() => window.widgetRecorder?.clients.at(-1)?.isOpen || null),
    STEP_LIMIT / 2,
  );
  const fields = page.frames().map((each) =>
    each
      .locator('input[type="password"]:visible, input[autocomplete="one-time-code"]:visible')
      .count()
      .catch(() => 0),
  );
  const credentialFields = (await Promise.all(fields)).reduce((sum, count) => sum + count, 0);
  return { isOpen: Boolean(isOpen), isInitialized, credentialFields, frame };
}

const frameOf = (page: Page) => page.frameLocator("#glassix-container iframe");

/** Asks the sandbox as the chat frame does. The token stays in the page. */
async function readTicket(page: Page, text: string): Promise<Facts["ticket"]> {
  const ticket = await page.evaluate(async () => {
    const { apiKey, uniqueIdentifier, identityToken } = window.widgetRecorder!.clients.at(-1)!.options;
    const response = await fetch("/sandbox/api/tickets/current", {
      headers: {
        Authorization: `Bearer ${identityToken}`,
        "X-Glassix-Api-Key": apiKey,
        "X-Glassix-Unique-Identifier": uniqueIdentifier!,
      },
    });
    return response.ok ? response.json() : null;
  });
  if (!ticket) return undefined;
  return {
    id: ticket.id,
    isNew: ticket.transactions?.[0]?.text === text,
    fields: Object.fromEntries(Object.entries(ticket).filter(([name]) => /^field\d+$/.test(name))),
    claims: ticket.details?.identityTokenClaims ?? {},
  };
}

/** Signs out in a tab, and says for each how long its identified client lived on, in milliseconds. */
async function signOut({ page }: Tab, tabs: Tab[]): Promise<(number | null)[]> {
  const clickedAt = Date.now();
  await page.getByRole("button", { name: "Sign out" }).click();
  const endedAfter = await Promise.all(
    tabs.map((tab) =>
      poll(async () => ((await readIdentified(tab)).length === 0 ? Date.now() - clickedAt : null), SIGN_OUT_LIMIT),
    ),
  );
  await page
    .waitForURL((url) => url.pathname === "/login")
    .catch(() => {
      throw new ObstacleError(`"Sign out" did not lead to /login but to ${new URL(page.url()).pathname}.`);
    });
  return endedAfter;
}

/** Moves the page's clock to shortly before the end of the token, with the chat closed. */
async function watchRenewal(tab: Tab): Promise<Renewal | undefined> {
  const { page } = tab;
  const before = (await readIdentified(tab)).at(-1);
  if (!before) return undefined;
  const { exp, iat } = before.claims;
  const lifetime = Number(exp) - (typeof iat === "number" ? iat : Date.now() / 1000);
  const { expires } = await (await page.request.get("/api/auth/session")).json();
  if (Date.parse(expires) - Date.now() < lifetime * RENEWAL_AT * 1000) return { kind: "session-ends-first", lifetime };

  const requests = tab.requests;
  const made = await countClients(page);
  await page.clock.fastForward(lifetime * RENEWAL_AT * 1000);
  const after = await poll(
    async () => ((await countClients(page)) > made ? ((await readIdentified(tab)).at(-1) ?? null) : null),
    STEP_LIMIT,
  );
  // A second request that should not be.
  await sleep(1_000);
  return {
    kind: "watched",
    lifetime,
    requests: tab.requests - requests,
    isOldDestroyed: await page.evaluate(
      (index) => window.widgetRecorder?.clients[index]?.state === "destroyed",
      made - 1,
    ),
    before,
    after,
  };
}

const countClients = (page: Page) => page.evaluate(() => window.widgetRecorder?.clients.length ?? 0);

/** Without the button that `next dev` puts into the corner. */
function takeScreenshot(page: Page): Promise<Buffer> {
  return page.screenshot({ type: "jpeg", quality: 75, style: "nextjs-portal { display: none }" });
}

/** Reads until there is something to return; null when the limit has passed. */
async function poll<T>(read: () => Promise<T | null>, limit: number): Promise<T | null> {
  const deadline = Date.now() + limit;
  for (;;) {
    const found = await read().catch(ignoreLeaving);
    if (found !== null || Date.now() > deadline) return found;
    await sleep(100);
  }
}

/** A page that is just giving way to the next cannot be read: it is read again. */
function ignoreLeaving(error: unknown): null {
  if (error instanceof ObstacleError) throw error;
  return null;
}

/** What a token says, unverified. {} for what is none. */
function decodeClaims(identityToken: unknown): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(String(identityToken).split(".")[1]!, "base64url").toString());
  } catch {
    return {};
  }
}

const toLine = (text: string) => text.replace(/\s+/g, " ").trim();
