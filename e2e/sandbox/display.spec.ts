import { changeSettings, expect, openChat, openDesk, sendMessage, test } from "./fixtures";
import { listRouteFiles } from "../routes";

const PAGES = listRouteFiles("sandbox")
  .filter(({ kind }) => kind === "page")
  .map(({ address }) => address);

test.describe("a window of 320 × 256 pixels, as at a zoom of 400 % (WCAG 1.4.10)", () => {
  test.use({ viewport: { width: 320, height: 256 } });

  test("fits the chat, and its field and button can be reached", async ({ openPortalAs, page }) => {
    await openPortalAs("Zoe");
    await changeSettings(page.request, { automaticAgent: "off" });
    const chat = await openChat(page);
    const text = "Hello from a small window";
    await sendMessage(chat, text);
    await expect(chat.getByRole("log").getByText(text)).toBeInViewport();
    await chat.getByLabel("Message").fill(Array(12).fill("A line").join("\n"));
    await chat.getByRole("button", { name: "Send" }).click();
    await expect(chat.getByText("Sending…")).toHaveCount(0);
    await chat.getByLabel("Message").fill("x".repeat(2001));
    await chat.getByRole("button", { name: "Send" }).click();
    for (const target of [
      chat.getByRole("heading", { name: "Chat" }),
      chat.getByRole("log"),
      chat.getByRole("button", { name: "Send" }),
      chat.getByText("Use at most 2000 characters."),
      page.getByRole("button", { name: "Close chat" }),
    ]) {
      await target.scrollIntoViewIfNeeded();
      await expect(target).toBeInViewport({ ratio: 0.99 });
    }
    const width = await chat.locator("html").evaluate((html) => [html.scrollWidth, html.clientWidth]);
    expect(width[0]).toBe(width[1]);
  });

  test("fits the desk in one column", async ({ openBrowser, openPortalAs, page }) => {
    const visitor = await openBrowser();
    const name = `Zac${crypto.randomUUID().slice(0, 8)}`;
    await openPortalAs(name, visitor);
    await visitor.setViewportSize({ width: 800, height: 700 });
    await sendMessage(await openChat(visitor), "Hello");
    await openDesk(page);
    const entry = page.getByRole("button").filter({ hasText: `${name} Tester` });
    await entry.click();
    const conversation = page.getByRole("region", { name: /^Ticket/ });
    const log = conversation.getByRole("log");
    await expect(log.getByText("Hello", { exact: true })).toBeVisible();
    const parts = [conversation.getByLabel("State"), log, page.getByLabel("Reply"), page.getByRole("complementary")];
    let end = -Infinity;
    for (const part of parts) {
      const { y, height } = (await part.boundingBox())!;
      expect(y).toBeGreaterThanOrEqual(end);
      expect(height).toBeGreaterThan(30);
      end = y + height;
    }
    await page.getByLabel("Reply").fill("Good morning");
    await page.getByRole("button", { name: "Send reply" }).click();
    await expect(log.getByText("Good morning")).toBeInViewport({ ratio: 0.99 });
    await conversation.getByRole("button", { name: "Tickets" }).click();
    await expect(entry).toBeInViewport();
  });

  test("needs no sideways scrolling on any page", async ({ page }) => {
    await openDesk(page);
    for (const path of PAGES) {
      await page.goto(path);
      expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(320);
    }
  });
});
