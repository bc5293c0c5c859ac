import { expect, signInByRequest, test } from "../fixtures";

test.use({ expectedErrors: [/Failed to load resource/] });

test("a browser that stores no cookies sees why sign-in failed", async ({ openBrowser, createCustomer }) => {
  const { email, password } = await createCustomer();
  const page = await openBrowser();
  const context = page.context();
  // Such a browser drops the server's cookies, and sends none.
  await context.route("**/*", async (route) => {
    const response = await route.fetch({ maxRedirects: 0, headers: { ...route.request().headers(), cookie: "" } });
    const headers = { ...response.headers() };
    delete headers["set-cookie"];
    await route.fulfill({ response, headers });
  });
  await page.goto("/login");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByText("Your browser is blocking cookies")).toBeVisible();
  await context.unrouteAll({ behavior: "ignoreErrors" });
});

for (const [name, value] of [
  ["next-auth.callback-url", "undefined"],
  ["next-auth.callback-url", "javascript:alert(1)"],
  ["next-auth.callback-url", "%"],
  ["next-auth.callback-url", "http://"],
  ["next-auth.csrf-token", "undefined"],
  ["next-auth.csrf-token", "a|b|c"],
  ["next-auth.session-token", "undefined"],
  ["next-auth.session-token.0", "x"],
  ["next-auth.session-token.7", "x"],
  ["__Secure-next-auth.callback-url", "undefined"],
  ["portal.device", "undefined.%.ü"],
] as const) {
  test(`sign-in and sign-out work with a foreign cookie ${name}=${value}`, async ({
    baseURL,
    createCustomer,
    playwright,
  }) => {
    const { email, password } = await createCustomer();
    const open = async (storageState?: { cookies: object[] }) =>
      playwright.request.newContext({ baseURL, storageState: storageState as never });
    const foreignCookie = {
      name,
      value,
      domain: "localhost",
      path: "/",
      expires: -1,
      httpOnly: false,
      secure: name.startsWith("__"),
      sameSite: "Lax",
    };
    const mintStatus = async (request: Awaited<ReturnType<typeof open>>) =>
      (await request.post("/api/glassix-identity")).status();

    const browser = await open({ cookies: [foreignCookie] });
    await signInByRequest(browser, email, password);
    expect(await mintStatus(browser)).toBe(200);
    expect((await browser.get("/portal/account", { maxRedirects: 0 })).status()).toBe(200);
    const copy = await open((await browser.storageState()) as never);
    await browser.post("/sign-out", { headers: { origin: baseURL! }, maxRedirects: 0 });
    expect(await mintStatus(copy)).toBe(401);
    await signInByRequest(browser, email, password);
    expect(await mintStatus(browser)).toBe(200);
    await Promise.all([browser, copy].map((request) => request.dispose()));
  });
}

const readCsrfToken = async (request: import("@playwright/test").APIRequestContext): Promise<string> =>
  (await (await request.get("/api/auth/csrf")).json()).csrfToken;

test("a sign-in form that is too large is refused with 413", async ({ request }) => {
  const csrfToken = await readCsrfToken(request);
  for (const size of [17_000, 2_000_000]) {
    const response = await request.post("/api/auth/callback/credentials", {
      form: { csrfToken, email: "x@example.com", password: "a".repeat(size) },
      maxRedirects: 0,
    });
    expect(response.status()).toBe(413);
  }
});

test("NextAuth's unused pages and methods are refused", async ({ request }) => {
  for (const path of [
    "signout",
    "verify-request",
    "callback",
    "_log",
    "session/x",
    "callback%2Fcredentials",
    "constructor",
    "__proto__",
  ])
    for (const method of ["GET", "POST", "HEAD", "PUT", "DELETE"])
      if (!(path === "signout" && method === "POST"))
        expect([400, 404, 405], `${method} ${path}`).toContain(
          (await request.fetch(`/api/auth/${path}`, { method, maxRedirects: 0 })).status(),
        );
  for (const path of ["signin", "error"]) {
    const response = await request.get(`/api/auth/${path}?error=OAuthCallback`);
    expect(response.url(), path).toMatch(/\/login\?/);
  }
  for (const path of ["session", "csrf", "providers", "signin", "error"])
    for (const method of ["HEAD", "OPTIONS"])
      expect((await request.fetch(`/api/auth/${path}`, { method })).status(), `${method} ${path}`).toBeLessThan(400);
});

test("sign-in takes as long for an unknown email as for a known one", async ({ createCustomer, request }) => {
  const { email } = await createCustomer();
  const { csrfToken } = await (await request.get("/api/auth/csrf")).json();
  const time = async (email: string) => {
    const start = performance.now();
    await request.post("/api/auth/callback/credentials", {
      form: { csrfToken, email, password: "wrong" },
      maxRedirects: 0,
    });
    return performance.now() - start;
  };
  let [known, unknown] = [0, 0];
  for (let round = 0; round < 5; round++) {
    known += await time(email);
    unknown += await time(`nobody-${round}@example.com`);
  }
  // Without a password check for both, an unknown email would be about fifty times faster.
  expect(unknown / known).toBeGreaterThan(0.2);
  expect(unknown / known).toBeLessThan(5);
});
