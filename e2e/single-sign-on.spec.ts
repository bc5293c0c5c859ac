import type { APIRequestContext, Page } from "@playwright/test";
import { expect, expectClientOf, test } from "./fixtures";
import { startIdentityProvider, type IdentityProvider, type ProviderAccount } from "./identity-provider";
import { waitForMail } from "./mail";
import { DEPARTMENT_PORTAL, OIDC, REQUIRED_PORTAL } from "./servers";

// The tests share one provider. e2e/proof/single-sign-on.spec.ts covers more cases.
test.describe.configure({ mode: "default" });
test.use({ baseURL: REQUIRED_PORTAL });

let provider: IdentityProvider;
test.beforeAll(async () => {
  provider = await startIdentityProvider({
    issuer: OIDC.OIDC_ISSUER,
    clientId: OIDC.OIDC_CLIENT_ID,
    clientSecret: OIDC.OIDC_CLIENT_SECRET,
    redirectUri: `${REQUIRED_PORTAL}/api/auth/callback/oidc`,
    postLogoutRedirectUri: `${REQUIRED_PORTAL}/login?signed-out`,
  });
});
test.afterAll(() => provider.setState("down"));

const button = (page: Page, name: string) => page.getByRole("button", { name });

async function continueAs(page: Page, account: ProviderAccount, from = "/login"): Promise<void> {
  await page.goto(from);
  await button(page, "Continue with single sign-on").click();
  await page.getByLabel("Account").fill(account.sub);
  await button(page, "Log in at the provider").click();
}

async function readUniqueIdentifier(request: APIRequestContext): Promise<string> {
  const response = await request.post("/api/glassix-identity");
  expect(response.status()).toBe(200);
  return (await response.json()).uniqueIdentifier;
}

test("a first sign-in creates the customer, a later one finds them, and sign-out ends the provider's session (G7, G12)", async ({
  page,
  openBrowser,
}) => {
  const account = provider.addAccount({ email: `Pat-${crypto.randomUUID()}@Example.com`, given_name: "Pat" });
  await continueAs(page, account, "/portal/claims?state=open");
  await expect(page).toHaveURL("/portal/claims?state=open");
  const uniqueIdentifier = await readUniqueIdentifier(page.request);
  await expectClientOf(page, uniqueIdentifier);

  Object.assign(account, { given_name: "Patricia", email: `changed-${crypto.randomUUID()}@example.com` });
  const other = await openBrowser();
  await continueAs(other, account);
  await expect(other).toHaveURL("/portal");
  expect(await readUniqueIdentifier(other.request)).toBe(uniqueIdentifier);

  await button(page, "Sign out").click();
  await button(page, "End the session at the provider").click();
  await expect(page).toHaveURL("/login?signed-out");
  await expectClientOf(page, "nobody");
  await button(page, "Continue with single sign-on").click();
  await expect(page.getByLabel("Account")).toBeVisible();
});

test("an address that changes at the provider is announced to the old one", async ({ page, openBrowser }) => {
  const account = provider.addAccount({ email_verified: true });
  const old = account.email!;
  await continueAs(page, account);
  await expect(page).toHaveURL("/portal");
  account.email = `changed-${crypto.randomUUID()}@example.com`;
  const other = await openBrowser();
  await continueAs(other, account);
  await expect(other).toHaveURL("/portal");
  const { text, link } = await waitForMail(old, /Your email address was changed/);
  expect(text).toContain("call us on");
  expect(link).toBe("");
});

test("an account with a password is linked only with that password, and keeps its unique identifier (G12)", async ({
  page,
  createCustomer,
}) => {
  const customer = await createCustomer();
  await continueAs(page, provider.addAccount({ email: customer.email.toUpperCase() }), "/portal/policies");
  await expect(page).toHaveURL("/login/link");
  expect((await page.request.post("/api/glassix-identity")).status()).toBe(401);
  await page.getByLabel("Password").fill("not the password");
  await button(page, "Link and sign in").click();
  await expect(page.getByText("This is not the password of this account.")).toBeVisible();
  expect((await page.request.post("/api/glassix-identity")).status()).toBe(401);
  await page.getByLabel("Password").fill(customer.password);
  await button(page, "Link and sign in").click();
  await expect(page).toHaveURL("/portal/policies");
  expect(await readUniqueIdentifier(page.request)).toBe(customer.uniqueIdentifier);
});

test("a customer without a password has no passkeys: the provider decides who may sign in", async ({ page }) => {
  await continueAs(page, provider.addAccount(), "/portal/account");
  await expect(page.getByRole("heading", { name: "How you sign in" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Passkeys" })).toHaveCount(0);
  await expect(page.getByRole("heading", { name: "Confirm it's you" })).toHaveCount(0);
});

test("a sign-in at the provider is no proof for a change of passkeys: the provider may not have asked", async ({
  page,
  createCustomer,
}) => {
  const customer = await createCustomer();
  await continueAs(page, provider.addAccount({ email: customer.email }), "/portal/account");
  await page.getByLabel("Password").fill(customer.password);
  await button(page, "Link and sign in").click();
  await expect(page.getByRole("heading", { name: "Confirm it's you" })).toBeVisible();
  await expect(button(page, "Add a passkey")).toHaveCount(0);
});

test("an email address that the provider has not confirmed is refused (G14)", async ({ page, sql }) => {
  const account = provider.addAccount({ email_verified: false });
  await continueAs(page, account);
  await expect(page.getByText("Your email address is not confirmed")).toBeVisible();
  expect((await page.request.post("/api/glassix-identity")).status()).toBe(401);
  expect(await sql(`SELECT 1 FROM "User" WHERE email = $1`, [account.email])).toEqual([]);
});

test.describe("without a provider", () => {
  test.use({ baseURL: DEPARTMENT_PORTAL, expectedErrors: [/404 \(Not Found\)/] });

  test("single sign-on is neither offered nor reachable", async ({ page }) => {
    const response = await page.goto("/login");
    await expect(page.getByRole("button", { name: "Sign in", exact: true })).toBeVisible();
    await expect(button(page, "Continue with single sign-on")).toHaveCount(0);
    expect(response!.headers()["content-security-policy"]).toContain("form-action 'self';");
    expect((await page.goto("/login/link"))!.status()).toBe(404);
    expect(Object.keys(await (await page.request.get("/api/auth/providers")).json())).toEqual(["credentials"]);
  });
});
