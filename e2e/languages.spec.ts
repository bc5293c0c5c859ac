import type { Page } from "@playwright/test";
import {
  countMints,
  expect,
  expectClientOf,
  JOHN,
  readClients,
  setChatOpen,
  test,
  type Customer,
  type Sql,
} from "./fixtures";
import { waitForMail } from "./mail";
import { DEPARTMENT, DEPARTMENT_PORTAL, REQUIRED_PORTAL } from "./servers";

const switchLanguage = (page: Page, name: "עברית" | "English") => page.getByRole("button", { name }).click();
const expectLanguage = async (page: Page, language: "en" | "he") => {
  await expect(page.locator("html")).toHaveAttribute("lang", language);
  await expect(page.locator("html")).toHaveAttribute("dir", language === "he" ? "rtl" : "ltr");
};

/** The requests that render the page again, without those that only prefetch a link. */
function listRenderings(page: Page): string[] {
  const renderings: string[] = [];
  page.on("request", (request) => {
    const headers = request.headers();
    if ("rsc" in headers && !("next-router-prefetch" in headers)) renderings.push(request.url());
  });
  return renderings;
}

test.describe("a browser that prefers Hebrew", () => {
  test.use({ locale: "he-IL" });

  test("gets Hebrew pages at the same addresses, titles, errors and dates included", async ({ page, signIn }) => {
    await page.goto("/login");
    await expectLanguage(page, "he");
    await expect(page).toHaveTitle(/כניסה/);
    await page.getByRole("button", { name: "כניסה", exact: true }).click();
    await expect(page.getByText("הזינו כתובת דוא״ל.")).toBeVisible();
    await signIn(JOHN);
    await page.goto("/portal");
    await expectLanguage(page, "he");
    await expect(
      page.getByText(/ב(ינואר|פברואר|מרץ|אפריל|מאי|יוני|יולי|אוגוסט|ספטמבר|אוקטובר|נובמבר|דצמבר)/).first(),
    ).toBeVisible();
  });

  test("registers in Hebrew, and gets its emails in Hebrew and from right to left", async ({ openBrowser }) => {
    const page = await openBrowser({ baseURL: REQUIRED_PORTAL, locale: "he-IL" });
    const email = `noa-${crypto.randomUUID()}@example.com`;
    await page.goto("/register");
    await page.getByLabel("שם פרטי").fill("נועה");
    await page.getByLabel("שם משפחה").fill("לוי");
    await page.getByLabel("דוא״ל").fill(email);
    await page.getByLabel("סיסמה").fill("three unrelated words");
    await page.locator("main form button").first().click();
    const mail = await waitForMail(email, /אימות/);
    expect(mail.html).toContain('dir="rtl"');
    expect(mail.text).toContain("24 שעות");
  });
});

test("weighs Accept-Language, and falls back to English", async ({ openBrowser }) => {
  for (const [header, language] of [
    ["xx, yy;q=0.9", "en"],
    ["en;q=0.5, he;q=0.9", "he"],
    ["iw", "he"],
  ] as const) {
    const page = await openBrowser();
    await page.route("**/*", (route) =>
      route.continue({ headers: { ...route.request().headers(), "accept-language": header } }),
    );
    await page.goto("/");
    await expectLanguage(page, language);
  }
});

test("the switch keeps the address, what was typed, and the choice", async ({ page }) => {
  await page.goto("/login?callbackUrl=%2Fportal%2Fclaims");
  await page.getByLabel("Email").fill(JOHN.email);
  await page.getByLabel("Password").fill(JOHN.password);
  await switchLanguage(page, "עברית");
  await expectLanguage(page, "he");
  await expect(page.getByLabel("דוא״ל")).toHaveValue(JOHN.email);
  await expect(page.getByLabel("סיסמה")).toHaveValue(JOHN.password);
  await expect(page.getByRole("button", { name: "English" })).toBeFocused();
  await page.getByRole("button", { name: "כניסה", exact: true }).click();
  await page.waitForURL("**/portal/claims");
  await expectLanguage(page, "he");
});

test("the switch works without JavaScript", async ({ openBrowser }) => {
  const page = await openBrowser({ javaScriptEnabled: false });
  await page.goto("/register");
  await switchLanguage(page, "עברית");
  await expectLanguage(page, "he");
  expect(new URL(page.url()).pathname).toBe("/register");
  await switchLanguage(page, "English");
  await expectLanguage(page, "en");
});

test("the account remembers its language for the next browser, where the cookie is another's", async ({
  page,
  signIn,
  openBrowser,
}) => {
  const customer = await signIn();
  await page.goto("/portal/account");
  await page.getByLabel("First name").fill("Half typed");
  await switchLanguage(page, "עברית");
  await expectLanguage(page, "he");
  await expect(page.getByLabel("שם פרטי")).toHaveValue("Half typed");

  const other = await openBrowser();
  await signIn(customer, other.context().request);
  await other.goto("/portal");
  await expectLanguage(other, "he");
});

test("the account's language comes before the cookie, without JavaScript as well", async ({
  createCustomer,
  signIn,
  sql,
  openBrowser,
}) => {
  const customer = await createCustomer("Noa");
  await sql(`UPDATE "User" SET "language" = 'he' WHERE "email" = $1`, [customer.email]);
  const page = await openBrowser({ javaScriptEnabled: false });
  await signIn(customer, page.context().request);
  await page.context().addCookies([{ name: "portal.language", value: "en", url: DEPARTMENT_PORTAL }]);
  await page.goto("/portal");
  await expectLanguage(page, "he");
});

test("other tabs follow when they become visible", async ({ page, context }) => {
  await page.goto("/login");
  const other = await context.newPage();
  await other.goto("/register");
  await switchLanguage(other, "עברית");
  await expectLanguage(other, "he");
  await page.bringToFront();
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await expectLanguage(page, "he");
});

test("what was typed stays when another tab signs out and switches the language", async ({ page, context, signIn }) => {
  await signIn();
  await page.goto("/portal/account");
  await page.getByLabel("First name").fill("Half typed");
  const renderings = listRenderings(page);
  const other = await context.newPage();
  await other.goto("/portal");
  await other.getByRole("button", { name: "Sign out" }).click();
  await switchLanguage(other, "עברית");
  await expectLanguage(other, "he");
  await page.bringToFront();
  await page.evaluate(() => {
    window.dispatchEvent(new Event("focus"));
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await expectClientOf(page, "anonymous");
  expect(renderings).toEqual([]);
  await expect(page.getByLabel("First name")).toHaveValue("Half typed");
});

test("the switch keeps what was typed when the session has ended, and says so", async ({ page, context, signIn }) => {
  await signIn();
  await page.goto("/portal/account");
  await page.getByLabel("First name").fill("Half typed");
  await context.clearCookies({ name: /session-token/ });
  await switchLanguage(page, "עברית");
  await expect(page.getByText("Your session has ended.")).toBeVisible();
  await expect(page).toHaveURL("/portal/account");
  await expect(page.getByLabel("First name")).toHaveValue("Half typed");
});

test.describe("a customer who has chosen a language before", () => {
  const setLanguage = (sql: Sql, { email }: Customer, language: "en" | "he") =>
    sql(`UPDATE "User" SET "language" = $2 WHERE "email" = $1`, [email, language]);
  const expectHebrewLayout = async (page: Page) => {
    await expectLanguage(page, "he");
    await expect(page.getByRole("button", { name: "יציאה" })).toBeVisible();
  };

  test("sees all of an open page in Hebrew after a switch in another tab, where the cookie was another's", async ({
    page,
    context,
    createCustomer,
    signIn,
    sql,
  }) => {
    const customer = await createCustomer();
    await setLanguage(sql, customer, "en");
    await context.addCookies([{ name: "portal.language", value: "he", url: DEPARTMENT_PORTAL }]);
    await signIn(customer);
    await page.goto("/portal");
    await expectLanguage(page, "en");
    const other = await context.newPage();
    await other.goto("/portal");
    await switchLanguage(other, "עברית");
    await expectHebrewLayout(other);
    await page.bringToFront();
    await expectHebrewLayout(page);
  });

  test("sees all of an open page in Hebrew after a switch on another device and a navigation, and back", async ({
    page,
    createCustomer,
    signIn,
    sql,
    openBrowser,
  }) => {
    const customer = await createCustomer();
    await setLanguage(sql, customer, "en");
    await signIn(customer);
    await page.goto("/portal");
    const other = await openBrowser();
    await signIn(customer, other.context().request);
    await other.goto("/portal");
    await switchLanguage(other, "עברית");
    await expectHebrewLayout(other);
    await page.getByRole("link", { name: "Claims", exact: true }).click();
    await page.waitForURL("**/portal/claims");
    await expectHebrewLayout(page);

    await setLanguage(sql, customer, "en");
    await page.getByRole("link", { name: "פוליסות" }).click();
    await page.waitForURL("**/portal/policies");
    await expectLanguage(page, "en");
    await expect(page.getByRole("button", { name: "Sign out" })).toBeVisible();

    // Not again and again.
    const renderings = listRenderings(page);
    const read = page.waitForResponse("**/api/auth/session");
    await page.evaluate(() => window.dispatchEvent(new Event("focus")));
    await read;
    expect(renderings).toEqual([]);
  });
});

test("an English page loads no Hebrew font, though it names the language in Hebrew", async ({ page }) => {
  const fonts: string[] = [];
  page.on("request", (request) => request.resourceType() === "font" && fonts.push(request.url()));
  await page.goto("/login", { waitUntil: "networkidle" });
  const isHebrew = (url: string) => /heebo|frank/i.test(url);
  expect(fonts.length).toBeGreaterThan(0);
  expect(fonts.filter(isHebrew)).toEqual([]);
  await switchLanguage(page, "עברית");
  await expectLanguage(page, "he");
  await expect.poll(() => fonts.filter(isHebrew).length).toBeGreaterThanOrEqual(2);
});

test.describe("the chat after a switch", () => {
  const snippets = async (page: Page) => (await readClients(page)).map(({ options }) => options.snippetId);

  test("is replaced once, by the other language's snippet with the same identity (G1, G4, G5)", async ({
    page,
    signIn,
  }) => {
    const { uniqueIdentifier } = await signIn();
    await page.goto("/portal");
    await expectClientOf(page, uniqueIdentifier);
    const [first] = await readClients(page);
    const mints = countMints(page);
    await switchLanguage(page, "עברית");
    await expect.poll(() => snippets(page)).toEqual([DEPARTMENT.GLASSIX_SNIPPET_ID, DEPARTMENT.GLASSIX_SNIPPET_ID_HE]);
    expect((await readClients(page))[1]!.options.identityToken).toBe(first!.options.identityToken);
    await page.getByRole("link", { name: "תביעות" }).click();
    await page.waitForURL("**/portal/claims");
    await expectClientOf(page, uniqueIdentifier);
    expect(await snippets(page)).toHaveLength(2);
    expect(mints.count).toBe(0);
  });

  test("is replaced when it closes, if it is open", async ({ page, signIn }) => {
    const { uniqueIdentifier } = await signIn();
    await page.goto("/portal");
    await expectClientOf(page, uniqueIdentifier);
    await setChatOpen(page, true);
    await switchLanguage(page, "עברית");
    await expectLanguage(page, "he");
    expect(await snippets(page)).toHaveLength(1);
    await setChatOpen(page, false);
    await expect.poll(() => snippets(page)).toEqual([DEPARTMENT.GLASSIX_SNIPPET_ID, DEPARTMENT.GLASSIX_SNIPPET_ID_HE]);
  });
});
