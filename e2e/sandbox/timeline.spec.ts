import { expect, JOHN, readClients, signInByForm, signOut, test } from "./fixtures";

test("the timeline shows the widget's events across pages, and never a token (G11)", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto("/");
  await page.getByRole("button", { name: /^Timeline/ }).click();
  const timeline = page.getByRole("region", { name: "Chat timeline" });
  await expect(timeline.getByRole("listitem").filter({ hasText: "client-attached" }).first()).toBeVisible();

  await signInByForm(page, JOHN.email);
  await expect(timeline.getByRole("listitem").filter({ hasText: "identity-arrived" })).toContainText(
    JOHN.uniqueIdentifier,
  );
  await expect(page.getByRole("button", { name: /^Timeline.*living/ })).toBeVisible();
  const token = (await readClients(page)).at(-1)!.options.identityToken!;
  await signOut(page);
  await expect(timeline.getByRole("listitem").filter({ hasText: "destroy-client" }).last()).toBeVisible();

  await timeline.getByRole("button", { name: "Copy" }).click();
  await expect(timeline.getByRole("button", { name: "Copied" })).toBeVisible();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  for (const name of ["Page loaded", "request-identity", "create-client", "attached", "destroy-client"])
    expect(copied).toContain(name);
  const stored = await page.evaluate(() => JSON.stringify({ ...sessionStorage }));
  for (const text of [copied, stored, await page.content(), await timeline.innerText()]) {
    expect(text).not.toContain(token);
    expect(text).not.toMatch(/eyJ[\w-]+\./);
  }
});

test("the timeline works with the keyboard alone", async ({ page }) => {
  await page.goto("/");
  const button = page.getByRole("button", { name: /^Timeline/ });
  await button.focus();
  await page.keyboard.press("Enter");
  const timeline = page.getByRole("region", { name: "Chat timeline" });
  await expect(timeline).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(timeline.getByRole("button", { name: "Copy" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(timeline).toBeHidden();
  await expect(button).toBeFocused();
});
