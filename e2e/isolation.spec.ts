import type { APIRequestContext, Page } from "@playwright/test";
import { type Customer, expect, signInByRequest, type Sql, test as base } from "./fixtures";
import { listActions, listRouteFiles } from "./routes";

/** Ada's data, which another customer, Sid, requests. */
type Ada = { policy: string; claim: string; uniqueIdentifier: string };

type Attempt = {
  method?: "GET" | "POST";
  path: string;
  /** The same address for something that does not exist, which must get the same response. */
  missingPath?: string;
  data?: object;
  /** The expected status where it is not 404, and why. */
  expected?: { status: number; because: string };
};

/**
 * Every page, route and server action of the portal, with Sid's requests for Ada's data, or why there are none.
 * A new one that is missing here fails the first test: add it.
 */
const TABLE: Record<string, string | ((ada: Ada) => Attempt[])> = {
  "app/page.tsx": "no id: the same for everybody",
  "app/accessibility/page.tsx": "no id: the same for everybody",
  "app/privacy/page.tsx": "no id: the same for everybody",
  "app/(auth)/login/page.tsx": "no id: the visitor is signed out",
  "app/(auth)/login/link/page.tsx": "no id: what is linked is sealed in the browser's own cookie",
  "app/(auth)/login/passkey/page.tsx": "no id: who entered the password is sealed in the browser's own cookie",
  "app/(auth)/register/page.tsx": "no id: the visitor is signed out",
  "app/(auth)/register/check-inbox/page.tsx": "no id: the browser's own sealed cookie",
  "app/(auth)/confirm-email/page.tsx": "no id: the secret of an email (e2e/email.spec.ts)",
  "app/(auth)/reset-password/page.tsx": "no id: the secret of an email (e2e/email.spec.ts)",
  "app/(auth)/undo-email-change/page.tsx": "no id: the secret of an email (e2e/email.spec.ts)",
  "app/(auth)/forgot-password/page.tsx": "no id: the visitor is signed out",
  "app/(auth)/email-link/route.ts": "no id: the secret of an email, which is only stored in a cookie",
  "app/portal/page.tsx": "no id: the session's user",
  "app/portal/account/page.tsx": "no id: the session's user",
  "app/portal/claims/page.tsx": "no id: the session's user",
  "app/portal/policies/page.tsx": "no id: the session's user",
  "app/portal/claims/[number]/page.tsx": ({ claim }) => [
    { path: `/portal/claims/${claim}`, missingPath: "/portal/claims/C-999999999" },
  ],
  "app/portal/policies/[number]/page.tsx": ({ policy }) => [
    { path: `/portal/policies/${policy}`, missingPath: "/portal/policies/HL-H-000000" },
  ],
  "app/portal/policies/[number]/schedule/page.tsx": ({ policy }) => [
    { path: `/portal/policies/${policy}/schedule`, missingPath: "/portal/policies/HL-H-000000/schedule" },
  ],
  "app/portal/claims/new/page.tsx": ({ policy }) => [
    {
      path: `/portal/claims/new?policy=${policy}`,
      missingPath: "/portal/claims/new?policy=HL-H-000000",
      expected: { status: 200, because: "the address only selects among the customer's own policies" },
    },
  ],
  "app/sign-out/route.ts": "no id: the session's own cookie",
  "app/api/auth/[...nextauth]/route.ts": "no id: NextAuth's own addresses, and the session's user",
  "app/api/glassix-identity/route.ts": ({ uniqueIdentifier }) => [
    {
      method: "POST",
      path: `/api/glassix-identity?uniqueIdentifier=${uniqueIdentifier}&userId=${uniqueIdentifier}`,
      data: { uniqueIdentifier, aud: uniqueIdentifier, email: "ada@example.com" },
      expected: { status: 200, because: "it mints for the session's user, not for the user in the request" },
    },
  ],
  "app/api/passkeys/challenge/route.ts": "no id: the session's user",
  "app/api/health/route.ts": "no id: the same for everybody",
  "app/api/health/live/route.ts": "no id: the same for everybody",
  "components/portal/switch-language.ts#switchLanguageAction": "no id: the browser's cookie, and the session's user",
  "app/(auth)/login/actions.ts#signInAction": "no id: an email and its password",
  "app/(auth)/login/actions.ts#continueWithProviderAction": "no id",
  "app/(auth)/login/link/actions.ts#linkAction":
    "no id: the browser's own sealed cookie, and a password (e2e/proof/single-sign-on.spec.ts)",
  "app/(auth)/login/link/actions.ts#cancelLinkAction": "no id: the browser's own cookie",
  "app/(auth)/login/passkey/actions.ts#signInWithPasskeyAction":
    "no id: the passkey's signature (e2e/passkeys.spec.ts)",
  "app/(auth)/login/passkey/actions.ts#recoveryCodeAction":
    "no id: the browser's own sealed cookie, and a recovery code",
  "app/(auth)/register/actions.ts#registerAction": "no id: the visitor is signed out",
  "app/(auth)/register/check-inbox/actions.ts#resendAction": "no id: the browser's own sealed cookie",
  "app/(auth)/confirm-email/actions.ts#confirmEmailAction": "no id: the secret of an email (e2e/email.spec.ts)",
  "app/(auth)/reset-password/actions.ts#resetPasswordAction": "no id: the secret of an email (e2e/email.spec.ts)",
  "app/(auth)/undo-email-change/actions.ts#undoEmailChangeAction": "no id: the secret of an email (e2e/email.spec.ts)",
  "app/(auth)/forgot-password/actions.ts#forgotPasswordAction": "no id: an email, with the same response for any",
  "app/portal/account/actions.ts#sendConfirmationAction": "no id: the session's user",
  "app/portal/account/actions.ts#changeEmailAction": "no id: the session's user, and a new address",
  "app/portal/account/actions.ts#saveNameAction": "no id: the session's user (a test below sends one)",
  "app/portal/account/actions.ts#changePasswordAction": "no id: the session's user (a test below sends one)",
  "app/portal/account/actions.ts#endSessionsAction": "a session's id: a test below sends Ada's",
  "app/portal/account/actions.ts#removeLinkAction": "a link's id: a test below sends Ada's",
  "app/portal/account/confirm-actions.ts#confirmPasswordAction": "no id: the session's user, and a password",
  "app/portal/account/confirm-actions.ts#confirmPasskeyAction": "no id: the session's user, and a passkey's signature",
  "app/portal/account/passkey-actions.tsx#addPasskeyAction": "no id: the session's user",
  "app/portal/account/passkey-actions.tsx#renamePasskeyAction": "a passkey's id: e2e/passkeys.spec.ts sends Ada's",
  "app/portal/account/passkey-actions.tsx#removePasskeyAction": "a passkey's id: e2e/passkeys.spec.ts sends Ada's",
  "app/portal/account/passkey-actions.tsx#requirePasskeyAction": "no id: the session's user",
  "app/portal/claims/new/actions.ts#fileInsuranceClaimAction": "a policy's number: a test below sends Ada's",
};
const test = base.extend<{ ada: Ada; sid: Customer }>({
  ada: async ({ createCustomer, sql }, use) => {
    const { email, uniqueIdentifier } = await createCustomer("Ada");
    const { policy } = await createPolicy(sql, email);
    const [{ number }] = (await sql(
      `INSERT INTO "Claim" ("userId", "policyId", "title", "description", "incidentOn")
       SELECT "userId", "id", 'Ada''s burst pipe', 'Ada''s secret words', now() FROM "Policy" WHERE "number" = $1 RETURNING "number"`,
      [policy],
    )) as [{ number: number }];
    await sql(
      `INSERT INTO "Session" ("userId", "device", "expiresAt") SELECT "id", 'Ada''s phone', now() + interval '1 hour' FROM "User" WHERE "email" = $1`,
      [email],
    );
    await use({ policy, claim: `C-${number}`, uniqueIdentifier });
  },
  sid: async ({ createCustomer, signIn, sql }, use) => {
    const sid = await signIn(await createCustomer("Sid"));
    await createPolicy(sql, sid.email);
    await use(sid);
  },
});

async function createPolicy(sql: Sql, email: string): Promise<{ policy: string }> {
  const [row] = await sql(
    `INSERT INTO "Policy" ("userId", "number", "product", "insured", "premiumCents", "deductibleCents", "startsOn", "endsOn")
     SELECT "id", 'HL-H-' || (100000 + floor(random() * 800000))::int, 'home', 'The house of ' || "firstName", 1, 1, now() - interval '1 year', now() + interval '1 year'
     FROM "User" WHERE "email" = $1 RETURNING "number"`,
    [email],
  );
  return { policy: String(row!.number) };
}

const ADAS_DATA = /Ada's|The house of Ada/;

test("the table lists every page, route and server action", () => {
  const files = listRouteFiles("portal").map(({ file }) => file);
  expect(Object.keys(TABLE).sort(), "Add what is missing to TABLE in this file.").toEqual(
    [...files, ...listActions()].sort(),
  );
});

test.describe("another customer's", () => {
  test.use({ expectedErrors: [/40[14] \(/] });

  test("data is not found, with the same response as for data that does not exist (G2)", async ({
    ada,
    sid,
    page,
    playwright,
    baseURL,
  }) => {
    const visitor = await playwright.request.newContext({ baseURL });
    let count = 0;
    for (const [file, attempts] of Object.entries(TABLE)) {
      if (typeof attempts === "string") continue;
      for (const { method = "GET", path, missingPath, data, expected } of attempts(ada)) {
        const send = (request: APIRequestContext, address: string) =>
          request.fetch(address, { method, data, maxRedirects: 0 });
        const response = await send(page.request, path);
        const text = await response.text();
        expect([file, method, response.status()]).toEqual([file, method, expected?.status ?? 404]);
        expect(text, path).not.toMatch(ADAS_DATA);
        if (path.startsWith("/api/glassix-identity"))
          expect(JSON.parse(text).uniqueIdentifier).toBe(sid.uniqueIdentifier);
        if (missingPath) {
          const missing = await send(page.request, missingPath);
          expect([path, missing.status()]).toEqual([path, response.status()]);
        }
        const refused = await send(visitor, path);
        expect([307, 401], path).toContain(refused.status());
        expect(await refused.text(), path).not.toMatch(ADAS_DATA);
        count++;
      }
    }
    expect(count).toBeGreaterThan(4);
    await visitor.dispose();
  });

  test("policy accepts no claim, and ids added to a form change no other customer", async ({ ada, sid, page, sql }) => {
    const readAda = () =>
      sql(
        `SELECT u.*, (SELECT count(*)::int FROM "Claim" c WHERE c."userId" = u."id") AS claims FROM "User" u WHERE "uniqueIdentifier" = $1`,
        [ada.uniqueIdentifier],
      );
    const before = await readAda();
    await page.goto("/portal/claims/new");
    await page.getByLabel("Which policy").evaluate((select, number) => {
      select.append(new Option("Ada's", number, true, true));
    }, ada.policy);
    await page.getByLabel("When did it happen?").fill(new Date(Date.now() - 86_400_000).toISOString().slice(0, 10));
    await page.getByLabel("in a few words").fill("Not mine");
    await page.getByLabel("Tell us more").fill("A claim on the policy of somebody else.");
    await page.getByRole("button", { name: "Send claim" }).click();
    await expect(page.getByText("Choose one of your policies.")).toBeVisible();
    expect(await sql(`SELECT 1 FROM "Claim" WHERE "title" = 'Not mine'`)).toEqual([]);

    await page.goto("/portal/account");
    await page.getByLabel("First name").fill("Sidney");
    await addIds(page, "Save changes", ada.uniqueIdentifier);
    await page.getByRole("button", { name: "Save changes" }).click();
    await expect(page.getByText("Saved")).toBeVisible();
    expect(await sql(`SELECT "firstName" FROM "User" WHERE "email" = $1`, [sid.email])).toEqual([
      { firstName: "Sidney" },
    ]);

    await page.getByLabel("Current password").fill(sid.password);
    await page.getByLabel("New password").fill("another password of mine");
    await addIds(page, "Change password", ada.uniqueIdentifier);
    await page.getByRole("button", { name: "Change password" }).click();
    await expect(page.getByText("Password changed. You are signed out everywhere else.")).toBeVisible();
    expect(await readAda()).toEqual(before);
    await page.context().clearCookies();
    await signInByRequest(page.request, sid.email, "another password of mine");
  });

  test("session and provider link cannot be ended or removed by id (G7)", async ({ ada, sid, page, sql }) => {
    const addLink = (condition: string, value: string) =>
      sql(
        `INSERT INTO "Account" ("userId", "provider", "providerAccountId")
         SELECT "id", 'https://id.example.com', gen_random_uuid() FROM "User" WHERE ${condition} = $1 RETURNING "id"`,
        [value],
      );
    const [link] = await addLink(`"uniqueIdentifier"::text`, ada.uniqueIdentifier);
    await addLink(`"email"`, sid.email);
    await sql(
      `INSERT INTO "Session" ("userId", "device", "expiresAt") SELECT "id", 'Another one', now() + interval '1 hour' FROM "User" WHERE "email" = $1`,
      [sid.email],
    );
    const readAdasSessions = () =>
      sql(
        `SELECT s."id" FROM "Session" s JOIN "User" u ON u."id" = s."userId" WHERE u."uniqueIdentifier" = $1 ORDER BY 1`,
        [ada.uniqueIdentifier],
      );
    const before = await readAdasSessions();
    expect(before.length).toBeGreaterThan(0);

    await page.goto("/portal/account");
    const clickWithValue = async (name: RegExp, id: unknown) => {
      const button = page.getByRole("button", { name });
      await button.evaluate((element, value) => ((element as HTMLButtonElement).value = value), String(id));
      await button.click();
    };
    await clickWithValue(/^End session of Another one/, before[0]!.id);
    await expect(page.getByText("Another one").first()).toBeVisible();
    await clickWithValue(/^Remove single sign-on/, link!.id);
    await page.reload();
    expect(await readAdasSessions()).toEqual(before);
    expect(await sql(`SELECT 1 FROM "Account" WHERE "id" = $1`, [link!.id])).toHaveLength(1);
  });
});

/** Adds fields that could name another customer to a form. */
async function addIds(page: Page, button: string, id: string): Promise<void> {
  await page.getByRole("button", { name: button }).evaluate((element, value) => {
    for (const name of ["id", "userId", "uniqueIdentifier", "user", "email"]) {
      const input = document.createElement("input");
      Object.assign(input, { type: "hidden", name, value });
      element.closest("form")!.append(input);
    }
  }, id);
}
