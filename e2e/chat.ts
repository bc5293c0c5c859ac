import { createHmac } from "node:crypto";
import { expect, type APIRequestContext, type FrameLocator, type Page } from "@playwright/test";
import { NEXTAUTH_SECRET } from "./servers";

/** The API key of the sandbox's department. */
export const API_KEY = "7cab072d-43d0-4e9d-bb25-2a947696fe8f";

/** The password that the sandbox portal prints when it starts. */
const DESK_PASSWORD = createHmac("sha256", NEXTAUTH_SECRET).update("sandbox password").digest("hex").slice(0, 16);

/** The chat's frame in a page. */
export const getChatFrame = (page: Page): FrameLocator => page.frameLocator("#glassix-container iframe");

/** Opens the chat, and waits until it accepts messages. */
export async function openChat(page: Page): Promise<FrameLocator> {
  await page.getByRole("button", { name: "Open chat" }).click();
  const chat = getChatFrame(page);
  await expect(chat.getByLabel("Message")).toBeVisible();
  return chat;
}

export async function sendMessage(chat: FrameLocator, text: string): Promise<void> {
  await chat.getByLabel("Message").fill(text);
  await chat.getByRole("button", { name: "Send" }).click();
  await expect(chat.getByRole("log").getByText(text)).toBeVisible();
  await expect(chat.getByText(/Sending…|Not sent/)).toHaveCount(0);
}

/** Opens the agent's desk in this browser. */
export async function openDesk(page: Page): Promise<void> {
  await page.goto("/sandbox/desk");
  await page.getByLabel("Desk password").fill(DESK_PASSWORD);
  await page.getByRole("button", { name: "Sign in to the desk" }).click();
  await expect(page.getByRole("region", { name: "Tickets" })).toBeVisible();
}

/** Opens the desk without a page. */
export async function openDeskByRequest(request: APIRequestContext): Promise<void> {
  const response = await request.post("/sandbox/api/desk/open", { data: { password: DESK_PASSWORD } });
  expect(response.status()).toBe(200);
}

/** Changes the sandbox's settings for the browser of these requests. Opens the desk first if that is required. */
export async function changeSettings(
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
