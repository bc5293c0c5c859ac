import { expect, JANE, JOHN, PASSWORD, registerCustomer, signIn, signOut, test } from "./fixtures";

test.describe("signing in", () => {
  test("takes an e-mail in any case, and leads to the portal", async ({ page }) => {
    await signIn(page, "  JOHN.Wick@example.COM ");
    await expect(page.getByRole("heading", { level: 1 })).toContainText("John");
  });

  test("gives the same answer to a wrong password and to an unknown e-mail, and keeps the e-mail", async ({ page }) => {
    const answers: string[] = [];
    for (const email of [JOHN.email, "nobody@example.com"]) {
      await page.goto("/login");
      await page.getByLabel("Email").fill(email);
      await page.getByLabel("Password").fill("not the password");
      await page.getByRole("button", { name: "Sign in" }).click();
      const alert = page.getByText("do not match");
      await expect(alert).toBeVisible();
      answers.push((await alert.textContent())!);
      await expect(page.getByLabel("Email")).toHaveValue(email);
      await expect(page.getByLabel("Password")).toHaveValue("");
    }
    expect(answers[0]).toBe(answers[1]);
  });

  test("takes about as long for an unknown e-mail as for a known one", async ({ page, request }) => {
    const { email } = await registerCustomer(page);
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
    // Without the same work for both, an unknown e-mail answers some fifty times as fast.
    expect(unknown / known).toBeGreaterThan(0.4);
    expect(unknown / known).toBeLessThan(2.5);
  });

  test("asks for what is missing, at the field", async ({ page }) => {
    await page.goto("/login");
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByLabel("Email")).toHaveAttribute("aria-invalid", "true");
    await expect(page.getByLabel("Email")).toHaveAccessibleDescription(/e-mail/i);
  });

  test("returns to the page that was asked for, and never to another site", async ({ page }) => {
    await page.goto("/portal/claims?state=open");
    await expect(page).toHaveURL(`/login?callbackUrl=${encodeURIComponent("/portal/claims?state=open")}`);
    await page.getByLabel("Email").fill(JOHN.email);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page).toHaveURL("/portal/claims?state=open");

    for (const callbackUrl of [
      "https://evil.example/portal",
      "//evil.example/portal",
      "/\\evil.example/portal",
      "/.//evil.example/portal",
    ]) {
      await page.goto(`/login?callbackUrl=${encodeURIComponent(callbackUrl)}`);
      await expect(page).toHaveURL("/portal");
    }
  });

  test("redirects a signed-out visitor before anything of the portal is sent", async ({ request }) => {
    for (const path of [
      "/portal",
      "/portal/policies",
      "/portal/policies/HL-H-204817",
      "/portal/claims",
      "/portal/claims/C-1001",
      "/portal/claims/new",
      "/portal/account",
    ]) {
      const response = await request.get(path, { maxRedirects: 0 });
      expect(response.status(), path).toBe(307);
      expect(response.headers().location).toContain(`/login?callbackUrl=${encodeURIComponent(path)}`);
    }
  });

  test("shows nothing of the portal after a sign-out", async ({ page }) => {
    await signIn(page, JANE.email);
    await signOut(page);
    await page.goto("/portal");
    await expect(page).toHaveURL(/\/login/);
  });
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("a customer registers, signs out, signs in, and reads what went wrong", async ({ page }) => {
    const { email, password } = await registerCustomer(page, "Ada");
    await expect(page.getByRole("heading", { level: 1 })).toContainText("Ada");
    await signOut(page);

    await page.getByLabel("Email").fill(email);
    await page.getByLabel("Password").fill("not the password");
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByText("do not match")).toBeVisible();
    await expect(page.getByLabel("Email")).toHaveValue(email);

    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page).toHaveURL("/portal");
  });
});

test.describe("registering", () => {
  test("makes a customer with a unique identifier of their own, which signing in again does not change (G12)", async ({
    page,
  }) => {
    const customer = await registerCustomer(page, "Grace");
    await expect(page.getByRole("heading", { level: 1 })).toContainText("Grace");
    const identify = async () => (await (await page.request.get("/api/auth/session")).json()).user.uniqueIdentifier;
    const uniqueIdentifier = await identify();
    expect(uniqueIdentifier).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    await signOut(page);
    await signIn(page, customer.email, customer.password);
    expect(await identify()).toBe(uniqueIdentifier);
  });

  test("names what is wrong at each field, and keeps all that was typed but the password", async ({ page }) => {
    await page.goto("/register");
    await page.getByLabel("First name").fill("Grace");
    await page.getByLabel("Email").fill("grace@");
    await page.getByLabel("Password").fill("short");
    await page.getByRole("button", { name: "Create account" }).click();
    for (const label of ["Last name", "Email", "Password"])
      await expect(page.getByLabel(label)).toHaveAttribute("aria-invalid", "true");
    await expect(page.getByLabel("First name")).not.toHaveAttribute("aria-invalid", "true");
    await expect(page.getByLabel("Password")).toHaveAccessibleDescription(/10/);
    await expect(page.getByLabel("First name")).toHaveValue("Grace");
    await expect(page.getByLabel("Email")).toHaveValue("grace@");
    await expect(page.getByLabel("Password")).toHaveValue("");
  });

  test("refuses an e-mail that has an account, whatever its case", async ({ page }) => {
    await page.goto("/register");
    await page.getByLabel("First name").fill("John");
    await page.getByLabel("Last name").fill("Wick");
    await page.getByLabel("Email").fill("JOHN.WICK@example.com");
    await page.getByLabel("Password").fill("a password of my own");
    await page.getByRole("button", { name: "Create account" }).click();
    await expect(page.getByLabel("Email")).toHaveAttribute("aria-invalid", "true");
    await expect(page.getByLabel("Email")).toHaveAccessibleDescription(/account/);
    await expect(page.getByLabel("First name")).toHaveValue("John");
  });

  test("makes one account of an address, on whichever keyboard it is typed", async ({ page, sql }) => {
    const id = crypto.randomUUID();
    const register = async (email: string) => {
      await page.goto("/register");
      await page.getByLabel("First name").fill("José");
      await page.getByLabel("Last name").fill("Tester");
      // The browser's own form of an address would be all that arrives: other clients send others.
      await page.getByLabel("Email").evaluate((input: HTMLInputElement) => (input.type = "text"));
      await page.getByLabel("Email").fill(email);
      await page.getByLabel("Password").fill("a password of my own");
      await page.getByRole("button", { name: "Create account" }).click();
    };
    await register(`jos\u00e9-${id}@b\u00fccher.example`);
    await page.waitForURL("**/portal");
    const canonical = `jos\u00e9-${id}@xn--bcher-kva.example`;
    expect(await sql(`SELECT count(*)::int AS count FROM "User" WHERE email = $1`, [canonical])).toEqual([
      { count: 1 },
    ]);

    for (const email of [`JOSE\u0301-${id}@XN--BCHER-KVA.example`, `jose\u0301-${id}＠bu\u0308cher。example.`]) {
      await signOut(page);
      await register(email);
      await expect(page.getByLabel("Email")).toHaveAccessibleDescription(/account/);
      await page.goto("/login");
      await page.getByLabel("Email").evaluate((input: HTMLInputElement) => (input.type = "text"));
      await page.getByLabel("Email").fill(email);
      await page.getByLabel("Password").fill("a password of my own");
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.waitForURL("**/portal");
    }
  });

  test("refuses invisible characters at the field, and says what to do (G14)", async ({ page }) => {
    await page.goto("/register");
    await page.getByLabel("First name").fill("Jo\u202Ehn");
    await page.getByLabel("Last name").fill("Wick");
    await page.getByLabel("Email").evaluate((input: HTMLInputElement) => (input.type = "text"));
    await page.getByLabel("Email").fill(`jo\u200Bhn-${crypto.randomUUID()}@example.com`);
    await page.getByLabel("Password").fill("a password of my own");
    await page.getByRole("button", { name: "Create account" }).click();
    await expect(page.getByLabel("Email")).toHaveAccessibleDescription(/cannot be seen/);
    await expect(page.getByLabel("First name")).toHaveAccessibleDescription(/cannot be seen/);
  });

  test("makes one account when the same person registers twice at the same moment (G12)", async ({ browser, sql }) => {
    const email = `twice-${crypto.randomUUID()}@example.com`;
    const pages = await Promise.all([1, 2, 3].map(async () => (await browser.newContext()).newPage()));
    await Promise.all(
      pages.map(async (page) => {
        await page.goto("/register");
        await page.getByLabel("First name").fill("Twice");
        await page.getByLabel("Last name").fill("Tester");
        await page.getByLabel("Email").fill(email);
        await page.getByLabel("Password").fill("a password of my own");
      }),
    );
    await Promise.all(pages.map((page) => page.getByRole("button", { name: "Create account" }).click()));
    await Promise.all(
      pages.map((page) => expect(page.getByText(/Twice|has an account|already/).first()).toBeVisible()),
    );
    expect(await sql(`SELECT count(*)::int AS count FROM "User" WHERE email = $1`, [email])).toEqual([{ count: 1 }]);
    await Promise.all(pages.map((page) => page.context().close()));
  });
});

test.describe("the database itself", () => {
  test("refuses to change a unique identifier, by whatever SQL (G12)", async ({ sql }) => {
    for (const statement of [
      `UPDATE "User" SET "uniqueIdentifier" = gen_random_uuid() WHERE email = 'john.wick@example.com'`,
      `UPDATE "User" SET "uniqueIdentifier" = gen_random_uuid(), "firstName" = 'John'`,
      `INSERT INTO "User" (email, "firstName", "lastName") VALUES ('john.wick@example.com', 'J', 'W') ON CONFLICT (email) DO UPDATE SET "uniqueIdentifier" = gen_random_uuid()`,
    ]) {
      await expect(sql(statement)).rejects.toThrow(/never changes/);
    }
    await expect(sql(`UPDATE "User" SET "uniqueIdentifier" = NULL`)).rejects.toThrow();
    expect(await sql(`SELECT "uniqueIdentifier" FROM "User" WHERE email = 'john.wick@example.com'`)).toEqual([
      { uniqueIdentifier: JOHN.uniqueIdentifier },
    ]);
  });

  test("keeps the unique identifier when the e-mail changes (G12)", async ({ page, sql }) => {
    const { email } = await registerCustomer(page);
    const [before] = await sql(`SELECT "uniqueIdentifier" FROM "User" WHERE email = $1`, [email]);
    const [after] = await sql(
      `UPDATE "User" SET email = 'NEW-' || email WHERE email = $1 RETURNING "uniqueIdentifier", email`,
      [email],
    );
    expect(after).toEqual({ ...before, email: `new-${email}` });
  });

  test("makes the unique identifier, and takes no e-mail twice, whatever its case", async ({ sql }) => {
    const email = `sql-${crypto.randomUUID()}@example.com`;
    const [row] = await sql(
      `INSERT INTO "User" (email, "firstName", "lastName") VALUES ($1, 'S', 'Q') RETURNING "uniqueIdentifier"`,
      [email],
    );
    expect(row!.uniqueIdentifier).toMatch(/^[0-9a-f-]{36}$/);
    await expect(
      sql(`INSERT INTO "User" (email, "firstName", "lastName") VALUES ($1, 'S', 'Q')`, [email.toUpperCase()]),
    ).rejects.toThrow(/unique/);
    await expect(sql(`UPDATE "User" SET email = 'sql@b\u00fccher.example' WHERE email = $1`, [email])).rejects.toThrow(
      /domain_is_ascii/,
    );
    await sql(`DELETE FROM "User" WHERE email = $1`, [email]);
  });
});
