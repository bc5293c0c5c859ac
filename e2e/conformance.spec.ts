/**
 * The guarantees, tested through what the page does with the widget. Runs against the tests' own portals and, with two
 * environment variables, against a portal with a real Glassix department:
 *
 *   CONFORMANCE_PORTAL=https://portal.example.com CONFORMANCE_PASSWORD=… npx playwright test conformance --project portal
 *
 * That portal has the seed's two customers, with that password, and is not in required mode.
 */
import type { Page } from "@playwright/test";
import {
  countMints,
  expect,
  expectClientOf,
  JANE,
  JOHN,
  readClients,
  readIdentity,
  findLivingIndex,
  registerCustomer,
  setChatOpen,
  signInByForm,
  signInByRequest,
  signOut,
  signOutByRequest,
  test,
} from "./fixtures";

const HOUR = 3_600_000;
const MINT = "**/api/glassix-identity";

test.use({ baseURL: async ({ baseURL }, use) => use(process.env.CONFORMANCE_PORTAL || baseURL) });

/** Signs John in, opens the portal, and waits for his client. */
async function openPortalAsJohn(page: Page): Promise<void> {
  await signInByRequest(page.request, JOHN.email);
  await page.goto("/portal");
  await expectClientOf(page, JOHN.uniqueIdentifier);
}

const focus = (page: Page) =>
  page.evaluate(() => {
    window.dispatchEvent(new Event("focus"));
    document.dispatchEvent(new Event("visibilitychange"));
  });

test("visitor, John, visitor and Jane each get one client, created after the previous one was destroyed (G1, G2, G4)", async ({
  page,
}) => {
  await page.goto("/");
  await expectClientOf(page, "anonymous");
  await signInByForm(page, JOHN.email);
  await expectClientOf(page, JOHN.uniqueIdentifier);
  await signOut(page);
  await expectClientOf(page, "anonymous");
  await signInByForm(page, JANE.email);
  await expectClientOf(page, JANE.uniqueIdentifier);
});

test("an identity of John that arrives after Jane signed in is dropped (G3)", async ({ page, context }) => {
  await signInByForm(page, JOHN.email);
  await expectClientOf(page, JOHN.uniqueIdentifier);
  // John's next identity arrives only after Jane has hers.
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  let arrived = () => {};
  const delivered = new Promise<void>((resolve) => (arrived = resolve));
  await context.route(
    MINT,
    async (route) => {
      const response = await route.fetch();
      await held;
      await route.fulfill({ response }).catch(() => {});
      arrived();
    },
    { times: 1 },
  );
  const requested = page.waitForRequest(MINT);
  await page.reload();
  await requested;
  await signOut(page);
  await signInByForm(page, JANE.email);
  await expectClientOf(page, JANE.uniqueIdentifier);
  const before = (await readClients(page)).length;
  release();
  await delivered;
  await page.getByRole("link", { name: "Policies" }).first().click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText(/policies/i);
  await expectClientOf(page, JANE.uniqueIdentifier);
  expect(await readClients(page)).toHaveLength(before);
});

test("route changes, focus and visibility events and session refetches leave the client alone, and mint nothing (G5)", async ({
  page,
}) => {
  const mints = countMints(page);
  await signInByForm(page, JOHN.email);
  await expectClientOf(page, JOHN.uniqueIdentifier);
  const before = (await readClients(page)).length;
  expect(mints.count).toBe(1);

  const navigation = page.getByRole("navigation");
  for (const name of ["Policies", "Claims", "Account", "Overview"]) {
    await navigation.getByRole("link", { name }).first().click();
    await expect(navigation.getByRole("link", { name }).first()).toHaveAttribute("aria-current", "page");
    const sessionRead = page.waitForResponse("**/api/auth/session");
    for (let times = 0; times < 25; times++) await focus(page);
    await sessionRead;
  }
  await page.evaluate(() => fetch("/api/auth/session").then((response) => response.json()));
  await expectClientOf(page, JOHN.uniqueIdentifier);
  expect(await readClients(page)).toHaveLength(before);
  expect(mints.count).toBe(1);
});

test.describe("while the session changes", () => {
  // A page may request an identity just after the session ended.
  test.use({ expectedErrors: [/401 \(Unauthorized\)/] });

  test("rapid sign-ins and sign-outs end with the last user's client, and there are never two (G1, G2, G4)", async ({
    page,
  }) => {
    test.setTimeout(180_000);
    await page.goto("/");
    await expectClientOf(page, "anonymous");
    // By request, faster than through any form.
    for (let times = 0; times < 27; times++) {
      const customer = [JOHN, JANE, null][times % 3];
      if (customer) await signInByRequest(page.request, customer.email);
      else await signOutByRequest(page.request);
      await focus(page);
      await readClients(page);
      // Now and then, wait until the page has caught up.
      if (times % 10 === 0) {
        await expect(async () => {
          await focus(page);
          await expectClientOf(page, customer?.uniqueIdentifier ?? "anonymous", 2_000);
        }).toPass();
      }
    }
    await expect(async () => {
      await focus(page);
      await expectClientOf(page, "anonymous", 2_000);
    }).toPass();
  });
});

test.describe("renewal", () => {
  for (const [clock, offset] of [
    ["right", 0],
    ["six hours ahead", 6 * HOUR],
    ["six hours behind", -6 * HOUR],
  ] as const) {
    test(`the identity is renewed once, after 80 % of its lifetime, with the browser's clock ${clock} (G6)`, async ({
      page,
    }) => {
      await page.clock.install({ time: Date.now() + offset });
      const mints = countMints(page);
      await openPortalAsJohn(page);
      const first = await findLivingIndex(page);

      await page.clock.fastForward(3.9 * HOUR);
      await focus(page);
      await expectClientOf(page, JOHN.uniqueIdentifier);
      expect([mints.count, await findLivingIndex(page)]).toEqual([1, first]);

      await page.clock.fastForward(0.2 * HOUR);
      await expect.poll(() => findLivingIndex(page)).toBeGreaterThan(first);
      await expectClientOf(page, JOHN.uniqueIdentifier);
      await focus(page);
      expect(mints.count).toBe(2);
    });
  }

  test("waits while the chat is open, until it closes (G6)", async ({ page }) => {
    await page.clock.install();
    await openPortalAsJohn(page);
    const first = await findLivingIndex(page);
    await setChatOpen(page, true);
    const renewed = page.waitForResponse(MINT);
    await page.clock.fastForward(4.2 * HOUR);
    await (await renewed).finished();
    expect(await findLivingIndex(page)).toBe(first);
    await setChatOpen(page, false);
    await expect.poll(() => findLivingIndex(page)).toBeGreaterThan(first);
    await expectClientOf(page, JOHN.uniqueIdentifier);
  });

  test("happens shortly before expiry even while the chat is open, and the chat opens again (G6)", async ({ page }) => {
    await page.clock.install();
    await openPortalAsJohn(page);
    const first = await findLivingIndex(page);
    await setChatOpen(page, true);
    const renewed = page.waitForResponse(MINT);
    await page.clock.fastForward(4.2 * HOUR);
    await (await renewed).finished();
    await page.clock.fastForward(0.6 * HOUR);
    await expect.poll(() => findLivingIndex(page)).toBeGreaterThan(first);
    await expect.poll(async () => (await readClients(page)).at(-1)?.isOpen).toBe(true);
  });

  test("replaces a client whose identity expired while the machine slept (G6)", async ({ page }) => {
    await page.clock.install();
    await openPortalAsJohn(page);
    const first = await findLivingIndex(page);
    await setChatOpen(page, true);
    await page.clock.fastForward(9 * HOUR);
    await expect.poll(() => findLivingIndex(page)).toBeGreaterThan(first);
    await expectClientOf(page, JOHN.uniqueIdentifier);
  });

  test.describe("without a network", () => {
    test.use({ expectedErrors: [/Failed to (load resource|fetch)/] });

    test("the client lives until its identity expires, and returns when the network does (G6, G8)", async ({
      page,
      context,
    }) => {
      await page.clock.install();
      await openPortalAsJohn(page);
      await context.setOffline(true);
      await page.clock.fastForward(4.2 * HOUR);
      await expectClientOf(page, JOHN.uniqueIdentifier);
      await page.clock.fastForward(0.9 * HOUR);
      await expectClientOf(page, "nobody");
      await expect(page.getByText("Chat is unavailable")).toBeVisible();
      await context.setOffline(false);
      await expectClientOf(page, JOHN.uniqueIdentifier);
      await expect(page.getByText("Chat is unavailable")).toHaveCount(0);
    });
  });
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
    const renewed = page.waitForResponse(MINT);
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

test.describe("sign-out", () => {
  test("in one tab ends the client in another (G7)", async ({ page, context }) => {
    await signInByForm(page, JOHN.email);
    const other = await context.newPage();
    await other.goto("/portal");
    await expectClientOf(other, JOHN.uniqueIdentifier);
    await signOut(page);
    await expect.poll(() => readIdentity(other), { timeout: 10_000 }).toBeNull();
    await expect(other).toHaveURL(/\/login/);
  });

  test("destroys the client before it sends the request (G7)", async ({ page, context }) => {
    await openPortalAsJohn(page);
    await page.evaluate(() => {
      const client = window.widgetClient!;
      const destroy = client.destroy.bind(client);
      client.destroy = () => {
        localStorage.setItem("destroyed-at", String(Date.now()));
        destroy();
      };
    });
    let requestedAt = 0;
    await context.route("**/sign-out", (route) => {
      requestedAt = Date.now();
      return route.fallback();
    });
    await signOut(page);
    const destroyedAt = await page.evaluate(() => Number(localStorage.getItem("destroyed-at")));
    expect(destroyedAt).toBeGreaterThan(0);
    expect(destroyedAt).toBeLessThanOrEqual(requestedAt);
    await expectClientOf(page, "anonymous");
  });

  test("on the server ends the client at the next focus event (G7)", async ({ page }) => {
    await openPortalAsJohn(page);
    await signOutByRequest(page.request);
    await focus(page);
    await expectClientOf(page, "anonymous");
    await expect(page).toHaveURL(/\/login/);
  });

  test("on the server ends the client at the next route change, without any window event (G7)", async ({ page }) => {
    await openPortalAsJohn(page);
    await signOutByRequest(page.request);
    await page.getByRole("navigation").getByRole("link", { name: "Claims" }).first().click();
    await expect(page).toHaveURL(/\/login/);
    await expectClientOf(page, "anonymous");
  });

  test("and a sign-in as another customer in another tab replaces the client (G2, G7)", async ({ page, context }) => {
    await openPortalAsJohn(page);
    const other = await context.newPage();
    await other.goto("/portal");
    await expectClientOf(other, JOHN.uniqueIdentifier);
    await signOut(other);
    await signInByForm(other, JANE.email);
    await expectClientOf(page, JANE.uniqueIdentifier);
  });
});

test.describe("when minting fails", () => {
  test.use({ expectedErrors: [/Failed to load resource/] });

  test("a customer gets contact details instead of an anonymous chat, and the chat when minting recovers (G8)", async ({
    page,
    context,
  }) => {
    let isBroken = true;
    await context.route(MINT, (route) =>
      isBroken
        ? route.fulfill({ status: 503, json: { error: "It cannot be made just now.", code: "unavailable" } })
        : route.fallback(),
    );
    await signInByForm(page, JOHN.email);
    const status = page.getByRole("status").filter({ hasText: "Chat is unavailable" });
    await expect(status.getByRole("link", { name: /^0/ })).toHaveAttribute("href", /^tel:/);
    await expect(status.getByRole("link", { name: /@/ })).toHaveAttribute("href", /^mailto:/);
    await expectClientOf(page, "nobody");
    isBroken = false;
    await expectClientOf(page, JOHN.uniqueIdentifier);
    await expect(status).toHaveCount(0);
  });

  test("an identity of another user is refused (G2)", async ({ page, context, request }) => {
    await signInByRequest(request, JANE.email);
    const janesIdentity = await (await request.post("/api/glassix-identity")).json();
    let isWrong = true;
    await context.route(MINT, (route) => (isWrong ? route.fulfill({ json: janesIdentity }) : route.fallback()));
    await signInByForm(page, JOHN.email);
    await expect(page.getByText("Chat is unavailable")).toBeVisible();
    await expectClientOf(page, "nobody");
    isWrong = false;
    await expectClientOf(page, JOHN.uniqueIdentifier);
  });

  test("a refusal stops identity requests until the session changes", async ({ page, context }) => {
    await page.clock.install();
    const mints = countMints(page);
    let isRefused = true;
    await context.route(MINT, (route) =>
      isRefused ? route.fulfill({ status: 401, json: { error: "No.", code: "unauthenticated" } }) : route.fallback(),
    );
    await signInByForm(page, JOHN.email);
    await expect(page.getByText("Chat is unavailable")).toBeVisible();
    await page.clock.fastForward(HOUR);
    await focus(page);
    await expectClientOf(page, "nobody");
    expect(mints.count).toBe(1);
    isRefused = false;
    await signOut(page);
    await expectClientOf(page, "anonymous");
    await signInByForm(page, JOHN.email);
    await expectClientOf(page, JOHN.uniqueIdentifier);
  });
});
