import { expect, registerCustomer, test } from "./fixtures";
import type { Page } from "@playwright/test";

const UNKNOWN_ACTION = "00".repeat(21);

// What the browser itself says of the answers that these tests make up.
test.use({ expectedErrors: [/Failed to load resource|[Ss]erver [Aa]ction/] });

/** From now on the page is older than the deployment: its actions are unknown to the server. */
async function makeStale(page: Page) {
  await page.route("**/*", async (route) => {
    const headers = route.request().headers();
    if (!headers["next-action"]) return route.fallback();
    await route.continue({ headers: { ...headers, "next-action": UNKNOWN_ACTION } });
  });
  return () => page.unrouteAll();
}

async function fillClaim(page: Page, title: string) {
  await page.getByLabel("in a few words").fill(title);
  await page.getByLabel("Tell us more").fill("First paragraph.\n\nSecond <b>paragraph</b>.");
  await page.getByLabel("About how much").fill("1,234.50");
}

async function expectClaim(page: Page, title: string) {
  await expect(page.getByLabel("in a few words")).toHaveValue(title);
  await expect(page.getByLabel("Tell us more")).toHaveValue("First paragraph.\n\nSecond <b>paragraph</b>.");
  await expect(page.getByLabel("About how much")).toHaveValue("1,234.50");
}

test("a form in a page that is older than the deployment keeps what was typed and works after a reload", async ({
  page,
}) => {
  await registerCustomer(page);
  await page.goto("/portal/account");
  const makeCurrent = await makeStale(page);
  await page.getByLabel("First name").fill("Ríobard & Söhne");
  await page.getByLabel("Current password").fill("my own secret password");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText("copy what you typed and reload the page")).toBeVisible();
  await expect(page.getByLabel("First name")).toHaveValue("Ríobard & Söhne");
  await expect(page.getByLabel("Current password")).toHaveValue("");

  await makeCurrent();
  await page.reload();
  await page.getByLabel("First name").fill("Ríobard & Söhne");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText("Saved")).toBeVisible();
});

for (const [what, answer] of [
  ["the network is gone", null],
  ["the server is too busy (503)", { status: 503, contentType: "text/html", body: "<h1>Unavailable</h1>" }],
  ["there were too many requests (429)", { status: 429, contentType: "text/plain", body: "Too many requests.\n" }],
  ["a proxy finds it too large (413)", { status: 413, contentType: "text/html", body: "<h1>Too large</h1>" }],
  ["a proxy answers with a page of its own", { status: 200, contentType: "text/html", body: "<h1>Log in first</h1>" }],
  ["the answer breaks off", { status: 200, contentType: "text/x-component", body: '0:{"a":"$@1"' }],
] as const) {
  test(`a form that cannot be sent because ${what} holds what was typed, and can be sent again`, async ({
    page,
    sql,
  }) => {
    const { email } = await registerCustomer(page);
    await sql(
      `INSERT INTO "Policy" ("id", "number", "userId", "product", "insured", "premiumCents", "deductibleCents", "startsOn", "endsOn")
       SELECT gen_random_uuid(), 'HL-H-' || (500000 + floor(random() * 400000)), "id", 'home', 'A house', 100, 100, now() - interval '1 year', now() + interval '1 year' FROM "User" WHERE "email" = $1`,
      [email],
    );
    await page.goto("/portal/claims/new");
    await fillClaim(page, "Burst pipe");
    await page.getByLabel("When did it happen?").fill(new Date(Date.now() - 86_400_000).toISOString().slice(0, 10));
    await page.route("**/portal/claims/new", (route) => {
      if (route.request().method() !== "POST") return route.fallback();
      return answer ? route.fulfill(answer) : route.abort("internetdisconnected");
    });
    await page.getByRole("button", { name: "Send claim" }).click();
    await expect(page.getByText("We could not send this")).toBeVisible();
    await expectClaim(page, "Burst pipe");
    await page.unrouteAll();
    await page.getByRole("button", { name: "Send claim" }).click();
    await expect(page).toHaveURL(/\/portal\/claims\/C-\d+$/);
  });
}

test("a button whose action is unknown leads to an error page, from which the page comes back and works", async ({
  page,
}) => {
  await page.goto("/login");
  const makeCurrent = await makeStale(page);
  await page.getByRole("button", { name: "Continue as John Wick" }).click();
  await makeCurrent();
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("button", { name: "Continue as John Wick" }).click();
  await page.waitForURL("**/portal");
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("a form whose action is unknown is refused in a sentence, and Back leads to what was typed", async ({
    page,
  }) => {
    await page.goto("/login");
    await page.route("**/login", async (route) => {
      const posted = route.request().postDataBuffer();
      if (!posted) return route.fallback();
      const body = posted.toString("latin1").replace(/[0-9a-f]{42}/g, UNKNOWN_ACTION);
      await route.continue({ postData: Buffer.from(body, "latin1") });
    });
    await page.getByLabel("Email").fill("robin@example.com");
    await page.getByLabel("Password").fill("whatever");
    const answered = page.waitForResponse((response) => response.request().method() === "POST");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    expect((await answered).status()).toBe(409);
    await expect(page.getByText("Server Action unavailable.")).toBeVisible();
    await page.goBack();
    await expect(page.getByLabel("Email")).toHaveValue("robin@example.com");
  });
});
