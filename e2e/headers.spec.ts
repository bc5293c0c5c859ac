import { expect, JOHN, signInByForm, test } from "./fixtures";
import { listRouteFiles } from "./routes";

/** One address of each page. A new page that is missing here fails the first test: add it. */
const PAGES: Record<string, string> = {
  "/": "/",
  "/accessibility": "/accessibility",
  "/privacy": "/privacy",
  "/login": "/login",
  "/login/link": "/login/link",
  // Redirects without a right password before: e2e/passkeys.spec.ts visits it.
  "/login/passkey": "/login/passkey",
  "/register": "/register",
  // Redirects without a registration before: e2e/email.spec.ts visits it.
  "/register/check-inbox": "/register/check-inbox",
  // Without a link from an email: e2e/email.spec.ts opens links.
  "/confirm-email": "/confirm-email",
  "/reset-password": "/reset-password",
  "/undo-email-change": "/undo-email-change",
  "/forgot-password": "/forgot-password",
  "/portal": "/portal",
  "/portal/account": "/portal/account",
  "/portal/claims": "/portal/claims",
  "/portal/claims/[number]": "/portal/claims/C-1001",
  "/portal/claims/new": "/portal/claims/new",
  "/portal/policies": "/portal/policies",
  "/portal/policies/[number]": "/portal/policies/HL-H-204817",
  "/portal/policies/[number]/schedule": "/portal/policies/HL-H-204817/schedule",
};
/** Exist only with an identity provider, and with a mail server: other tests visit them. */
const NOT_HERE = ["/login/link", "/forgot-password"];
const SIGNED_OUT = ["/login", "/register"];
const NOT_FOUND = [...NOT_HERE, "/nowhere", "/portal/claims/C-999999", "/portal/policies/none", "/nowhere.html"];

test("this file lists every page", () => {
  const pages = listRouteFiles("portal").filter(({ kind }) => kind === "page");
  expect(Object.keys(PAGES).sort(), "Add what is missing to PAGES in this file.").toEqual(
    pages.map(({ address }) => address).sort(),
  );
});

test.describe("every page", () => {
  test.use({ expectedErrors: [/404 \(Not Found\)/] });

  test("has a Content-Security-Policy with its own nonce on every script, and hydrates", async ({ page, context }) => {
    await signInByForm(page, JOHN.email);
    const nonces = new Set<string>();
    const visit = async (address: string, status: number) => {
      // A violation is a console.error, which fails the test.
      const response = (await page.goto(address))!;
      expect(response.status(), address).toBe(status);
      const policy = (await response.allHeaders())["content-security-policy"] ?? "";
      const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? "";
      expect(nonce, address).not.toBe("");
      expect(/script-src ([^;]*)/.exec(policy)?.[1], address).not.toMatch(/unsafe/);
      nonces.add(nonce);
      const scripts = (await response.text()).match(/<script\b[^>]*>/g) ?? [];
      expect(scripts.length, address).toBeGreaterThan(0);
      for (const script of scripts) expect(script, address).toContain(`nonce="${nonce}"`);
      await page.waitForFunction(() => window.widgetClient);
      const widgetNonce = await page.locator("#glassix-widget-script").evaluate((script: HTMLElement) => script.nonce);
      expect(widgetNonce, address).toBe(nonce);
    };
    const signedIn = Object.values(PAGES).filter((address) => ![...NOT_HERE, ...SIGNED_OUT].includes(address));
    for (const address of signedIn) await visit(address, 200);
    for (const address of NOT_FOUND) await visit(address, 404);
    await context.clearCookies();
    for (const address of SIGNED_OUT) await visit(address, 200);
    expect(nonces.size).toBe(signedIn.length + NOT_FOUND.length + SIGNED_OUT.length);
  });

  test("of a signed-in customer, and every API response, is never cached", async ({ page, signIn }) => {
    await signIn(JOHN);
    const signedIn = Object.values(PAGES).filter((address) => address.startsWith("/portal"));
    for (const address of [...signedIn, "/api/auth/session", "/api/health", "/api/health/live"])
      expect((await page.request.get(address)).headers()["cache-control"], address).toMatch(/no-store/);
  });

  test("and every file and API response has the other security headers", async ({ request }) => {
    for (const address of ["/", "/nowhere", "/icon.svg", "/api/health"]) {
      expect((await request.get(address)).headers(), address).toMatchObject({
        "x-content-type-options": "nosniff",
        "referrer-policy": expect.stringMatching(/strict-origin|no-referrer/),
        "permissions-policy": expect.stringContaining("camera=()"),
        "cross-origin-opener-policy": "same-origin",
        "strict-transport-security": "max-age=31536000",
      });
    }
    expect((await request.get("/")).headers()).not.toHaveProperty("x-powered-by");
  });
});

test.describe("an injected script", () => {
  test.use({ expectedErrors: [/Content Security Policy/] });

  test("does not run", async ({ page, context }) => {
    await context.route("**/login", async (route) => {
      const response = await route.fetch();
      const evil = `<script>window.stolen = true</script><img src="x:" onerror="window.stolen = true">`;
      await route.fulfill({ response, body: (await response.text()).replace("</body>", `${evil}</body>`) });
    });
    await page.goto("/login");
    await page.waitForFunction(() => window.widgetClient);
    expect(await page.evaluate(() => "stolen" in window)).toBe(false);
  });
});
