import { encode } from "next-auth/jwt";
import { CDN_URLS, DOUBLE, expect, expectClientOf, JOHN, readClients, signInByForm, test } from "./fixtures";
import { DEPARTMENT, DEPARTMENT_PORTAL, NEXTAUTH_SECRET } from "./servers";

test("the living client has the department's ids and is window.widgetClient, as with the published snippet", async ({
  page,
}) => {
  await page.addInitScript(() => {
    const seen: unknown[] = [];
    Object.assign(window, { seen, glassixWidgetScriptLoaded: () => seen.push(window.widgetClient) });
  });
  await signInByForm(page, JOHN.email);
  await expectClientOf(page, JOHN.uniqueIdentifier);
  expect((await readClients(page)).at(-1)!.options).toMatchObject({
    apiKey: DEPARTMENT.GLASSIX_API_KEY.toLowerCase(),
    snippetId: DEPARTMENT.GLASSIX_SNIPPET_ID,
  });
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
  test(`the client ends at the next check after the account was ${what} (G7)`, async ({ page, signIn, sql }) => {
    const { email, uniqueIdentifier } = await signIn();
    await page.goto("/portal");
    await expectClientOf(page, uniqueIdentifier);
    await sql(statement, [email]);
    await page.evaluate(() => window.dispatchEvent(new Event("focus")));
    await expectClientOf(page, "anonymous");
    await expect(page).toHaveURL(/\/login/);
  });
}

test("the client ends when the session expires, without any action in the page (G7)", async ({
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
  await expect(page).toHaveURL(/\/login/, { timeout: 60_000 });
  await expectClientOf(page, "anonymous");
});

test.describe("when a CDN fails", () => {
  test.use({ expectedErrors: [/Failed to load resource/] });

  for (const [how, fail] of [
    ["cannot be reached", (route: import("@playwright/test").Route) => route.abort()],
    ["returns 404", (route: import("@playwright/test").Route) => route.fulfill({ status: 404 })],
    [
      "returns an empty file, as some ad blockers do",
      (route: import("@playwright/test").Route) => route.fulfill({ contentType: "text/javascript", body: "" }),
    ],
  ] as const) {
    test(`the second one is used if the first ${how} (G10)`, async ({ page, context }) => {
      await context.route(CDN_URLS[0], fail);
      await signInByForm(page, JOHN.email);
      await expectClientOf(page, JOHN.uniqueIdentifier);
    });
  }

  test("the second one is used if the first does not respond, and its late script is never run (G10, G1)", async ({
    page,
    context,
  }) => {
    const counted = `${DOUBLE}; window.timesRun = (window.timesRun ?? 0) + 1;`;
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    await context.route(CDN_URLS[1], (route) => route.fulfill({ contentType: "text/javascript", body: counted }));
    await context.route(CDN_URLS[0], async (route) => {
      await held;
      await route.fulfill({ contentType: "text/javascript", body: counted });
    });
    await page.goto("/");
    await expectClientOf(page, "anonymous");
    const lateResponse = page.waitForResponse(CDN_URLS[0]);
    release();
    await (await lateResponse).finished();
    // A response to a later request proves that the late script had its chance.
    await page.evaluate(() => fetch("/icon.svg").then((response) => response.text()));
    expect(await page.evaluate(() => (window as { timesRun?: number }).timesRun)).toBe(1);
    expect(await readClients(page)).toHaveLength(1);
  });

  test("the chat appears on the next attempt while the first requests still hang (G10)", async ({ page, context }) => {
    for (const url of CDN_URLS) {
      // The first request to each address gets no response.
      await context.route(url, () => {}, { times: 1 });
      await context.route(`${url}?**`, (route) => route.fulfill({ contentType: "text/javascript", body: DOUBLE }));
    }
    await page.goto("/");
    await expect(page.getByText("Chat is unavailable")).toBeVisible({ timeout: 60_000 });
    await expectClientOf(page, "anonymous");
    await expect(page.getByText("Chat is unavailable")).toHaveCount(0);
  });
});
