import { expect, JOHN, PASSWORD, registerCustomer, signInByForm, signOut, test } from "./fixtures";

test.describe("signing in", () => {
  test("accepts an email in any case, and leads to the portal", async ({ page }) => {
    await signInByForm(page, "  JOHN.Wick@example.COM ");
    await expect(page.getByRole("heading", { level: 1 })).toContainText("John");
  });

  test("shows the same message for a wrong password and an unknown email, and keeps the email", async ({ page }) => {
    const messages: string[] = [];
    for (const email of [JOHN.email, "nobody@example.com"]) {
      await page.goto("/login");
      await page.getByLabel("Email").fill(email);
      await page.getByLabel("Password").fill("not the password");
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      const alert = page.getByText("do not match");
      await expect(alert).toBeVisible();
      messages.push((await alert.textContent())!);
      await expect(page.getByLabel("Email")).toHaveValue(email);
      await expect(page.getByLabel("Password")).toHaveValue("");
    }
    expect(messages[0]).toBe(messages[1]);
  });

  test("shows at the field what is missing", async ({ page }) => {
    await page.goto("/login");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(page.getByLabel("Email")).toHaveAttribute("aria-invalid", "true");
    await expect(page.getByLabel("Email")).toHaveAccessibleDescription(/email/i);
  });

  test("returns to the requested page, and never to another site", async ({ page }) => {
    await page.goto("/portal/claims?state=open");
    await expect(page).toHaveURL(`/login?callbackUrl=${encodeURIComponent("/portal/claims?state=open")}`);
    await page.getByLabel("Email").fill(JOHN.email);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
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

  test("redirects a signed-out visitor without sending any of the portal's content", async ({ request }) => {
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
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("a customer registers, signs out, signs in, and reads what went wrong", async ({ page }) => {
    const { email, password } = await registerCustomer(page, "Ada");
    await expect(page.getByRole("heading", { level: 1 })).toContainText("Ada");
    await signOut(page);

    await page.getByLabel("Email").fill(email);
    await page.getByLabel("Password").fill("not the password");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(page.getByText("do not match")).toBeVisible();
    await expect(page.getByLabel("Email")).toHaveValue(email);

    await page.getByLabel("Password").fill(password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(page).toHaveURL("/portal");
  });
});

test.describe("registering", () => {
  test("creates a customer with a unique identifier, which stays the same at the next sign-in (G12)", async ({
    page,
  }) => {
    const customer = await registerCustomer(page, "Grace");
    await expect(page.getByRole("heading", { level: 1 })).toContainText("Grace");
    const readUniqueIdentifier = async () =>
      (await (await page.request.get("/api/auth/session")).json()).user.uniqueIdentifier;
    const uniqueIdentifier = await readUniqueIdentifier();
    expect(uniqueIdentifier).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    await signOut(page);
    await signInByForm(page, customer.email, customer.password);
    expect(await readUniqueIdentifier()).toBe(uniqueIdentifier);
  });

  test("shows errors at their fields, and keeps everything but the password", async ({ page }) => {
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

  test("refuses a common password, the company's name and the customer's own, beside other errors", async ({
    page,
  }) => {
    await page.goto("/register");
    for (const [password, problem] of [
      ["Summer2026!!", /too common/],
      ["Harborlight-2026", /company's name/],
      ["Hopper-Grace-1", /your name or email address/],
    ] as const) {
      await page.getByLabel("First name").fill("Grace");
      await page.getByLabel("Last name").fill("Hopper");
      await page.getByLabel("Email").fill("grace@");
      await page.getByLabel("Password").fill(password);
      await page.getByRole("button", { name: "Create account" }).click();
      await expect(page.getByLabel("Password")).toHaveAccessibleDescription(problem);
      await expect(page.getByLabel("Email")).toHaveAttribute("aria-invalid", "true");
    }
  });

  test("refuses an email that has an account, in any case", async ({ page }) => {
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

  test("treats different Unicode forms of an address as the same account", async ({ page, sql }) => {
    const id = crypto.randomUUID();
    const register = async (email: string) => {
      await page.goto("/register");
      await page.getByLabel("First name").fill("José");
      await page.getByLabel("Last name").fill("Tester");
      // A field of type "email" would normalize the address.
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
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
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
    await expect(page.getByLabel("Email")).toHaveAccessibleDescription(/invisible characters/);
    await expect(page.getByLabel("First name")).toHaveAccessibleDescription(/invisible characters/);
  });

  test("creates one account when the same person registers three times at the same moment (G12)", async ({
    openBrowser,
    sql,
  }) => {
    const email = `twice-${crypto.randomUUID()}@example.com`;
    const pages = await Promise.all([1, 2, 3].map(() => openBrowser()));
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
  });
});

test.describe("the database itself", () => {
  test("refuses any SQL that changes a unique identifier (G12)", async ({ sql }) => {
    for (const statement of [
      `UPDATE "User" SET "uniqueIdentifier" = gen_random_uuid() WHERE email = 'john.wick@example.com'`,
      `UPDATE "User" SET "uniqueIdentifier" = gen_random_uuid(), "firstName" = 'John'`,
      `INSERT INTO "User" (email, "firstName", "lastName") VALUES ('john.wick@example.com', 'J', 'W') ON CONFLICT (email) DO UPDATE SET "uniqueIdentifier" = gen_random_uuid()`,
    ]) {
      await expect(sql(statement)).rejects.toThrow(/never changes/);
    }
    const change = `UPDATE "User" SET "uniqueIdentifier" = gen_random_uuid() WHERE email = 'john.wick@example.com'`;
    await expect(sql(`SET LOCAL session_replication_role = replica; ${change}`)).rejects.toThrow(/never changes/);
    await expect(
      sql(`CREATE FUNCTION "changeIdentifier"() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN NEW."uniqueIdentifier" := gen_random_uuid(); RETURN NEW; END $$;
           CREATE TRIGGER "z_last" BEFORE UPDATE ON "User" FOR EACH ROW EXECUTE FUNCTION "changeIdentifier"();
           UPDATE "User" SET "firstName" = 'John' WHERE email = 'john.wick@example.com'`),
    ).rejects.toThrow(/never changes/);
    await expect(sql(`UPDATE "User" SET "uniqueIdentifier" = NULL`)).rejects.toThrow();
    expect(await sql(`SELECT "uniqueIdentifier" FROM "User" WHERE email = 'john.wick@example.com'`)).toEqual([
      { uniqueIdentifier: JOHN.uniqueIdentifier },
    ]);
  });

  test("keeps the unique identifier when the email changes (G12)", async ({ createCustomer, sql }) => {
    const { email } = await createCustomer();
    const [before] = await sql(`SELECT "uniqueIdentifier" FROM "User" WHERE email = $1`, [email]);
    const [after] = await sql(
      `UPDATE "User" SET email = 'NEW-' || email WHERE email = $1 RETURNING "uniqueIdentifier", email`,
      [email],
    );
    expect(after).toEqual({ ...before, email: `new-${email}` });
  });

  test("generates the unique identifier, and refuses a second account with the same email, in any case", async ({
    sql,
  }) => {
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
