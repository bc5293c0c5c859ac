/** Checks what the six points need. When it fails, Playwright does not run them, and the report says why. */
import { test } from "@playwright/test";
import { FIRST, SECOND } from "./customers";

test("the portal responds, and both customers can sign in", async ({ browser, baseURL }) => {
  for (const { email, password } of [FIRST, SECOND]) {
    const context = await browser.newContext();
    const page = await context.newPage();
    const address = `${baseURL}/login`;
    const response = await page.goto(address).catch((error: Error) => {
      throw new Error(
        `${address} cannot be reached: ${/net::\w+/.exec(error.message)?.[0]}. Start the portal or check --url.`,
      );
    });
    if (!response?.ok()) throw new Error(`${address} returns ${response?.status()}. Check the server's log and --url.`);

    const html = await page.content();
    const widget = html.includes("/sandbox/widget.js")
      ? "sandbox"
      : html.includes("cdn.glassix.")
        ? "department"
        : null;
    if (!widget)
      throw new Error(`${address} contains no Glassix widget, so it is not a deployment of this portal. Check --url.`);
    if (email === FIRST.email) test.info().annotations.push({ type: "widget", description: widget });

    await page.getByLabel("Email", { exact: true }).fill(email);
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    const refusal = page.locator("form [role=alert]").filter({ hasText: /\S/ });
    const problem = await Promise.race([
      page.waitForURL("**/portal").then(() => null),
      refusal
        .first()
        .innerText()
        .then((text) => `the page says "${text}"`),
    ]).catch(() => `the page is still ${new URL(page.url()).pathname}`);
    await context.close();
    if (problem)
      throw new Error(`The sign-in of ${email} failed: ${problem}. Check --first, --second and CHECKLIST_PASSWORD.`);
  }
});
