import { changeSettings, expect, expectClientOf, test } from "../fixtures";

test.use({ expectedErrors: [/Failed to load resource/] });

for (const script of ["missing", "empty", "slow"] as const) {
  test(`with the script ${script} at the first address, the second is used (G10)`, async ({ page }) => {
    await changeSettings(page.request, { script, scriptAddresses: "the first", scriptDelay: 12 });
    await page.goto("/");
    await expectClientOf(page, "anonymous", 20_000);
    await expect(page.locator("#glassix-widget-script")).toHaveAttribute("src", /widget-2/);
  });
}

test("with the script missing at both addresses, the page says that chat is unavailable, and recovers (G10)", async ({
  page,
}) => {
  await changeSettings(page.request, { script: "missing" });
  await page.goto("/");
  await expect(page.getByText("Chat is unavailable")).toBeVisible();
  await changeSettings(page.request, {});
  await page.evaluate(() => window.dispatchEvent(new Event("online")));
  await expect(page.getByRole("button", { name: "Open chat" })).toBeVisible();
  await expect(page.getByText("Chat is unavailable")).toHaveCount(0);
});

test("with a widget that never attaches, the page says that chat is unavailable", async ({ page }) => {
  await page.clock.install();
  await changeSettings(page.request, { widget: "never attaches" });
  await page.goto("/");
  await expect(page.getByRole("button", { name: "Open chat" })).toBeVisible();
  await page.clock.fastForward(21_000);
  await expect(page.getByText("Chat is unavailable")).toBeVisible();
});
