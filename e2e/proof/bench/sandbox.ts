/** Measures how fast the sandbox delivers messages, and how much chats slow down the portal's pages. */
import { createHmac, randomUUID } from "node:crypto";
import { chromium, request, type APIRequestContext } from "@playwright/test";
import { mintIdentityToken } from "@/lib/glassix/identity/mint";
import { browserLaunchOptions } from "@/scripts/find-browser";
import { JOHN, registerCustomer, signInByRequest } from "../../fixtures";
import { API_KEY, openChat, sendMessage } from "../../chat";
import { NEXTAUTH_SECRET, SANDBOX_PORTAL } from "../../servers";
import { startDatabase, startSandboxPortal } from "./processes";
import { printHeading, printLine, median } from "./report";

const MESSAGES = 7;
const CONVERSATIONS = 200;
const SEND_EVERY = 200;
const PAGES = 300;

export async function measureSandbox(): Promise<void> {
  await startSandboxPortal(await startDatabase("sandbox"));
  printHeading("The sandbox");
  await measureMessages();
  await measureLoad();
}

/** Measures the time from the click on *Send* until the message is on the other screen. */
async function measureMessages(): Promise<void> {
  const browser = await chromium.launch(browserLaunchOptions());
  const customer = await browser.newPage({ baseURL: SANDBOX_PORTAL });
  const desk = await browser.newPage({ baseURL: SANDBOX_PORTAL });
  await registerCustomer(customer, "Tempo");
  const chat = await openChat(customer);
  await sendMessage(chat, "Hello");
  await desk.goto("/sandbox/desk");
  await desk.getByLabel("Desk password").fill(derive("sandbox password", "hex").slice(0, 16));
  await desk.getByRole("button", { name: "Sign in to the desk" }).click();
  await desk.getByRole("button").filter({ hasText: "Tempo Tester" }).first().click();

  const time = async (act: Promise<void>, arrival: Promise<void>) => {
    const start = performance.now();
    await Promise.all([act, arrival]);
    return Math.round(performance.now() - start);
  };
  const toDesk: number[] = [];
  const toCustomer: number[] = [];
  for (let round = 0; round < MESSAGES; round++) {
    const [question, answer] = [`question ${round}`, `answer ${round}`];
    await chat.getByLabel("Message").fill(question);
    const atDesk = desk.getByRole("log").getByText(question, { exact: true }).waitFor();
    toDesk.push(await time(chat.getByRole("button", { name: "Send" }).click(), atDesk));
    await desk.getByLabel("Reply").fill(answer);
    const atCustomer = chat.getByRole("log").getByText(answer, { exact: true }).waitFor();
    toCustomer.push(await time(desk.getByRole("button", { name: "Send reply" }).click(), atCustomer));
  }
  await browser.close();
  printLine(`Send to the desk ${median(toDesk)} ms, back to the customer ${median(toCustomer)} ms (medians)`);
}

/** Measures the overview's time with an idle sandbox, and while 200 customers send 5 messages a second in total. */
async function measureLoad(): Promise<void> {
  const visitor = await request.newContext({ baseURL: SANDBOX_PORTAL });
  await signInByRequest(visitor, JOHN.email);
  await timeOverview(visitor);
  const idle = await timeOverview(visitor);

  const abortController = new AbortController();
  const customers = await Promise.all(Array.from({ length: CONVERSATIONS }, makeCredentials));
  const send = (headers: HeadersInit) =>
    fetch(`${SANDBOX_PORTAL}/sandbox/api/messages`, {
      method: "POST",
      headers,
      body: JSON.stringify({ clientId: randomUUID(), text: "Is my kitchen floor covered?" }),
    });
  for (const headers of customers) await send(headers);
  for (const headers of customers) void keepStreamOpen(headers, abortController.signal);
  const sending: Promise<boolean>[] = [];
  const timer = setInterval(
    () => sending.push(send(customers[sending.length % CONVERSATIONS]!).then(({ ok }) => ok)),
    SEND_EVERY,
  );
  const busy = await timeOverview(visitor);
  clearInterval(timer);
  const failedCount = (await Promise.all(sending)).filter((isSent) => !isSent).length;
  abortController.abort();
  await visitor.dispose();
  printLine(
    `/portal ${idle} ms idle, ${busy} ms with ${CONVERSATIONS} conversations open: ${(busy / idle).toFixed(2)} (${sending.length} messages meanwhile, ${failedCount} failed)`,
  );
}

async function timeOverview(visitor: APIRequestContext): Promise<number> {
  const times: number[] = [];
  for (let count = 0; count < PAGES; count++) {
    const start = performance.now();
    await visitor.get("/portal");
    times.push(performance.now() - start);
  }
  return Math.round(median(times));
}

/** Creates the chat credentials of a customer who exists only in the sandbox. */
async function makeCredentials(): Promise<HeadersInit> {
  const uniqueIdentifier = randomUUID();
  const apiSecret = derive("sandbox API secret", "base64url");
  const { identityToken } = await mintIdentityToken({ uniqueIdentifier, apiKey: API_KEY, apiSecret });
  return {
    "Content-Type": "application/json",
    "X-Glassix-Api-Key": API_KEY,
    "X-Glassix-Unique-Identifier": uniqueIdentifier,
    Authorization: `Bearer ${identityToken}`,
  };
}

/** Derives the sandbox's secrets as the sandbox does. */
const derive = (purpose: string, encoding: "hex" | "base64url") =>
  createHmac("sha256", NEXTAUTH_SECRET).update(purpose).digest(encoding);

async function keepStreamOpen(headers: HeadersInit, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const response = await fetch(`${SANDBOX_PORTAL}/sandbox/api/messages/stream`, { headers, signal });
      for await (const _ of response.body ?? []) void _;
    } catch {
      // The measurement has ended.
    }
  }
}
