import { createHmac } from "node:crypto";
import { expect, type APIRequestContext, type Page } from "@playwright/test";
import { NEXTAUTH_SECRET } from "../servers";

/** What the portals of the tests print when they start. */
const DESK_PASSWORD = createHmac("sha256", NEXTAUTH_SECRET).update("sandbox password").digest("hex").slice(0, 16);

/** Opens the agent's desk in this browser. */
export async function openDesk(page: Page): Promise<void> {
  await page.goto("/sandbox/desk");
  await page.getByLabel("Desk password").fill(DESK_PASSWORD);
  await page.getByRole("button", { name: "Sign in to the desk" }).click();
  await expect(page.getByRole("region", { name: "Tickets" })).toBeVisible();
}

/** Opens the desk for requests without a page. */
export async function openDeskByRequest(request: APIRequestContext): Promise<void> {
  const response = await request.post("/sandbox/api/desk/open", { data: { password: DESK_PASSWORD } });
  expect(response.status()).toBe(200);
}

/**
 * Switches something in the sandbox, for the browser of these requests alone; where it needs the desk, opens that
 * there. The values have no type from `lib/sandbox`: the portal would not build once the sandbox is deleted.
 */
export async function switchSettings(
  request: APIRequestContext,
  values: Record<string, string | number>,
): Promise<void> {
  const change = () => request.put("/sandbox/api/settings", { data: { scope: "browser", values } });
  let response = await change();
  if (response.status() === 401) {
    await openDeskByRequest(request);
    response = await change();
  }
  expect(response.status()).toBe(200);
}
