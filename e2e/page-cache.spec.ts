import { browserLaunchOptions } from "../scripts/find-browser";
import { expect, expectClientOf, registerCustomer, serveDouble, test } from "./fixtures";
import { DEPARTMENT_PORTAL } from "./servers";

// Playwright turns the browser's page cache off; customers have it on.
test.use({
  baseURL: DEPARTMENT_PORTAL,
  launchOptions: { ...browserLaunchOptions(), ignoreDefaultArgs: ["--disable-back-forward-cache"] },
});

test("a page that comes back from the page cache shows nobody's chat until the server has said whose (G7)", async ({
  page,
  context,
  sql,
}) => {
  await serveDouble(context);
  await page.addInitScript(() => {
    window.addEventListener("pageshow", ({ persisted }) => Object.assign(window, { wasRestored: persisted }));
  });
  // Chromium mostly keeps a `no-store` page out of its cache. Other browsers, and other pages, do not.
  await context.route("**/portal", async (route) => {
    if (route.request().resourceType() !== "document") return route.fallback();
    const response = await route.fetch({ maxRedirects: 0 });
    const headers = { ...response.headers(), "cache-control": "private" };
    await route.fulfill({ response, headers });
  });
  const { email } = await registerCustomer(page);
  await page.goto("/portal");
  await page.waitForFunction(() => window.widgetClient);

  await page.goto("/icon.svg");
  // Ended on the server, and not by a cookie: that alone would make the browser drop the page from its cache.
  await sql(`UPDATE "User" SET "disabledAt" = now() WHERE email = $1`, [email]);
  await page.goBack({ waitUntil: "commit" });

  await page.waitForFunction(() => (window as unknown as { wasRestored?: boolean }).wasRestored);
  await expectClientOf(page, "anonymous");
  await expect(page).toHaveURL(/\/login/);
});
