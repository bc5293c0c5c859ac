import AxeBuilder from "@axe-core/playwright";
import { openDesk } from "./sandbox/desk";
import { expect, JOHN, registerCustomer, signIn, signOut, test } from "./fixtures";

const PUBLIC_PAGES = ["/", "/login", "/register", "/nowhere"];
const PORTAL_PAGES = [
  "/portal",
  "/portal/policies",
  "/portal/policies/HL-H-204817",
  "/portal/policies/HL-H-204817/schedule",
  "/portal/claims",
  "/portal/claims/C-1001",
  "/portal/claims/new",
  "/portal/account",
];

const SANDBOX_PAGES = ["/sandbox", "/sandbox/desk", "/sandbox/side-by-side", "/sandbox/inspector", "/sandbox/settings"];

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [360, 1440]) {
    test.describe(`${colorScheme}, ${width} pixels wide`, () => {
      test.use({ colorScheme, viewport: { width, height: 800 }, expectedErrors: [/404 \(Not Found\)/] });

      test("every page fits, and can be read and used by everybody (WCAG A and AA)", async ({ page }) => {
        test.setTimeout(120_000);
        const check = async (path: string) => {
          await page.goto(path);
          await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
          expect(
            await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
            `${path} scrolls sideways`,
          ).toBeLessThanOrEqual(0);
          const { violations } = await new AxeBuilder({ page })
            .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"])
            .exclude("iframe")
            .analyze();
          expect(
            violations.map(({ id, nodes }) => `${path}: ${id} at ${nodes.map(({ target }) => target).join(", ")}`),
          ).toEqual([]);
        };
        for (const path of PUBLIC_PAGES) await check(path);
        await signIn(page, JOHN.email);
        for (const path of PORTAL_PAGES) await check(path);
        await check("/sandbox/desk");
        await openDesk(page);
        for (const path of SANDBOX_PAGES) await check(path);
      });
    });
  }
}

test("the page does not move when the chat arrives", async ({ page }) => {
  await page.addInitScript(() => {
    const shifts: number[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.push((entry as PerformanceEntry & { value: number }).value);
    }).observe({ type: "layout-shift", buffered: true });
  });
  await signIn(page, JOHN.email);
  await page.goto("/portal");
  await expect(page.getByRole("button", { name: "Open chat" })).toBeVisible();
  const { shifts } = await page.evaluate(() => ({ shifts: (window as unknown as { shifts: number[] }).shifts }));
  expect(shifts.reduce((sum, value) => sum + value, 0)).toBeLessThan(0.02);
});

test("the portal can be used with the keyboard alone, from signing in to signing out", async ({ page }) => {
  const { email, password } = await registerCustomer(page);
  await signOut(page);
  const tabTo = async (name: RegExp) => {
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press("Tab");
      const label = await page.evaluate(() => {
        const focused = document.activeElement as HTMLInputElement | null;
        return (focused?.ariaLabel ?? focused?.labels?.[0]?.textContent ?? focused?.textContent ?? "").trim();
      });
      if (name.test(label)) return;
    }
    throw new Error(`Tab never reached ${name}.`);
  };
  await tabTo(/^Email$/);
  await page.keyboard.type(email);
  await tabTo(/^Password$/);
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/portal");
  await expect(page.getByRole("button", { name: "Open chat" })).toBeVisible();

  await tabTo(/^Policies$/);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/portal/policies");
  await tabTo(/^Open chat$/);
  await page.keyboard.press("Enter");
  const message = page.frameLocator("#glassix-container iframe").getByLabel("Message");
  await expect(message).toBeFocused();
  await page.keyboard.type("Hello from the keyboard");
  await page.keyboard.press("Enter");
  await expect(
    page.frameLocator("#glassix-container iframe").getByRole("log").getByText("Hello from the keyboard"),
  ).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Open chat" })).toBeFocused();
  await tabTo(/^Sign out$/);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/login**");
});
