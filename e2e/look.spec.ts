import { expect, expectAccessible, expectClientOf, JOHN, test } from "./fixtures";

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

for (const [colorScheme, width] of [
  ["light", 360],
  ["dark", 1440],
] as const) {
  test.describe(`${colorScheme}, ${width} pixels wide`, () => {
    test.use({ colorScheme, viewport: { width, height: 800 }, expectedErrors: [/404 \(Not Found\)/] });

    test("every page fits and is accessible (WCAG A and AA)", async ({ page, signIn }) => {
      const check = async (path: string) => {
        await page.goto(path);
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        await expectAccessible(page, path);
      };
      for (const path of PUBLIC_PAGES) await check(path);
      await signIn(JOHN);
      for (const path of PORTAL_PAGES) await check(path);
    });
  });
}

test("the portal works with the keyboard alone, from sign-in to sign-out", async ({ page }) => {
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
  await page.goto("/login");
  await tabTo(/^Email$/);
  await page.keyboard.type(JOHN.email);
  await tabTo(/^Password$/);
  await page.keyboard.type(JOHN.password);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/portal");
  await expectClientOf(page, JOHN.uniqueIdentifier);
  await tabTo(/^Policies$/);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/portal/policies");
  await tabTo(/^Sign out$/);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/login**");
});
