import type { Page } from "@playwright/test";
import { createAxe } from "../fixtures";

type Findings = { portal: string[]; vendor: string[] };

/** Checks WCAG 2.1 A and AA in the page and its frames. A finding is a rule, its impact, the elements and the rule's help. */
export async function findAccessibilityFaults(page: Page): Promise<Findings> {
  const { violations } = await createAxe(page).analyze();
  const findings: Findings = { portal: [], vendor: [] };
  for (const { id, impact, nodes, helpUrl } of violations) {
    const elements: Findings = { portal: [], vendor: [] };
    for (const { target } of nodes) {
      // The first is in the page itself, the others in frames and shadow roots.
      const selectors = target.flat();
      const isVendors = await page.evaluate(isOutsideOfPortal, selectors[0]!);
      elements[isVendors ? "vendor" : "portal"].push(selectors.join(" → "));
    }
    for (const owner of ["portal", "vendor"] as const)
      if (elements[owner].length > 0)
        findings[owner].push(`${id} (${impact}) at ${elements[owner].join(", ")}: ${helpUrl}`);
  }
  return findings;
}

/** Only the vendor's script adds elements to <body> beside #portal and our own #chat (app/layout.tsx). */
function isOutsideOfPortal(selector: string): boolean {
  const element = document.querySelector(selector)?.closest("body > *");
  return !!element && !element.matches("#portal, #chat");
}

/** Waits for the frame at the address that the widget documents, and for its content. */
export async function waitForChatFrame(page: Page, timeout: number): Promise<boolean> {
  const uri = await page.evaluate(() => window.widgetClient!.getIframeUri());
  const deadline = Date.now() + timeout;
  while (Date.now() < deadline) {
    const frame = page.frames().find((frame) => frame.url().startsWith(uri));
    // Chats render after they have loaded.
    await page.waitForTimeout(1_000);
    if (frame) return true;
  }
  return false;
}
