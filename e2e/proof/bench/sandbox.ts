/** How fast messages travel in the sandbox, and what the portal's pages notice of many conversations. */
import { chromium, request } from "@playwright/test";
import { browserLaunchOptions } from "@/scripts/find-browser";
import { registerCustomer } from "../../fixtures";
import { openChat, openDesk, sendMessage } from "../chat";
import { formatLoad, measureLoad } from "../measure-load";
import { formatMessages, measureMessages } from "../measure-messages";
import { SANDBOX_PORTAL } from "../../servers";
import { startDatabase, startSandboxPortal } from "./processes";
import { heading, line } from "./report";

export async function measureSandbox(): Promise<void> {
  await startSandboxPortal(await startDatabase("sandbox"));
  const browser = await chromium.launch(browserLaunchOptions());
  const [customer, desk] = await Promise.all(
    [0, 1].map(async () => (await browser.newContext({ baseURL: SANDBOX_PORTAL })).newPage()),
  );
  await registerCustomer(customer!, "Tempo");
  const chat = await openChat(customer!);
  await sendMessage(chat, "Hello");
  await openDesk(desk!);
  await desk!.getByRole("button").filter({ hasText: "Tempo Tester" }).first().click();
  heading("The sandbox");
  line(formatMessages(await measureMessages(chat, desk!)));
  await browser.close();
  const visitor = await request.newContext({ baseURL: SANDBOX_PORTAL });
  line(formatLoad(await measureLoad(visitor)));
  await visitor.dispose();
}
