import { browserLaunchOptions } from "../scripts/find-browser";
import { expect, expectClientOf, signOutByRequest, test } from "./fixtures";

// Playwright disables the browser's back/forward cache.
test.use({ launchOptions: { ...browserLaunchOptions(), ignoreDefaultArgs: ["--disable-back-forward-cache"] } });

for (const how of ["the account was disabled", "the customer signed out"]) {
  test(`a page restored from the back/forward cache after ${how} has no client when it is shown (G7)`, async ({
    page,
    context,
    signIn,
    sql,
  }) => {
    await page.addInitScript(() => {
      window.addEventListener("pageshow", ({ persisted }) => {
        const living = window.widgetRecorder!.clients.filter(({ state }) => state !== "destroyed").length;
        Object.assign(window, { livingWhenRestored: persisted ? living : undefined });
      });
    });
    // Chromium rarely caches a `no-store` page. Other browsers do.
    await context.route("**/portal", async (route) => {
      if (route.request().resourceType() !== "document") return route.fallback();
      const response = await route.fetch({ maxRedirects: 0 });
      const headers = { ...response.headers(), "cache-control": "private" };
      await route.fulfill({ response, headers });
    });
    const { email } = await signIn();
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
