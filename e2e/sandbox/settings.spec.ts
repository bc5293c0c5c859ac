import { createHmac } from "node:crypto";
import type { APIRequestContext } from "@playwright/test";
import { SignJWT } from "jose";
import {
  API_KEY,
  getChatFrame,
  expect,
  JOHN,
  openChat,
  sendMessage,
  signInByForm,
  test,
  openDesk,
  openDeskByRequest,
  changeSettings,
} from "./fixtures";
import { NEXTAUTH_SECRET } from "../servers";

test.use({ expectedErrors: [/Failed to load resource/] });

test("settings for one browser apply to it alone, and survive a reload", async ({ openBrowser, page }) => {
  await openDesk(page);
  await page.goto("/sandbox/settings");
  await page.getByLabel("Tokens", { exact: true }).selectOption("all refused");
  await page.getByLabel("Clock leeway").fill("45");
  await page.getByRole("button", { name: "Save settings" }).click();
  await expect(page.getByText("Saved for this browser.")).toBeVisible();
  await page.reload();
  await expect(page.getByLabel("Tokens", { exact: true })).toHaveValue("all refused");
  await expect(page.getByLabel("Clock leeway")).toHaveValue("45");

  const other = await openBrowser();
  await other.goto("/sandbox/settings");
  await expect(other.getByLabel("Tokens", { exact: true })).toHaveValue("judged");

  await page.getByRole("button", { name: "Reset to defaults" }).click();
  await expect(page.getByText("Reset to defaults for this browser.")).toBeVisible();
  await expect(page.getByLabel("Clock leeway")).toHaveValue("0");
  expect((await (await page.request.get("/sandbox/api/settings")).json()).browser).toEqual({});
});

test("the newest settings of a thousand browsers are kept, so that no visitor can fill the table", async ({
  request,
  sql,
}) => {
  await sql(`INSERT INTO sandbox."Settings" ("scope", "values", "changedAt")
    SELECT gen_random_uuid()::text, '{}', now() - interval '1 day' FROM generate_series(1, 1200)`);
  await changeSettings(request, { leeway: 7 });
  const [{ count }] = (await sql(`SELECT count(*)::int AS count FROM sandbox."Settings" WHERE "scope" <> 'all'`)) as [
    { count: number },
  ];
  expect(count).toBeLessThanOrEqual(1_000);
  expect((await (await request.get("/sandbox/api/settings")).json()).effective.leeway).toBe(7);
});

test("only the desk changes settings for all browsers", async ({ page, request }) => {
  await page.goto("/sandbox/settings");
  await expect(page.getByLabel("All browsers")).toBeDisabled();
  const change = { scope: "all", values: { scriptDelay: 11 } };
  expect((await request.put("/sandbox/api/settings", { data: change })).status()).toBe(401);
  await openDeskByRequest(request);
  expect((await request.put("/sandbox/api/settings", { data: change })).status()).toBe(200);
  expect((await (await page.request.get("/sandbox/api/settings")).json()).effective.scriptDelay).toBe(11);
  await openDesk(page);
  await page.goto("/sandbox/settings");
  await page.getByLabel("All browsers").check();
  await expect(page.getByLabel("Script delay")).toHaveValue("11");
  await page.getByRole("button", { name: "Reset to defaults" }).click();
  await expect(page.getByText("Reset to defaults for all browsers.")).toBeVisible();
  const wrong = await request.put("/sandbox/api/settings", { data: { scope: "browser", values: { script: "gone" } } });
  expect([wrong.status(), (await wrong.json()).code]).toEqual([400, "values-invalid"]);
});

test.describe("a visitor without the desk's password", () => {
  const RELAXED = { clockOffset: -31_536_000 };

  /** The headers that a chat frame would send with a token that expired an hour ago. */
  async function makeExpiredCredentials(): Promise<Record<string, string>> {
    const uniqueIdentifier = crypto.randomUUID();
    const apiSecret = createHmac("sha256", NEXTAUTH_SECRET).update("sandbox API secret").digest("base64url");
    const identityToken = await new SignJWT({})
      .setProtectedHeader({ alg: "HS256", typ: "JWT" })
      .setIssuer(API_KEY)
      .setAudience(uniqueIdentifier)
      .setExpirationTime(Math.floor(Date.now() / 1000) - 3600)
      .sign(new TextEncoder().encode(apiSecret));
    return {
      "X-Glassix-Api-Key": API_KEY,
      "X-Glassix-Unique-Identifier": uniqueIdentifier,
      Authorization: `Bearer ${identityToken}`,
    };
  }
  const readBrowserCookie = async (request: APIRequestContext) =>
    (await request.storageState()).cookies.find(({ name }) => name === "sandbox_browser")!.value;

  test("cannot change how tokens are judged", async ({ page, request }) => {
    for (const [name, value] of Object.entries({
      identityRequired: "off",
      tokens: "judged",
      clockOffset: -31_536_000,
      tokenLifetime: 0,
      rotation: "old and new secret",
      refusedToken: "is anonymous",
      expiryInChat: "is not noticed",
      leeway: 600,
      longClaims: "are left out",
      countedClaims: "without the fields",
      laterFields: "are ignored",
    })) {
      for (const scope of ["browser", "all"]) {
        const response = await request.put("/sandbox/api/settings", { data: { scope, values: { [name]: value } } });
        expect([response.status(), (await response.json()).code], `${name} for ${scope}`).toEqual([401, "desk-closed"]);
      }
    }
    await page.goto("/sandbox/settings");
    await expect(page.getByText("settings that decide how identity tokens are verified")).toBeVisible();
    for (const label of ["Tokens", "Server clock offset", "Clock leeway", "With a refused token, the chat"])
      await expect(page.getByLabel(label, { exact: true })).toBeDisabled();
    await page.getByLabel("Automatic agent").selectOption("off");
    await page.getByRole("button", { name: "Save settings" }).click();
    await expect(page.getByText("Saved for this browser.")).toBeVisible();
  });

  test("cannot make an expired token valid, with settings of an open desk or with another browser's cookie", async ({
    request,
    playwright,
    baseURL,
    sql,
  }) => {
    const headers = await makeExpiredCredentials();
    const connect = async (context: APIRequestContext, cookie?: string) =>
      (
        await (
          await context.post("/sandbox/api/connect", { headers: { ...headers, ...(cookie && { cookie }) } })
        ).json()
      ).customer.kind;
    await changeSettings(request, RELAXED);
    expect(await connect(request)).toBe("identified");

    const otherBrowser = await playwright.request.newContext({ baseURL });
    const sealed = await readBrowserCookie(request);
    expect(await connect(otherBrowser, `sandbox_browser=${sealed}`)).toBe("refused");
    expect((await request.post("/sandbox/api/desk/close", { data: {} })).status()).toBe(200);
    expect(await connect(request)).toBe("refused");
    expect((await (await request.get("/sandbox/api/settings")).json()).browser).toEqual({});

    // An id without this server's seal is ignored.
    const id = crypto.randomUUID();
    await sql(`INSERT INTO sandbox."Settings" ("scope", "values") VALUES ($1, $2)`, [id, { script: "missing" }]);
    for (const cookie of [id, `${id}.`, `${id}.${sealed.split(".")[1]}`]) {
      const response = await otherBrowser.get("/sandbox/api/settings", {
        headers: { cookie: `sandbox_browser=${cookie}` },
      });
      expect((await response.json()).browser, cookie).toEqual({});
    }
    await otherBrowser.dispose();
  });
});

test("a chat whose valid token is refused shows nothing of the customer, and says why", async ({
  openPortalAs,
  page,
}) => {
  await openPortalAs("Ruth");
  await sendMessage(await openChat(page), "Before");
  await changeSettings(page.request, { tokens: "all refused" });
  await page.reload();
  await page.getByRole("button", { name: /Open chat/ }).click();
  await expect(
    getChatFrame(page).getByText("Glassix would refuse this identity token: The token is valid, but"),
  ).toBeVisible();
  await expect(getChatFrame(page).getByText("Before")).toHaveCount(0);

  await changeSettings(page.request, { tokens: "all refused", refusedToken: "spins" });
  await page.reload();
  await page.getByRole("button", { name: /Open chat/ }).click();
  await expect(getChatFrame(page).getByRole("progressbar", { name: "Loading" })).toBeVisible();

  await changeSettings(page.request, { tokens: "all refused", refusedToken: "is anonymous" });
  await page.reload();
  await page.getByRole("button", { name: /Open chat/ }).click();
  await expect(getChatFrame(page).getByText("You are chatting anonymously")).toBeVisible();
  await expect(getChatFrame(page).getByText("Before")).toHaveCount(0);
});

test("required mode ends an anonymous chat at the next request, and lets a customer in", async ({ page }) => {
  await page.goto("/");
  const chat = await openChat(page);
  await sendMessage(chat, "Hello");
  await changeSettings(page.request, { identityRequired: "on" });
  await page.reload();
  await page.getByRole("button", { name: /Open chat/ }).click();
  await expect(getChatFrame(page).getByText("Glassix would keep loading here.")).toBeVisible();
  await expect(getChatFrame(page).getByText("Hello")).toHaveCount(0);
  await signInByForm(page, JOHN.email);
  await expect((await openChat(page)).getByText("You are chatting as John")).toBeVisible();
});

test("a server clock that is hours ahead refuses new tokens, and so does a revoked secret", async ({
  openPortalAs,
  page,
}) => {
  await openPortalAs("Otto");
  for (const [values, reason] of [
    [{ clockOffset: 6 * 3600 }, /It expired \d+ seconds ago/],
    [{ rotation: "old secret revoked" }, /The signature does not match/],
  ] as const) {
    await changeSettings(page.request, values);
    await page.reload();
    await page.getByRole("button", { name: /Open chat/ }).click();
    await expect(getChatFrame(page).getByText(reason)).toBeVisible();
  }
  await changeSettings(page.request, { rotation: "old and new secret" });
  await page.reload();
  await expect((await openChat(page)).getByText("You are chatting as Otto")).toBeVisible();
});

test("a token that expires during a chat ends the chat, or is ignored, as the setting says", async ({
  openPortalAs,
  page,
}) => {
  await openPortalAs("Tess");
  const chat = await openChat(page);
  await sendMessage(chat, "Hello");
  await changeSettings(page.request, { tokenLifetime: 1, expiryInChat: "is not noticed" });
  await sendMessage(chat, "Still here");
  await changeSettings(page.request, { tokenLifetime: 1 });
  // The frame's next request is refused.
  await chat
    .getByLabel("Message")
    .pressSequentially("And now?", { timeout: 2_000 })
    .catch(() => {});
  await expect(chat.getByText("This sandbox expires tokens 1 seconds after iat.")).toBeVisible();
  await expect(chat.getByText("Still here")).toHaveCount(0);
});

test("a message that fails is kept, can be sent again, and arrives once", async ({ openPortalAs, page }) => {
  await openPortalAs("Nell");
  const chat = await openChat(page);
  await changeSettings(page.request, { delivery: "failing" });
  const text = `Did it arrive? ${crypto.randomUUID()}`;
  await chat.getByLabel("Message").fill(text);
  await chat.getByRole("button", { name: "Send" }).click();
  await expect(chat.getByText("Not sent.")).toBeVisible();
  await changeSettings(page.request, { delivery: "slow", deliveryDelay: 1 });
  await chat.getByRole("button", { name: "Try again" }).click();
  await expect(chat.getByText("Sending…")).toBeVisible();
  await expect(chat.getByText(/You, .* · (Sent|Seen)/)).toBeVisible();
  await page.reload();
  await expect((await openChat(page)).getByRole("log").getByText(text)).toHaveCount(1);
});
