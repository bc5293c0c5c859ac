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

test.describe("forced colours", () => {
  test.use({ colorScheme: "dark" });

  test("keep the edges of the chat's buttons, and mark the selected ticket, changed settings and the length", async ({
    openPortalAs,
    page,
  }) => {
    await page.emulateMedia({ forcedColors: "active" });
    await openPortalAs("Finn");
    const chat = await openChat(page);
    await sendMessage(chat, "Hello");
    const readEdge = (element: Element) => {
      const { borderInlineStartWidth, borderInlineStartStyle } = getComputedStyle(element);
      return borderInlineStartStyle === "none" ? 0 : parseFloat(borderInlineStartWidth);
    };
    for (const button of [page.getByRole("button", { name: "Close chat" }), chat.getByRole("button", { name: "Send" })])
      expect(await button.evaluate(readEdge)).toBeGreaterThan(0);

    await openDesk(page);
    await page.getByRole("button").filter({ hasText: "Finn Tester" }).first().click();
    const selected = page.locator("button[aria-current=true]");
    await expect(selected).toBeVisible();
    expect(await selected.evaluate(readEdge)).toBeGreaterThan(0);
    expect(await page.locator("button[data-ticket]:not([aria-current])").first().evaluate(readEdge)).toBe(0);

    await page.goto("/sandbox/inspector");
    await page.getByRole("button", { name: "Use this session's token" }).click();
    const readColor = (element: Element) => getComputedStyle(element).backgroundColor;
    const meter = page.getByRole("meter");
    expect(await meter.locator("span").evaluate(readColor)).not.toBe(await page.locator("body").evaluate(readColor));

    await page.goto("/sandbox/settings");
    const row = page.locator("div:has(> div > label)").filter({ hasText: "Automatic agent" });
    const readMark = () => row.evaluate((element) => getComputedStyle(element, "::before").borderInlineStartWidth);
    expect(await readMark()).toBe("0px");
    await page.getByLabel("Automatic agent").selectOption("off");
    await expect.poll(readMark).toBe("3px");
  });
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("the pages that need it say so", async ({ page }) => {
    for (const path of ["desk", "inspector", "settings"]) {
      await page.goto(`/sandbox/${path}`);
      // getByText() ignores <noscript>.
      await expect(page.locator("noscript p")).toHaveText("This page needs JavaScript.");
      await expect(page.locator("noscript p")).toBeVisible();
    }
    for (const path of ["/sandbox", "/sandbox/mailbox"]) {
      await page.goto(path);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await expect(page.locator("noscript p")).toHaveCount(0);
    }
  });
});
