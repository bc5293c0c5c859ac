import { expect, JOHN, openChat, openDesk, test } from "./fixtures";
import { listRouteFiles } from "../routes";

const PAGES = listRouteFiles("sandbox")
  .filter(({ kind }) => kind === "page")
  .map(({ address }) => address);

test("every page of the sandbox has a Content-Security-Policy with its own nonce on every script", async ({ page }) => {
  await openDesk(page);
  const nonces = new Set<string>();
  for (const path of PAGES) {
    // A violation is a console.error, which fails the test.
    const response = (await page.goto(path))!;
    const policy = (await response.allHeaders())["content-security-policy"] ?? "";
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? "";
    expect(nonce, path).not.toBe("");
    expect(/script-src ([^;]*)/.exec(policy)?.[1], path).not.toMatch(/unsafe/);
    nonces.add(nonce);
    for (const script of (await response.text()).match(/<script\b[^>]*>/g) ?? [])
      expect(script, path).toContain(`nonce="${nonce}"`);
  }
  expect(nonces.size).toBe(PAGES.length);
  for (const path of ["/sandbox/widget.js", "/sandbox/chat"])
    expect((await page.request.get(path)).headers(), path).toMatchObject({ "x-content-type-options": "nosniff" });
  expect((await page.request.get("/sandbox/api/settings")).headers()["cache-control"]).toMatch(/no-store/);
});

test("the mailbox of a server in production says that no messages are kept", async ({ page }) => {
  await page.goto("/sandbox/mailbox");
  await expect(page.getByText("This server does not keep messages.")).toBeVisible();
  await expect(page.getByRole("article")).toHaveCount(0);
});

test("the page does not shift when the chat appears", async ({ page, signIn }) => {
  await page.addInitScript(() => {
    const shifts: number[] = [];
    Object.assign(window, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.push((entry as PerformanceEntry & { value: number }).value);
    }).observe({ type: "layout-shift", buffered: true });
  });
  await signIn(JOHN);
  await page.goto("/portal");
  await expect(page.getByRole("button", { name: "Open chat" })).toBeVisible();
  const shifts = await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts);
  expect(shifts.reduce((sum, value) => sum + value, 0)).toBeLessThan(0.02);
});

test("the chat works with the keyboard alone", async ({ page, signIn }) => {
  await signIn(JOHN);
  await page.goto("/portal");
  const open = page.getByRole("button", { name: "Open chat" });
  await open.focus();
  await page.keyboard.press("Enter");
  const chat = page.frameLocator("#glassix-container iframe");
  await expect(chat.getByLabel("Message")).toBeFocused();
  await page.keyboard.type("Hello from the keyboard");
  await page.keyboard.press("Enter");
  await expect(chat.getByRole("log").getByText("Hello from the keyboard").last()).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(open).toBeFocused();
});

test("a printed page holds the portal, without the chat and what extensions add", async ({ page, signIn }) => {
  await signIn(JOHN);
  await page.goto("/portal/policies/HL-H-204817/schedule");
  await openChat(page);
  await page.evaluate(() => {
    const [first, last] = [document.createElement("p"), document.createElement("p")];
    first.textContent = last.textContent = "An extension was here";
    document.body.prepend(first);
    document.documentElement.append(last);
  });
  await page.emulateMedia({ media: "print" });
  await expect(page.getByRole("heading", { name: "Policy schedule" })).toBeVisible();
  await expect(page.getByText("An extension was here").first()).toBeHidden();
  await expect(page.getByText("An extension was here").last()).toBeHidden();
  await expect(page.locator("iframe")).toBeHidden();
  await expect(page.getByRole("button", { name: /chat/i })).toHaveCount(0);
  await page.emulateMedia({ media: "screen" });
  await expect(page.getByRole("button", { name: "Close chat" })).toBeVisible();
});
