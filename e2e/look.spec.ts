import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Page } from "@playwright/test";
import { encode } from "next-auth/jwt";
import en from "@/messages/en.json" with { type: "json" };
import he from "@/messages/he.json" with { type: "json" };
import { expect, expectAccessible, expectClientOf, JOHN, setChatOpen, test, type Customer, type Sql } from "./fixtures";
import { ASKING_PORTAL, HAS_SANDBOX, NEXTAUTH_SECRET, OIDC, REQUIRED_PORTAL, SANDBOX_PORTAL } from "./servers";

/** The screenshots of the latest run of each test, and index.html, which shows them on one page. */
const FOLDER = path.resolve(".data/look");
const TEXTS = { en, he };
const VARIANTS = (["en", "he"] as const).flatMap((language) =>
  (["light", "dark"] as const).flatMap((colorScheme) =>
    ([360, 1440] as const).map((width) => ({ language, colorScheme, width })),
  ),
);

type Visit = { page: Page; text: typeof en; sql: Sql; customer: Customer };
type States = Record<string, (visit: Visit) => Promise<unknown>>;

const at =
  (address: string) =>
  ({ page }: Visit) =>
    page.goto(address);

const submitForm = (page: Page) => page.locator("main form button").first().click();

const PUBLIC: States = {
  landing: at("/"),
  "sign-in": at("/login"),
  "sign-in, wrong": async ({ page, text }) => {
    await page.goto("/login");
    await submitForm(page);
    await expect(page.getByText(text.form.enterEmail)).toBeVisible();
  },
  "sign-in, signed out": at("/login?signed-out"),
  register: at("/register"),
  "register, wrong": async ({ page, text }) => {
    await page.goto("/register");
    await submitForm(page);
    await expect(page.getByText(text.form.enterFirstName)).toBeVisible();
  },
  "dead link": at("/reset-password"),
  "not found": at("/nowhere"),
  privacy: at("/privacy"),
  accessibility: at("/accessibility"),
  "forgot password": at(`${REQUIRED_PORTAL}/forgot-password`),
  "required mode": at(`${REQUIRED_PORTAL}/login`),
  "consent question": async ({ page, text }) => {
    await page.goto(`${ASKING_PORTAL}/login`);
    await expect(page.getByRole("button", { name: text.chatNotice.allow })).toBeVisible();
  },
  "consent, on its page": at(`${ASKING_PORTAL}/privacy`),
  "our launcher": async ({ page, text }) => {
    await page.goto(`${ASKING_PORTAL}/login`);
    await page.getByRole("button", { name: text.chatNotice.allow }).click();
    await expectClientOf(page, "anonymous");
    await page.goto(`${ASKING_PORTAL}/`);
    await expect(page.getByRole("button", { name: text.chatNotice.launcher })).toBeVisible();
  },
};

const CUSTOMER: States = {
  overview: at("/portal"),
  policies: at("/portal/policies"),
  policy: at("/portal/policies/HL-H-204817"),
  "policy, ending": at("/portal/policies/HL-M-118203"),
  schedule: at("/portal/policies/HL-H-204817/schedule"),
  claims: at("/portal/claims"),
  claim: at("/portal/claims/C-1001"),
  "new claim": at("/portal/claims/new"),
  "new claim, wrong": async ({ page, text }) => {
    await page.goto("/portal/claims/new");
    await submitForm(page);
    await expect(page.getByText(text.form.choosePolicy)).toBeVisible();
  },
  "new claim, sending": async ({ page }) => {
    await page.goto("/portal/claims/new");
    await page.route("**/portal/claims/new", (route) => route.request().method() !== "POST" && route.continue());
    await submitForm(page);
    await expect(page.locator("main form button").first()).toHaveAttribute("aria-busy", "true");
  },
  "new claim, offline": async ({ page, text }) => {
    await page.goto("/portal/claims/new");
    await page.route("**/portal/claims/new", (route) => route.abort());
    await submitForm(page);
    await expect(page.getByText(text.client.notSent)).toBeVisible();
    await page.unrouteAll();
  },
  account: at("/portal/account"),
  "not theirs": at("/portal/claims/C-999999"),
  ...(HAS_SANDBOX && {
    "chat open": async ({ page }: Visit) => {
      await page.goto(`${SANDBOX_PORTAL}/portal`);
      await page.waitForFunction(() => window.widgetClient);
      await setChatOpen(page, true);
      await expect(page.frameLocator("#glassix-container iframe").getByRole("textbox")).toBeVisible();
    },
  }),
  "chat unavailable": async ({ page, text }) => {
    await page.route("**/widget.1.2.min.js", (route) => route.abort());
    await page.goto("/portal/policies");
    await expect(page.getByText(text.chatNotice.unavailable)).toBeVisible();
    await page.unrouteAll();
  },
};

const NEW_CUSTOMER: States = {
  "overview, empty": at("/portal"),
  "policies, empty": at("/portal/policies"),
  "claims, empty": at("/portal/claims"),
  "new claim, no policy": at("/portal/claims/new"),
  "account, long names": at("/portal/account"),
  // A date that JavaScript cannot hold: the page cannot be rendered.
  "error page": async ({ page, text, sql, customer }) => {
    await sql(
      `INSERT INTO "Policy" ("number", "userId", "product", "insured", "premiumCents", "deductibleCents", "startsOn", "endsOn")
       SELECT $2, "id", 'home', '', 0, 0, now(), 'infinity' FROM "User" WHERE "email" = $1`,
      [customer.email, crypto.randomUUID()],
    );
    await page.goto("/portal/policies");
    await expect(page.getByRole("button", { name: text.client.errorRetry })).toBeVisible();
  },
};

/** Opens the page that an email leads to, without the email. */
async function openEmailLink(
  { page, sql, customer }: Visit,
  purpose: "registration" | "confirmation" | "reset" | "undo",
  to: string,
): Promise<void> {
  const secret = crypto.randomUUID();
  await sql(
    `INSERT INTO "EmailLink" ("id", "hash", "purpose", "userId", "email", "passwordHash", "data", "expiresAt")
     SELECT gen_random_uuid(), $2, $3::"EmailLinkPurpose", "id", $1, "passwordHash",
       jsonb_build_object('newEmail', $1::text), now() + interval '1 hour'
     FROM "User" WHERE "email" = $1`,
    [customer.email, createHash("sha256").update(secret).digest("hex"), purpose],
  );
  await page.goto(`${REQUIRED_PORTAL}/email-link?to=${to}&secret=${secret}`);
  await page.waitForURL(`**/${to}`);
}

const ACCOUNT_STEPS: States = {
  "restore address": (visit) => openEmailLink(visit, "undo", "undo-email-change"),
  "reset password": (visit) => openEmailLink(visit, "reset", "reset-password"),
  "reset password, wrong": async (visit) => {
    await openEmailLink(visit, "reset", "reset-password");
    await submitForm(visit.page);
    await expect(visit.page.getByText(visit.text.form.choosePassword)).toBeVisible();
  },
  "confirm registration": async (visit) => {
    await openEmailLink(visit, "registration", "confirm-email");
    await expect(visit.page.getByRole("button", { name: visit.text.confirmEmail.submit })).toBeVisible();
  },
  "confirm address, signed out": (visit) => openEmailLink(visit, "confirmation", "confirm-email"),
  "check inbox": async ({ page, text, customer }) => {
    await page.goto(`${REQUIRED_PORTAL}/register`);
    await page.getByLabel(text.register.firstName).fill(customer.firstName);
    await page.getByLabel(text.register.lastName).fill("Tester");
    await page.getByLabel(text.register.email).fill(customer.email);
    await page.getByLabel(text.passwordFields.label).fill("three unrelated words");
    await submitForm(page);
    await page.waitForURL("**/check-inbox");
  },
  "link account": async ({ page, customer }) => {
    const token = { issuer: OIDC.OIDC_ISSUER, email: customer.email, callbackUrl: "/portal" };
    const value = await encode({ token, secret: NEXTAUTH_SECRET, salt: "portal.link-request" });
    await page.context().addCookies([{ name: "portal.link-request", value, url: REQUIRED_PORTAL }]);
    await page.goto(`${REQUIRED_PORTAL}/login/link`);
  },
  "second step": async ({ page, text, customer, sql }) => {
    const [user] = await sql(`UPDATE "User" SET "isPasskeyRequired" = true WHERE "email" = $1 RETURNING "id"`, [
      customer.email,
    ]);
    await sql(
      `INSERT INTO "Passkey" ("id", "userId", "name", "publicKey", "counter", "transports", "isBackedUp")
       VALUES ($1, $2, 'Firefox', '', 0, '{}', false)`,
      [crypto.randomUUID(), user!.id],
    );
    await page.goto("/login");
    await page.getByLabel(text.login.email).fill(customer.email);
    await page.getByLabel(text.passwordFields.label).fill(customer.password);
    await page.getByRole("button", { name: text.login.submit, exact: true }).click();
    await page.waitForURL("**/login/passkey**");
  },
};

for (const { language, colorScheme, width } of VARIANTS) {
  test.describe(`${language}, ${colorScheme}, ${width} pixels wide`, () => {
    test.use({
      locale: language,
      colorScheme,
      viewport: { width, height: 800 },
      // Colors that change slowly would be judged halfway.
      contextOptions: { reducedMotion: "reduce" },
      expectedErrors: [/404 \(Not Found\)|500 \(Internal Server Error\)|net::ERR_|React error #441/],
    });

    const show = async (states: States, { page, ...visit }: Omit<Visit, "text">) => {
      // Each state takes a second, and ten on a busy machine.
      test.setTimeout(600_000);
      mkdirSync(FOLDER, { recursive: true });
      for (const [name, open] of Object.entries(states)) {
        await open({ ...visit, page, text: TEXTS[language] });
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        await expect(page.locator("html")).toHaveAttribute("lang", language);
        await expectAccessible(page, name);
        const file = `${name}--${language}-${colorScheme}-${width}.png`;
        await page.screenshot({ path: path.join(FOLDER, file), fullPage: true });
        if (width === 360) await expectToFitNarrowestScreen(page, name);
      }
      writeSheet();
    };

    test("every public page and state fits and is accessible (WCAG A and AA)", ({ page, sql }) =>
      show(PUBLIC, { page, sql, customer: JOHN }));

    test("every page of a customer fits and is accessible", async ({ page, sql, signIn }) => {
      await signIn(JOHN);
      await show(CUSTOMER, { page, sql, customer: JOHN });
    });

    test("every step that an email, a passkey or single sign-on leads to fits and is accessible", async ({
      page,
      sql,
      createCustomer,
    }) => show(ACCOUNT_STEPS, { page, sql, customer: await createCustomer() }));

    test("every page fits and is accessible without policies, and with long names", async ({
      page,
      signIn,
      createCustomer,
      sql,
    }) => {
      const customer = await createCustomer();
      await sql(`UPDATE "User" SET "firstName" = $2, "lastName" = $3 WHERE "email" = $1`, [
        customer.email,
        "Wolfeschlegelsteinhausenbergerdorff".padEnd(60, "f"),
        "בן־גוריון ".repeat(6).trim(),
      ]);
      await signIn(customer);
      await show(NEW_CUSTOMER, { page, sql, customer });
    });
  });
}

async function expectToFitNarrowestScreen(page: Page, state: string): Promise<void> {
  await page.setViewportSize({ width: 320, height: 640 });
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow, `${state} is wider than a screen of 320 pixels`).toBeLessThanOrEqual(0);
  await page.setViewportSize({ width: 360, height: 800 });
}

/** After each test, for all so far. */
function writeSheet(): void {
  const files = readdirSync(FOLDER);
  const names = Object.keys({ ...PUBLIC, ...ACCOUNT_STEPS, ...CUSTOMER, ...NEW_CUSTOMER });
  const figures = (name: string) =>
    files
      .filter((file) => file.startsWith(`${name}--`))
      .map(
        (file) =>
          `<figure><img src="${encodeURIComponent(file)}" loading="lazy" alt=""><figcaption>${file.split("--")[1]!.replace(".png", "")}</figcaption></figure>`,
      )
      .join("");
  const sections = names.map((name) => `<h2>${name}</h2><div>${figures(name)}</div>`).join("\n");
  const style =
    "body{font:14px system-ui;margin:2rem}div{display:flex;gap:1rem;overflow-x:auto}img{height:420px;border:1px solid #999}figure{margin:0}";
  writeFileSync(
    path.join(FOLDER, "index.html"),
    `<!doctype html><meta charset="utf-8"><title>Pages and states</title><style>${style}</style>\n${sections}\n`,
  );
}

test("the portal works with the keyboard alone, from sign-in to sign-out", async ({ page }) => {
  const tabTo = async (name: RegExp) => {
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press("Tab");
      const label = await page.evaluate(() => {
        const focused = document.activeElement as HTMLInputElement | null;
        return (focused?.ariaLabel ?? focused?.labels?.[0]?.textContent ?? focused?.textContent ?? "").trim();
      });
      if (name.test(label)) return;
    }
    throw new Error(`Tab never reached ${name}.`);
  };
  await page.goto("/login");
  await tabTo(/^Email$/);
  await page.keyboard.type(JOHN.email);
  await tabTo(/^Password$/);
  await page.keyboard.type(JOHN.password);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/portal");
  await expectClientOf(page, JOHN.uniqueIdentifier);
  await tabTo(/^Policies$/);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/portal/policies");
  await tabTo(/^Sign out$/);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/login**");
});
