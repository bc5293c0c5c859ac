import { expect, expectAccessible, openDesk, test } from "../fixtures";
import { listRouteFiles } from "../../routes";

const PAGES = listRouteFiles("sandbox")
  .filter(({ kind }) => kind === "page")
  .map(({ address }) => address);

for (const [colorScheme, width] of [
  ["light", 360],
  ["dark", 1440],
] as const) {
  test.describe(`${colorScheme}, ${width} pixels wide`, () => {
    test.use({ colorScheme, viewport: { width, height: 800 } });

    test("every page of the sandbox fits and is accessible (WCAG A and AA)", async ({ page }) => {
      const check = async (path: string) => {
        await page.goto(path);
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        await expectAccessible(page, path);
      };
      await check("/sandbox/desk");
      await openDesk(page);
      for (const path of PAGES) await check(path);
    });

    test("the inspector fits and is accessible (WCAG A and AA)", async ({ page }) => {
      await page.goto("/sandbox/inspector");
      const builder = page.getByRole("region", { name: "Build a token" });
      await expect(builder.getByRole("button", { name: "Build" })).toBeEnabled();
      await expectAccessible(page, "empty");
      await builder.getByLabel("API secret").fill("a typed secret");

      // Failures, passes, warnings and skipped rules, with long values that cannot be broken.
      await builder.getByLabel("Custom claims").fill(JSON.stringify({ exp: "x".repeat(300), field9: "y".repeat(600) }));
      await builder.getByRole("button", { name: "Build" }).click();
      await builder.getByRole("button", { name: "Inspect this token" }).click();
      await expect(page.getByRole("region", { name: "Inspect a token" }).getByRole("status")).toContainText(
        "Refused because of “Expiry”",
      );
      await builder.getByLabel("Custom claims").fill("{");
      await builder.getByRole("button", { name: "Build" }).click();
      await expect(builder.getByRole("alert")).toBeVisible();
      await expectAccessible(page, "refused, and a field marked");
    });
  });
}
