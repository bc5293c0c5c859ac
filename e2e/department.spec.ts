import { encode } from "next-auth/jwt";
import {
  CDN_URLS,
  DOUBLE,
  expect,
  expectClientOf,
  JANE,
  JOHN,
  readClients,
  registerCustomer,
  serveDouble,
  signIn,
  signOut,
  test,
} from "./fixtures";
import { DEPARTMENT, DEPARTMENT_PORTAL, NEXTAUTH_SECRET, REQUIRED_PORTAL } from "./servers";

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
        isVisible: window.widgetRecorder!.clients.at(-1)!.isOpen,
      };
    });
    expect(result).toEqual({ isNewest: true, isVisible: true });
  });

  for (const [what, statement] of [
    ["disabled", `UPDATE "User" SET "disabledAt" = now() WHERE email = $1`],
    ["deleted", `DELETE FROM "User" WHERE email = $1`],
  ] as const) {
    test(`an account that is ${what} ends the client at the next look (G7)`, async ({ page, sql }) => {
      const { email } = await registerCustomer(page);
      await expect.poll(async () => (await readClients(page)).at(-1)?.options.uniqueIdentifier).toBeTruthy();
      await sql(statement, [email]);
      await page.evaluate(() => window.dispatchEvent(new Event("focus")));
      await expectClientOf(page, "anonymous");
      await expect(page).toHaveURL(/\/login/);
    });
  }

  test("a session that comes to its end ends the client, though nobody touches the page (G7)", async ({
    page,
    context,
    sql,
  }) => {
    const [{ userId, sessionId }] = (await sql(
      `INSERT INTO "Session" ("userId", "device", "expiresAt")
       SELECT "id", 'A test', now() + interval '5 seconds' FROM "User" WHERE "email" = $1 RETURNING "userId", "id" AS "sessionId"`,
      [JOHN.email],
    )) as [{ userId: string; sessionId: string }];
    await context.addCookies([
      {
        name: "next-auth.session-token",
        value: await encode({ token: { sub: userId, sessionId }, secret: NEXTAUTH_SECRET, maxAge: 5 }),
        url: DEPARTMENT_PORTAL,
        httpOnly: true,
      },
    ]);
    await page.goto("/portal");
    await expectClientOf(page, JOHN.uniqueIdentifier);
    await expect(page).toHaveURL(/\/login/, { timeout: 40_000 });
    await expectClientOf(page, "anonymous");
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

    test("the second is used if the first leaves no widget behind, as blockers' stand-ins do (G10)", async ({
      page,
      context,
    }) => {
      await context.route(CDN_URLS[0], (route) =>
        route.fulfill({ contentType: "text/javascript", body: "window.GlassixWidgetClient = function () {};" }),
      );
      await signIn(page, JOHN.email);
      await expectClientOf(page, JOHN.uniqueIdentifier);
    });

    test("the second is used if the first does not answer, and what comes late is never run (G10, G1)", async ({
      page,
      context,
    }) => {
      const counted = `${DOUBLE}; window.timesRun = (window.timesRun ?? 0) + 1;`;
      let answer = () => {};
      const hanging = new Promise<void>((resolve) => (answer = resolve));
      await context.route(CDN_URLS[1], (route) => route.fulfill({ contentType: "text/javascript", body: counted }));
      await context.route(CDN_URLS[0], async (route) => {
        await hanging;
        await route.fulfill({ contentType: "text/javascript", body: counted });
      });
      await page.goto("/");
      await expectClientOf(page, "anonymous");
      const late = page.waitForResponse(CDN_URLS[0]);
      answer();
      await (await late).finished();
      // What is asked for afterwards arrives afterwards.
      await page.evaluate(() => fetch("/icon.svg").then((response) => response.text()));
      expect(await page.evaluate(() => (window as { timesRun?: number }).timesRun)).toBe(1);
      expect(await readClients(page)).toHaveLength(1);
    });

    test("the chat comes at the next try, though the first load still hangs (G10)", async ({ page, context }) => {
      test.setTimeout(90_000);
      for (const url of CDN_URLS) {
        // The first request to each address is never answered.
        await context.route(url, () => {}, { times: 1 });
        await context.route(`${url}?**`, (route) => route.fulfill({ contentType: "text/javascript", body: DOUBLE }));
      }
      await page.goto("/");
      await expect(page.getByText("Chat is unavailable")).toBeVisible({ timeout: 40_000 });
      await expectClientOf(page, "anonymous");
      await expect(page.getByText("Chat is unavailable")).toHaveCount(0);
    });

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
    for (const path of [
      "/sandbox",
      "/sandbox/desk",
      "/sandbox/side-by-side",
      "/sandbox/inspector",
      "/sandbox/settings",
      "/sandbox/widget.js",
      "/sandbox/widget-2.js",
      "/sandbox/timeline.js",
      "/sandbox/chat",
      "/sandbox/api/messages",
      "/sandbox/api/messages/stream",
      "/sandbox/api/settings",
      "/sandbox/api/tickets/current",
      "/sandbox/api/desk/tickets",
      "/sandbox/api/desk/tickets/1",
      "/sandbox/api/desk/stream",
    ]) {
      expect((await request.get(path)).status(), path).toBe(404);
    }
    for (const path of ["connect", "messages", "presence", "inspect", "build", "desk/open", "desk/tickets/1/messages"])
      expect((await request.post(`/sandbox/api/${path}`, { data: {} })).status(), path).toBe(404);
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
