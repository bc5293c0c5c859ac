import type { Page } from "@playwright/test";
import { expect, JANE, JOHN, signInByRequest, test } from "./fixtures";

const TYPED_SECRET = "a secret that was typed into the inspector";

const findInspector = (page: Page) => page.getByRole("region", { name: "Inspect a token" });
const findBuilder = (page: Page) => page.getByRole("region", { name: "Build a token" });
const findVerdict = (page: Page) => findInspector(page).getByRole("status");
const findRule = (page: Page, title: string) =>
  page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: title, exact: true }) });

async function loadSessionToken(page: Page): Promise<string> {
  await page.goto("/sandbox/inspector");
  await page.getByRole("button", { name: "Use this session's token" }).click();
  await expect(findVerdict(page)).toHaveText("Accepted.");
  return page.getByLabel("Identity token").inputValue();
}

test("the session's token is accepted, and shown with its content and each check", async ({ page }) => {
  await signInByRequest(page.request, JOHN.email);
  await loadSessionToken(page);
  await expect(page.getByLabel("uniqueIdentifier of the page")).toHaveValue(JOHN.uniqueIdentifier);
  const inspector = findInspector(page);
  await expect(inspector.getByRole("listitem")).toHaveCount(12);
  await expect(inspector.getByRole("listitem").getByText("pass", { exact: true })).toHaveCount(12);
  await expect(inspector.getByText('"alg": "HS256"')).toBeVisible();
  await expect(inspector.getByText(`"aud": "${JOHN.uniqueIdentifier}"`)).toContainText('"field1": "John"');
  await expect(inspector.getByRole("meter", { name: "Identity claims" })).toHaveAttribute(
    "aria-valuetext",
    /^\d+ of 500 characters$/,
  );
});

test("a changed token is refused with the first failed rule, and all rules are checked", async ({ page }) => {
  await signInByRequest(page.request, JOHN.email);
  const [header, payload, signature] = (await loadSessionToken(page)).split(".");
  const claims = JSON.parse(Buffer.from(payload!, "base64url").toString());
  const changed = Buffer.from(JSON.stringify({ ...claims, aud: JANE.uniqueIdentifier })).toString("base64url");

  await page.getByLabel("Identity token").fill(`${header}.${changed}.${signature}`);
  await page.getByRole("button", { name: "Inspect", exact: true }).click();
  await expect(findVerdict(page)).toContainText("Refused because of “Signature”");
  await expect(findVerdict(page)).toContainText("1 more rule fails");
  await expect(findRule(page, "Signature")).toContainText("fail");
  await expect(findRule(page, "Unique identifier")).toContainText("Both must be the same.");
  await expect(findRule(page, "Issuer")).toContainText("pass");

  await page.getByLabel("Identity token").fill(`Bearer ${header}.${payload}.${signature}`);
  await page.getByRole("button", { name: "Inspect", exact: true }).click();
  await expect(findVerdict(page)).toContainText("Refused: this is not a token.");
});

test("the token is checked against a typed secret, which is stored nowhere", async ({ page }) => {
  const requests: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  await signInByRequest(page.request, JOHN.email);
  await loadSessionToken(page);

  const builder = findBuilder(page);
  await builder.getByLabel("uniqueIdentifier").fill(JANE.uniqueIdentifier);
  await builder.getByLabel("API secret").fill(TYPED_SECRET);
  await builder.getByRole("button", { name: "Build" }).click();
  const token = await builder.getByLabel("Built token").inputValue();

  const inspector = findInspector(page);
  await inspector.getByLabel("Identity token").fill(token);
  await inspector.getByLabel("uniqueIdentifier of the page").fill(JANE.uniqueIdentifier);
  await page.getByRole("button", { name: "Inspect", exact: true }).click();
  await expect(findVerdict(page)).toContainText("Refused because of “Signature”");
  await inspector.getByLabel("API secret").fill(TYPED_SECRET);
  await page.getByRole("button", { name: "Inspect", exact: true }).click();
  await expect(findVerdict(page)).toHaveText("Accepted.");
  await expect(inspector.getByText("the API secret you entered")).toBeVisible();
  await expect(inspector.getByLabel("API secret")).toHaveValue(TYPED_SECRET);

  const pageState = await page.evaluate(() =>
    JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, history.state, location.href]),
  );
  for (const text of [pageState, await page.content(), await page.locator("body").innerText(), ...requests]) {
    expect(text).not.toContain(TYPED_SECRET);
    expect(text).not.toContain(encodeURIComponent(TYPED_SECRET));
  }
});

test("a token can be built and inspected with the keyboard alone", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto("/sandbox/inspector");
  const builder = findBuilder(page);
  await expect(builder.getByRole("button", { name: "Build" })).toBeEnabled();
  // The tests' portals run as public demos, where only an open desk may sign with the sandbox's own secret.
  await builder.getByLabel("API secret").fill(TYPED_SECRET);
  await builder.getByLabel("field1").fill("John");
  await page.keyboard.press("Enter");
  await expect(builder.getByRole("status")).toHaveText("Token built.");
  await builder.getByRole("button", { name: "Copy" }).press("Enter");
  await expect(builder.getByRole("status")).toHaveText("Copied.");
  const token = await builder.getByLabel("Built token").inputValue();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(token);
  await builder.getByRole("button", { name: "Inspect this token" }).press("Enter");
  await expect(findVerdict(page)).toHaveText("Accepted.");
  await expect(page.getByRole("heading", { name: "Verdict" })).toBeFocused();

  await builder.getByLabel("Custom claims").fill('{"exp": "soon", "age": 57}');
  await builder.getByRole("button", { name: "Build" }).press("Enter");
  await builder.getByRole("button", { name: "Inspect this token" }).press("Enter");
  await expect(findVerdict(page)).toContainText("Refused because of “Expiry”");
  await expect(findRule(page, "Identity claims")).toContainText('"age" is of type number');

  await builder.getByLabel("Custom claims").fill("");
  await builder.getByLabel("Lifetime in seconds").fill("3600");
  await builder.getByRole("button", { name: "Build" }).press("Enter");
  await builder.getByRole("button", { name: "Inspect this token" }).press("Enter");
  await expect(findVerdict(page)).toHaveText("Accepted, with a warning: “Lifetime”.");
});

test.describe("an invalid claim", () => {
  test.use({ expectedErrors: [/400 \(Bad Request\)/] });

  test("is reported at its field", async ({ page }) => {
    await page.goto("/sandbox/inspector");
    const builder = findBuilder(page);
    await builder.getByLabel("Custom claims").fill("{email: 1}");
    await builder.getByRole("button", { name: "Build" }).click();
    await expect(builder.getByLabel("Custom claims")).toHaveAccessibleDescription(/This is not JSON/);
    await expect(builder.getByLabel("Custom claims")).toBeFocused();

    await builder.getByLabel("Custom claims").fill('{"email": "john.wick@example.com"}');
    await builder.getByLabel("Lifetime in seconds").fill("5h");
    await builder.getByRole("button", { name: "Build" }).click();
    await expect(builder.getByLabel("Lifetime in seconds")).toHaveAccessibleDescription(
      /lifetime: must be whole seconds/,
    );
    await expect(builder.getByLabel("Lifetime in seconds")).toBeFocused();
    await expect(builder.getByLabel("Custom claims")).not.toHaveAttribute("aria-invalid", "true");
  });
});

test.describe("without a session", () => {
  test.use({ expectedErrors: [/401 \(Unauthorized\)/] });

  test("the inspector asks to sign in", async ({ page }) => {
    await page.goto("/sandbox/inspector");
    await page.getByRole("button", { name: "Use this session's token" }).click();
    await expect(findVerdict(page)).toContainText("You are not signed in");
    await expect(findVerdict(page).getByRole("link", { name: "Sign in" })).toHaveAttribute(
      "href",
      "/login?callbackUrl=/sandbox/inspector",
    );
    await expect(page.getByLabel("Identity token")).toHaveValue("");
  });
});

test.describe("on a public server", () => {
  test.use({ expectedErrors: [/401 \(Unauthorized\)/] });

  test("the sandbox's own secret signs only for an open desk", async ({ page }) => {
    await page.goto("/sandbox/inspector");
    const builder = findBuilder(page);
    await builder.getByRole("button", { name: "Build" }).click();
    await expect(builder.getByLabel("API secret")).toHaveAccessibleDescription(/sign in to the desk first/);
    await expect(builder.getByLabel("API secret")).toBeFocused();
    const response = await page.request.post("/sandbox/api/build", {
      data: { uniqueIdentifier: JOHN.uniqueIdentifier },
    });
    expect(response.status()).toBe(401);
    expect(await response.text()).not.toContain("eyJ");
  });
});

test("the inspector's API refuses invalid requests with a code, and requests from other sites", async ({ request }) => {
  for (const path of ["/sandbox/api/inspect", "/sandbox/api/build"]) {
    for (const [data, status] of [
      ["not json {", 400],
      ["[]", 400],
      ["null", 400],
      [JSON.stringify({ token: 5, apiKey: 5 }), 400],
      [JSON.stringify({ token: "x", claims: { note: "x" }, apiSecret: ["x"] }), 400],
      [JSON.stringify({ token: "x".repeat(50_000) }), 413],
    ] as const) {
      const response = await request.post(path, { data, headers: { "content-type": "application/json" } });
      expect(response.status(), `${path} with ${data.slice(0, 40)}`).toBe(status);
      expect(await response.json()).toEqual({ code: expect.any(String), error: expect.stringMatching(/\.$/) });
      expect(response.headers()["cache-control"]).toBe("no-store");
    }
    const foreign = await request.post(path, { data: { token: "x" }, headers: { origin: "https://evil.example" } });
    expect(foreign.status()).toBe(403);
    expect((await request.get(`${path}?token=x`)).status()).toBe(405);
  }
});
