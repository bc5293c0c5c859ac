/**
 * The guarantees (lib/glassix/testing/conformance.ts), tested on the portal. With two environment variables, they are tested
 * on a portal with a real Glassix department:
 *
 *   CONFORMANCE_PORTAL=https://portal.example.com CONFORMANCE_PASSWORD=… npx playwright test conformance --project portal
 *
 * That portal has the seed's two customers, with that password, and is not in required mode.
 */
import type { Page } from "@playwright/test";
import { testConformance } from "@/lib/glassix/testing/conformance";
import {
  countMints,
  expect,
  focus,
  JANE,
  JOHN,
  readIdentity,
  registerCustomer,
  setChatOpen,
  signInByForm,
  signOut,
  test,
  type Customer,
} from "./fixtures";
import { REQUIRED_PORTAL, SANDBOX_PORTAL } from "./servers";

const isElsewhere = Boolean(process.env.CONFORMANCE_PORTAL);

test.use({
  baseURL: async ({ baseURL }, use) => use(process.env.CONFORMANCE_PORTAL || baseURL),
  hasOwnScript: async ({ baseURL }, use) => use(isElsewhere || baseURL === SANDBOX_PORTAL),
});

testConformance<Customer>(test, {
  customers: [JOHN, JANE],
  signIn: (page, { email }) => signInByForm(page, email),
  signOut,
  clickLink: (page) => {
    const name = page.url().endsWith("/policies") ? "Claims" : "Policies";
    return page.getByRole("navigation").getByRole("link", { name }).first().click();
  },
  publicPath: "/",
  customerPath: "/portal",
  sessionUrl: "/api/auth/session",
  requiredModeUrl: isElsewhere ? undefined : REQUIRED_PORTAL,
});

test.describe("a new name", () => {
  const saveFirstName = async (page: Page, name: string) => {
    await page.getByRole("navigation").getByRole("link", { name: "Account" }).first().click();
    await page.getByLabel("First name").fill(name);
    await page.getByRole("button", { name: "Save changes" }).click();
    await expect(page.getByText("Saved")).toBeVisible();
  };
  const readField1 = async (page: Page) => (await readIdentity(page))?.claims.field1;

  test("renews the identity at once while the chat is closed, in this tab and in others", async ({ page, context }) => {
    await registerCustomer(page, "Robin");
    await expect.poll(() => readField1(page)).toBe("Robin");
    const other = await context.newPage();
    await other.goto("/portal");
    await expect.poll(() => readField1(other)).toBe("Robin");
    const mints = countMints(page);
    await saveFirstName(page, "Wren");
    await expect.poll(() => readField1(page)).toBe("Wren");
    await other.bringToFront();
    await focus(other);
    await expect.poll(() => readField1(other)).toBe("Wren");
    expect(mints.count).toBe(1);
  });

  test("renews the identity of an open chat when it closes (G6)", async ({ page }) => {
    await registerCustomer(page, "Robin");
    await expect.poll(() => readField1(page)).toBe("Robin");
    await setChatOpen(page, true);
    const renewed = page.waitForResponse("**/api/glassix-identity");
    await saveFirstName(page, "Wren");
    await (await renewed).finished();
    expect(await readField1(page)).toBe("Robin");
    await setChatOpen(page, false);
    await expect.poll(() => readField1(page)).toBe("Wren");
  });

  test("that equals the old one renews nothing (G5)", async ({ page }) => {
    await registerCustomer(page, "Robin");
    await expect.poll(() => readField1(page)).toBe("Robin");
    const mints = countMints(page);
    await saveFirstName(page, "Robin");
    await focus(page);
    await page.getByRole("navigation").getByRole("link", { name: "Overview" }).first().click();
    await expect(page.getByRole("heading", { level: 1 })).toContainText("Robin");
    expect(mints.count).toBe(0);
  });
});
