import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures";

const UNKNOWN_ACTION = "00".repeat(21);

// The browser reports the failures that these tests cause.
test.use({ expectedErrors: [/Failed to load resource|[Ss]erver [Aa]ction/] });

/** Makes the page older than the deployment: the server no longer knows its actions. */
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

test("a form in a page older than the deployment keeps what was typed, and works after a reload", async ({
  page,
  signIn,
}) => {
  await signIn();
  await page.goto("/portal/account");
  const makeCurrent = await makeStale(page);
  await page.getByLabel("First name").fill("Ríobard & Söhne");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText("copy what you typed and reload the page")).toBeVisible();
  await expect(page.getByLabel("First name")).toHaveValue("Ríobard & Söhne");

  await makeCurrent();
  await page.reload();
  await page.getByLabel("First name").fill("Ríobard & Söhne");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText("Saved")).toBeVisible();
});

test("a form that cannot be sent keeps what was typed, and can be sent again", async ({ page, signIn, sql }) => {
  const { email } = await signIn();
  await sql(
    `INSERT INTO "Policy" ("id", "number", "userId", "product", "insured", "premiumCents", "deductibleCents", "startsOn", "endsOn")
     SELECT gen_random_uuid(), 'HL-H-' || (500000 + floor(random() * 400000)), "id", 'home', 'A house', 100, 100, now() - interval '1 year', now() + interval '1 year' FROM "User" WHERE "email" = $1`,
    [email],
  );
  await page.goto("/portal/claims/new");
  await fillClaim(page, "Burst pipe");
  await page.getByLabel("When did it happen?").fill(new Date(Date.now() - 86_400_000).toISOString().slice(0, 10));
  for (const [what, response] of [
    ["no network", null],
    ["an overloaded server", { status: 503, contentType: "text/html", body: "<h1>Unavailable</h1>" }],
    ["too many requests", { status: 429, contentType: "text/plain", body: "Too many requests.\n" }],
    ["a proxy's size limit", { status: 413, contentType: "text/html", body: "<h1>Too large</h1>" }],
    ["a proxy's own page", { status: 200, contentType: "text/html", body: "<h1>Log in first</h1>" }],
    ["a truncated response", { status: 200, contentType: "text/x-component", body: '0:{"a":"$@1"' }],
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
      await expectClaim(page, "Burst pipe");
      await page.unrouteAll();
    });
  await page.getByRole("button", { name: "Send claim" }).click();
  await expect(page).toHaveURL(/\/portal\/claims\/C-\d+$/);
});

test("a button whose action is unknown leads to an error page, and works after a retry", async ({
  page,
  signIn,
  openBrowser,
}) => {
  const customer = await signIn();
  await signIn(customer, (await openBrowser()).request);
  await page.goto("/portal/account");
  const makeCurrent = await makeStale(page);
  await page.getByRole("button", { name: "End other sessions" }).click();
  await makeCurrent();
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("button", { name: "End other sessions" }).click();
  await expect(page.getByText("All other sessions have ended.")).toBeVisible();
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("a form whose action is unknown is refused with a message, and going back restores what was typed", async ({
    page,
  }) => {
    await page.goto("/login");
    await page.route("**/login", async (route) => {
      const postedBody = route.request().postDataBuffer();
      if (!postedBody) return route.fallback();
      const body = postedBody.toString("latin1").replace(/[0-9a-f]{42}/g, UNKNOWN_ACTION);
      await route.continue({ postData: Buffer.from(body, "latin1") });
    });
    await page.getByLabel("Email").fill("robin@example.com");
    await page.getByLabel("Password").fill("whatever");
    const responsePromise = page.waitForResponse((response) => response.request().method() === "POST");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    expect((await responsePromise).status()).toBe(409);
    await expect(page.getByText("Server Action unavailable.")).toBeVisible();
    await page.goBack();
    await expect(page.getByLabel("Email")).toHaveValue("robin@example.com");
  });
});
