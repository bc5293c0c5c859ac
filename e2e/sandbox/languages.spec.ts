import type { FrameLocator, Page } from "@playwright/test";
import { API_KEY, expect, getChatFrame, openDesk, openDeskByRequest, test } from "./fixtures";

const ENGLISH_SNIPPET = "dr548fbb5d61ec51869a";
const HEBREW_SNIPPET = "he917c2f40b85de36a1d";

type Identity = { uniqueIdentifier?: string; identityToken?: string };

/** A page that is independent of the portal, in a language that need not be the chat's. */
async function openOwnPage(page: Page, dir: "ltr" | "rtl" = "ltr"): Promise<void> {
  const body = `<!doctype html><html lang="${dir === "rtl" ? "he" : "en"}" dir="${dir}">
    <meta name="viewport" content="width=device-width, initial-scale=1" /><title>A page of its own</title>
    <h1>A page of its own</h1><script src="/sandbox/widget.js"></script></html>`;
  await page.route("**/own-page.html", (route) => route.fulfill({ contentType: "text/html", body }));
  await page.goto("/own-page.html");
}

/** Replaces the page's client. */
async function createClient(page: Page, snippetId: string, identity: Identity = {}): Promise<void> {
  await page.evaluate(
    (options) => {
      window.widgetClient?.destroy();
      window.widgetClient = new window.GlassixWidgetClient!(options);
      window.widgetClient.attach();
    },
    { apiKey: API_KEY, snippetId, ...identity },
  );
}

const mintIdentity = (page: Page) =>
  page.evaluate(async () => (await (await fetch("/api/glassix-identity", { method: "POST" })).json()) as Identity);

async function openHebrewChat(page: Page): Promise<FrameLocator> {
  await page.getByRole("button", { name: "פתיחת הצ׳אט" }).click();
  const chat = getChatFrame(page);
  await expect(chat.getByLabel("הודעה")).toBeVisible();
  return chat;
}

async function sendInHebrew(chat: FrameLocator, text: string): Promise<void> {
  await chat.getByLabel("הודעה").fill(text);
  await chat.getByRole("button", { name: "שליחה" }).click();
  await expect(chat.getByRole("log", { name: "השיחה" }).getByText(text)).toBeVisible();
  await expect(chat.getByText(/בשליחה|לא נשלחה/)).toHaveCount(0);
}

const readTicket = async (page: Page) =>
  (await page.request.get("/sandbox/api/tickets/current", { headers: { "X-Glassix-Api-Key": API_KEY } })).json();

async function reply(page: Page, ticketId: number, text: string): Promise<void> {
  const data = { clientId: crypto.randomUUID(), text };
  const response = await page.request.post(`/sandbox/api/desk/tickets/${ticketId}/messages`, { data });
  expect(response.status()).toBe(200);
}

/** On which side of the window an element is. */
async function findSide(page: Page, selector: string): Promise<"left" | "right"> {
  const { x, width } = (await page.locator(selector).boundingBox())!;
  return x + width / 2 < page.viewportSize()!.width / 2 ? "left" : "right";
}

test("the chat follows the language of its snippet, not of the page", async ({ page }) => {
  await openOwnPage(page);
  await createClient(page, HEBREW_SNIPPET);
  const chat = await openHebrewChat(page);
  await expect(page.getByRole("button", { name: "סגירת הצ׳אט" })).toBeVisible();
  await expect(page.getByTitle("צ׳אט")).toBeVisible();
  await expect(chat.locator("html")).toHaveAttribute("lang", "he");
  await expect(chat.locator("html")).toHaveAttribute("dir", "rtl");
  await expect(chat.getByRole("heading", { name: "צ׳אט" })).toBeVisible();
  await expect(chat.getByText("השיחה אנונימית")).toBeVisible();
  await expect(chat.getByText("שלחו לנו הודעה.")).toBeVisible();
  expect((await chat.locator("body").innerText()).replaceAll("Glassix", "")).not.toMatch(/[a-z]/i);
  expect(await findSide(page, "#glassix-container")).toBe("left");

  await openOwnPage(page, "rtl");
  for (const snippetId of [ENGLISH_SNIPPET, "an-unknown-snippet"]) {
    await createClient(page, snippetId);
    await page.getByRole("button", { name: "Open chat" }).click();
    await expect(chat.getByText("You are chatting anonymously")).toBeVisible();
    await expect(chat.locator("html")).toHaveAttribute("dir", "ltr");
    expect(await findSide(page, "#glassix-container")).toBe("right");
  }
});

test("the launcher counts unread messages with Hebrew plurals", async ({ page }) => {
  await openOwnPage(page);
  await createClient(page, HEBREW_SNIPPET);
  await sendInHebrew(await openHebrewChat(page), "שלום");
  const { id } = await readTicket(page);
  await openDeskByRequest(page.request);
  await reply(page, id, "אפס");
  await expect(getChatFrame(page).getByText("אפס")).toBeVisible();
  await page.getByRole("button", { name: "סגירת הצ׳אט" }).click();
  for (const count of ["הודעה חדשה אחת", "שתי הודעות חדשות", "3 הודעות חדשות"]) {
    await reply(page, id, "עוד אחת");
    await expect(page.getByRole("button", { name: `פתיחת הצ׳אט, ${count}`, exact: true })).toBeVisible();
  }
});

test("another snippet continues the customer's conversation, and keeps what was typed", async ({
  openPortalAs,
  page,
}) => {
  await openPortalAs("Noa");
  await openOwnPage(page);
  const identity = await mintIdentity(page);
  await createClient(page, ENGLISH_SNIPPET, identity);
  await page.getByRole("button", { name: "Open chat" }).click();
  const chat = getChatFrame(page);
  await chat.getByLabel("Message").fill("Am I covered in Spain?");
  await chat.getByRole("button", { name: "Send" }).click();
  await expect(chat.getByText("I am the sandbox's automatic agent")).toBeVisible();
  await chat.getByLabel("Message").fill("And in Port");

  await createClient(page, HEBREW_SNIPPET, identity);
  await openHebrewChat(page);
  await expect(chat.getByText("אתם מחוברים בתור Noa")).toBeVisible();
  await expect(chat.getByText("Am I covered in Spain?")).toBeVisible();
  await expect(chat.getByLabel("הודעה")).toHaveValue("And in Port");
  await sendInHebrew(chat, "תודה");
  await expect(chat.getByText("בשמחה")).toBeVisible();

  await createClient(page, ENGLISH_SNIPPET, identity);
  await page.getByRole("button", { name: "Open chat" }).click();
  await expect(chat.getByText("תודה")).toBeVisible();
  await expect(chat.getByLabel("Message")).toHaveValue("");
});

test("a visitor's conversation belongs to the visitor, not to the snippet", async ({ page }) => {
  await openOwnPage(page);
  await createClient(page, HEBREW_SNIPPET);
  await sendInHebrew(await openHebrewChat(page), "מה מכסה הביטוח?");
  const ticket = await readTicket(page);
  await createClient(page, ENGLISH_SNIPPET);
  await page.getByRole("button", { name: "Open chat" }).click();
  const chat = getChatFrame(page);
  await expect(chat.getByText("מה מכסה הביטוח?")).toBeVisible();
  await chat.getByLabel("Message").fill("Hello again");
  await chat.getByRole("button", { name: "Send" }).click();
  await expect(chat.getByText("You are still anonymous")).toBeVisible();
  expect(await readTicket(page)).toMatchObject({ id: ticket.id, culture: "he-IL" });
});

test("the desk shows a Hebrew ticket in Hebrew, and the customer reads its end in Hebrew", async ({
  openBrowser,
  page,
}) => {
  await openOwnPage(page);
  await createClient(page, HEBREW_SNIPPET);
  const chat = await openHebrewChat(page);
  await sendInHebrew(chat, "שלום, הפוליסה HL-H-204817 בתוקף?");
  const { id } = await readTicket(page);

  const desk = await openBrowser();
  await openDesk(desk);
  await desk.goto(`/sandbox/desk?ticket=${id}`);
  const conversation = desk.getByRole("region", { name: `פנייה ${id}` });
  await expect(conversation).toHaveAttribute("dir", "rtl");
  await expect(conversation).toHaveAttribute("lang", "he");
  const { x, width } = (await conversation.getByText("HL-H-204817").boundingBox())!;
  const log = (await conversation.getByRole("log").boundingBox())!;
  expect(log.x + log.width - x - width).toBeLessThan(40);
  const month = new Date().toLocaleString("he-IL", { month: "short" });
  await expect(conversation.getByText(month).first()).toBeVisible();
  await expect(desk.getByRole("complementary", { name: "Customer" }).getByText("he-IL")).toBeVisible();
  await conversation.getByLabel("תשובה").pressSequentially("כן");
  await expect(chat.getByText("כותבים לכם תשובה")).toBeVisible();
  await conversation.getByRole("button", { name: "שליחת תשובה" }).click();
  await expect(chat.getByText(/^תשובה, /).last()).toBeVisible();
  await conversation.getByLabel("סטטוס").selectOption({ label: "סגורה" });
  await expect(chat.getByText("השיחה נסגרה. ההודעה הבאה שלכם תפתח שיחה חדשה.")).toBeVisible();
});

test.describe("what goes wrong", () => {
  test.use({ expectedErrors: [/Failed to load resource/] });

  test("is said in Hebrew", async ({ page }) => {
    await openOwnPage(page);
    await createClient(page, HEBREW_SNIPPET);
    const chat = await openHebrewChat(page);
    await sendInHebrew(chat, "שלום");
    await chat.getByLabel("הודעה").fill("x".repeat(2001));
    await chat.getByRole("button", { name: "שליחה" }).click();
    await expect(chat.getByText("אפשר לכתוב עד 2000 תווים. בהודעה שלכם יש 2001.")).toBeVisible();

    await page.route("**/sandbox/api/messages**", (route) => route.abort());
    // Ends the current stream.
    await page.getByRole("button", { name: "סגירת הצ׳אט" }).click();
    await page.getByRole("button", { name: "פתיחת הצ׳אט" }).click();
    await expect(chat.getByText("החיבור נותק. מנסים שוב…")).toBeVisible();
    await chat.getByLabel("הודעה").fill("לא תגיע");
    await chat.getByRole("button", { name: "שליחה" }).click();
    await expect(chat.getByText("ההודעה לא נשלחה.")).toBeVisible();
    await page.unroute("**/sandbox/api/messages**");
    await chat.getByRole("button", { name: "ניסיון נוסף" }).click();
    await expect(chat.getByText(/נשלחה|נקראה/).last()).toBeVisible();
    await expect(chat.getByText("ההודעה לא נשלחה.")).toHaveCount(0);

    await createClient(page, HEBREW_SNIPPET, { uniqueIdentifier: crypto.randomUUID(), identityToken: "not-a-token" });
    await page.getByRole("button", { name: "פתיחת הצ׳אט" }).click();
    await expect(chat.getByRole("alert")).toContainText("Glassix הייתה דוחה את אסימון הזהות הזה:");
  });
});

test("the Hebrew chat works with the keyboard alone, and announces a reply once", async ({ page }) => {
  await openOwnPage(page);
  await createClient(page, HEBREW_SNIPPET);
  const open = page.getByRole("button", { name: "פתיחת הצ׳אט" });
  await expect(open).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(open).toBeFocused();
  await page.keyboard.press("Enter");
  const chat = getChatFrame(page);
  const field = chat.getByLabel("הודעה");
  await expect(field).toBeFocused();
  const readDirection = () => field.evaluate((element) => getComputedStyle(element).direction);
  expect(await readDirection()).toBe("rtl");
  await page.keyboard.type("Hello");
  expect(await readDirection()).toBe("ltr");
  await page.keyboard.press("Enter");
  await expect(chat.getByText(/· (נשלחה|נקראה)/)).toBeVisible();

  const log = chat.getByRole("log");
  await log.evaluate((element) => {
    const added: string[] = [];
    Object.assign(window, { added });
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) for (const node of addedNodes) added.push(node.textContent ?? "");
    }).observe(element, { childList: true, subtree: true });
  });
  await openDeskByRequest(page.request);
  await reply(page, (await readTicket(page)).id, "תשובה אחת");
  await expect(log.getByText("תשובה אחת")).toBeVisible();
  await sendInHebrew(chat, "תודה");
  const added = await log.evaluate(() => (window as unknown as { added: string[] }).added);
  expect(added.filter((text) => text.includes("תשובה אחת"))).toHaveLength(1);

  await page.keyboard.press("Escape");
  await expect(open).toBeFocused();
});

test.describe("a window of 320 pixels", () => {
  test.use({ viewport: { width: 320, height: 568 } });

  test("has the chat and the timeline in opposite corners, in both directions", async ({ page }) => {
    for (const [dir, snippetId, side] of [
      ["ltr", ENGLISH_SNIPPET, "right"],
      ["rtl", HEBREW_SNIPPET, "left"],
    ] as const) {
      await openOwnPage(page, dir);
      await createClient(page, snippetId);
      await page.evaluate(() => {
        const detail = { time: Date.now(), epoch: 1, state: "living", kind: "event", name: "attached" };
        window.dispatchEvent(new CustomEvent("portal-chat", { detail }));
      });
      const timeline = page.getByRole("button", { name: /^Timeline/ });
      await expect(timeline).toBeVisible();
      expect(await findSide(page, "#glassix-container")).toBe(side);
      const launcher = (await page.getByRole("button", { name: /chat|הצ׳אט/ }).boundingBox())!;
      const tab = (await timeline.boundingBox())!;
      if (side === "right") expect(tab.x + tab.width).toBeLessThan(launcher.x);
      else expect(tab.x).toBeGreaterThan(launcher.x + launcher.width);
      await timeline.click();
      await page.getByRole("button", { name: /chat|הצ׳אט/ }).click();
      const chat = getChatFrame(page);
      await expect(chat.getByRole("textbox")).toBeVisible();
      const widths = await chat.locator("html").evaluate((html) => [html.scrollWidth, html.clientWidth]);
      expect(widths[0]).toBe(widths[1]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
    }
  });
});
