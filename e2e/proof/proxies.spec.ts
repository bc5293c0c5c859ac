import type { IncomingHttpHeaders } from "node:http";
import { expect, JOHN, signInByForm, signOut, test as base } from "../fixtures";
import { startIsolatedPortal, type IsolatedPortal } from "./isolated-portal";
import { startReverseProxy } from "./reverse-proxy";

const PORT = "3239";

type ProxiedPortal = { portal: IsolatedPortal; address: string; forward(headers: IncomingHttpHeaders): void };

/** A portal whose NEXTAUTH_URL is the address of a proxy with configurable headers. */
const test = base.extend<object, { behindProxy: ProxiedPortal }>({
  behindProxy: [
    async ({}, use) => {
      let forwarded: IncomingHttpHeaders = {};
      const proxy = await startReverseProxy(
        `http://localhost:${PORT}`,
        () => {},
        () => forwarded,
      );
      const portal = await startIsolatedPortal(PORT, { NEXTAUTH_URL: proxy.address });
      await use({ portal, address: proxy.address, forward: (headers) => (forwarded = headers) });
      await portal.stop();
      proxy.close();
    },
    { scope: "worker" },
  ],
});
test.describe.configure({ mode: "default", timeout: 180_000 });
test.use({ baseURL: async ({ behindProxy }, use) => use(behindProxy.address) });

const PROXIES: Record<string, IncomingHttpHeaders> = {
  "passes everything on": {},
  "drops the port, as nginx's $host does": { host: "localhost", "x-forwarded-host": "localhost" },
  "replaces Host with the portal's own": { host: `127.0.0.1:${PORT}` },
  "forwards a wrong host, port and scheme": {
    "x-forwarded-host": "internal.example",
    "x-forwarded-port": "80",
    "x-forwarded-proto": "https",
  },
  "forwards a list of hosts": { host: `127.0.0.1:${PORT}`, "x-forwarded-host": "edge.example, internal.example:8080" },
};

for (const [what, headers] of Object.entries(PROXIES)) {
  test(`behind a proxy that ${what}, customers sign in, save a form and sign out at the portal's address`, async ({
    page,
    behindProxy: { address, forward },
  }) => {
    forward(headers);
    await page.goto("/portal/account");
    expect(page.url()).toBe(`${address}/login?callbackUrl=%2Fportal%2Faccount`);
    await signInByForm(page, JOHN.email);
    expect(page.url()).toBe(`${address}/portal`);
    await page.goto("/portal/account");
    await page.getByRole("button", { name: "Save changes" }).click();
    await expect(page.getByText("Saved")).toBeVisible();
    await signOut(page);
    expect(new URL(page.url()).origin).toBe(address);
  });
}

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("customers sign in behind a proxy that forwards a list of hosts", async ({
    page,
    behindProxy: { address, forward },
  }) => {
    forward(PROXIES["forwards a list of hosts"]!);
    await signInByForm(page, JOHN.email);
    expect(page.url()).toBe(`${address}/portal`);
  });

  test("a browser that hides the page's origin is accepted when it says that the form is same-origin", async ({
    page,
    context,
    behindProxy: { forward },
  }) => {
    forward({});
    await context.route("**/login", (route) =>
      route.request().method() === "POST"
        ? route.continue({ headers: { ...route.request().headers(), origin: "null" } })
        : route.continue(),
    );
    await signInByForm(page, JOHN.email);
  });
});

test("a form from another site is refused, and the log names both origins", async ({
  request,
  behindProxy: { portal, address, forward },
}) => {
  forward({ host: "localhost" });
  const post = (origin: string) =>
    request.post("/login", { multipart: { email: JOHN.email }, headers: { origin }, maxRedirects: 0 });
  for (const origin of ["https://evil.example", "null", `${address}0`]) {
    const response = await post(origin);
    expect(response.status(), origin).toBe(403);
    expect(await response.text()).toBe("Cross-origin requests are not allowed.\n");
    await expect
      .poll(() => portal.process.output())
      .toContain(`"origin":"${origin}","expected":"${address}","host":"localhost"`);
  }
  expect((await post(address)).status()).toBeLessThan(500);
  expect((await post(address)).status()).not.toBe(403);
});

test("the identity endpoint applies the same origin check", async ({ request, behindProxy: { address, forward } }) => {
  forward(PROXIES["forwards a list of hosts"]!);
  const statusFor = async (headers: Record<string, string>) =>
    (await request.post("/api/glassix-identity", { headers })).status();
  // Nobody is signed in.
  expect(await statusFor({ origin: address })).toBe(401);
  expect(await statusFor({ origin: "null", "sec-fetch-site": "same-origin" })).toBe(401);
  expect(await statusFor({ origin: "https://evil.example" })).toBe(403);
  expect(await statusFor({ origin: address, "sec-fetch-site": "cross-site" })).toBe(403);
});
