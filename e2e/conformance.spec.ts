/**
 * The guarantees, proved by what is done with the widget. Runs against the sandbox's widget and, with two
 * environment variables, against a portal that talks to a real Glassix department:
 *
 *   CONFORMANCE_PORTAL=https://portal.example.com CONFORMANCE_PASSWORD=… npx playwright test conformance
 *
 * That portal has the two customers of the seed, with that password, and is not in required mode.
 */
import {
  countMints,
  expect,
  expectClientOf,
  JANE,
  JOHN,
  readClients,
  readIdentity,
  readLiving,
  recordClients,
  registerCustomer,
  setChatOpen,
  signIn,
  signInByRequest,
  signOut,
  signOutByRequest,
  test,
} from "./fixtures";
import { SANDBOX_PORTAL } from "./servers";

const HOUR = 3_600_000;
const MINT = "**/api/glassix-identity";

test.use({ baseURL: process.env.CONFORMANCE_PORTAL || SANDBOX_PORTAL });
test.beforeEach(({ context }) => recordClients(context));

const focus = (page: import("@playwright/test").Page) =>
  page.evaluate(() => {
    window.dispatchEvent(new Event("focus"));
    document.dispatchEvent(new Event("visibilitychange"));
  });

test("a stranger, John, a stranger again, Jane: one client at a time, and each made after the end of the one before (G1, G2, G4)", async ({
  page,
}) => {
  await page.goto("/");
  await expectClientOf(page, "anonymous");
  await signIn(page, JOHN.email);
  await expectClientOf(page, JOHN.uniqueIdentifier);
  await signOut(page);
  await expectClientOf(page, "anonymous");
  await signIn(page, JANE.email);
  await expectClientOf(page, JANE.uniqueIdentifier);
});

test("John's identity that arrives seconds after Jane has signed in is dropped (G3)", async ({ page, context }) => {
  await signIn(page, JOHN.email);
  await expectClientOf(page, JOHN.uniqueIdentifier);
  // The next identity that John asks for is on its way until Jane has been served.
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
  const asked = page.waitForRequest(MINT);
  await page.reload();
  await asked;
  await signOut(page);
  await signIn(page, JANE.email);
  await expectClientOf(page, JANE.uniqueIdentifier);
  const before = (await readClients(page)).length;
  release();
  await delivered;
  await page.getByRole("link", { name: "Policies" }).first().click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText(/policies/i);
  await expectClientOf(page, JANE.uniqueIdentifier);
  expect(await readClients(page)).toHaveLength(before);
});

test("route changes, storms of focus and visibility and a refetched session leave the client alone, and mint nothing (G5)", async ({
  page,
}) => {
  const mints = countMints(page);
  await signIn(page, JOHN.email);
  await expectClientOf(page, JOHN.uniqueIdentifier);
  const before = (await readClients(page)).length;
  expect(mints.count).toBe(1);

  const navigation = page.getByRole("navigation");
  for (const name of ["Policies", "Claims", "Account", "Overview"]) {
    await navigation.getByRole("link", { name }).first().click();
    await expect(navigation.getByRole("link", { name }).first()).toHaveAttribute("aria-current", "page");
    const answered = page.waitForResponse("**/api/auth/session");
    for (let times = 0; times < 25; times++) await focus(page);
    await answered;
  }
  await page.evaluate(() => fetch("/api/auth/session").then((response) => response.json()));
  await expectClientOf(page, JOHN.uniqueIdentifier);
  expect(await readClients(page)).toHaveLength(before);
  expect(mints.count).toBe(1);
});

test.describe("while the session changes hands", () => {
  // An identity is asked for, and by then nobody is signed in any more.
  test.use({ expectedErrors: [/401 \(Unauthorized\)/] });

  test("dozens of rapid sign-ins and sign-outs end with the last customer's client, and never two (G1, G2, G4)", async ({
    page,
  }) => {
    test.setTimeout(180_000);
    await page.goto("/");
    await expectClientOf(page, "anonymous");
    // Behind the page's back, faster than any form could be filled in.
    for (let times = 0; times < 27; times++) {
      const customer = [JOHN, JANE, null][times % 3];
      if (customer) await signInByRequest(page.request, customer.email);
      else await signOutByRequest(page.request);
      await focus(page);
      await readClients(page);
      // Now and then there is time to arrive.
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
    test(`a browser whose clock is ${clock} renews once, after 80 % of the lifetime (G6)`, async ({ page }) => {
      await page.clock.install({ time: Date.now() + offset });
      const mints = countMints(page);
      await signIn(page, JOHN.email);
      await expectClientOf(page, JOHN.uniqueIdentifier);
      const first = await readLiving(page);

      await page.clock.fastForward(3.9 * HOUR);
      await focus(page);
      await expectClientOf(page, JOHN.uniqueIdentifier);
      expect([mints.count, await readLiving(page)]).toEqual([1, first]);

      await page.clock.fastForward(0.2 * HOUR);
      await expect.poll(() => readLiving(page)).toBeGreaterThan(first);
      await expectClientOf(page, JOHN.uniqueIdentifier);
      await focus(page);
      expect(mints.count).toBe(2);
    });
  }

  test("while the chat is open the renewal waits, and comes when it closes (G6)", async ({ page }) => {
    await page.clock.install();
    await signIn(page, JOHN.email);
    await expectClientOf(page, JOHN.uniqueIdentifier);
    const first = await readLiving(page);
    await setChatOpen(page, true);
    const renewed = page.waitForResponse(MINT);
    await page.clock.fastForward(4.2 * HOUR);
    await (await renewed).finished();
    expect(await readLiving(page)).toBe(first);
    await setChatOpen(page, false);
    await expect.poll(() => readLiving(page)).toBeGreaterThan(first);
    await expectClientOf(page, JOHN.uniqueIdentifier);
  });

  test("shortly before the end an open chat is renewed all the same, and opened again (G6)", async ({ page }) => {
    await page.clock.install();
    await signIn(page, JOHN.email);
    await expectClientOf(page, JOHN.uniqueIdentifier);
    const first = await readLiving(page);
    await setChatOpen(page, true);
    const renewed = page.waitForResponse(MINT);
    await page.clock.fastForward(4.2 * HOUR);
    await (await renewed).finished();
    await page.clock.fastForward(0.6 * HOUR);
    await expect.poll(() => readLiving(page)).toBeGreaterThan(first);
    await expect.poll(async () => (await readClients(page)).at(-1)?.isOpen).toBe(true);
  });

  test("a machine that slept past the end wakes up without the old client, and gets a new one (G6)", async ({
    page,
  }) => {
    await page.clock.install();
    await signIn(page, JOHN.email);
    await expectClientOf(page, JOHN.uniqueIdentifier);
    const first = await readLiving(page);
    await setChatOpen(page, true);
    await page.clock.fastForward(9 * HOUR);
    await expect.poll(() => readLiving(page)).toBeGreaterThan(first);
    await expectClientOf(page, JOHN.uniqueIdentifier);
  });

  test.describe("without a network", () => {
    test.use({ expectedErrors: [/Failed to (load resource|fetch)/] });

    test("the client lives until its identity ends, and comes back at once when the network does (G6, G8)", async ({
      page,
      context,
    }) => {
      await page.clock.install();
      await signIn(page, JOHN.email);
      await expectClientOf(page, JOHN.uniqueIdentifier);
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
  const saveFirstName = async (page: import("@playwright/test").Page, name: string) => {
    await page.getByRole("navigation").getByRole("link", { name: "Account" }).first().click();
    await page.getByLabel("First name").fill(name);
    await page.getByRole("button", { name: "Save changes" }).click();
    await expect(page.getByText("Saved")).toBeVisible();
  };
  const readField1 = async (page: import("@playwright/test").Page) => (await readIdentity(page))?.claims.field1;

  test("reaches the agent with the next identity, at once while the chat is closed, here and in other tabs", async ({
    page,
    context,
  }) => {
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

  test("tears nobody out of a sentence: an open chat is renewed when it closes (G6)", async ({ page }) => {
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

  test("saved without a change, renews nothing (G5)", async ({ page }) => {
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
  test("in one tab, it ends the client in the other within a second or so (G7)", async ({ page, context }) => {
    await signIn(page, JOHN.email);
    const other = await context.newPage();
    await other.goto("/portal");
    await expectClientOf(other, JOHN.uniqueIdentifier);
    await signOut(page);
    await expect.poll(() => readIdentity(other), { timeout: 3_000 }).toBeNull();
    await expect(other).toHaveURL(/\/login/);
  });

  test("ends the client before the server has heard of it (G7)", async ({ page, context }) => {
    await signIn(page, JOHN.email);
    await expectClientOf(page, JOHN.uniqueIdentifier);
    await page.evaluate(() => {
      const client = window.widgetClient!;
      const destroy = client.destroy.bind(client);
      client.destroy = () => {
        localStorage.setItem("destroyed-at", String(Date.now()));
        destroy();
      };
    });
    let heardAt = 0;
    await context.route("**/sign-out", (route) => {
      heardAt = Date.now();
      return route.fallback();
    });
    await signOut(page);
    const destroyedAt = await page.evaluate(() => Number(localStorage.getItem("destroyed-at")));
    expect(destroyedAt).toBeGreaterThan(0);
    expect(destroyedAt).toBeLessThanOrEqual(heardAt);
    await expectClientOf(page, "anonymous");
  });

  test("on the server, it ends the client at the next look (G7)", async ({ page }) => {
    await signIn(page, JOHN.email);
    await expectClientOf(page, JOHN.uniqueIdentifier);
    await signOutByRequest(page.request);
    await focus(page);
    await expectClientOf(page, "anonymous");
    await expect(page).toHaveURL(/\/login/);
  });

  test("on the server, it ends the client at the next route, though no window event tells of it (G7)", async ({
    page,
  }) => {
    await signIn(page, JOHN.email);
    await expectClientOf(page, JOHN.uniqueIdentifier);
    await signOutByRequest(page.request);
    await page.getByRole("navigation").getByRole("link", { name: "Claims" }).first().click();
    await expect(page).toHaveURL(/\/login/);
    await expectClientOf(page, "anonymous");
  });

  test("by NextAuth's own client in another tab, it ends the client (G7)", async ({ page, context }) => {
    await signIn(page, JOHN.email);
    await expectClientOf(page, JOHN.uniqueIdentifier);
    const other = await context.newPage();
    await other.goto("/");
    // A question that is still on its way when the session ends would be answered 401.
    await expectClientOf(other, JOHN.uniqueIdentifier);
    await signOutByRequest(page.request);
    // What its signOut() leaves in the storage that all tabs share.
    await other.evaluate(() => {
      const message = { event: "session", data: { trigger: "signout" }, timestamp: Math.floor(Date.now() / 1000) };
      localStorage.setItem("nextauth.message", JSON.stringify(message));
    });
    await expectClientOf(page, "anonymous");
  });

  test("and a sign-in as somebody else in another tab, ends the client and brings theirs (G2, G7)", async ({
    page,
    context,
  }) => {
    await signIn(page, JOHN.email);
    await expectClientOf(page, JOHN.uniqueIdentifier);
    const other = await context.newPage();
    await other.goto("/portal");
    await expectClientOf(other, JOHN.uniqueIdentifier);
    await signOut(other);
    await signIn(other, JANE.email);
    await expectClientOf(page, JANE.uniqueIdentifier);
  });
});

test.describe("when minting fails", () => {
  test.use({ expectedErrors: [/Failed to load resource/] });

  test("John is not put into an anonymous chat, gets another way to reach someone, and his chat when it recovers (G8)", async ({
    page,
    context,
  }) => {
    let isBroken = true;
    await context.route(MINT, (route) =>
      isBroken
        ? route.fulfill({ status: 503, json: { error: "It cannot be made just now.", code: "unavailable" } })
        : route.fallback(),
    );
    await signIn(page, JOHN.email);
    const status = page.getByRole("status").filter({ hasText: "Chat is unavailable" });
    await expect(status.getByRole("link", { name: /^0/ })).toHaveAttribute("href", /^tel:/);
    await expect(status.getByRole("link", { name: /@/ })).toHaveAttribute("href", /^mailto:/);
    await expectClientOf(page, "nobody");
    isBroken = false;
    await expectClientOf(page, JOHN.uniqueIdentifier);
    await expect(status).toHaveCount(0);
  });

  test("an identity of somebody else is refused, whatever the endpoint says (G2)", async ({
    page,
    context,
    request,
  }) => {
    await signInByRequest(request, JANE.email);
    const hers = await (await request.post("/api/glassix-identity")).json();
    let isWrong = true;
    await context.route(MINT, (route) => (isWrong ? route.fulfill({ json: hers }) : route.fallback()));
    await signIn(page, JOHN.email);
    await expect(page.getByText("Chat is unavailable")).toBeVisible();
    await expectClientOf(page, "nobody");
    isWrong = false;
    await expectClientOf(page, JOHN.uniqueIdentifier);
  });

  test("a refusal ends the questions until the session changes", async ({ page, context }) => {
    await page.clock.install();
    const mints = countMints(page);
    let isRefused = true;
    await context.route(MINT, (route) =>
      isRefused ? route.fulfill({ status: 401, json: { error: "No.", code: "unauthenticated" } }) : route.fallback(),
    );
    await signIn(page, JOHN.email);
    await expect(page.getByText("Chat is unavailable")).toBeVisible();
    await page.clock.fastForward(HOUR);
    await focus(page);
    await expectClientOf(page, "nobody");
    expect(mints.count).toBe(1);
    isRefused = false;
    await signOut(page);
    await expectClientOf(page, "anonymous");
    await signIn(page, JOHN.email);
    await expectClientOf(page, JOHN.uniqueIdentifier);
  });
});
