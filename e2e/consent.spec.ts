import type { Page } from "@playwright/test";
import { countMints, expect, expectClientOf, readClients, test } from "./fixtures";
import { ASKING_PORTAL } from "./servers";

test.use({ baseURL: ASKING_PORTAL });

/** Every request that leaves the portal's own origin. */
function countForeignRequests(page: Page): string[] {
  const requests: string[] = [];
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (/^(http|ws)/.test(protocol) && origin !== ASKING_PORTAL) requests.push(request.url());
  });
  return requests;
}

test("nothing is requested from Glassix, nor an identity, before a customer agrees", async ({ page, signIn }) => {
  const { uniqueIdentifier } = await signIn();
  const foreign = countForeignRequests(page);
  const mints = countMints(page);
  await page.goto("/portal");
  await expect(page.getByRole("button", { name: "Allow chat" })).toBeVisible();
  await page.getByRole("link", { name: "Claims", exact: true }).click();
  await page.waitForURL("**/portal/claims");
  await page.reload({ waitUntil: "networkidle" });
  expect(foreign).toEqual([]);
  expect(mints.count).toBe(0);
  await page.goto("/portal/account");
  await page.getByRole("button", { name: "Allow chat" }).click();
  await expectClientOf(page, uniqueIdentifier);
  expect(await page.evaluate(() => scrollY), "the answer scrolls the page").toBe(0);
  await page.reload();
  await expectClientOf(page, uniqueIdentifier);
  await expect(page.getByRole("button", { name: "Allow chat" })).toBeHidden();
});

test("a refusal is remembered, and can be changed on the page that the footer links to", async ({ page, signIn }) => {
  const { uniqueIdentifier } = await signIn();
  const foreign = countForeignRequests(page);
  await page.goto("/portal");
  await page.getByRole("button", { name: "No, thank you" }).click();
  await expect(page.getByRole("button", { name: "Allow chat" })).toBeHidden();
  await page.reload({ waitUntil: "networkidle" });
  expect(foreign).toEqual([]);
  await page.getByRole("link", { name: "Privacy and chat" }).click();
  await expect(page.getByText("The chat is not allowed in this browser.")).toBeVisible();
  await page.getByRole("button", { name: "Allow chat" }).click();
  await expect(page.getByText("The chat is allowed in this browser.")).toBeVisible();
  await expectClientOf(page, uniqueIdentifier);
});

test("the privacy page asks in place of the notice, and answers for every page", async ({ page, signIn }) => {
  const { uniqueIdentifier } = await signIn();
  await page.goto("/portal");
  await expect(page.getByRole("button", { name: "Allow chat" })).toBeVisible();
  await page.getByRole("link", { name: "Privacy and chat" }).click();
  await expect(page.getByRole("heading", { name: "Privacy and chat" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Allow chat" })).toHaveCount(1);
  // Nothing shows that the page is hydrated.
  await expect(async () => {
    await page.getByRole("button", { name: "Allow chat" }).click();
    await expect(page.getByText("The chat is allowed in this browser.")).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await expectClientOf(page, uniqueIdentifier);
});

test("withdrawing ends the chat in every tab, and deletes the script and what it stored", async ({
  page,
  context,
  signIn,
}) => {
  const { uniqueIdentifier } = await signIn();
  await page.goto("/portal");
  await page.getByRole("button", { name: "Allow chat" }).click();
  await expectClientOf(page, uniqueIdentifier);
  await page.evaluate(() => {
    localStorage.setItem("glassix_visitor", "1");
    sessionStorage.setItem("GlassixWidget", "1");
    localStorage.setItem("ours", "1");
    document.cookie = "glassix-visitor=1; path=/";
  });
  const other = await context.newPage();
  await other.goto("/privacy");
  await expectClientOf(other, uniqueIdentifier);
  await other.getByRole("button", { name: "No, thank you" }).click();
  for (const tab of [other, page]) {
    await expectClientOf(tab, "nobody");
    await expect(tab.locator("script[src*='cdn.glassix']")).toHaveCount(0);
  }
  const left = await page.evaluate(() => [
    ...Object.keys(localStorage),
    ...Object.keys(sessionStorage),
    document.cookie,
  ]);
  expect(left.filter((name) => /glassix/i.test(name))).toEqual([]);
  expect(left).toContain("ours");
  await other.getByRole("button", { name: "Allow chat" }).click();
  await expectClientOf(other, uniqueIdentifier);
});

test("a visitor's chat loads when the page is quiet; until then, one press of our launcher loads and opens it", async ({
  page,
  openBrowser,
}) => {
  await page.goto("/");
  await page.getByRole("button", { name: "Allow chat" }).click();
  await expectClientOf(page, "anonymous");

  const returning = await page.context().newPage();
  const foreign = countForeignRequests(returning);
  await returning.goto("/login");
  const launcher = returning.getByRole("button", { name: "Open chat" });
  await expect(launcher).toBeVisible();
  expect(foreign).toEqual([]);
  await launcher.focus();
  await returning.keyboard.press("Enter");
  await expect.poll(async () => (await readClients(returning)).map(({ isOpen }) => isOpen)).toEqual([true]);

  const leaving = await page.context().newPage();
  await leaving.goto("/login");
  await leaving.getByRole("button", { name: "Open chat" }).focus();
  await expectClientOf(leaving, "anonymous");
  await leaving.getByLabel("Email").click();
  await expect(leaving.getByLabel("Email")).toBeFocused();

  const waiting = await openBrowser({ baseURL: ASKING_PORTAL, storageState: await page.context().storageState() });
  await waiting.goto("/login");
  await expectClientOf(waiting, "anonymous");
});

test("the question is asked in the language of the page, with two equal choices", async ({ openBrowser }) => {
  const page = await openBrowser({ baseURL: ASKING_PORTAL, locale: "he-IL" });
  await page.goto("/");
  const [allow, decline] = [
    page.getByRole("button", { name: "אישור הצ׳אט" }),
    page.getByRole("button", { name: "לא, תודה" }),
  ];
  const look = (element: Element) => {
    const { backgroundColor, color, fontWeight, borderColor } = getComputedStyle(element);
    return { backgroundColor, color, fontWeight, borderColor, height: element.getBoundingClientRect().height };
  };
  expect(await allow.evaluate(look)).toEqual(await decline.evaluate(look));
});

test("a browser that asks to save data loads the chat when somebody reaches for it", async ({
  openBrowser,
  signIn,
}) => {
  const page = await openBrowser({ baseURL: ASKING_PORTAL, extraHTTPHeaders: { "save-data": "on" } });
  const { uniqueIdentifier } = await signIn(undefined, page.context().request);
  await page.goto("/portal");
  await page.getByRole("button", { name: "Allow chat" }).click();
  await page.reload();
  await page.getByRole("button", { name: "Open chat" }).focus();
  await expectClientOf(page, uniqueIdentifier);
});
