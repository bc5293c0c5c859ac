import { browserLaunchOptions } from "../scripts/find-browser";
import { expect, expectClientOf, registerCustomer, serveDouble, signOutByRequest, test } from "./fixtures";
import { DEPARTMENT_PORTAL } from "./servers";

// Playwright turns the browser's page cache off; customers have it on.
test.use({
  baseURL: DEPARTMENT_PORTAL,
  launchOptions: { ...browserLaunchOptions(), ignoreDefaultArgs: ["--disable-back-forward-cache"] },
});

for (const how of ["the account was disabled", "the customer signed out"]) {
  test(`a page that comes back from the page cache after ${how} shows nobody's chat, not even for a moment (G7)`, async ({
    page,
    context,
    sql,
  }) => {
    await serveDouble(context);
    await page.addInitScript(() => {
      window.addEventListener("pageshow", ({ persisted }) => {
        const living = window.widgetRecorder!.clients.filter(({ state }) => state !== "destroyed").length;
        Object.assign(window, { livingWhenRestored: persisted ? living : undefined });
      });
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
    if (how === "the customer signed out") await signOutByRequest(page.request);
    else await sql(`UPDATE "User" SET "disabledAt" = now() WHERE email = $1`, [email]);
    await page.goBack({ waitUntil: "commit" });

    await page.waitForFunction(() => "livingWhenRestored" in window);
    expect(await page.evaluate(() => (window as { livingWhenRestored?: number }).livingWhenRestored)).toBe(0);
    await expectClientOf(page, "anonymous");
    await expect(page).toHaveURL(/\/login/);
  });
}
