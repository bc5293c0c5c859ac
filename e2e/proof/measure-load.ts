import { createHmac, randomUUID } from "node:crypto";
import type { APIRequestContext } from "@playwright/test";
import { mintIdentityToken } from "@/lib/glassix/identity/mint";
import { signInByRequest, JOHN } from "../fixtures";
import { median } from "./measure-messages";
import { NEXTAUTH_SECRET, SANDBOX_PORTAL } from "../servers";

const API_KEY = "7cab072d-43d0-4e9d-bb25-2a947696fe8f";
const CONVERSATIONS = 200;
const SEND_EVERY = 200;
const PAGES = 300;

/** How long the overview takes, in milliseconds: with an idle sandbox, and while many chat. Medians. */
export type LoadFigures = { idle: number; busy: number; sent: number; failed: number };

/**
 * Opens 200 conversations, each with a stream of its own, lets them send 5 messages a second in all, and
 * asks for the portal's overview meanwhile.
 */
export async function measureLoad(request: APIRequestContext): Promise<LoadFigures> {
  await signInByRequest(request, JOHN.email);
  const readOverview = async () => {
    const times: number[] = [];
    for (let count = 0; count < PAGES; count++) {
      const start = performance.now();
      await request.get("/portal");
      times.push(performance.now() - start);
    }
    return Math.round(median(times));
  };
  await readOverview();
  const idle = await readOverview();

  const ending = new AbortController();
  const customers = await Promise.all(Array.from({ length: CONVERSATIONS }, makeCredentials));
  const send = (headers: HeadersInit) =>
    fetch(`${SANDBOX_PORTAL}/sandbox/api/messages`, {
      method: "POST",
      headers,
      body: JSON.stringify({ clientId: randomUUID(), text: "Is my kitchen floor covered?" }),
    });
  for (const headers of customers) await send(headers);
  for (const headers of customers) void listen(headers, ending.signal);

  let failed = 0;
  const sending: Promise<void>[] = [];
  const timer = setInterval(() => {
    const headers = customers[sending.length % CONVERSATIONS]!;
    sending.push(send(headers).then(({ ok }) => void (failed += ok ? 0 : 1)));
  }, SEND_EVERY);
  const busy = await readOverview();
  clearInterval(timer);
  await Promise.all(sending);
  ending.abort();
  return { idle, busy, sent: sending.length, failed };
}

export const formatLoad = ({ idle, busy, sent, failed }: LoadFigures) =>
  `/portal ${idle} ms idle, ${busy} ms with ${CONVERSATIONS} conversations open: ${(busy / idle).toFixed(2)} (${sent} messages meanwhile, ${failed} failed)`;

/** A customer who exists in the sandbox alone, and what their chat frame would send. */
async function makeCredentials(): Promise<HeadersInit> {
  const uniqueIdentifier = randomUUID();
  const apiSecret = createHmac("sha256", NEXTAUTH_SECRET).update("sandbox API secret").digest("base64url");
  const { identityToken } = await mintIdentityToken({ uniqueIdentifier, apiKey: API_KEY, apiSecret });
  return {
    "Content-Type": "application/json",
    "X-Glassix-Api-Key": API_KEY,
    "X-Glassix-Unique-Identifier": uniqueIdentifier,
    Authorization: `Bearer ${identityToken}`,
  };
}

async function listen(headers: HeadersInit, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const response = await fetch(`${SANDBOX_PORTAL}/sandbox/api/messages/stream`, { headers, signal });
      for await (const _ of response.body ?? []) void _;
    } catch {
      // The end of the measurement.
    }
  }
}
