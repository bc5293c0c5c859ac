// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { reportToTimeline } from "./chat-timeline";
import { createWidgetController } from "@/lib/glassix/widget/controller";
import type { WidgetEvents, WidgetOptions } from "@/lib/glassix/widget/client";
import type { Identity, IdentityFailure } from "@/lib/glassix/widget/identity";

const JOHN = "db79e775-81fd-4f2e-8741-9266e920cc32";
const NOW = 1_700_000_000_000;
const payload = btoa(JSON.stringify({ aud: JOHN, iat: 0, exp: 18_000 }));
const identity: Identity = { uniqueIdentifier: JOHN, identityToken: `header.${payload}.signature`, expiresAt: 18_000 };

type Entry = { time: number; epoch: number; state: string; kind: string; name: string; detail?: string };

const entries: Entry[] = [];
const note = (event: Event) => void entries.push((event as CustomEvent<Entry>).detail);
const settle = () => vi.advanceTimersByTimeAsync(0);

/** A widget that the test tells what to report. */
let events: WidgetEvents;
class Client {
  constructor(options: WidgetOptions) {
    events = options.events!;
  }
  attach() {
    events.attached!();
  }
  destroy() {
    events.destroyed!();
  }
  setWidgetVisiblity() {}
  async getIframeUri() {
    return "about:blank";
  }
}

const createController = (response: Identity | IdentityFailure) =>
  createWidgetController({
    apiKey: "key",
    snippetId: "snippet",
    isIdentityRequired: false,
    script: { load: async () => Client, reject() {}, unload() {} },
    requestIdentity: async () => response,
    onSessionMismatch() {},
    observe: reportToTimeline,
  });

beforeEach(() => {
  entries.length = 0;
  vi.useFakeTimers({ now: NOW });
  window.addEventListener("portal-chat", note);
});
afterEach(() => {
  window.removeEventListener("portal-chat", note);
  vi.useRealTimers();
  delete window.widgetClient;
});

it("reports inputs, commands and events in their order, and never a token (G11)", async () => {
  const controller = createController(identity);
  controller.setSession({ status: "signed-in", uniqueIdentifier: JOHN, sessionId: "session-1" });
  await settle();
  events.visiblity!(true);
  events.newMessage!();
  await settle();
  controller.setSession({ status: "unknown" });
  expect(
    entries.map(({ epoch, state, kind, name, detail = "" }) => `${epoch} ${state} ${kind} ${name} ${detail}`),
  ).toEqual([
    `1 preparing input session signed-in, ${JOHN}`,
    "1 preparing command cancel-identity ",
    "1 preparing command load-script ",
    "1 preparing command request-identity ",
    "1 preparing input script-loaded ",
    `1 living input identity-arrived ${JOHN}`,
    "1 living command create-client ",
    "1 living event attached ",
    "1 living input client-attached ",
    "1 living event visiblity true",
    "1 living input client-visibility ",
    "1 living event newMessage ",
    "2 empty input session unknown",
    "2 empty command cancel-identity ",
    "2 empty command destroy-client ",
    "2 empty event destroyed ",
  ]);
  expect(entries.every(({ time }) => time === NOW)).toBe(true);
  for (const secret of [identity.identityToken, payload, "session-1"])
    expect(JSON.stringify(entries)).not.toContain(secret);
});

it("reports why there is no identity", async () => {
  const controller = createController({ kind: "refused", code: "account-disabled" });
  controller.setSession({ status: "signed-in", uniqueIdentifier: JOHN });
  await settle();
  expect(entries).toContainEqual({
    time: NOW,
    epoch: 1,
    state: "refused",
    kind: "input",
    name: "identity-failed",
    detail: "account-disabled",
  });
  controller.setSession({ status: "unknown" });
});
