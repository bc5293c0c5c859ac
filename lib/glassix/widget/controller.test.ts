// @vitest-environment happy-dom
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { WidgetClient, WidgetConstructor, WidgetOptions } from "./client";
import { createWidgetController, type ControllerOptions, type TimelineEntry } from "./controller";
import { IdentityRequestError, type Identity, type IdentityFailure } from "./identity";
import { noticeOf, type Session } from "./machine";

const JOHN = "db79e775-81fd-4f2e-8741-9266e920cc32";
const JANE = "a3f1c820-94b2-4d67-b3e5-7f8a2d1c0e9b";
const HOURS = 3_600_000;

const user = (uniqueIdentifier: string, identityVersion?: number): Session => ({
  status: "signed-in",
  uniqueIdentifier,
  identityVersion,
});
const nobody: Session = { status: "signed-out" };
const inDoubt: Session = { status: "in-doubt" };
const loading: Session = { status: "loading" };

let minted = 0;
function identityOf(uniqueIdentifier: string, { audience = uniqueIdentifier, lifetime = 18_000 } = {}): Identity {
  const iat = 1_000_000 + minted++;
  const payload = btoa(JSON.stringify({ aud: audience, iat, exp: iat + lifetime }));
  return { uniqueIdentifier, identityToken: `header.${payload}.${minted}`, expiresAt: iat + lifetime };
}

type RecordedClient = { state: string; isOpen: boolean; options: WidgetOptions; client: WidgetClient };
type RecordedWindow = {
  GlassixWidgetClient: WidgetConstructor;
  widgetRecorder: { clients: RecordedClient[]; misuse: string[]; living(): RecordedClient[] };
};

const [recorder, double] = ["e2e/widget-recorder.js", "e2e/widget-double.js"].map((file) => readFileSync(file, "utf8"));

/** The double that the end-to-end tests serve in place of Glassix's script, recorded, in a window of its own. */
function createWidgetDouble() {
  const window = {} as RecordedWindow;
  new Function("window", `${recorder}\n${double}`)(window);
  return { constructor: window.GlassixWidgetClient, ...window.widgetRecorder };
}

type Request = {
  resolve(identity: Identity): void;
  reject(failure: IdentityFailure): void;
  signal: AbortSignal;
  isAnswered: boolean;
};

function fail(): never {
  throw new Error("not in this browser");
}

const open: (() => void)[] = [];

/** A controller in a page whose script, endpoint and clock the test holds in its hands. */
function openPage(settings: Partial<Pick<ControllerOptions, "isIdentityRequired">> = {}) {
  const double = createWidgetDouble();
  const requests: Request[] = [];
  const scripts: { resolve(constructor?: WidgetConstructor): void; reject(): void }[] = [];
  const [onSessionDoubt, reject] = [vi.fn(), vi.fn()];
  const timeline: TimelineEntry[] = [];
  const controller = createWidgetController({
    apiKey: "key",
    snippetId: "snippet",
    isIdentityRequired: false,
    script: {
      load: () =>
        new Promise((resolve, reject) =>
          scripts.push({ resolve: (constructor = double.constructor) => resolve(constructor), reject }),
        ),
      reject,
    },
    requestIdentity: (signal) =>
      new Promise((resolve, reject) => {
        const request: Request = {
          signal,
          isAnswered: false,
          resolve: (identity) => ((request.isAnswered = true), resolve(identity)),
          reject: (failure) => ((request.isAnswered = true), reject(new IdentityRequestError(failure))),
        };
        requests.push(request);
      }),
    onSessionDoubt,
    observe: (entry) => timeline.push(entry),
    ...settings,
  });
  const close = controller.listen();
  open.push(close);
  const settle = () => vi.advanceTimersByTimeAsync(0);
  return {
    ...double,
    controller,
    requests,
    scripts,
    timeline,
    rejectScript: reject,
    onSessionDoubt,
    settle,
    close,
    client: () => double.living()[0],
    notice: () => noticeOf(controller.getState()),
    async giveScript(constructor?: WidgetConstructor) {
      scripts.at(-1)!.resolve(constructor);
      await settle();
    },
    async answer(identity: Identity) {
      requests.at(-1)!.resolve(identity);
      await settle();
    },
    async refuse(failure: IdentityFailure) {
      requests.at(-1)!.reject(failure);
      await settle();
    },
    async show(isVisible: boolean) {
      double.living()[0]!.client.setWidgetVisiblity(isVisible);
      await settle();
    },
    /** Signs in and brings the client to life. */
    async live(uniqueIdentifier: string, options?: { lifetime?: number }) {
      controller.setSession(user(uniqueIdentifier));
      if (scripts.length === 1) await this.giveScript();
      await this.answer(identityOf(uniqueIdentifier, options));
    },
  };
}

beforeEach(() => {
  vi.spyOn(console, "warn").mockImplementation(() => {});
  vi.useFakeTimers({ now: 1_700_000_000_000 });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  open.splice(0).forEach((close) => close());
  delete window.widgetClient;
  delete window.glassixWidgetScriptLoaded;
});

describe("the widget's life", () => {
  it("gives a stranger an anonymous client", async () => {
    const page = openPage();
    page.controller.setSession(nobody);
    await page.giveScript();
    expect(page.client()?.options).toMatchObject({ apiKey: "key", snippetId: "snippet" });
    expect(page.client()?.options).not.toHaveProperty("identityToken");
    expect(page.requests).toHaveLength(0);
  });

  it("gives a signed-in user an identified client, once script and identity are there, in either order", async () => {
    for (const order of ["script first", "identity first"]) {
      const page = openPage();
      page.controller.setSession(user(JOHN));
      const identity = identityOf(JOHN);
      if (order === "script first") await page.giveScript();
      else await page.answer(identity);
      expect(page.clients).toHaveLength(0);
      if (order === "script first") await page.answer(identity);
      else await page.giveScript();
      expect(page.client()?.options).toMatchObject({ uniqueIdentifier: JOHN, identityToken: identity.identityToken });
    }
  });

  it("asks for the script and the identity at the same time", () => {
    const page = openPage();
    page.controller.setSession(user(JOHN));
    expect([page.scripts.length, page.requests.length]).toEqual([1, 1]);
  });

  it("leaves window.widgetClient and calls glassixWidgetScriptLoaded as the published snippet does", async () => {
    const page = openPage();
    const loaded = vi.fn();
    window.glassixWidgetScriptLoaded = loaded;
    await page.live(JOHN);
    expect(window.widgetClient).toBe(page.client()?.client);
    expect(loaded).toHaveBeenCalledTimes(1);

    page.controller.setSession(inDoubt);
    expect("widgetClient" in window).toBe(false);
  });

  it("G4: destroys John's client before it makes Jane's", async () => {
    const page = openPage();
    await page.live(JOHN);
    page.controller.setSession(user(JANE));
    expect(page.living()).toHaveLength(0);
    await page.answer(identityOf(JANE));
    expect(page.client()?.options.uniqueIdentifier).toBe(JANE);
    expect(page.misuse).toEqual([]);
  });

  it("G2: ends the identified client in the same moment in which nobody is wanted", async () => {
    const page = openPage();
    await page.live(JOHN);
    page.controller.setSession(inDoubt);
    expect(page.living()).toHaveLength(0);
  });

  it("G3: drops an identity that arrives after its epoch has ended", async () => {
    const page = openPage();
    page.controller.setSession(user(JOHN));
    await page.giveScript();
    const late = page.requests[0]!;
    page.controller.setSession(user(JANE));
    expect(late.signal.aborted).toBe(true);
    late.resolve(identityOf(JOHN));
    await page.settle();
    expect(page.clients).toHaveLength(0);
    await page.answer(identityOf(JANE));
    expect(page.client()?.options.uniqueIdentifier).toBe(JANE);
  });

  it("G5: does nothing when the same user is wanted again", async () => {
    const page = openPage();
    await page.live(JOHN);
    for (let times = 0; times < 50; times++) {
      page.controller.setSession(user(JOHN));
      window.dispatchEvent(new Event("focus"));
      window.dispatchEvent(new Event("online"));
    }
    expect([page.clients.length, page.requests.length, page.scripts.length]).toEqual([1, 1, 1]);
  });

  it.each([
    ["another user's unique identifier", identityOf(JANE)],
    ["another user's token", identityOf(JOHN, { audience: JANE })],
    ["another user's unique identifier beside their own token", identityOf(JANE, { audience: JOHN })],
  ])("G2: refuses an identity with %s, and asks who is signed in", async (_, identity) => {
    const page = openPage();
    page.controller.setSession(user(JOHN));
    await page.giveScript();
    await page.answer(identity);
    expect(page.clients).toHaveLength(0);
    expect(page.onSessionDoubt).toHaveBeenCalledTimes(1);
  });
});

it("G2: ends the living client when its renewal brings somebody else's identity: the session has changed unseen", async () => {
  const page = openPage();
  await page.live(JOHN);
  await vi.advanceTimersByTimeAsync(4 * HOURS);
  await page.answer(identityOf(JANE));
  expect(page.living()).toHaveLength(0);
  expect(page.onSessionDoubt).toHaveBeenCalledTimes(1);
  page.controller.setSession(user(JANE));
  await page.answer(identityOf(JANE));
  expect(page.client()?.options.uniqueIdentifier).toBe(JANE);
});

describe("required mode", () => {
  it("G9: gives a stranger no client and asks for a sign-in, and a signed-in user theirs", async () => {
    const page = openPage({ isIdentityRequired: true });
    expect(page.notice()).toBeNull();
    page.controller.setSession(nobody);
    expect([page.scripts.length, page.notice()]).toEqual([0, "sign-in"]);
    await page.live(JOHN);
    expect([page.client()?.options.uniqueIdentifier, page.notice()]).toEqual([JOHN, null]);
    page.controller.setSession(nobody);
    expect([page.living().length, page.notice()]).toEqual([0, "sign-in"]);
  });

  it("G9: makes no client while minting fails", async () => {
    const page = openPage({ isIdentityRequired: true });
    page.controller.setSession(user(JOHN));
    await page.giveScript();
    await page.refuse({ kind: "unavailable", code: "unavailable" });
    await vi.advanceTimersByTimeAsync(HOURS);
    expect(page.clients).toHaveLength(0);
  });
});

describe("what the page believes of the session", () => {
  it("G5: leaves the client alone while the session is being asked for", async () => {
    const page = openPage();
    await page.live(JOHN);
    page.controller.setSession(loading);
    page.controller.setSession(user(JOHN));
    expect([page.living().length, page.clients.length, page.requests.length]).toEqual([1, 1, 1]);
  });

  it("shows nobody's chat before anything is known", () => {
    const page = openPage();
    page.controller.setSession(loading);
    expect([page.scripts.length, page.requests.length]).toEqual([0, 0]);
  });

  it("G2: ends the client when the session is in doubt, and makes a new one when it is confirmed", async () => {
    const page = openPage();
    await page.live(JOHN);
    page.controller.setSession(inDoubt);
    expect(page.living()).toHaveLength(0);
    await page.live(JOHN);
    expect(page.client()?.options.uniqueIdentifier).toBe(JOHN);
    expect(page.misuse).toEqual([]);
  });
});

describe("renewal", () => {
  const renewed = async (page: ReturnType<typeof openPage>) => {
    const identity = identityOf(JOHN);
    await page.answer(identity);
    return identity.identityToken;
  };

  it("G6: fetches a new identity at 80 % of the lifetime, and only then replaces the client", async () => {
    const page = openPage();
    await page.live(JOHN);
    await vi.advanceTimersByTimeAsync(4 * HOURS - 1000);
    expect(page.requests).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(page.requests).toHaveLength(2);
    expect([page.living().length, page.clients.length]).toEqual([1, 1]);
    const token = await renewed(page);
    expect(page.client()?.options.identityToken).toBe(token);
    expect(page.misuse).toEqual([]);
  });

  it("G6: waits while the chat is open, and replaces the client when it closes", async () => {
    const page = openPage();
    await page.live(JOHN);
    await page.show(true);
    const first = page.client();
    await vi.advanceTimersByTimeAsync(4 * HOURS);
    await renewed(page);
    expect(page.client()).toBe(first);
    await page.show(false);
    expect(page.client()).not.toBe(first);
    expect(page.client()?.isOpen).toBe(false);
  });

  it("lets the vendor's own call end before it replaces the client that is speaking", async () => {
    const page = openPage();
    await page.live(JOHN);
    await page.show(true);
    const first = page.client()!;
    await vi.advanceTimersByTimeAsync(4 * HOURS);
    await renewed(page);
    first.client.setWidgetVisiblity(false);
    expect(page.client()).toBe(first);
    await page.settle();
    expect(page.client()).not.toBe(first);
  });

  it("G6: never waits past the end: replaces the client shortly before, and opens the chat again", async () => {
    const page = openPage();
    await page.live(JOHN);
    await page.show(true);
    const first = page.client();
    await vi.advanceTimersByTimeAsync(4 * HOURS);
    await renewed(page);
    await vi.advanceTimersByTimeAsync(0.95 * HOURS);
    expect(page.client()).not.toBe(first);
    expect(page.client()?.isOpen).toBe(true);
    expect(page.misuse).toEqual([]);
  });

  it("G6: after a sleep past the end, ends the client at once and asks for a new identity", async () => {
    const page = openPage();
    await page.live(JOHN);
    vi.setSystemTime(Date.now() + 9 * HOURS);
    window.dispatchEvent(new Event("focus"));
    expect(page.living()).toHaveLength(0);
    expect(page.requests).toHaveLength(2);
    await renewed(page);
    expect(page.living()).toHaveLength(1);
  });

  it("G6: notices a sleep within seconds, also when no event tells of it", async () => {
    const page = openPage();
    await page.live(JOHN);
    vi.setSystemTime(Date.now() + 9 * HOURS);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(page.living()).toHaveLength(0);
  });

  it.each([
    ["ahead", 6],
    ["behind", -6],
  ])("G6: renews in time, and asks once, when the clock is set six hours %s meanwhile", async (_, hours) => {
    const page = openPage();
    await page.live(JOHN);
    await vi.advanceTimersByTimeAsync(HOURS);
    vi.setSystemTime(Date.now() + hours * HOURS);
    await vi.advanceTimersByTimeAsync(20_000);
    if (hours > 0) {
      // Time may really have passed: in sleep. One new identity, and all is well.
      expect(page.requests).toHaveLength(2);
      await renewed(page);
    }
    const before = page.requests.length;
    await vi.advanceTimersByTimeAsync(2.9 * HOURS);
    expect(page.requests).toHaveLength(before);
    expect(page.living()).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1.2 * HOURS);
    expect(page.requests).toHaveLength(before + 1);
  });

  it("G6: keeps trying when renewal fails, with growing pauses and never in a storm", async () => {
    const page = openPage();
    await page.live(JOHN);
    await vi.advanceTimersByTimeAsync(4 * HOURS);
    for (let failures = 0; failures < 5; failures++) {
      await page.refuse({ kind: "unavailable", code: "unavailable" });
      await vi.advanceTimersByTimeAsync(60_000);
    }
    expect(page.requests).toHaveLength(7);
    expect(page.living()).toHaveLength(1);
    expect(page.notice()).toBeNull();
  });

  it("G6: a renewal that comes too late ends the client, says so, and recovers", async () => {
    const page = openPage();
    await page.live(JOHN);
    await vi.advanceTimersByTimeAsync(4 * HOURS);
    for (let passed = 0; passed < 61; passed++) {
      page.requests.at(-1)!.reject({ kind: "unavailable", code: "unavailable" });
      await vi.advanceTimersByTimeAsync(60_000);
    }
    expect(page.living()).toHaveLength(0);
    expect(page.notice()).toBe("unavailable");
    await renewed(page);
    expect(page.living()).toHaveLength(1);
    expect(page.notice()).toBeNull();
  });
});

describe("the same user, changed", () => {
  it("fetches a new identity, and replaces the client at once while the chat is closed", async () => {
    const page = openPage();
    page.controller.setSession(user(JOHN, 1));
    await page.giveScript();
    await page.answer(identityOf(JOHN));
    page.controller.setSession(user(JOHN, 2));
    expect([page.requests.length, page.clients.length]).toEqual([2, 1]);
    const identity = identityOf(JOHN);
    await page.answer(identity);
    expect(page.client()?.options.identityToken).toBe(identity.identityToken);
    expect(page.controller.getState().epoch).toBe(1);
    expect(page.misuse).toEqual([]);
  });

  it("waits until the chat is closed: nobody is torn out of a sentence", async () => {
    const page = openPage();
    page.controller.setSession(user(JOHN, 1));
    await page.giveScript();
    await page.answer(identityOf(JOHN));
    await page.show(true);
    const first = page.client();
    page.controller.setSession(user(JOHN, 2));
    const identity = identityOf(JOHN);
    await page.answer(identity);
    expect(page.client()).toBe(first);
    await page.show(false);
    expect(page.client()?.options.identityToken).toBe(identity.identityToken);
  });

  it("drops an identity that was asked for before the change", async () => {
    const page = openPage();
    page.controller.setSession(user(JOHN, 1));
    await page.giveScript();
    const old = page.requests[0]!;
    page.controller.setSession(user(JOHN, 2));
    expect([old.signal.aborted, page.requests.length]).toEqual([true, 2]);
    old.resolve(identityOf(JOHN));
    await page.settle();
    expect(page.clients).toHaveLength(0);
    await page.answer(identityOf(JOHN));
    expect(page.clients).toHaveLength(1);
  });

  it("G5: a rendering that knows the same, or less, changes nothing", async () => {
    const page = openPage();
    page.controller.setSession(user(JOHN, 2));
    await page.giveScript();
    await page.answer(identityOf(JOHN));
    page.controller.setSession(user(JOHN, 2));
    page.controller.setSession(user(JOHN, 1));
    page.controller.setSession(user(JOHN));
    expect([page.requests.length, page.clients.length]).toEqual([1, 1]);
  });

  it("does not ask sooner than the server allows", async () => {
    const page = openPage();
    page.controller.setSession(user(JOHN, 1));
    await page.giveScript();
    await page.refuse({ kind: "unavailable", code: "rate-limited", retryAfter: 30_000 });
    page.controller.setSession(user(JOHN, 2));
    expect(page.requests).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(page.requests).toHaveLength(2);
  });
});

describe("failure", () => {
  it("G8: a user whose identity cannot be had gets no anonymous chat, and a client when it recovers", async () => {
    const page = openPage();
    page.controller.setSession(user(JOHN));
    await page.giveScript();
    await page.refuse({ kind: "unavailable", code: "unavailable" });
    await vi.advanceTimersByTimeAsync(1_500);
    await page.refuse({ kind: "unavailable", code: "unavailable" });
    expect(page.clients).toHaveLength(0);
    expect(page.notice()).toBe("unavailable");
    await vi.advanceTimersByTimeAsync(3_000);
    await page.answer(identityOf(JOHN));
    expect(page.client()?.options.uniqueIdentifier).toBe(JOHN);
    expect(page.notice()).toBeNull();
  });

  it("does not trouble the customer with a failure that is mended in a second", async () => {
    const page = openPage();
    page.controller.setSession(user(JOHN));
    await page.giveScript();
    await page.refuse({ kind: "unavailable", code: "network" });
    expect(page.notice()).toBeNull();
    await vi.advanceTimersByTimeAsync(1_500);
    await page.answer(identityOf(JOHN));
    expect(page.notice()).toBeNull();
  });

  it("waits as long as the server asks, also when the network comes back, and says so meanwhile", async () => {
    const page = openPage();
    page.controller.setSession(user(JOHN));
    await page.refuse({ kind: "unavailable", code: "rate-limited", retryAfter: 30_000 });
    expect(page.notice()).toBe("unavailable");
    window.dispatchEvent(new Event("online"));
    await vi.advanceTimersByTimeAsync(29_000);
    expect(page.requests).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(page.requests).toHaveLength(2);
  });

  it("tries again after about a second, then ever more slowly, and at least once a minute", async () => {
    const page = openPage();
    page.controller.setSession(user(JOHN));
    const pauses: number[] = [];
    for (let tries = 0; tries < 12; tries++) {
      const failedAt = Date.now();
      const before = page.requests.length;
      await page.refuse({ kind: "unavailable", code: "unavailable" });
      while (page.requests.length === before) await vi.advanceTimersToNextTimerAsync();
      pauses.push(Date.now() - failedAt);
    }
    expect(pauses[0]).toBeGreaterThanOrEqual(1_000);
    expect(pauses[0]).toBeLessThanOrEqual(1_500);
    expect(pauses.at(-1)).toBe(60_000);
    expect(Math.max(...pauses)).toBe(60_000);
    expect([...pauses].sort((a, b) => a - b)).toEqual(pauses);
  });

  it("stops asking when the session is refused, until the session changes", async () => {
    const page = openPage();
    page.controller.setSession(user(JOHN));
    await page.giveScript();
    await page.refuse({ kind: "refused", code: "account-disabled" });
    await vi.advanceTimersByTimeAsync(HOURS);
    window.dispatchEvent(new Event("online"));
    page.controller.setSession(user(JOHN, 2));
    expect(page.requests).toHaveLength(1);
    expect(page.onSessionDoubt).toHaveBeenCalledTimes(1);
    expect(page.notice()).toBe("unavailable");

    page.controller.setSession(nobody);
    page.controller.setSession(user(JOHN));
    expect(page.requests).toHaveLength(2);
  });

  it("asks again when the same user has signed in anew, unseen by this page", async () => {
    const page = openPage();
    const session = { status: "signed-in", uniqueIdentifier: JOHN } as const;
    page.controller.setSession({ ...session, sessionId: "first" });
    await page.giveScript();
    await page.refuse({ kind: "refused", code: "unauthenticated" });
    page.controller.setSession({ ...session, sessionId: "first" });
    expect(page.requests).toHaveLength(1);
    page.controller.setSession({ ...session, sessionId: "second" });
    await page.answer(identityOf(JOHN));
    expect([page.client()?.options.uniqueIdentifier, page.notice()]).toEqual([JOHN, null]);

    // While all is well it makes no difference.
    page.controller.setSession({ ...session, sessionId: "third" });
    expect([page.requests.length, page.clients.length]).toEqual([2, 1]);
  });

  it("ends the living client when renewal is refused: the account was disabled meanwhile", async () => {
    const page = openPage();
    await page.live(JOHN);
    await vi.advanceTimersByTimeAsync(4 * HOURS);
    await page.refuse({ kind: "refused", code: "account-disabled" });
    expect(page.living()).toHaveLength(0);
  });

  it("G10: says so when the script fails, tries again, and at once when the network is back", async () => {
    const page = openPage();
    page.controller.setSession(nobody);
    page.scripts[0]!.reject();
    await page.settle();
    expect(page.notice()).toBe("unavailable");
    // At once, and in a storm no sooner than a second after the failure.
    for (let times = 0; times < 100; times++) window.dispatchEvent(new Event("online"));
    expect(page.scripts).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(page.scripts).toHaveLength(2);
    await page.giveScript();
    expect(page.living()).toHaveLength(1);
    expect(page.notice()).toBeNull();
  });

  it("G10: counts one failure of the script once, however many customers have waited for it", async () => {
    const page = openPage();
    for (const whose of [JOHN, JANE, JOHN, JANE]) page.controller.setSession(user(whose));
    page.scripts.forEach(({ reject }) => reject());
    await page.settle();
    const before = page.scripts.length;
    await vi.advanceTimersByTimeAsync(1_500);
    expect(page.scripts).toHaveLength(before + 1);
  });

  it("G10: rejects a script that leaves no widget, and takes the next one with the same identity", async () => {
    const page = openPage();
    page.controller.setSession(user(JOHN));
    await page.answer(identityOf(JOHN));
    const neutered = class {} as unknown as WidgetConstructor;
    await page.giveScript(neutered);
    expect(page.rejectScript).toHaveBeenCalledWith(neutered);
    expect([page.clients.length, page.scripts.length]).toEqual([0, 2]);
    expect("widgetClient" in window).toBe(false);
    await page.giveScript();
    expect([page.client()?.options.uniqueIdentifier, page.requests.length]).toEqual([JOHN, 1]);
  });

  it("says so when a client never reports that it is attached", async () => {
    const page = openPage();
    page.constructor.prototype.attach = () => {};
    page.controller.setSession(nobody);
    await page.giveScript();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(page.notice()).toBe("unavailable");
    page.client()!.options.events!.attached!();
    await page.settle();
    expect(page.notice()).toBeNull();
    await vi.advanceTimersByTimeAsync(HOURS);
    expect(page.clients).toHaveLength(1);
  });

  it("makes a new client in place of one that stays silent, and says so all the while", async () => {
    const page = openPage();
    const { attach } = page.constructor.prototype;
    page.constructor.prototype.attach = () => {};
    page.controller.setSession(nobody);
    await page.giveScript();
    await vi.advanceTimersByTimeAsync(22_000);
    expect([page.clients.length, page.living().length, page.notice()]).toEqual([2, 1, "unavailable"]);
    await vi.advanceTimersByTimeAsync(44_000);
    // Two have been silent, and none has ever spoken: it is the script.
    expect(page.rejectScript).toHaveBeenCalledTimes(1);
    expect(page.notice()).toBe("unavailable");
    page.constructor.prototype.attach = attach;
    await page.giveScript();
    expect(page.notice()).toBeNull();
    expect(page.misuse).toEqual([]);
  });

  it("is not deceived by a chat that shows or hides itself and never says that it is attached", async () => {
    const page = openPage();
    page.constructor.prototype.attach = function (this: { events: WidgetOptions["events"] }) {
      this.events!.visiblity!(false);
    };
    page.controller.setSession(nobody);
    await page.giveScript();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(page.notice()).toBe("unavailable");
  });

  it("leaves a silent client alone while somebody has it open", async () => {
    const page = openPage();
    page.constructor.prototype.attach = () => {};
    page.controller.setSession(nobody);
    await page.giveScript();
    await page.show(true);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(page.clients).toHaveLength(1);
  });

  it("survives a constructor that speaks and then throws", async () => {
    const page = openPage();
    const speaking = function (options: WidgetOptions) {
      options.events!.attached!();
      options.events!.destroyed!();
      throw new Error("no");
    } as unknown as WidgetConstructor;
    page.controller.setSession(nobody);
    await page.giveScript(speaking);
    expect(page.controller.getState().name).toBe("preparing");
  });

  it("clears away a client whose attach() throws, and tries again", async () => {
    const page = openPage();
    const { attach } = page.constructor.prototype;
    page.constructor.prototype.attach = () => {
      throw new Error("no body");
    };
    page.controller.setSession(nobody);
    await page.giveScript();
    expect(page.living()).toHaveLength(0);
    expect("widgetClient" in window).toBe(false);
    page.constructor.prototype.attach = attach;
    await vi.advanceTimersByTimeAsync(1_500);
    expect(page.living()).toHaveLength(1);
  });

  it("G10: gives up a script after two clients that failed, if none of its clients has ever worked", async () => {
    const page = openPage();
    page.constructor.prototype.attach = () => {
      throw new Error("never");
    };
    page.controller.setSession(nobody);
    await page.giveScript();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(page.clients).toHaveLength(2);
    expect(page.rejectScript).toHaveBeenCalledTimes(1);
    expect(page.notice()).toBe("unavailable");
  });

  it("makes longer and longer pauses between clients that fail, where one has worked before", async () => {
    const page = openPage();
    await page.live(JOHN);
    page.constructor.prototype.attach = () => {
      throw new Error("no more");
    };
    const before = page.clients.length;
    window.widgetClient!.destroy();
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    expect(page.clients.length - before).toBeGreaterThan(5);
    expect(page.clients.length - before).toBeLessThan(30);
    expect(page.rejectScript).not.toHaveBeenCalled();
    expect(page.notice()).toBe("unavailable");
  });

  it("does not forget in a new epoch how long the server wants to be left alone by this user", async () => {
    const page = openPage();
    page.controller.setSession(user(JOHN));
    await page.refuse({ kind: "unavailable", code: "rate-limited", retryAfter: 60_000 });
    for (let times = 0; times < 5; times++) {
      page.controller.setSession(inDoubt);
      page.controller.setSession(user(JOHN));
    }
    await vi.advanceTimersByTimeAsync(59_000);
    expect(page.requests).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(page.requests).toHaveLength(2);
    page.controller.setSession(user(JANE));
    expect(page.requests).toHaveLength(3);
  });

  it("G1: makes a new client, and destroys none twice, when the page's own code has destroyed it", async () => {
    const page = openPage();
    await page.live(JOHN);
    window.widgetClient!.destroy();
    expect("widgetClient" in window).toBe(false);
    await vi.advanceTimersByTimeAsync(1_500);
    expect(page.client()?.options.uniqueIdentifier).toBe(JOHN);
    expect(page.misuse).toEqual([]);
  });

  it("does not let a page's own glassixWidgetScriptLoaded break the chat", async () => {
    const page = openPage();
    const reported = vi.fn();
    vi.stubGlobal("reportError", reported);
    window.glassixWidgetScriptLoaded = () => {
      throw new Error("the page's own mistake");
    };
    await page.live(JOHN);
    page.controller.setSession(inDoubt);
    expect(reported).toHaveBeenCalledTimes(1);
    expect(page.living()).toHaveLength(0);
    vi.unstubAllGlobals();
  });
});

describe("a second widget in the page", () => {
  const warnings = () => vi.mocked(console.warn).mock.calls.map(([text]) => text);

  /** What the published snippet does when its script has loaded. */
  function runSnippet(page: ReturnType<typeof openPage>) {
    window.widgetClient = new page.constructor({ apiKey: "key", snippetId: "snippet" });
    window.widgetClient.attach();
    window.glassixWidgetScriptLoaded?.();
    return window.widgetClient;
  }
  const forget = (page: ReturnType<typeof openPage>) => {
    // The recorder calls it misuse that another's client is alive when one is made: here it is the snippet's doing.
    expect(page.misuse.splice(0).filter((text) => text !== "created while another client is alive")).toEqual([]);
  };

  it("G1: is destroyed before this page's own is made, with one warning that says what to do", async () => {
    const page = openPage();
    runSnippet(page);
    await page.live(JOHN);
    expect(page.living().map(({ options }) => options.uniqueIdentifier)).toEqual([JOHN]);
    expect(window.widgetClient).toBe(page.client()?.client);
    expect(page.misuse).toEqual([]);
    expect(warnings()).toEqual([expect.stringMatching(/Remove the Glassix snippet/)]);
  });

  it("G1: is destroyed when it is made later, and this page's own lives on", async () => {
    const page = openPage();
    await page.live(JOHN);
    const mine = window.widgetClient;
    for (let times = 0; times < 3; times++) {
      runSnippet(page);
      await page.settle();
      expect(page.living().map(({ options }) => options.uniqueIdentifier)).toEqual([JOHN]);
      expect(window.widgetClient).toBe(mine);
    }
    forget(page);
    expect(warnings()).toHaveLength(1);
    page.controller.setSession(inDoubt);
    expect("widgetClient" in window).toBe(false);
  });

  it("G2: does not live on when the session changes", async () => {
    const page = openPage();
    page.controller.setSession(user(JOHN));
    runSnippet(page);
    page.controller.setSession(nobody);
    expect(page.living()).toHaveLength(0);
    expect("widgetClient" in window).toBe(false);
  });

  it("G9: is destroyed in required mode when the snippet's script has loaded and made it", async () => {
    const page = openPage({ isIdentityRequired: true });
    page.controller.setSession(nobody);
    const script = document.head.appendChild(document.createElement("script"));
    script.id = "glassix-widget-script";
    script.onload = () => runSnippet(page);
    script.dispatchEvent(new Event("load"));
    expect(page.living()).toHaveLength(1);
    await page.settle();
    expect(page.living()).toHaveLength(0);
    script.remove();
  });

  it.each([
    ["whose destroy() throws", () => ({ attach() {}, destroy: fail })],
    [
      "that makes another one when it ends",
      (page: ReturnType<typeof openPage>) => ({ attach() {}, destroy: () => void runSnippet(page) }),
    ],
  ])("one %s does not keep this page's own from living", async (_, create) => {
    const page = openPage();
    window.widgetClient = create(page) as WidgetClient;
    await page.live(JOHN);
    window.dispatchEvent(new Event("focus"));
    expect(page.living().map(({ options }) => options.uniqueIdentifier)).toEqual([JOHN]);
    expect(window.widgetClient).toBe(page.client()?.client);
  });

  it.each([
    ["an element", { value: document.createElement("div"), configurable: true, writable: true }],
    ["a string", { value: "widget", configurable: true, writable: true }],
  ])("%s of that name is none, and does not disturb", async (_, property) => {
    const page = openPage();
    Object.defineProperty(window, "widgetClient", property as PropertyDescriptor);
    await page.live(JOHN);
    expect(window.widgetClient).toBe(page.client()?.client);
    page.controller.setSession(user(JANE));
    await page.answer(identityOf(JANE));
    expect(page.living().map(({ options }) => options.uniqueIdentifier)).toEqual([JANE]);
    expect(page.misuse).toEqual([]);
    expect(warnings()).toEqual([]);
  });

  it("G2: replaces and ends the client also where the page has declared `var widgetClient`", async () => {
    const page = openPage();
    const real = globalThis.window;
    const declared = Object.defineProperty(Object.create(real), "widgetClient", { value: undefined, writable: true });
    vi.stubGlobal("window", declared);
    await page.live(JOHN);
    expect(window.widgetClient).toBe(page.client()?.client);
    page.controller.setSession(inDoubt);
    expect([page.living().length, window.widgetClient]).toEqual([0, undefined]);
    expect(page.misuse).toEqual([]);
    vi.unstubAllGlobals();
  });
});

describe("the timeline", () => {
  it("tells what was heard, done and said, in order, and never a token (G11)", async () => {
    const page = openPage();
    await page.live(JOHN);
    await page.show(true);
    page.controller.setSession(inDoubt, "signing out");
    expect(page.timeline.map(({ epoch, state, kind, name }) => `${epoch} ${state} ${kind} ${name}`)).toEqual([
      "1 preparing input session",
      "1 preparing command cancel-identity",
      "1 preparing command load-script",
      "1 preparing command request-identity",
      "1 preparing input script-loaded",
      "1 living input identity-arrived",
      "1 living command create-client",
      "1 living event attached",
      "1 living input client-attached",
      "1 living event visiblity",
      "1 living input client-visibility",
      "2 empty input session",
      "2 empty command cancel-identity",
      "2 empty command destroy-client",
      "2 empty event destroyed",
    ]);
    expect(page.timeline.find(({ epoch }) => epoch === 2)?.detail).toBe("in-doubt, signing out");
    expect(JSON.stringify(page.timeline)).not.toContain(page.clients[0]!.options.identityToken);
    expect(JSON.stringify(page.timeline)).toContain(JOHN);
  });
});

describe("whatever happens, in whatever order", () => {
  const inputs = fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .constantFrom(user(JOHN), user(JOHN, 1), user(JOHN, 2), user(JANE), nobody, inDoubt, loading)
        .map((session) => ({ do: "session", session }) as const),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant("answer" as const),
        which: fc.nat(5),
        whose: fc.constantFrom(JOHN, JANE),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant("fail" as const),
        which: fc.nat(5),
        failure: fc.record({
          kind: fc.constantFrom("refused" as const, "unavailable" as const),
          code: fc.constant("test"),
          retryAfter: fc.constantFrom(undefined, 30_000),
        }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant("script" as const),
        how: fc.constantFrom("loaded", "failed", "neutered"),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constantFrom("pass" as const, "set clock" as const),
        time: fc.constantFrom(1_000, 60_000, 4 * HOURS, 6 * HOURS, -6 * HOURS),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("open" as const), isVisible: fc.boolean() }) },
    {
      weight: 1,
      arbitrary: fc.constantFrom({ do: "focus" } as const, { do: "online" } as const, { do: "destroy" } as const),
    },
  );

  it("G1 to G5 hold after every step, and the chat recovers", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(inputs, { maxLength: 40 }), fc.boolean(), async (steps, isIdentityRequired) => {
        const page = openPage({ isIdentityRequired });
        let session: Session = loading;
        for (const input of steps) {
          const requestsBefore = page.requests.length;
          if (input.do === "session") {
            page.controller.setSession(input.session);
            if (input.session !== loading) session = input.session;
          }
          if (input.do === "answer") page.requests.at(-1 - input.which)?.resolve(identityOf(input.whose));
          if (input.do === "fail") page.requests.at(-1 - input.which)?.reject(input.failure);
          if (input.do === "script") {
            if (input.how === "failed") page.scripts.at(-1)?.reject();
            else
              page.scripts
                .at(-1)
                ?.resolve(input.how === "neutered" ? (class {} as unknown as WidgetConstructor) : undefined);
          }
          if (input.do === "open") page.client()?.client.setWidgetVisiblity(input.isVisible);
          if (input.do === "destroy") window.widgetClient?.destroy();
          if (input.do === "focus" || input.do === "online") window.dispatchEvent(new Event(input.do));
          if (input.do === "set clock") vi.setSystemTime(Date.now() + input.time);
          if (input.do === "pass" && input.time > 0) await vi.advanceTimersByTimeAsync(input.time);

          // G2, and that without waiting: whoever is alive is whose session it is.
          const expectRightClient = () => {
            const client = page.client();
            if (!client) return;
            expect(session.status).not.toBe("in-doubt");
            expect(session.status).not.toBe("loading");
            const whose = session.status === "signed-in" ? session.uniqueIdentifier : undefined;
            expect(client.options.uniqueIdentifier).toBe(whose);
            if (isIdentityRequired) expect(client.options.identityToken).toBeTruthy(); // G9
          };
          expectRightClient();
          await page.settle();
          expectRightClient(); // G3

          expect(page.misuse).toEqual([]); // G1, G4
          expect(window.widgetClient).toBe(page.client()?.client);
          // One request at a time, and none out of thin air.
          const inFlight = page.requests.filter(({ signal, isAnswered }) => !signal.aborted && !isAnswered);
          expect(inFlight.length).toBeLessThanOrEqual(1);
          if (input.do !== "pass") expect(page.requests.length - requestsBefore).toBeLessThanOrEqual(1);
        }
        // And it recovers: with a working script and endpoint, John gets his client.
        page.controller.setSession(inDoubt);
        page.controller.setSession(user(JOHN));
        page.scripts.at(-1)?.resolve();
        await page.settle();
        for (let minutes = 0; minutes < 3 && !page.client(); minutes++) {
          page.scripts.at(-1)?.resolve();
          page.requests.at(-1)?.resolve(identityOf(JOHN));
          await vi.advanceTimersByTimeAsync(60_000);
        }
        expect(page.client()?.options.uniqueIdentifier).toBe(JOHN);
        page.controller.setSession(inDoubt);
        page.close();
        vi.clearAllTimers();
      }),
      { numRuns: 300 },
    );
  }, 120_000);
});
