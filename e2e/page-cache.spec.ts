import { browserLaunchOptions } from "../scripts/find-browser";
import { expect, expectClientOf, JOHN, serveDouble, signIn, test } from "./fixtures";
import { DEPARTMENT_PORTAL } from "./servers";

// Playwright turns the browser's page cache off; customers have it on.
test.use({
  baseURL: DEPARTMENT_PORTAL,
  launchOptions: { ...browserLaunchOptions(), ignoreDefaultArgs: ["--disable-back-forward-cache"] },
});

test("Back after a sign-out does not bring John's chat back from the page cache (G7)", async ({ page, context }) => {
  await serveDouble(context);
  await page.addInitScript(() => {
    window.addEventListener("pageshow", ({ persisted }) => Object.assign(window, { wasRestored: persisted }));
  });
  await signIn(page, JOHN.email);
  await page.goto("/portal/policies");
  await expectClientOf(page, JOHN.uniqueIdentifier);

  await page.goto("/icon.svg");
  const { csrfToken } = await (await context.request.get("/api/auth/csrf")).json();
  await context.request.post("/api/auth/signout", { form: { csrfToken } });
  await page.goBack({ waitUntil: "commit" });

  expect(await page.evaluate(() => (window as unknown as { wasRestored: boolean }).wasRestored)).toBe(true);
  await expect(page).toHaveURL(/\/login/);
  await expectClientOf(page, "anonymous");
});
