import type { Browser, BrowserContext, Cookie, Page, Route, TestType } from "@playwright/test";
import {
  CDN_URLS,
  countMints,
  DOUBLE,
  expect,
  expectClientOf,
  findLivingIndex,
  focus,
  readClients,
  setChatOpen,
  type ChatFixtures,
} from "./fixtures";

type Customer = { uniqueIdentifier: string };

/** What the suite has to know of an application. */
export type ConformanceDriver<Person extends Customer> = {
  /** Two customers who may sign in. */
  customers: [Person, Person];
  /** Signs in through the application's form, and waits for a page of the customer. */
  signIn(page: Page, customer: Person): Promise<void>;
  /** Signs out from the page that is open, without loading another before, and waits for the page that follows. */
  signOut(page: Page): Promise<void>;
  /** On a customer's page: clicks a link to another, and does not wait for it. */
  clickLink(page: Page): Promise<void>;
  /** A page that visitors may open, with the chat. */
  publicPath: string;
  /** A page of a customer. */
  customerPath: string;
  /** Default: "/api/glassix-identity". */
  identityUrl?: string;
  /** Default: "/api/chat-session". */
  sessionUrl?: string;
  /** Default: "Chat is unavailable". */
  unavailableText?: string;
  /** The same application with `isIdentityRequired`. Without it, G9 is left out. */
  requiredModeUrl?: string;
};

// The portal's `test`, or any other with these fixtures.
type Test = TestType<
  ChatFixtures & { page: Page; context: BrowserContext; baseURL: string | undefined },
  { browser: Browser }
>;

const HOUR = 3_600_000;

/**
 * Tests the guarantees G1 to G10 through what an application's pages do with the widget. A spec of Playwright:
 *
 *   import { testConformance } from "../lib/glassix/testing/conformance";
 *   import { test } from "../lib/glassix/testing/fixtures";
 *
 *   test.use({ baseURL: "http://localhost:3000" });
 *   testConformance(test, {
 *     customers: [{ uniqueIdentifier: "…", email: "…" }, { uniqueIdentifier: "…", email: "…" }],
 *     async signIn(page, { email }) { … },
 *     async signOut(page) { … },
 *     clickLink: (page) => page.getByRole("link", { name: "Policies" }).click(),
 *     publicPath: "/",
 *     customerPath: "/account",
 *   });
 */
export function testConformance<Person extends Customer>(test: Test, driver: ConformanceDriver<Person>): void {
  const { customers, signIn, signOut, clickLink, publicPath, customerPath } = driver;
  const { identityUrl = "/api/glassix-identity", sessionUrl = "/api/chat-session" } = driver;
  const [john, jane] = customers;
  const IDENTITY = `**${identityUrl}`;

  // Without waiting for an intent or an idle page.
  test.beforeEach(({ context }) =>
    context.addInitScript(() => {
      let chat: { load(): void } | undefined;
      Object.defineProperty(window, "verifiedChat", {
        get: () => chat,
        set(created: { load(): void }) {
          chat = created;
          chat.load();
        },
      });
    }),
  );

  const findNotice = (page: Page) =>
    page.getByRole("status").filter({ hasText: driver.unavailableText ?? "Chat is unavailable" });

  /** Signs John in, loads a page of his, and waits for his client. */
  async function openAsJohn(page: Page): Promise<void> {
    await signIn(page, john);
    await page.goto(customerPath);
    await expectClientOf(page, john.uniqueIdentifier);
  }

  async function openTab(context: BrowserContext): Promise<Page> {
    const tab = await context.newPage();
    await tab.goto(customerPath);
    return tab;
  }

  /** The cookies of a customer who signs in with another browser. */
  async function readCookies(browser: Browser, baseURL: string | undefined, customer: Person): Promise<Cookie[]> {
    const context = await browser.newContext({ baseURL });
    await signIn(await context.newPage(), customer);
    const cookies = await context.cookies();
    await context.close();
    return cookies;
  }

  /** Changes who is signed in without the page's knowledge: null for nobody. */
  async function changeSession(context: BrowserContext, cookies: Cookie[] | null): Promise<void> {
    await context.clearCookies();
    if (cookies) await context.addCookies(cookies);
  }

  test("visitor, John, visitor and Jane each get one client, created after the previous one was destroyed (G1, G2, G4)", async ({
    page,
  }) => {
    await page.goto(publicPath);
    await expectClientOf(page, "anonymous");
    await signIn(page, john);
    await expectClientOf(page, john.uniqueIdentifier);
    await signOut(page);
    await expectClientOf(page, "anonymous");
    await signIn(page, jane);
    await expectClientOf(page, jane.uniqueIdentifier);
  });

  test("an identity of John that arrives after Jane signed in is dropped (G3)", async ({ page, context }) => {
    await signIn(page, john);
    await expectClientOf(page, john.uniqueIdentifier);
    // John's next identity arrives only after Jane has hers.
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    let arrived = () => {};
    const delivered = new Promise<void>((resolve) => (arrived = resolve));
    const hold = async (route: Route) => {
      const response = await route.fetch();
      await held;
      await route.fulfill({ response }).catch(() => {});
      arrived();
    };
    await context.route(IDENTITY, hold, { times: 1 });
    const requested = page.waitForRequest(IDENTITY);
    await page.reload();
    await requested;
    await signOut(page);
    await signIn(page, jane);
    await expectClientOf(page, jane.uniqueIdentifier);
    const before = (await readClients(page)).length;
    release();
    await delivered;
    const path = page.url();
    await clickLink(page);
    await expect(page).not.toHaveURL(path);
    await expectClientOf(page, jane.uniqueIdentifier);
    expect(await readClients(page)).toHaveLength(before);
  });

  test("route changes, focus and visibility events and session reads leave the client alone, and mint nothing (G5)", async ({
    page,
  }) => {
    await openAsJohn(page);
    const mints = countMints(page, identityUrl);
    const before = (await readClients(page)).length;
    for (let links = 0; links < 4; links++) {
      const path = page.url();
      await clickLink(page);
      await expect(page).not.toHaveURL(path);
      const sessionRead = page.waitForResponse(`**${sessionUrl}`);
      for (let times = 0; times < 25; times++) await focus(page);
      await sessionRead;
    }
    await page.evaluate((url) => fetch(url).then((response) => response.text()), sessionUrl);
    await expectClientOf(page, john.uniqueIdentifier);
    expect(await readClients(page)).toHaveLength(before);
    expect(mints.count).toBe(0);
  });

  test.describe("while the session changes", () => {
    // A page may request an identity just after the session ended.
    test.use({ expectedErrors: [/40[13] \(/] });

    test("rapid changes of the session end with the last user's client, and there are never two (G1, G2, G4)", async ({
      page,
      context,
      browser,
      baseURL,
    }) => {
      test.setTimeout(180_000);
      const sessions = [await readCookies(browser, baseURL, john), await readCookies(browser, baseURL, jane), null];
      const names = [john.uniqueIdentifier, jane.uniqueIdentifier, "anonymous"];
      const waitFor = (name: string) =>
        expect(async () => {
          await focus(page);
          await expectClientOf(page, name, 2_000);
        }).toPass();
      await page.goto(publicPath);
      await expectClientOf(page, "anonymous");
      for (let times = 0; times < 27; times++) {
        await changeSession(context, sessions[times % 3]!);
        await focus(page);
        await readClients(page);
        // Now and then, wait until the page has caught up.
        if (times % 10 === 0) await waitFor(names[times % 3]!);
      }
      await waitFor("anonymous");
    });

    test("a session that became another customer's without the page's knowledge replaces the client (G2)", async ({
      page,
      context,
      browser,
      baseURL,
    }) => {
      const sessionOfJane = await readCookies(browser, baseURL, jane);
      await openAsJohn(page);
      await changeSession(context, sessionOfJane);
      await focus(page);
      await expectClientOf(page, jane.uniqueIdentifier);
    });
  });

  test.describe("renewal", () => {
    for (const [clock, offset] of [
      ["right", 0],
      ["six hours ahead", 6 * HOUR],
      ["six hours behind", -6 * HOUR],
    ] as const) {
      test(`the identity is renewed once, after 80 % of its lifetime, with the browser's clock ${clock} (G6)`, async ({
        page,
      }) => {
        await page.clock.install({ time: Date.now() + offset });
        await openAsJohn(page);
        const mints = countMints(page, identityUrl);
        const first = await findLivingIndex(page);

        await page.clock.fastForward(3.9 * HOUR);
        await focus(page);
        await expectClientOf(page, john.uniqueIdentifier);
        expect([mints.count, await findLivingIndex(page)]).toEqual([0, first]);

        await page.clock.fastForward(0.2 * HOUR);
        await expect.poll(() => findLivingIndex(page)).toBeGreaterThan(first);
        await expectClientOf(page, john.uniqueIdentifier);
        await focus(page);
        expect(mints.count).toBe(1);
      });
    }

    test("waits while the chat is open, until it closes (G6)", async ({ page }) => {
      await page.clock.install();
      await openAsJohn(page);
      const first = await findLivingIndex(page);
      await setChatOpen(page, true);
      const renewed = page.waitForResponse(IDENTITY);
      await page.clock.fastForward(4.2 * HOUR);
      await (await renewed).finished();
      expect(await findLivingIndex(page)).toBe(first);
      await setChatOpen(page, false);
      await expect.poll(() => findLivingIndex(page)).toBeGreaterThan(first);
      await expectClientOf(page, john.uniqueIdentifier);
    });

    test("happens shortly before expiry even while the chat is open, and the chat opens again (G6)", async ({
      page,
    }) => {
      await page.clock.install();
      await openAsJohn(page);
      const first = await findLivingIndex(page);
      await setChatOpen(page, true);
      const renewed = page.waitForResponse(IDENTITY);
      await page.clock.fastForward(4.2 * HOUR);
      await (await renewed).finished();
      await page.clock.fastForward(0.6 * HOUR);
      await expect.poll(() => findLivingIndex(page)).toBeGreaterThan(first);
      await expect.poll(async () => (await readClients(page)).at(-1)?.isOpen).toBe(true);
    });

    test("replaces a client whose identity expired while the machine slept (G6)", async ({ page }) => {
      await page.clock.install();
      await openAsJohn(page);
      const first = await findLivingIndex(page);
      await setChatOpen(page, true);
      await page.clock.fastForward(9 * HOUR);
      await expect.poll(() => findLivingIndex(page)).toBeGreaterThan(first);
      await expectClientOf(page, john.uniqueIdentifier);
    });

    test.describe("without a network", () => {
      test.use({ expectedErrors: [/Failed to (load resource|fetch)|CLIENT_FETCH_ERROR/] });

      test("the client lives until its identity expires, and returns when the network does (G6, G8)", async ({
        page,
        context,
      }) => {
        await page.clock.install();
        await openAsJohn(page);
        await context.setOffline(true);
        await page.clock.fastForward(4.2 * HOUR);
        await expectClientOf(page, john.uniqueIdentifier);
        await page.clock.fastForward(0.9 * HOUR);
        await expectClientOf(page, "nobody");
        await expect(findNotice(page)).toBeVisible();
        await context.setOffline(false);
        await expectClientOf(page, john.uniqueIdentifier);
        await expect(findNotice(page)).toHaveCount(0);
      });
    });
  });

  test.describe("sign-out", () => {
    test.use({ expectedErrors: [/40[13] \(/] });

    test("in one tab ends the client in another (G7)", async ({ page, context }) => {
      await openAsJohn(page);
      const other = await openTab(context);
      await expectClientOf(other, john.uniqueIdentifier);
      await signOut(page);
      await expectClientOf(other, "anonymous");
    });

    test("destroys the client before it sends the request (G7)", async ({ page, context, baseURL }) => {
      await openAsJohn(page);
      await page.evaluate(() => {
        const client = window.widgetClient!;
        const destroy = client.destroy.bind(client);
        client.destroy = () => {
          localStorage.setItem("destroyed-at", String(Date.now()));
          destroy();
        };
      });
      const sent: { method: string; url: string; time: number }[] = [];
      await context.route(`${new URL(page.url()).origin}/**`, (route) => {
        const request = route.request();
        // The widget's frame has requests of its own.
        if (request.method() !== "GET" && request.frame() === page.mainFrame())
          sent.push({ method: request.method(), url: request.url(), time: Date.now() });
        return route.fallback();
      });
      await signOut(page);
      const destroyedAt = await page.evaluate(() => Number(localStorage.getItem("destroyed-at")));
      expect(destroyedAt, `signOut destroyed no client of the page that was open at ${baseURL}`).toBeGreaterThan(0);
      expect(sent.filter(({ url, time }) => !url.endsWith(identityUrl) && time < destroyedAt)).toEqual([]);
      await expectClientOf(page, "anonymous");
    });

    test("elsewhere ends the client at the next focus event (G7)", async ({ page, context }) => {
      await openAsJohn(page);
      await changeSession(context, null);
      await focus(page);
      await expectClientOf(page, "anonymous");
    });

    test("elsewhere ends the client at the next route change, without any window event (G7)", async ({
      page,
      context,
    }) => {
      await openAsJohn(page);
      await changeSession(context, null);
      await clickLink(page);
      await expectClientOf(page, "anonymous");
    });

    test("and a sign-in as another customer in another tab replaces the client (G2, G7)", async ({ page, context }) => {
      await openAsJohn(page);
      const other = await openTab(context);
      await expectClientOf(other, john.uniqueIdentifier);
      await signOut(other);
      await signIn(other, jane);
      await expectClientOf(other, jane.uniqueIdentifier);
      await page.bringToFront();
      await focus(page);
      await expectClientOf(page, jane.uniqueIdentifier);
    });

    test("leaves no client in the page cache, and a page restored from it gets the client of its new session (G7)", async ({
      page,
      context,
    }) => {
      await openAsJohn(page);
      const dispatch = (type: string) =>
        page.evaluate((type) => window.dispatchEvent(new PageTransitionEvent(type, { persisted: true })), type);
      await dispatch("pagehide");
      await expectClientOf(page, "nobody");
      await changeSession(context, null);
      await dispatch("pageshow");
      await expectClientOf(page, "anonymous");
    });
  });

  test.describe("when minting fails", () => {
    test.use({ expectedErrors: [/Failed to load resource/] });

    test("a customer gets another way to get help instead of an anonymous chat, and the chat when minting recovers (G8)", async ({
      page,
      context,
    }) => {
      let isBroken = true;
      await context.route(IDENTITY, (route) =>
        isBroken
          ? route.fulfill({ status: 503, json: { error: "It cannot be minted.", code: "unavailable" } })
          : route.fallback(),
      );
      await signIn(page, john);
      await expect(findNotice(page).getByRole("link").first()).toBeVisible();
      await expectClientOf(page, "nobody");
      isBroken = false;
      await expectClientOf(page, john.uniqueIdentifier);
      await expect(findNotice(page)).toHaveCount(0);
    });

    test("an identity of another user is refused (G2)", async ({ page, context, browser, baseURL }) => {
      const other = await browser.newContext({ baseURL });
      await other.addCookies(await readCookies(browser, baseURL, jane));
      const identityOfJane = await (await other.request.post(identityUrl)).json();
      expect(identityOfJane.uniqueIdentifier).toBe(jane.uniqueIdentifier);
      await other.close();
      let isWrong = true;
      await context.route(IDENTITY, (route) => (isWrong ? route.fulfill({ json: identityOfJane }) : route.fallback()));
      await signIn(page, john);
      await expect(findNotice(page)).toBeVisible();
      await expectClientOf(page, "nobody");
      isWrong = false;
      await expectClientOf(page, john.uniqueIdentifier);
    });

    test("a refusal stops identity requests until the session changes", async ({ page, context }) => {
      await page.clock.install();
      const mints = countMints(page, identityUrl);
      let isRefused = true;
      await context.route(IDENTITY, (route) =>
        isRefused ? route.fulfill({ status: 401, json: { error: "No.", code: "unauthenticated" } }) : route.fallback(),
      );
      await signIn(page, john);
      await page.goto(customerPath);
      await expect(findNotice(page)).toBeVisible();
      const before = mints.count;
      await page.clock.fastForward(HOUR);
      await focus(page);
      await expectClientOf(page, "nobody");
      expect(mints.count).toBe(before);
      isRefused = false;
      await signOut(page);
      await expectClientOf(page, "anonymous");
      await signIn(page, john);
      await expectClientOf(page, john.uniqueIdentifier);
    });
  });

  if (driver.requiredModeUrl)
    test.describe("in required mode", () => {
      test.use({ baseURL: driver.requiredModeUrl });

      test("a visitor gets no client but a link to sign in, and a customer gets an identified client (G9)", async ({
        page,
      }) => {
        await page.goto(publicPath);
        await expect(page.getByRole("status").getByRole("link")).toBeVisible();
        await expectClientOf(page, "nobody");
        await signIn(page, john);
        await expectClientOf(page, john.uniqueIdentifier);
        await expect(page.getByRole("status").getByRole("link")).toHaveCount(0);
        await signOut(page);
        await expectClientOf(page, "nobody");
      });
    });

  test.describe("when a CDN fails", () => {
    test.use({ expectedErrors: [/Failed to load resource/] });
    test.skip(({ hasOwnScript }) => hasOwnScript, "The application has another script than Glassix's.");

    test("the second one is used if the first defines no working widget (G10)", async ({ page, context }) => {
      await context.route(CDN_URLS[0], (route) =>
        route.fulfill({ contentType: "text/javascript", body: "window.GlassixWidgetClient = function () {};" }),
      );
      await signIn(page, john);
      await expectClientOf(page, john.uniqueIdentifier);
    });

    test("the page works and says that chat is unavailable if both fail, and the chat appears when they recover (G10)", async ({
      page,
      context,
    }) => {
      let isBroken = true;
      for (const url of CDN_URLS)
        await context.route(url, (route) =>
          isBroken ? route.abort() : route.fulfill({ contentType: "text/javascript", body: DOUBLE }),
        );
      await signIn(page, john);
      await expect(findNotice(page)).toBeVisible();
      const path = page.url();
      await clickLink(page);
      await expect(page).not.toHaveURL(path);
      isBroken = false;
      await page.evaluate(() => window.dispatchEvent(new Event("online")));
      await expectClientOf(page, john.uniqueIdentifier);
      await expect(findNotice(page)).toHaveCount(0);
    });
  });
}
