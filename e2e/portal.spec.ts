import { readdirSync, readFileSync } from "node:fs";
import { expect, expectClientOf, JANE, JOHN, signInByForm, test as base } from "./fixtures";
import { DEPARTMENT, NEXTAUTH_SECRET } from "./servers";

const test = base.extend<{ signInClaimant: (count: number) => Promise<{ email: string; policy: string }> }>({
  /** Signs in a customer with one policy and `count` insurance claims on it, the even ones settled. */
  signInClaimant: async ({ sql, signIn }, use) =>
    use(async (count) => {
      const { email } = await signIn();
      const policy = `HL-H-${String(Math.floor(Math.random() * 1_000_000)).padStart(6, "0")}`;
      await sql(
        `WITH policy AS (
           INSERT INTO "Policy" ("userId", number, product, insured, "premiumCents", "deductibleCents", "startsOn", "endsOn")
           SELECT id, $2, 'home', '1 Quay', 1, 1, now() - interval '1 year', now() + interval '1 year' FROM "User" WHERE email = $1
           RETURNING id, "userId")
         INSERT INTO "Claim" ("userId", "policyId", title, description, "incidentOn", state, "createdAt")
           SELECT "userId", id, 'Claim no. ' || n, 'Wet.', now(), (ARRAY['paid', 'received'])[n % 2 + 1]::"ClaimState", now() - interval '1 day' * (1000 - n)
           FROM policy, generate_series(1, $3::int) n`,
        [email, policy, count],
      );
      return { email, policy };
    }),
});

test("the overview shows the customer's policies and their latest insurance claim", async ({ page, signIn }) => {
  await signIn(JOHN);
  await page.goto("/portal");
  const main = page.getByRole("main");
  await expect(main.getByText("12 Lantern Quay, Portsmouth").first()).toBeVisible();
  await expect(main.getByText("Burst pipe under the kitchen sink").first()).toBeVisible();
});

test("a policy page shows the cover and the price, and links to a printable schedule", async ({ page, signIn }) => {
  await signIn(JOHN);
  await page.goto("/portal/policies");
  await page
    .getByRole("link", { name: /12 Lantern Quay/ })
    .first()
    .click();
  await expect(page).toHaveURL("/portal/policies/HL-H-204817");
  for (const text of ["Escape of water", "£612", "£480,000"]) await expect(page.getByText(text).first()).toBeVisible();
  await page
    .getByRole("link", { name: /schedule/i })
    .first()
    .click();
  await expect(page.getByRole("button", { name: /print/i })).toBeVisible();
});

test("a customer files an insurance claim; errors appear at their fields, and the form keeps what was typed", async ({
  page,
  signIn,
}) => {
  await signIn(JANE);
  await page.goto("/portal/claims/new");
  await page.getByLabel("Which policy").selectOption({ index: 1 });
  await page.getByLabel("When did it happen?").fill("2124-01-01");
  await page.getByLabel("in a few words").fill("Trip cancelled");
  await page.getByLabel("Tell us more").fill("Too short");
  await page.getByLabel("how much").fill("a lot");
  await page.getByRole("button", { name: "Send claim" }).click();

  for (const label of ["When did it happen?", "Tell us more", "how much"])
    await expect(page.getByLabel(label)).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("in a few words")).toHaveValue("Trip cancelled");
  await expect(page.getByLabel("how much")).toHaveValue("a lot");
  await expect(page.getByLabel("Which policy")).toHaveValue("HL-T-310944");

  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const description = `<b>The ferry</b> did not sail. ${crypto.randomUUID()}`;
  await page.getByLabel("When did it happen?").fill(yesterday);
  await page.getByLabel("Tell us more").fill(description);
  await page.getByLabel("how much").fill("1,234.50");
  await page.getByRole("button", { name: "Send claim" }).click();
  await expect(page).toHaveURL(/\/portal\/claims\/C-\d+$/);
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Trip cancelled");
  await expect(page.getByText(description)).toBeVisible();
  await expect(page.getByText("£1,234.50").first()).toBeVisible();

  await page.goto("/portal/claims");
  await expect(page.getByRole("link", { name: /Trip cancelled/ }).first()).toBeVisible();
});

test.describe("many insurance claims", () => {
  for (const javaScriptEnabled of [true, false]) {
    test.describe(javaScriptEnabled ? "" : "without JavaScript", () => {
      test.use({ javaScriptEnabled });

      test("are listed twenty to a page, open ones first, then by date", async ({ page, signInClaimant }) => {
        await signInClaimant(50);
        await page.goto("/portal/claims");
        const titles = page.getByRole("link", { name: /^Claim no/ });
        const pages = page.getByRole("navigation", { name: "Pages of claims" });
        await expect(pages).toContainText("Page 1 of 3");
        await expect(titles).toHaveCount(20);
        await expect(titles.first()).toContainText("Claim no. 49");
        await expect(page.getByRole("heading", { name: "Settled" })).toHaveCount(0);
        await expect(pages.getByRole("link", { name: "Previous page" })).toHaveCount(0);

        await pages.getByRole("link", { name: "Next page" }).click();
        await expect(page).toHaveURL("/portal/claims?page=2");
        await expect(pages).toContainText("Page 2 of 3");
        await expect(titles).toHaveCount(20);
        await expect(titles.first()).toContainText("Claim no. 9");
        await expect(titles.nth(5)).toContainText("Claim no. 50");

        await pages.getByRole("link", { name: "Next page" }).click();
        await expect(titles).toHaveCount(10);
        await expect(titles.last()).toContainText("Claim no. 2");
        await expect(pages.getByRole("link", { name: "Next page" })).toHaveCount(0);
        await pages.getByRole("link", { name: "Previous page" }).click();
        await expect(page).toHaveURL("/portal/claims?page=2");
        await pages.getByRole("link", { name: "Previous page" }).click();
        await expect(page).toHaveURL("/portal/claims?page=1");
      });
    });
  }

  test("show the nearest page for a page number that does not exist", async ({ page, signInClaimant }) => {
    await signInClaimant(21);
    for (const [query, shown] of [
      ["page=99", 2],
      ["page=-1", 1],
      ["page=x", 1],
      ["page=2&page=3", 1],
    ] as const) {
      await page.goto(`/portal/claims?${query}`);
      await expect(page.getByRole("navigation", { name: "Pages of claims" })).toContainText(`Page ${shown} of 2`);
    }
  });

  test("the newest are listed with their policy, which links to all, and on the overview", async ({
    page,
    signInClaimant,
  }) => {
    const { policy } = await signInClaimant(21);
    await page.goto(`/portal/policies/${policy}`);
    await expect(page.getByRole("link", { name: /^Claim no/ })).toHaveCount(20);
    await expect(page.getByRole("link", { name: "Claim no. 1", exact: true })).toHaveCount(0);
    await page.getByRole("link", { name: "All claims" }).click();
    await expect(page).toHaveURL("/portal/claims");

    await page.goto("/portal");
    await expect(page.getByRole("main").getByRole("link", { name: /^Claim no/ })).toHaveCount(4);
    await expect(page.getByRole("link", { name: "All 11 open claims" })).toBeVisible();
  });

  test("are limited to 30 an hour; then the form keeps what was typed and says when to try again", async ({
    page,
    signInClaimant,
    sql,
  }) => {
    const { email } = await signInClaimant(0);
    const file = async (title: string) => {
      await page.goto("/portal/claims/new");
      await page.getByLabel("When did it happen?").fill(new Date(Date.now() - 86_400_000).toISOString().slice(0, 10));
      await page.getByLabel("in a few words").fill(title);
      await page.getByLabel("Tell us more").fill("The cellar is flooded.");
      await page.getByRole("button", { name: "Send claim" }).click();
    };
    // A resubmitted form does not count.
    for (const title of ["Flood 1", "Flood 1", "Flood 2", "Flood 3", "Flood 3"]) {
      await file(title);
      await expect(page).toHaveURL(/\/portal\/claims\/C-\d+$/);
    }
    const [{ key, points }] = (await sql(
      `SELECT key, points FROM "RateLimit" WHERE key = (SELECT 'file-claim:' || id FROM "User" WHERE email = $1)`,
      [email],
    )) as [{ key: string; points: number }];
    expect(points).toBe(3);
    await sql(`UPDATE "RateLimit" SET points = 29 WHERE key = $1`, [key]);
    await file("Flood 30");
    await expect(page).toHaveURL(/\/portal\/claims\/C-\d+$/);
    await file("Flood 31");
    await expect(page.getByText(/You can file at most 30 claims an hour.* Send it again in \d+ minutes/)).toBeVisible();
    await expect(page.getByLabel("in a few words")).toHaveValue("Flood 31");
    await expect(page.getByLabel("Tell us more")).toHaveValue("The cellar is flooded.");

    // A resubmitted form still leads to its claim.
    await file("Flood 30");
    await expect(page).toHaveURL(/\/portal\/claims\/C-\d+$/);
    expect(
      await sql(`SELECT count(*)::int AS count FROM "Claim" JOIN "User" u ON u.id = "userId" WHERE u.email = $1`, [
        email,
      ]),
    ).toEqual([{ count: 4 }]);
  });
});

test.describe("a text that is too long", () => {
  test.use({ expectedErrors: [/413/] });

  test("stays in the field (G13)", async ({ page, signIn }) => {
    await signIn(JANE);
    await page.goto("/portal/claims/new");
    const description = page.getByLabel("Tell us more");
    await description.fill("Wet. ".repeat(500));
    await page.getByRole("button", { name: "Send claim" }).click();
    await expect(description).toHaveAccessibleDescription(/at most 2000 characters/);
    await expect(description).toHaveValue("Wet. ".repeat(500));

    // The message is the same as before, so wait for the response.
    await description.fill("Wet. ".repeat(12_000));
    const responsePromise = page.waitForResponse((response) => response.request().method() === "POST");
    await page.getByRole("button", { name: "Send claim" }).click();
    await responsePromise;
    await expect(page.getByRole("button", { name: "Send claim" })).toBeEnabled();
    await expect(description).toHaveAccessibleDescription(/at most 2000 characters/);
    await expect(description).toHaveValue("Wet. ".repeat(12_000));

    // More than the server reads: the browser keeps it.
    await description.fill("Wet. ".repeat(20_000));
    await page.getByRole("button", { name: "Send claim" }).click();
    await expect(page.getByText("We couldn't send this")).toBeVisible();
    await expect(description).toHaveValue("Wet. ".repeat(20_000));
  });
});

test.describe("a form that cannot be sent", () => {
  // The browser reports the failures that this test causes.
  test.use({ expectedErrors: [/Failed to load resource|[Ss]erver [Aa]ction/] });

  test("keeps what was typed, and can be sent again", async ({ page, signInClaimant }) => {
    await signInClaimant(0);
    const title = "Burst pipe";
    const description = "First paragraph.\n\nSecond <b>paragraph</b>.";
    await page.goto("/portal/claims/new");
    await page.getByLabel("in a few words").fill(title);
    await page.getByLabel("Tell us more").fill(description);
    await page.getByLabel("About how much").fill("1,234.50");
    await page.getByLabel("When did it happen?").fill(new Date(Date.now() - 86_400_000).toISOString().slice(0, 10));
    for (const [what, response] of [
      ["no network", null],
      ["an overloaded server", { status: 503, contentType: "text/html", body: "<h1>Unavailable</h1>" }],
      ["too many requests", { status: 429, contentType: "text/plain", body: "Too many requests.\n" }],
      ["a proxy's size limit", { status: 413, contentType: "text/html", body: "<h1>Too large</h1>" }],
      ["a proxy's own page", { status: 200, contentType: "text/html", body: "<h1>Log in first</h1>" }],
      ["a response that breaks off", { status: 200, contentType: "text/x-component", body: "" }],
    ] as const)
      await test.step(what, async () => {
        await page.route("**/portal/claims/new", (route) => {
          if (route.request().method() !== "POST") return route.fallback();
          return response ? route.fulfill(response) : route.abort("internetdisconnected");
        });
        const sent = page.waitForRequest(
          (request) => request.method() === "POST" && request.url().includes("/claims/new"),
        );
        await page.getByRole("button", { name: "Send claim" }).click();
        await sent;
        await expect(page.getByText("We couldn't send this")).toBeVisible();
        await expect(page.getByLabel("in a few words")).toHaveValue(title);
        await expect(page.getByLabel("Tell us more")).toHaveValue(description);
        await expect(page.getByLabel("About how much")).toHaveValue("1,234.50");
        await page.unrouteAll();
      });
    await page.getByRole("button", { name: "Send claim" }).click();
    await expect(page).toHaveURL(/\/portal\/claims\/C-\d+$/);
  });
});

test("a form keeps what was typed when its session ends", async ({ page, signInClaimant, sql }) => {
  const { email } = await signInClaimant(0);
  await page.goto("/portal/claims/new");
  await page.waitForFunction(() => window.widgetClient);
  const title = page.getByLabel("in a few words");
  await title.fill("Burst pipe");
  await sql(`DELETE FROM "Session" WHERE "userId" = (SELECT "id" FROM "User" WHERE "email" = $1)`, [email]);
  const read = page.waitForResponse("**/api/auth/session");
  await page.evaluate(() => window.dispatchEvent(new Event("focus")));
  expect(await (await read).json()).toEqual({});
  await page.getByRole("button", { name: "Send claim" }).click();
  await expect(page.getByText("Your session has ended.")).toBeVisible();
  await expect(title).toHaveValue("Burst pipe");
});

test("a form of one customer is refused while another is signed in (G2)", async ({
  page,
  signIn,
  createCustomer,
  sql,
}) => {
  await signIn();
  await page.goto("/portal/account");
  const other = await signIn(await createCustomer("Olive"), page.context().request);
  await page.getByLabel("First name").fill("Not Olive");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText("Your session has ended.")).toBeVisible();
  expect(await sql(`SELECT "firstName" FROM "User" WHERE "email" = $1`, [other.email])).toEqual([
    { firstName: "Olive" },
  ]);
});

test("a form that is sent after the session ended says so, and keeps what was typed", async ({
  page,
  context,
  signIn,
}) => {
  await signIn();
  await page.goto("/portal/account");
  await page.waitForFunction(() => window.widgetClient);
  await page.getByLabel("First name").fill("Robyn");
  await context.clearCookies({ name: /session-token/ });
  const readAgain = page.waitForResponse("**/api/auth/session");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText("Your session has ended")).toBeVisible();
  await readAgain;
  await expectClientOf(page, "anonymous");
  await expect(page).toHaveURL("/portal/account");
  await expect(page.getByLabel("First name")).toHaveValue("Robyn");
});

test("a customer changes their name, and the next identity carries it", async ({ page, signIn }) => {
  await signIn();
  await page.goto("/portal/account");
  await page.getByLabel("First name").fill("");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByLabel("First name")).toHaveAttribute("aria-invalid", "true");

  await page.getByLabel("First name").fill("Robyn <script>");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText("Saved")).toBeVisible();
  await page.reload();
  await expect(page.getByLabel("First name")).toHaveValue("Robyn <script>");

  const { identityToken } = await (await page.request.post("/api/glassix-identity")).json();
  expect(JSON.parse(Buffer.from(identityToken.split(".")[1], "base64url").toString()).field1).toBe("Robyn <script>");
});

test("a new customer sees empty pages that explain the next step", async ({ page, signIn }) => {
  await signIn();
  for (const path of ["/portal", "/portal/policies", "/portal/claims", "/portal/claims/new"]) {
    await page.goto(path);
    await expect(
      page
        .getByRole("main")
        .getByText(/no (policy|policies|claims?)|not .* yet|nothing/i)
        .first(),
      path,
    ).toBeVisible();
  }
});

test("unknown pages and other customers' policies and claims are not found", async ({ page, signIn, sql }) => {
  const [johnsClaim] = await sql(`SELECT number FROM "Claim" JOIN "User" ON "User".id = "userId" WHERE email = $1`, [
    JOHN.email,
  ]);
  await signIn(JANE);
  for (const path of [
    "/nowhere",
    "/portal/nowhere",
    "/portal/policies/HL-H-204817",
    "/portal/policies/HL-H-204817/schedule",
    "/portal/policies/nothing",
    "/portal/policies/%00",
    "/portal/policies/' OR 1=1 --",
    `/portal/claims/C-${johnsClaim!.number}`,
    "/portal/claims/C-99999999999999999999",
    "/portal/claims/C-1e3",
    "/portal/claims/%F0%9F%A6%84",
  ]) {
    const response = await page.request.get(path);
    expect(response.status(), path).toBe(404);
    expect(await response.text()).not.toContain("Lantern Quay");
  }
  expect((await page.request.get("/portal/policies/HL-T-310944")).status()).toBe(200);
});

test.describe("secrets", () => {
  test.use({ expectedErrors: [/404 \(Not Found\)/] });

  test("are in no page, script, response or URL: password hashes, signing keys, identity tokens (G11)", async ({
    page,
    sql,
  }) => {
    const [row] = await sql(`SELECT "passwordHash" AS hash FROM "User" WHERE email = $1`, [JOHN.email]);
    expect(row!.hash).toMatch(/^\$argon2id\$/);
    const responses: { url: string; body: Promise<string> }[] = [];
    page.on("response", (response) => responses.push({ url: response.url(), body: response.text().catch(() => "") }));
    await signInByForm(page, JOHN.email);
    for (const path of ["/portal", "/portal/policies", "/portal/claims", "/portal/account", "/", "/nowhere"])
      await page.goto(path);
    await page.waitForFunction(() => window.widgetClient);

    const { identityToken } = await (await page.request.post("/api/glassix-identity")).json();
    const [, payload] = identityToken.split(".");
    const texts = await Promise.all(responses.map(async ({ url, body }) => ({ url, text: url + (await body) })));
    expect(texts.some(({ text }) => text.includes("Lantern Quay"))).toBe(true);
    for (const secret of [
      String(row!.hash),
      "argon2id$",
      "passwordHash",
      DEPARTMENT.GLASSIX_API_SECRET,
      NEXTAUTH_SECRET,
    ]) {
      expect(texts.filter(({ text }) => text.includes(secret)).map(({ url }) => url)).toEqual([]);
    }
    // Tokens minted at different seconds start with the same claims. Only the endpoint may return one.
    const holders = texts
      .filter(({ text }) => text.includes(payload.slice(0, 60)))
      .map(({ url }) => new URL(url).pathname);
    expect([...new Set(holders)]).toEqual(["/api/glassix-identity"]);
    const pageState = await page.evaluate(
      () => document.documentElement.outerHTML + JSON.stringify([localStorage, sessionStorage]),
    );
    expect(pageState).not.toContain(payload.slice(0, 60));
  });

  test("and the code that signs are in no bundle (G11)", () => {
    const files = readdirSync(".next/static", { recursive: true, encoding: "utf8" }).filter((file) =>
      /\.(js|map|json)$/.test(file),
    );
    expect(files.length).toBeGreaterThan(5);
    for (const file of files) {
      const text = readFileSync(`.next/static/${file}`, "utf8");
      for (const name of ["passwordHash", "GLASSIX_API_SECRET", "NEXTAUTH_SECRET", "The API secret is the API key"]) {
        expect(text.includes(name), `${file} contains ${name}`).toBe(false);
      }
    }
  });
});
