import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Page } from "@playwright/test";
import en from "@/messages/en.json" with { type: "json" };
import he from "@/messages/he.json" with { type: "json" };
import { expect, expectAccessible, expectClientOf, JOHN, test } from "./fixtures";
import { ASKING_PORTAL, DEPARTMENT_PORTAL, REQUIRED_PORTAL } from "./servers";

/** The screenshots, and index.html, which shows them on one page. */
const FOLDER = path.resolve(".data/look");
const TEXTS = { en, he };
const VARIANTS = (["en", "he"] as const).flatMap((language) =>
  (["light", "dark"] as const).flatMap((colorScheme) =>
    ([360, 1440] as const).map((width) => ({ language, colorScheme, width })),
  ),
);

type Visit = { page: Page; text: typeof en };
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
};

for (const { language, colorScheme, width } of VARIANTS) {
  test.describe(`${language}, ${colorScheme}, ${width} pixels wide`, () => {
    test.use({
      locale: language,
      colorScheme,
      viewport: { width, height: 800 },
      expectedErrors: [/404 \(Not Found\)|net::ERR_/],
    });

    const show = async (page: Page, states: States) => {
      // Each state takes a second, and ten on a busy machine.
      test.setTimeout(600_000);
      mkdirSync(FOLDER, { recursive: true });
      for (const [name, open] of Object.entries(states)) {
        await open({ page, text: TEXTS[language] });
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        await expect(page.locator("html")).toHaveAttribute("lang", language);
        await expectAccessible(page, name);
        const file = `${name}--${language}-${colorScheme}-${width}.png`;
        await page.screenshot({ path: path.join(FOLDER, file), fullPage: true });
      }
      writeSheet();
    };

    test("every public page and state fits and is accessible (WCAG A and AA)", ({ page }) => show(page, PUBLIC));

    test("every page of a customer fits and is accessible", async ({ page, signIn }) => {
      await signIn(JOHN);
      await show(page, CUSTOMER);
    });

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
      await show(page, NEW_CUSTOMER);
    });
  });
}

/** After each test, for all so far. */
function writeSheet(): void {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith(".png"));
  const names = [...new Set(files.map((file) => file.split("--")[0]!))];
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

test.describe("the narrowest screen", () => {
  test.use({ viewport: { width: 320, height: 640 }, expectedErrors: [/404 \(Not Found\)/] });

  test("no page is wider than a screen of 320 pixels, in either language", async ({ page, signIn }) => {
    const addresses = ["/", "/login", "/register", "/privacy", "/accessibility", "/nowhere"];
    const portal = [
      "",
      "/policies",
      "/policies/HL-H-204817",
      "/policies/HL-H-204817/schedule",
      "/claims",
      "/claims/C-1001",
      "/claims/new",
      "/account",
    ];
    const visit = async (paths: string[]) => {
      for (const language of ["en", "he"]) {
        await page.context().addCookies([{ name: "portal.language", value: language, url: DEPARTMENT_PORTAL }]);
        for (const address of paths) {
          await page.goto(address);
          await expect(page.locator("html")).toHaveAttribute("lang", language);
          const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
          expect(overflow, `${address} in ${language}`).toBeLessThanOrEqual(0);
        }
      }
    };
    await visit(addresses);
    await signIn(JOHN);
    await visit(portal.map((address) => `/portal${address}`));
  });
});

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
