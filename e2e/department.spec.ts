import { encode } from "next-auth/jwt";
import {
  CDN_URLS,
  expect,
  expectClientOf,
  JANE,
  JOHN,
  readClients,
  serveDouble,
  signIn,
  signOut,
  test,
} from "./fixtures";
import { DEPARTMENT, DEPARTMENT_PORTAL, NEXTAUTH_SECRET, REQUIRED_PORTAL } from "./servers";

/** Counts the identity requests of a page. */
function countMints(page: import("@playwright/test").Page) {
  const mints = { count: 0 };
  page.on("request", (request) => {
    if (request.url().endsWith("/api/glassix-identity")) mints.count++;
  });
  return mints;
}

test.describe("with a Glassix department", () => {
  test.use({ baseURL: DEPARTMENT_PORTAL });
  test.beforeEach(async ({ context }) => serveDouble(context));

  test("a stranger gets an anonymous client, John an identified one, and nobody's survives a sign-out (G2, G4)", async ({
    page,
  }) => {
    await page.goto("/");
    await expectClientOf(page, "anonymous");
    await signIn(page, JOHN.email);
    await expectClientOf(page, JOHN.uniqueIdentifier);
    const [john] = (await readClients(page)).slice(-1);
    expect(john!.options).toMatchObject({
      apiKey: DEPARTMENT.GLASSIX_API_KEY.toLowerCase(),
      snippetId: DEPARTMENT.GLASSIX_SNIPPET_ID,
    });

    await signOut(page);
    await expectClientOf(page, "anonymous");
    await signIn(page, JANE.email);
    await expectClientOf(page, JANE.uniqueIdentifier);
  });

  test("a route change, a focus and a reload of the session leave the client alone (G5)", async ({ page }) => {
    const mints = countMints(page);
    await signIn(page, JOHN.email);
    await expectClientOf(page, JOHN.uniqueIdentifier);
    const before = (await readClients(page)).length;
    expect(mints.count).toBe(1);

    const navigation = page.getByRole("navigation");
    for (const name of ["Policies", "Claims", "Account", "Overview"]) {
      await navigation.getByRole("link", { name }).first().click();
      await expect(navigation.getByRole("link", { name }).first()).toHaveAttribute("aria-current", "page");
    }
    for (let times = 0; times < 20; times++) {
      await page.evaluate(() => {
        window.dispatchEvent(new Event("focus"));
        document.dispatchEvent(new Event("visibilitychange"));
        window.dispatchEvent(new Event("online"));
      });
    }
    await page.evaluate(() => fetch("/api/auth/session"));
    await expectClientOf(page, JOHN.uniqueIdentifier);
    expect(await readClients(page)).toHaveLength(before);
    expect(mints.count).toBe(1);
  });

  test("the living client is window.widgetClient, and code written for the published snippet works", async ({
    page,
  }) => {
    await page.addInitScript(() => {
      const seen: unknown[] = [];
      Object.assign(window, { seen, glassixWidgetScriptLoaded: () => seen.push(window.widgetClient) });
    });
    await signIn(page, JOHN.email);
    await expectClientOf(page, JOHN.uniqueIdentifier);
    const result = await page.evaluate(() => {
      window.widgetClient!.setWidgetVisiblity(true);
      const { seen } = window as unknown as { seen: unknown[] };
      return {
        isNewest: seen.at(-1) === window.widgetClient,
        isVisible: window.widgetDouble!.clients.at(-1)!.isVisible,
      };
    });
    expect(result).toEqual({ isNewest: true, isVisible: true });
  });

  test("signing out in one tab ends the client in the other within a second or so (G7)", async ({ page, context }) => {
    await signIn(page, JOHN.email);
    const other = await context.newPage();
    await other.goto("/portal");
    await expectClientOf(other, JOHN.uniqueIdentifier);

    await signOut(page);
    await expect
      .poll(
        async () =>
          (await readClients(other)).filter(({ state, options }) => state !== "destroyed" && options.uniqueIdentifier),
        { timeout: 3_000 },
      )
      .toEqual([]);
    await expect(other).toHaveURL(/\/login/);
  });

  test("a session that the server has ended ends the client at the next look (G7)", async ({ page, context }) => {
    await signIn(page, JOHN.email);
    await expectClientOf(page, JOHN.uniqueIdentifier);
    await context.clearCookies();
    await page.evaluate(() => window.dispatchEvent(new Event("focus")));
    await expectClientOf(page, "anonymous");
    await expect(page).toHaveURL(/\/login/);
  });

  test("a session that comes to its end ends the client, though nobody touches the page (G7)", async ({
    page,
    context,
    sql,
  }) => {
    const [{ id }] = (await sql(`SELECT id FROM "User" WHERE email = $1`, [JOHN.email])) as [{ id: string }];
    await context.addCookies([
      {
        name: "next-auth.session-token",
        value: await encode({ token: { sub: id }, secret: NEXTAUTH_SECRET, maxAge: 5 }),
        url: DEPARTMENT_PORTAL,
        httpOnly: true,
      },
    ]);
    await page.goto("/portal");
    await expectClientOf(page, JOHN.uniqueIdentifier);
    await expect(page).toHaveURL(/\/login/, { timeout: 40_000 });
    await expectClientOf(page, "anonymous");
  });

  test("John's identity that arrives after Jane has signed in is dropped (G3)", async ({ page, context }) => {
    await signIn(page, JOHN.email);
    await expectClientOf(page, JOHN.uniqueIdentifier);
    // The next identity that John asks for is on its way for a long time.
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    await context.route(
      "**/api/glassix-identity",
      async (route) => {
        const response = await route.fetch();
        await held;
        await route.fulfill({ response }).catch(() => {});
      },
      { times: 1 },
    );
    await page.reload();
    await signOut(page);
    await signIn(page, JANE.email);
    await expectClientOf(page, JANE.uniqueIdentifier);
    release();
    await page.getByRole("link", { name: "Policies" }).first().click();
    await expectClientOf(page, JANE.uniqueIdentifier);
  });

  test.describe("when minting fails", () => {
    test.use({ expectedErrors: [/503 \(Service Unavailable\)/] });

    test("John is not put into an anonymous chat, gets another way to reach someone, and his chat when it recovers (G8)", async ({
      page,
      context,
    }) => {
      let isBroken = true;
      await context.route("**/api/glassix-identity", (route) =>
        isBroken
          ? route.fulfill({
              status: 503,
              json: { error: "The identity cannot be made just now.", code: "unavailable" },
            })
          : route.fallback(),
      );
      await signIn(page, JOHN.email);
      const status = page.getByRole("status").filter({ hasText: "Chat is unavailable" });
      await expect(status.getByRole("link", { name: /^0/ })).toHaveAttribute("href", /^tel:/);
      await expect(status.getByRole("link", { name: /@/ })).toHaveAttribute("href", /^mailto:/);
      await expectClientOf(page, "nobody");
      isBroken = false;
      await expectClientOf(page, JOHN.uniqueIdentifier);
      await expect(status).toHaveCount(0);
    });
  });

  test.describe("when a CDN fails", () => {
    test.use({ expectedErrors: [/Failed to load resource/] });

    for (const [how, fail] of [
      ["cannot be reached", (route: import("@playwright/test").Route) => route.abort()],
      ["answers 404", (route: import("@playwright/test").Route) => route.fulfill({ status: 404 })],
      [
        "answers with an empty file, as blockers let it",
        (route: import("@playwright/test").Route) => route.fulfill({ contentType: "text/javascript", body: "" }),
      ],
    ] as const) {
      test(`the second is used if the first ${how} (G10)`, async ({ page, context }) => {
        await context.route(CDN_URLS[0], fail);
        await signIn(page, JOHN.email);
        await expectClientOf(page, JOHN.uniqueIdentifier);
      });
    }

    test("the page works and says so if both fail, and the chat comes when they recover (G10)", async ({
      page,
      context,
    }) => {
      let isBroken = true;
      for (const url of CDN_URLS) await context.route(url, (route) => (isBroken ? route.abort() : route.fallback()));
      await signIn(page, JOHN.email);
      await expect(page.getByText("Chat is unavailable")).toBeVisible();
      await page.getByRole("link", { name: "Policies" }).first().click();
      await expect(page.getByRole("heading", { level: 1 })).toContainText(/policies/i);
      isBroken = false;
      await page.evaluate(() => window.dispatchEvent(new Event("online")));
      await expectClientOf(page, JOHN.uniqueIdentifier);
      await expect(page.getByText("Chat is unavailable")).toHaveCount(0);
    });
  });

  test("the sandbox is not reachable, and nothing of it is offered", async ({ page, request }) => {
    for (const path of ["/sandbox", "/sandbox/widget.js", "/sandbox/chat", "/sandbox/api/tickets/current"]) {
      expect((await request.get(path)).status(), path).toBe(404);
    }
    await page.goto("/login");
    await expect(page.getByRole("button", { name: /Continue as/ })).toHaveCount(0);
  });
});

test.describe("in required mode", () => {
  test.use({ baseURL: REQUIRED_PORTAL });

  test("a stranger gets no client but is asked to sign in, a customer gets theirs (G9)", async ({ page, context }) => {
    await serveDouble(context);
    await page.goto("/");
    await expect(page.getByRole("link", { name: "Sign in to chat" })).toBeVisible();
    await expectClientOf(page, "nobody");
    await signIn(page, JOHN.email);
    await expectClientOf(page, JOHN.uniqueIdentifier);
    await expect(page.getByRole("link", { name: "Sign in to chat" })).toHaveCount(0);
    await signOut(page);
    await expectClientOf(page, "nobody");
  });
});
