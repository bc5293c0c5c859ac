import type { Page } from "@playwright/test";
import { expect, readIdentity, signInByRequest, test, type Sql } from "./fixtures";
import { readMails, waitForMail } from "./mail";
import { REQUIRED_PORTAL } from "./servers";

test.use({ baseURL: REQUIRED_PORTAL });

const NEW_PASSWORD = "another password of my own";
const CONFIRM = /^Confirm your email address$/;
const RESET = /^Choose a new password$/;
const DEAD = "This link no longer works";

async function register(page: Page, email: string, password = "a password of my own"): Promise<void> {
  await page.goto("/register");
  await page.getByLabel("First name").fill("Robin");
  await page.getByLabel("Last name").fill("Tester");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Check your inbox");
}

async function requestReset(page: Page, email: string): Promise<string> {
  await page.goto("/login");
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await page.getByLabel("Email").fill(email);
  await page.getByRole("button", { name: "Send link" }).click();
  await expect(page.getByText("If this address has an account")).toBeVisible();
  return (await waitForMail(email, RESET)).link;
}

async function saveNewPassword(page: Page, password = NEW_PASSWORD): Promise<void> {
  await page.getByLabel("New password").fill(password);
  await page.getByRole("button", { name: "Save password" }).click();
}

const newAddress = () => `robin-${crypto.randomUUID()}@example.com`;

const setConfirmed = (sql: Sql, email: string) =>
  sql(`UPDATE "User" SET "emailConfirmedAt" = now() WHERE email = $1`, [email]);

const confirmAddress = (page: Page) => page.getByRole("button", { name: "Confirm address" }).click();

const alterLastCharacter = (link: string) => link.slice(0, -1) + (link.endsWith("A") ? "B" : "A");

test.describe("registering with email", () => {
  test("creates the account once the address is confirmed, and signs in", async ({ page, sql }) => {
    const email = newAddress();
    await register(page, email);
    expect(await sql(`SELECT 1 FROM "User" WHERE email = $1`, [email])).toEqual([]);

    await page.goto((await waitForMail(email, CONFIRM)).link);
    await expect(page).toHaveURL("/confirm-email");
    await confirmAddress(page);
    await expect(page).toHaveURL("/portal");
    await expect.poll(async () => (await readIdentity(page))?.claims.email).toBe(email);
    expect(readMails(email)).toHaveLength(1);
  });

  test("shows the same page for an address that has an account, whose owner learns of it by email", async ({
    page,
    createCustomer,
  }) => {
    const { email } = await createCustomer();
    const unknown = newAddress();
    const texts: string[] = [];
    for (const address of [email, unknown]) {
      await register(page, address);
      texts.push((await page.getByRole("main").innerText()).replace(address, "…"));
    }
    expect(texts[0]).toBe(texts[1]);
    expect((await waitForMail(email, /already have an account/)).link).toBe(`${REQUIRED_PORTAL}/login`);
  });

  test("needs the chosen password in another browser, so that nobody confirms a stranger's registration (G14)", async ({
    page,
    openBrowser,
    sql,
  }) => {
    const email = newAddress();
    await register(page, email);
    const other = await openBrowser({ baseURL: REQUIRED_PORTAL });
    await other.goto((await waitForMail(email, CONFIRM)).link);
    await confirmAddress(other);
    await expect(other.getByLabel("Password")).toHaveAccessibleDescription(/Enter the password/);
    await other.getByLabel("Password").fill("not the password");
    await confirmAddress(other);
    await expect(other.getByLabel("Password")).toHaveAccessibleDescription(/not the password/);
    expect(await sql(`SELECT 1 FROM "User" WHERE email = $1`, [email])).toEqual([]);

    await other.getByLabel("Password").fill("a password of my own");
    await confirmAddress(other);
    await expect(other).toHaveURL("/portal");
  });

  test("refuses a link that was used, has expired or was altered, and creates one account", async ({
    page,
    openBrowser,
    sql,
  }) => {
    const late = newAddress();
    await register(page, late);
    const { link: expired } = await waitForMail(late, CONFIRM);
    await sql(`UPDATE "EmailLink" SET "expiresAt" = now() - interval '1 minute' WHERE email = $1`, [late]);
    await page.goto(expired);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(DEAD);

    const email = newAddress();
    await register(page, email);
    const { link } = await waitForMail(email, CONFIRM);
    await page.goto(alterLastCharacter(link));
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(DEAD);
    // As some mail programs change links.
    await page.goto(`${link.replace("&", "&amp;")}).`);
    await confirmAddress(page);
    await expect(page).toHaveURL("/portal");
    const other = await openBrowser({ baseURL: REQUIRED_PORTAL });
    await other.goto(link);
    await expect(other.getByRole("heading", { level: 1 })).toHaveText(DEAD);
    expect(await sql(`SELECT count(*)::int AS count FROM "User" WHERE email = $1`, [email])).toEqual([{ count: 1 }]);
  });

  test("sends the email again, and says so when it was sent too often", async ({ page }) => {
    const email = newAddress();
    await register(page, email);
    for (let count = 2; count <= 4; count++) {
      await page.getByRole("button", { name: "Send again" }).click();
      await expect.poll(() => readMails(email).length).toBe(count);
    }
    await page.getByRole("button", { name: "Send again" }).click();
    await expect(page.getByText("sent it several times")).toBeVisible();
    expect(readMails(email)).toHaveLength(4);
  });
});

test.describe("a forgotten password", () => {
  test("is replaced with a link, which ends all sessions and works once", async ({
    page,
    signIn,
    openBrowser,
    sql,
  }) => {
    const customer = await signIn();
    await setConfirmed(sql, customer.email);
    const other = await openBrowser({ baseURL: REQUIRED_PORTAL });
    const link = await requestReset(other, customer.email);
    await other.goto(link);
    await expect(other).toHaveURL("/reset-password");
    await saveNewPassword(other, "short");
    await expect(other.getByLabel("New password")).toHaveAccessibleDescription(/10 characters/);
    await saveNewPassword(other, customer.email);
    await expect(other.getByLabel("New password")).toHaveAccessibleDescription(/your name or email address/);
    await saveNewPassword(other);
    await expect(other.getByText("Your password has been changed")).toBeVisible();
    await waitForMail(customer.email, /password was changed/);

    await page.goto("/portal");
    await expect(page).toHaveURL(/\/login/);
    await other.goto(link);
    await expect(other.getByRole("heading", { level: 1 })).toHaveText(DEAD);
    await signInByRequest(other.request, customer.email, NEW_PASSWORD);
  });

  test("gets the same response for an unknown address, and no email", async ({ page }) => {
    const email = newAddress();
    await page.goto("/forgot-password");
    await page.getByLabel("Email").fill(email);
    await page.getByRole("button", { name: "Send link" }).click();
    await expect(page.getByText("If this address has an account")).toBeVisible();
    const known = newAddress();
    await register(page, known);
    await waitForMail(known, CONFIRM);
    expect(readMails(email)).toEqual([]);
  });

  test("is changed by one of two requests at the same moment", async ({ createCustomer, openBrowser, page }) => {
    const { email } = await createCustomer();
    const link = await requestReset(page, email);
    const pages = [page, await openBrowser({ baseURL: REQUIRED_PORTAL })];
    for (const each of pages) await each.goto(link);
    await Promise.all(pages.map((each, index) => saveNewPassword(each, `${NEW_PASSWORD} ${index}`)));
    const count = (text: string) => Promise.all(pages.map((each) => each.getByText(text).count()));
    await expect.poll(async () => (await count("Your password has been changed")).toSorted()).toEqual([0, 1]);
    await expect.poll(async () => (await count(DEAD)).toSorted()).toEqual([0, 1]);
  });

  for (const [change, statement] of [
    [
      "password",
      `UPDATE "User" SET "passwordHash" = (SELECT "passwordHash" FROM "User" WHERE email = 'jane.doe@example.com') WHERE email = $1`,
    ],
    ["address", `UPDATE "User" SET email = 'x-' || email WHERE email = $1`],
  ] as const)
    test(`cannot be replaced with a link from before a change of the ${change}`, async ({
      page,
      createCustomer,
      sql,
    }) => {
      const { email } = await createCustomer();
      const link = await requestReset(page, email);
      await page.goto(link);
      await expect(page.getByLabel("New password")).toBeVisible();
      await sql(statement, [email]);
      await saveNewPassword(page);
      await expect(page.getByText(DEAD)).toBeVisible();
      await page.goto(link);
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(DEAD);
    });

  test("is not changed in the account of a link that another tab has opened since", async ({
    page,
    createCustomer,
  }) => {
    const [first, second] = [await createCustomer("First"), await createCustomer("Second")];
    await page.goto(await requestReset(page, first.email));
    const tab = await page.context().newPage();
    await tab.goto(await requestReset(tab, second.email));
    await saveNewPassword(page);
    await expect(page.getByText(DEAD)).toBeVisible();
  });

  test("removes single sign-on on request, and always where the address was never confirmed", async ({
    page,
    createCustomer,
    sql,
  }) => {
    const addAccount = (email: string) =>
      sql(
        `INSERT INTO "Account" ("userId", "provider", "providerAccountId") SELECT id, 'https://id.example', id::text FROM "User" WHERE email = $1`,
        [email],
      );
    const countAccounts = async (email: string) =>
      (await sql(`SELECT 1 FROM "Account" a JOIN "User" u ON u.id = a."userId" WHERE email = $1`, [email])).length;
    for (const { isConfirmed, isChecked, left } of [
      { isConfirmed: true, isChecked: false, left: 1 },
      { isConfirmed: true, isChecked: true, left: 0 },
      { isConfirmed: false, isChecked: false, left: 0 },
    ]) {
      const { email } = await createCustomer();
      if (isConfirmed) await setConfirmed(sql, email);
      await addAccount(email);
      await page.goto(await requestReset(page, email));
      if (isChecked) await page.getByLabel("Also remove single sign-on").check();
      await saveNewPassword(page);
      await expect(page.getByText("Your password has been changed")).toBeVisible();
      expect(await countAccounts(email)).toBe(left);
    }
  });
});

test.describe("the email address of an account", () => {
  async function requestChange(page: Page, email = newAddress()): Promise<string> {
    await page.goto("/portal/account");
    await page.getByLabel("New email address").fill(email);
    await page.getByRole("button", { name: "Change address" }).click();
    await expect(page.getByText(`We sent a link to ${email}`)).toBeVisible();
    return email;
  }

  async function changeAddress(page: Page): Promise<string> {
    const email = await requestChange(page);
    await page.goto((await waitForMail(email, CONFIRM)).link);
    await confirmAddress(page);
    await expect(page.getByText(`Your address ${email} is confirmed`)).toBeVisible();
    return email;
  }

  test("is not changed more than 10 minutes after the sign-in, and what was typed stays", async ({
    page,
    signIn,
    sql,
  }) => {
    const customer = await signIn();
    await page.goto("/portal/account");
    await sql(
      `UPDATE "Session" SET "authenticatedAt" = now() - interval '11 minutes'
       WHERE "userId" = (SELECT "id" FROM "User" WHERE "email" = $1)`,
      [customer.email],
    );
    const email = newAddress();
    const field = page.getByLabel("New email address");
    await field.fill(email);
    await page.getByRole("button", { name: "Change address" }).click();
    await expect(page.getByText("Open this page in another tab, confirm it's you there")).toBeVisible();
    await expect(field).toHaveValue(email);

    const other = await page.context().newPage();
    await other.goto("/portal/account");
    await other.getByLabel("Password", { exact: true }).fill(customer.password);
    await other.getByRole("button", { name: "Continue" }).click();
    await expect(other.getByLabel("New email address")).toBeVisible();
    await page.getByRole("button", { name: "Change address" }).click();
    await expect(page.getByText(`We sent a link to ${email}.`)).toBeVisible();
  });

  test("is confirmed with a link, and then part of the token (G14)", async ({ page, signIn }) => {
    const { email } = await signIn();
    await page.goto("/portal");
    await expect.poll(async () => (await readIdentity(page))?.isAttached).toBe(true);
    expect((await readIdentity(page))!.claims.email).toBeUndefined();
    await page.getByRole("link", { name: /not confirmed/ }).click();
    await page.getByRole("button", { name: "Send confirmation link" }).click();
    await expect(page.getByText(`We sent a link to ${email}`)).toBeVisible();

    await page.goto((await waitForMail(email, CONFIRM)).link);
    await confirmAddress(page);
    await expect(page.getByText(`Your address ${email} is confirmed`)).toBeVisible();
    await expect.poll(async () => (await readIdentity(page))?.claims.email).toBe(email);
  });

  test("changes once the new one is confirmed; the unique identifier stays, and the token has the new address (G12)", async ({
    page,
    signIn,
    sql,
  }) => {
    const customer = await signIn();
    await setConfirmed(sql, customer.email);
    const email = await changeAddress(page);
    await expect.poll(async () => (await readIdentity(page))?.claims.email).toBe(email);
    expect((await readIdentity(page))!.uniqueIdentifier).toBe(customer.uniqueIdentifier);
  });

  test("is restored from the old mailbox, which ends all sessions and leads to a new password", async ({
    page,
    signIn,
    sql,
    openBrowser,
  }) => {
    const customer = await signIn();
    await setConfirmed(sql, customer.email);
    await changeAddress(page);

    const owner = await openBrowser({ baseURL: REQUIRED_PORTAL });
    await owner.goto((await waitForMail(customer.email, /address was changed/)).link);
    await owner.getByRole("button", { name: "Restore address" }).click();
    await expect(owner).toHaveURL("/reset-password");
    // The old password, which a thief may know, no longer works.
    await page.goto("/login");
    await page.getByLabel("Email").fill(customer.email);
    await page.getByLabel("Password").fill(customer.password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(page.getByText("do not match")).toBeVisible();
    await saveNewPassword(owner);
    await expect(owner.getByText("Your password has been changed")).toBeVisible();
    await signInByRequest(owner.request, customer.email, NEW_PASSWORD);
    await page.goto("/portal");
    await expect(page).toHaveURL(/\/login/);
  });

  test("cannot be restored from a second new one, so that nobody undoes the owner's recovery", async ({
    page,
    signIn,
    sql,
  }) => {
    const customer = await signIn();
    await setConfirmed(sql, customer.email);
    const first = await changeAddress(page);
    await changeAddress(page);
    expect((await waitForMail(first, /address was changed/)).link).toBe("");
    expect((await waitForMail(customer.email, /address was changed/)).link).toContain("undo-email-change");
  });

  test("cannot be restored from a new one either where the first was never confirmed", async ({ page, signIn }) => {
    await signIn();
    const first = await changeAddress(page);
    await changeAddress(page);
    expect((await waitForMail(first, /address was changed/)).link).toBe("");
  });

  test("is not restored once it was changed without a link, for example by the call centre", async ({
    page,
    signIn,
    sql,
  }) => {
    const customer = await signIn();
    await setConfirmed(sql, customer.email);
    const email = await changeAddress(page);
    const { link } = await waitForMail(customer.email, /address was changed/);
    await sql(`UPDATE "User" SET email = $2 WHERE email = $1`, [email, newAddress()]);
    await page.goto(link);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(DEAD);
  });

  test("sends nothing to an old address that was never confirmed: it may be a stranger's", async ({ page, signIn }) => {
    const customer = await signIn();
    await changeAddress(page);
    expect(readMails(customer.email)).toEqual([]);
  });

  test("is not changed by somebody else who opens the link, nor in another account", async ({
    page,
    signIn,
    openBrowser,
    sql,
  }) => {
    const customer = await signIn();
    const { link } = await waitForMail(await requestChange(page), CONFIRM);
    const stranger = await openBrowser({ baseURL: REQUIRED_PORTAL });
    await stranger.goto(link);
    await expect(stranger.getByRole("button", { name: "Confirm address" })).toBeHidden();
    await expect(stranger.getByText("Sign in to your account first")).toBeVisible();
    await signIn(undefined, stranger.request);
    await stranger.goto(link);
    await expect(stranger.getByRole("heading", { level: 1 })).toHaveText("This link is for another account");
    expect(await sql(`SELECT 1 FROM "User" WHERE email = $1`, [customer.email])).toHaveLength(1);
  });

  test("says in the email, in that account's language, not on the page, that another account has the new address", async ({
    page,
    signIn,
    createCustomer,
    sql,
  }) => {
    await signIn();
    const { email } = await createCustomer("Taken");
    await requestChange(page, email);
    await waitForMail(email, /already have an account/);
    await sql(`UPDATE "User" SET "language" = 'he' WHERE "email" = $1`, [email]);
    await requestChange(page, email);
    await waitForMail(email, /כבר יש לכם חשבון/);
  });
});

test.describe("an email about the account", () => {
  test.use({
    userAgent: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
  });

  test("follows a sign-in on a new device, and none on a known one", async ({ createCustomer, sql, openBrowser }) => {
    const { email, password } = await createCustomer();
    await setConfirmed(sql, email);
    const { request } = await openBrowser({ baseURL: REQUIRED_PORTAL });
    await signInByRequest(request, email, password);
    const mail = await waitForMail(email, /New sign-in/);
    expect(mail.text).toMatch(/on \d+ \w+ \d{4}, \d\d:\d\d (Greenwich Mean|British Summer) Time, with Chrome on Linux/);
    expect(mail.html).toContain("Chrome on Linux");
    await signInByRequest(request, email, password);
    const other = await openBrowser({ baseURL: REQUIRED_PORTAL });
    await signInByRequest(other.request, email, password);
    await expect.poll(() => readMails(email).length).toBe(2);
  });

  test("is wholly in the account's language, not in the browser's", async ({ createCustomer, sql, openBrowser }) => {
    const { email, password } = await createCustomer();
    await setConfirmed(sql, email);
    await sql(`UPDATE "User" SET "language" = 'he' WHERE "email" = $1`, [email]);
    const { request } = await openBrowser({ baseURL: REQUIRED_PORTAL });
    await signInByRequest(request, email, password);
    const mail = await waitForMail(email, /כניסה/);
    expect(mail.text).toContain("דפדפן Chrome ב-Linux");
  });
});
