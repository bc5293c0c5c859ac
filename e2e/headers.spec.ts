import { readdirSync } from "node:fs";
import { openDesk } from "./sandbox/desk";
import { expect, JOHN, serveDouble, signIn, test } from "./fixtures";
import { listAddresses } from "./proof/hostile-requests";
import { sendRaw } from "./proof/send-raw";
import { DEPARTMENT_PORTAL, SANDBOX_PORTAL } from "./servers";

/** One address for each page that there is. A new page that is missing here fails the first test. */
const PAGES: Record<string, string> = {
  "/": "/",
  "/login": "/login",
  "/login/link": "/login/link",
  "/register": "/register",
  "/portal": "/portal",
  "/portal/account": "/portal/account",
  "/portal/claims": "/portal/claims",
  "/portal/claims/[number]": "/portal/claims/C-1001",
  "/portal/claims/new": "/portal/claims/new",
  "/portal/policies": "/portal/policies",
  "/portal/policies/[number]": "/portal/policies/HL-H-204817",
  "/portal/policies/[number]/schedule": "/portal/policies/HL-H-204817/schedule",
  "/sandbox": "/sandbox",
  "/sandbox/desk": "/sandbox/desk",
  "/sandbox/inspector": "/sandbox/inspector",
  "/sandbox/settings": "/sandbox/settings",
  "/sandbox/side-by-side": "/sandbox/side-by-side",
};
/** Not found without an identity provider, and so here. e2e/single-sign-on.spec.ts visits it with one. */
const LINK_PAGE = "/login/link";
const NOT_FOUND = [LINK_PAGE, "/nowhere", "/portal/claims/C-999999", "/portal/policies/none", "/nowhere.html"];

test("the list of pages below is complete", () => {
  const pages = readdirSync("app", { recursive: true, encoding: "utf8" })
    .filter((file) => /(^|\/)page\.tsx$/.test(file))
    .map((file) => `/${file.replace(/\/?page\.tsx$/, "").replace(/\([^)]*\)\/?/g, "")}`.replace(/(.)\/$/, "$1"));
  expect(Object.keys(PAGES).sort()).toEqual(pages.sort());
});

test.describe("every page", () => {
  test.use({ expectedErrors: [/404 \(Not Found\)/] });

  test("runs under a Content-Security-Policy with a nonce of its own, on every script, and comes to life", async ({
    page,
    context,
  }) => {
    test.setTimeout(120_000);
    await openDesk(page);
    await signIn(page, JOHN.email);
    const nonces = new Set<string>();
    const visit = async (address: string, status: number) => {
      // A violation would be a console.error, and fail the test.
      const response = (await page.goto(address))!;
      expect(response.status(), address).toBe(status);
      const policy = (await response.allHeaders())["content-security-policy"] ?? "";
      const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? "";
      expect(nonce, address).not.toBe("");
      expect(/script-src ([^;]*)/.exec(policy)?.[1], address).not.toMatch(/unsafe/);
      nonces.add(nonce);
      // What these load afterwards is trusted because of them ('strict-dynamic').
      const scripts = (await response.text()).match(/<script\b[^>]*>/g) ?? [];
      expect(scripts.length, address).toBeGreaterThan(0);
      for (const script of scripts) expect(script, address).toContain(`nonce="${nonce}"`);
      // The chat lives: React has taken the page over.
      await page.waitForFunction(() => window.widgetClient);
    };
    const signedOut = ["/login", "/register"];
    const addresses = Object.values(PAGES).filter((address) => ![LINK_PAGE, ...signedOut].includes(address));
    for (const address of addresses) await visit(address, 200);
    for (const address of NOT_FOUND) await visit(address, 404);
    await context.clearCookies();
    for (const address of signedOut) await visit(address, 200);
    expect(nonces.size).toBe(addresses.length + NOT_FOUND.length + signedOut.length);
  });

  test("that is signed in is kept by nobody, and neither is any answer of an API", async ({ page }) => {
    await signIn(page, JOHN.email);
    const signedIn = Object.values(PAGES).filter((address) => address.startsWith("/portal"));
    for (const address of [
      ...signedIn,
      "/api/auth/session",
      "/api/health",
      "/api/health/live",
      "/sandbox/api/settings",
    ])
      expect((await page.request.get(address)).headers()["cache-control"], address).toMatch(/no-store/);
  });

  test("and every file and answer carries the other headers as well", async ({ request }) => {
    for (const address of ["/", "/nowhere", "/icon.svg", "/api/health", "/sandbox/widget.js", "/sandbox/chat"]) {
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

/** Addresses that lead to no page, or that no page would link to. */
const STRANGE_ADDRESSES = [
  ...["x.js", "x.css", "x.svg", "x.ico", "x.map", "x.html", "x.json", ".env"].flatMap((name) =>
    ["/", "/portal/claims/", "/portal/", "/login/", "/sandbox/", "/api/", "/sandbox/api/", "/_next/"].map(
      (folder) => folder + name,
    ),
  ),
  ...["/api", "/api/", "/api/health/x", "/api/glassix-identity/x", "/sandbox/api", "/sandbox/chat/x", "/_next"],
  ...["/_next/static/nothing.js", "/_next/image", "/_next/data/x/login.json", "/_not-found", "/404", "/500"],
  ...["/favicon.ico", "/favicon.ico/", "/icon.svg", "/icon.svg/", "/icon.svgx", "/iconxsvg", "/robots.txt"],
  ...["//", "//login", "/login//", "/portal//x.js", "/login/", "/login.", "/login...", "/portal./x", "/./login"],
  ...["/LOGIN", "/Portal", "/API/health", "/Sandbox/Chat", "/Icon.SVG", "/_NEXT/x"],
  ...["/%", "/%zz.js", "/%ff", "/portal/claims/%", "/api/%", "/api/health%", "/_next/static/%", "/icon.svg%"],
  ...["/%6cogin", "/%61pi/health", "/api%2Fhealth", "/portal%2Fx.js", "/portal/claims/%2e%2e", "/login%00", "/x%2ejs"],
  ...["/login.rsc", "/portal.segments/_tree.segment.rsc", "/index.txt", "/login?_rsc=x"],
  ...[`/${"a".repeat(4_000)}`, `/${"a/".repeat(1_000)}x.js`, `/portal/claims/${"a".repeat(4_000)}.css`],
];
const METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE"];

test("every HTML answer has a policy that names who may frame it, and a client's own headers are in none", async () => {
  test.setTimeout(180_000);
  const [staticFile] = readdirSync(".next/static/chunks").filter((name) => name.endsWith(".js"));
  const addresses = [...listAddresses(), ...STRANGE_ADDRESSES, `/_next/static/chunks/${staticFile}`];
  const faults: string[] = [];
  for (const path of addresses) {
    // Answers without end are for another test.
    if (path.endsWith("/stream")) continue;
    for (const method of METHODS) {
      const { status, headers, text } = await sendRaw(
        {
          method,
          path,
          headers: [
            ["Content-Security-Policy", "script-src 'nonce-injected'"],
            ["Content-Security-Policy-Report-Only", "script-src 'nonce-injected'"],
            ["X-Nonce", "injected"],
          ],
        },
        SANDBOX_PORTAL,
      );
      const read = (name: string) => headers.filter(([other]) => other === name).map(([, value]) => value);
      const say = (fault: string) => faults.push(`${method} ${path.slice(0, 80)}: ${fault}`);
      const policies = read("content-security-policy");
      if (status === 0) say("no answer");
      if (policies.length > 1) say("two policies");
      if (JSON.stringify([headers, text]).includes("injected")) say("holds the client's own header");
      // The chat frame's policy is its own.
      if (
        /html/.test(read("content-type").join()) &&
        path !== "/sandbox/chat" &&
        !/frame-ancestors 'self'/.test(policies.join())
      )
        say(`${status} without frame-ancestors`);
    }
  }
  expect(faults).toEqual([]);
});

test("HEAD and OPTIONS, which monitors and proxies send, are no fault of any page or route", async () => {
  // NextAuth's own are in e2e/sessions.spec.ts.
  const routes = listAddresses().filter((path) => !path.startsWith("/api/auth"));
  for (const path of [...routes, ...STRANGE_ADDRESSES, "/icon.svg", "/favicon.ico"])
    for (const method of ["HEAD", "OPTIONS"])
      expect((await sendRaw({ method, path }, SANDBOX_PORTAL)).status, `${method} ${path.slice(0, 80)}`).toBeLessThan(
        500,
      );
});

test.describe("with a department", () => {
  test.use({ baseURL: DEPARTMENT_PORTAL });

  test("the widget's script carries the page's nonce, and nothing else from outside may run", async ({
    page,
    context,
  }) => {
    await serveDouble(context);
    const response = await page.goto("/");
    await page.waitForFunction(() => window.widgetClient);
    const nonce = await page.locator("#glassix-widget-script").evaluate((script: HTMLElement) => script.nonce);
    expect(response!.headers()["content-security-policy"]).toContain(`'nonce-${nonce}'`);
  });
});

test.describe("a script that somebody has smuggled in", () => {
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
