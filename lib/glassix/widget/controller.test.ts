// @vitest-environment happy-dom
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { installWidgetDouble } from "../testing/widget-double";
import { installWidgetRecorder, type WidgetRecorder } from "../testing/widget-recorder";
import type { WidgetClient, WidgetConstructor, WidgetOptions } from "./client";
import { createWidgetController, type ControllerOptions, type Observe } from "./controller";
import type { Identity, IdentityFailure } from "./identity";
import { noticeOf, type Session } from "./machine";

const JOHN = "db79e775-81fd-4f2e-8741-9266e920cc32";
const JANE = "a3f1c820-94b2-4d67-b3e5-7f8a2d1c0e9b";
const HOURS = 3_600_000;

const user = (uniqueIdentifier: string, identityVersion?: number): Session => ({
  status: "signed-in",
  uniqueIdentifier,
  identityVersion,
});
const signedOut: Session = { status: "signed-out" };
const unknown: Session = { status: "unknown" };

let minted = 0;
function identityOf(uniqueIdentifier: string, { audience = uniqueIdentifier, lifetime = 18_000 } = {}): Identity {
  const iat = 1_000_000 + minted++;
  const payload = btoa(JSON.stringify({ aud: audience, iat, exp: iat + lifetime }));
  return { uniqueIdentifier, identityToken: `header.${payload}.${minted}`, expiresAt: iat + lifetime };
}

type RecordedWindow = { GlassixWidgetClient: WidgetConstructor; widgetRecorder: WidgetRecorder };

/** The double of Glassix's script, with its recorder, in a window of its own. */
function createWidgetDouble() {
  const window = {} as RecordedWindow;
  new Function("window", `(${installWidgetRecorder})(); (${installWidgetDouble})();`)(window);
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

const cleanUps: (() => void)[] = [];

/** A controller in a page whose script, endpoint and clock the test controls. */
function openPage(settings: Partial<Pick<ControllerOptions, "isIdentityRequired">> = {}) {
  const double = createWidgetDouble();
  const requests: Request[] = [];
  const scripts: { resolve(constructor?: WidgetConstructor): void; reject(): void }[] = [];
  const [onSessionMismatch, reject, unload] = [vi.fn(), vi.fn(), vi.fn()];
  const observed: Parameters<Observe>[] = [];
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
      unload,
    },
    requestIdentity: (signal) =>
      new Promise((resolve) => {
        const request: Request = {
          signal,
          isAnswered: false,
          resolve: (identity) => ((request.isAnswered = true), resolve(identity)),
          reject: (failure) => ((request.isAnswered = true), resolve(failure)),
        };
        requests.push(request);
      }),
    onSessionMismatch,
    observe: (...entry) => observed.push(entry),
    ...settings,
  });
  const close = controller.listen();
  cleanUps.push(close);
  const settle = () => vi.advanceTimersByTimeAsync(0);
  return {
    ...double,
    controller,
    requests,
    scripts,
    observed,
    rejectScript: reject,
    unloadScript: unload,
    onSessionMismatch,
    settle,
    close,
    client: () => double.living()[0],
    notice: () => noticeOf(controller.getState()),
    async loadScript(constructor?: WidgetConstructor) {
      scripts.at(-1)!.resolve(constructor);
      await settle();
    },
    async deliverIdentity(identity: Identity) {
      requests.at(-1)!.resolve(identity);
      await settle();
    },
    async failIdentity(failure: IdentityFailure) {
      requests.at(-1)!.reject(failure);
      await settle();
    },
    async setVisible(isVisible: boolean) {
      double.living()[0]!.client.setWidgetVisiblity(isVisible);
      await settle();
    },
    /** Signs in, and delivers what the client needs. */
    async startClient(uniqueIdentifier: string, options?: { lifetime?: number }) {
      controller.setSession(user(uniqueIdentifier));
      if (scripts.length === 1) await this.loadScript();
      await this.deliverIdentity(identityOf(uniqueIdentifier, options));
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
  cleanUps.splice(0).forEach((close) => close());
  delete window.widgetClient;
  delete window.glassixWidgetScriptLoaded;
});

describe("the widget's lifecycle", () => {
  it("creates an anonymous client for a visitor", async () => {
    const page = openPage();
    page.controller.setSession(signedOut);
    await page.loadScript();
    expect(page.client()?.options).toMatchObject({ apiKey: "key", snippetId: "snippet" });
    expect(page.client()?.options).not.toHaveProperty("identityToken");
    expect(page.requests).toHaveLength(0);
  });

  it("creates an identified client once the script and the identity have arrived, in either order", async () => {
    for (const order of ["script first", "identity first"]) {
      const page = openPage();
      page.controller.setSession(user(JOHN));
      const identity = identityOf(JOHN);
      if (order === "script first") await page.loadScript();
      else await page.deliverIdentity(identity);
      expect(page.clients).toHaveLength(0);
      if (order === "script first") await page.deliverIdentity(identity);
      else await page.loadScript();
      expect(page.client()?.options).toMatchObject({ uniqueIdentifier: JOHN, identityToken: identity.identityToken });
    }
  });

  it("requests the script and the identity at the same time", () => {
    const page = openPage();
    page.controller.setSession(user(JOHN));
    expect([page.scripts.length, page.requests.length]).toEqual([1, 1]);
  });

  it("sets window.widgetClient and calls glassixWidgetScriptLoaded, as the published snippet does", async () => {
    const page = openPage();
    const loaded = vi.fn();
    window.glassixWidgetScriptLoaded = loaded;
    await page.startClient(JOHN);
    expect(window.widgetClient).toBe(page.client()?.client);
    expect(loaded).toHaveBeenCalledTimes(1);

    page.controller.setSession(unknown);
    expect("widgetClient" in window).toBe(false);
  });

  it("G4: destroys John's client before it creates Jane's", async () => {
    const page = openPage();
    await page.startClient(JOHN);
    page.controller.setSession(user(JANE));
    expect(page.living()).toHaveLength(0);
    await page.deliverIdentity(identityOf(JANE));
    expect(page.client()?.options.uniqueIdentifier).toBe(JANE);
    expect(page.misuse).toEqual([]);
  });

  it("G2: destroys the identified client synchronously when the session is in doubt", async () => {
    const page = openPage();
    await page.startClient(JOHN);
    page.controller.setSession(unknown);
    expect(page.living()).toHaveLength(0);
  });

  it("G3: drops an identity that arrives after its epoch has ended", async () => {
    const page = openPage();
    page.controller.setSession(user(JOHN));
    await page.loadScript();
    const late = page.requests[0]!;
    page.controller.setSession(user(JANE));
    expect(late.signal.aborted).toBe(true);
    late.resolve(identityOf(JOHN));
    await page.settle();
    expect(page.clients).toHaveLength(0);
    await page.deliverIdentity(identityOf(JANE));
    expect(page.client()?.options.uniqueIdentifier).toBe(JANE);
  });

  it("G5: does nothing when the session names the same user again", async () => {
    const page = openPage();
    await page.startClient(JOHN);
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
    ["another user's unique identifier and the user's own token", identityOf(JANE, { audience: JOHN })],
  ])("G2: refuses an identity with %s, and doubts the session", async (_, identity) => {
    const page = openPage();
    page.controller.setSession(user(JOHN));
    await page.loadScript();
    await page.deliverIdentity(identity);
    expect(page.clients).toHaveLength(0);
    expect(page.onSessionMismatch).toHaveBeenCalledTimes(1);
  });
});

it("G2: destroys the client when its renewal returns another user's identity", async () => {
  const page = openPage();
  await page.startClient(JOHN);
  await vi.advanceTimersByTimeAsync(4 * HOURS);
  await page.deliverIdentity(identityOf(JANE));
  expect(page.living()).toHaveLength(0);
  expect(page.onSessionMismatch).toHaveBeenCalledTimes(1);
  page.controller.setSession(user(JANE));
  await page.deliverIdentity(identityOf(JANE));
  expect(page.client()?.options.uniqueIdentifier).toBe(JANE);
});

describe("required mode", () => {
  it("G9: offers a visitor to sign in instead of a client, and creates one for a signed-in user", async () => {
    const page = openPage({ isIdentityRequired: true });
    expect(page.notice()).toBeNull();
    page.controller.setSession(signedOut);
    expect([page.scripts.length, page.notice()]).toEqual([0, "sign-in"]);
    await page.startClient(JOHN);
    expect([page.client()?.options.uniqueIdentifier, page.notice()]).toEqual([JOHN, null]);
    page.controller.setSession(signedOut);
    expect([page.living().length, page.notice()]).toEqual([0, "sign-in"]);
  });

  it("G9: creates no client while minting fails", async () => {
    const page = openPage({ isIdentityRequired: true });
    page.controller.setSession(user(JOHN));
    await page.loadScript();
    await page.failIdentity({ kind: "unavailable", code: "unavailable" });
    await vi.advanceTimersByTimeAsync(HOURS);
    expect(page.clients).toHaveLength(0);
  });
});

describe("the session's status", () => {
  it("requests nothing before the session is known", () => {
    const page = openPage();
    page.controller.setSession(unknown);
    expect([page.scripts.length, page.requests.length]).toEqual([0, 0]);
  });

  it("G2: destroys the client when the session is in doubt, and creates a new one when it is confirmed", async () => {
    const page = openPage();
    await page.startClient(JOHN);
    page.controller.setSession(unknown);
    expect(page.living()).toHaveLength(0);
    await page.startClient(JOHN);
    expect(page.client()?.options.uniqueIdentifier).toBe(JOHN);
    expect(page.misuse).toEqual([]);
  });
});

describe("renewal", () => {
  const deliverRenewal = async (page: ReturnType<typeof openPage>) => {
    const identity = identityOf(JOHN);
    await page.deliverIdentity(identity);
    return identity.identityToken;
  };

  it("G6: requests a new identity at 80 % of the lifetime, and replaces the client once it has arrived", async () => {
    const page = openPage();
    await page.startClient(JOHN);
    await vi.advanceTimersByTimeAsync(4 * HOURS - 1000);
    expect(page.requests).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(page.requests).toHaveLength(2);
    expect([page.living().length, page.clients.length]).toEqual([1, 1]);
    const token = await deliverRenewal(page);
    expect(page.client()?.options.identityToken).toBe(token);
    expect(page.misuse).toEqual([]);
  });

  it("G6: waits while the chat is open, and replaces the client when it closes", async () => {
    const page = openPage();
    await page.startClient(JOHN);
    await page.setVisible(true);
    const first = page.client();
    await vi.advanceTimersByTimeAsync(4 * HOURS);
    await deliverRenewal(page);
    expect(page.client()).toBe(first);
    await page.setVisible(false);
    expect(page.client()).not.toBe(first);
    expect(page.client()?.isOpen).toBe(false);
  });

  it("replaces the client only after the vendor's own call has returned", async () => {
    const page = openPage();
    await page.startClient(JOHN);
    await page.setVisible(true);
    const first = page.client()!;
    await vi.advanceTimersByTimeAsync(4 * HOURS);
    await deliverRenewal(page);
    first.client.setWidgetVisiblity(false);
    expect(page.client()).toBe(first);
    await page.settle();
    expect(page.client()).not.toBe(first);
  });

  it("G6: replaces the client shortly before expiry even while the chat is open, and opens the chat again", async () => {
    const page = openPage();
    await page.startClient(JOHN);
    await page.setVisible(true);
    const first = page.client();
    await vi.advanceTimersByTimeAsync(4 * HOURS);
    await deliverRenewal(page);
    await vi.advanceTimersByTimeAsync(0.95 * HOURS);
    expect(page.client()).not.toBe(first);
    expect(page.client()?.isOpen).toBe(true);
    expect(page.misuse).toEqual([]);
  });

  it("G6: destroys the client after a sleep past expiry, and requests a new identity", async () => {
    const page = openPage();
    await page.startClient(JOHN);
    vi.setSystemTime(Date.now() + 9 * HOURS);
    window.dispatchEvent(new Event("focus"));
    expect(page.living()).toHaveLength(0);
    expect(page.requests).toHaveLength(2);
    await deliverRenewal(page);
    expect(page.living()).toHaveLength(1);
  });

  it("G6: notices a sleep within seconds, even without an event", async () => {
    const page = openPage();
    await page.startClient(JOHN);
    vi.setSystemTime(Date.now() + 9 * HOURS);
    await vi.advanceTimersByTimeAsync(15_000);
    expect(page.living()).toHaveLength(0);
  });

  it.each([
    ["ahead", 6],
    ["behind", -6],
  ])("G6: renews once, and in time, when the clock is set six hours %s meanwhile", async (_, hours) => {
    const page = openPage();
    await page.startClient(JOHN);
    await vi.advanceTimersByTimeAsync(HOURS);
    vi.setSystemTime(Date.now() + hours * HOURS);
    await vi.advanceTimersByTimeAsync(20_000);
    if (hours > 0) {
      // The machine may have slept for real, so one renewal is expected.
      expect(page.requests).toHaveLength(2);
      await deliverRenewal(page);
    }
    const before = page.requests.length;
    await vi.advanceTimersByTimeAsync(2.9 * HOURS);
    expect(page.requests).toHaveLength(before);
    expect(page.living()).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1.2 * HOURS);
    expect(page.requests).toHaveLength(before + 1);
  });

  it("G6: retries a failed renewal with growing delays", async () => {
    const page = openPage();
    await page.startClient(JOHN);
    await vi.advanceTimersByTimeAsync(4 * HOURS);
    for (let failures = 0; failures < 5; failures++) {
      await page.failIdentity({ kind: "unavailable", code: "unavailable" });
      await vi.advanceTimersByTimeAsync(60_000);
    }
    expect(page.requests).toHaveLength(7);
    expect(page.living()).toHaveLength(1);
    expect(page.notice()).toBeNull();
  });

  it("G6: destroys the client when the renewal is too late, says that chat is unavailable, and recovers", async () => {
    const page = openPage();
    await page.startClient(JOHN);
    await vi.advanceTimersByTimeAsync(4 * HOURS);
    for (let passed = 0; passed < 61; passed++) {
      page.requests.at(-1)!.reject({ kind: "unavailable", code: "unavailable" });
      await vi.advanceTimersByTimeAsync(60_000);
    }
    expect(page.living()).toHaveLength(0);
    expect(page.notice()).toBe("unavailable");
    await deliverRenewal(page);
    expect(page.living()).toHaveLength(1);
    expect(page.notice()).toBeNull();
  });
});

describe("a new identity version", () => {
  it("requests a new identity, and replaces the client at once while the chat is closed", async () => {
    const page = openPage();
    page.controller.setSession(user(JOHN, 1));
    await page.loadScript();
    await page.deliverIdentity(identityOf(JOHN));
    page.controller.setSession(user(JOHN, 2));
    expect([page.requests.length, page.clients.length]).toEqual([2, 1]);
    const identity = identityOf(JOHN);
    await page.deliverIdentity(identity);
    expect(page.client()?.options.identityToken).toBe(identity.identityToken);
    expect(page.controller.getState().epoch).toBe(1);
    expect(page.misuse).toEqual([]);
  });

  it("replaces the client of an open chat only when the chat is closed", async () => {
    const page = openPage();
    page.controller.setSession(user(JOHN, 1));
    await page.loadScript();
    await page.deliverIdentity(identityOf(JOHN));
    await page.setVisible(true);
    const first = page.client();
    page.controller.setSession(user(JOHN, 2));
    const identity = identityOf(JOHN);
    await page.deliverIdentity(identity);
    expect(page.client()).toBe(first);
    await page.setVisible(false);
    expect(page.client()?.options.identityToken).toBe(identity.identityToken);
  });

  it("drops an identity that was requested before the change", async () => {
    const page = openPage();
    page.controller.setSession(user(JOHN, 1));
    await page.loadScript();
    const old = page.requests[0]!;
    page.controller.setSession(user(JOHN, 2));
    expect([old.signal.aborted, page.requests.length]).toEqual([true, 2]);
    old.resolve(identityOf(JOHN));
    await page.settle();
    expect(page.clients).toHaveLength(0);
    await page.deliverIdentity(identityOf(JOHN));
    expect(page.clients).toHaveLength(1);
  });

  it("G5: changes nothing when the version is the same, older or missing", async () => {
    const page = openPage();
    page.controller.setSession(user(JOHN, 2));
    await page.loadScript();
    await page.deliverIdentity(identityOf(JOHN));
    page.controller.setSession(user(JOHN, 2));
    page.controller.setSession(user(JOHN, 1));
    page.controller.setSession(user(JOHN));
    expect([page.requests.length, page.clients.length]).toEqual([1, 1]);
  });

  it("sends no request sooner than the server allows", async () => {
    const page = openPage();
    page.controller.setSession(user(JOHN, 1));
    await page.loadScript();
    await page.failIdentity({ kind: "unavailable", code: "rate-limited", retryAfter: 30_000 });
    page.controller.setSession(user(JOHN, 2));
    expect(page.requests).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(page.requests).toHaveLength(2);
  });
});

describe("a new snippet", () => {
  const snippets = (page: ReturnType<typeof openPage>) => page.clients.map(({ options }) => options.snippetId);
  const setSnippetId = async (page: ReturnType<typeof openPage>, id: string) => {
    page.controller.setSnippetId(id);
    await page.settle();
  };

  it("G4: replaces a closed client once, with the identity that it has", async () => {
    const page = openPage();
    await page.startClient(JOHN);
    const { identityToken } = page.client()!.options;
    for (let times = 0; times < 3; times++) await setSnippetId(page, "hebrew");
    expect(snippets(page)).toEqual(["snippet", "hebrew"]);
    expect(page.client()!.options).toMatchObject({ uniqueIdentifier: JOHN, identityToken });
    expect([page.requests.length, page.misuse]).toEqual([1, []]);
  });

  it("replaces a visitor's client as well", async () => {
    const page = openPage();
    page.controller.setSession(signedOut);
    await page.loadScript();
    await setSnippetId(page, "hebrew");
    expect([snippets(page), page.living().length, page.misuse]).toEqual([["snippet", "hebrew"], 1, []]);
  });

  it("waits while the chat is open, and replaces the client when it closes", async () => {
    const page = openPage();
    await page.startClient(JOHN);
    await page.setVisible(true);
    await setSnippetId(page, "hebrew");
    await vi.advanceTimersByTimeAsync(HOURS);
    expect(snippets(page)).toEqual(["snippet"]);
    await page.setVisible(false);
    expect([snippets(page), page.client()!.isOpen]).toEqual([["snippet", "hebrew"], false]);
  });

  it("G5: replaces nothing when it is taken back before the chat closes", async () => {
    const page = openPage();
    await page.startClient(JOHN);
    await page.setVisible(true);
    await setSnippetId(page, "hebrew");
    await setSnippetId(page, "snippet");
    await page.setVisible(false);
    expect(snippets(page)).toEqual(["snippet"]);
  });

  it("G6: is used by the client that a forced renewal creates while the chat is open", async () => {
    const page = openPage();
    await page.startClient(JOHN);
    await page.setVisible(true);
    await setSnippetId(page, "hebrew");
    await vi.advanceTimersByTimeAsync(4 * HOURS);
    await page.deliverIdentity(identityOf(JOHN));
    expect(snippets(page)).toEqual(["snippet"]);
    await vi.advanceTimersByTimeAsync(0.95 * HOURS);
    expect([snippets(page), page.client()!.isOpen]).toEqual([["snippet", "hebrew"], true]);
    await page.setVisible(false);
    expect(page.clients).toHaveLength(2);
  });

  it("G6: does not prolong an identity that expired while the machine slept", async () => {
    const page = openPage();
    await page.startClient(JOHN);
    vi.setSystemTime(Date.now() + 9 * HOURS);
    await setSnippetId(page, "hebrew");
    expect([page.living().length, page.requests.length]).toEqual([0, 2]);
    await page.deliverIdentity(identityOf(JOHN));
    expect(snippets(page)).toEqual(["snippet", "hebrew"]);
  });

  it.each<[string, (page: ReturnType<typeof openPage>) => unknown]>([
    ["before the session is known", () => {}],
    ["while the script is pending", (page) => page.controller.setSession(user(JOHN))],
    [
      "while the identity is pending",
      (page) => {
        page.controller.setSession(user(JOHN));
        return page.loadScript();
      },
    ],
    [
      "while the identity is retried",
      async (page) => {
        page.controller.setSession(user(JOHN));
        await page.loadScript();
        await page.failIdentity({ kind: "unavailable", code: "unavailable" });
      },
    ],
    [
      "after a refusal",
      async (page) => {
        page.controller.setSession(user(JOHN));
        await page.failIdentity({ kind: "refused", code: "unauthenticated" });
      },
    ],
  ])("is used by the first client when it is set %s", async (_, prepare) => {
    const page = openPage();
    await prepare(page);
    await setSnippetId(page, "hebrew");
    expect(page.clients).toEqual([]);
    page.controller.setSession(unknown);
    page.controller.setSession(user(JOHN));
    await page.loadScript();
    await page.deliverIdentity(identityOf(JOHN));
    expect(snippets(page)).toEqual(["hebrew"]);
  });

  it("waits until a client is attached, and is used by the next one if it never is", async () => {
    const page = openPage();
    const { attach } = page.constructor.prototype;
    page.constructor.prototype.attach = () => {};
    page.controller.setSession(signedOut);
    await page.loadScript();
    await setSnippetId(page, "hebrew");
    expect(snippets(page)).toEqual(["snippet"]);
    page.constructor.prototype.attach = attach;
    await vi.advanceTimersByTimeAsync(22_000);
    expect(snippets(page)).toEqual(["snippet", "hebrew"]);

    const late = openPage();
    late.constructor.prototype.attach = () => {};
    late.controller.setSession(signedOut);
    await late.loadScript();
    await setSnippetId(late, "hebrew");
    late.client()!.options.events!.attached!();
    await late.settle();
    expect([snippets(late), late.misuse]).toEqual([["snippet", "hebrew"], []]);
  });
});

describe("opening the chat", () => {
  const open = async (page: ReturnType<typeof openPage>) => {
    page.controller.open();
    await page.settle();
  };

  it("opens a client that is attached", async () => {
    const page = openPage();
    await page.startClient(JOHN);
    await open(page);
    expect([page.client()!.isOpen, page.misuse]).toEqual([true, []]);
  });

  it("opens the client as soon as it is attached, once", async () => {
    const page = openPage();
    page.controller.setSession(user(JOHN));
    await open(page);
    await page.loadScript();
    await page.deliverIdentity(identityOf(JOHN));
    expect([page.client()!.isOpen, page.misuse]).toEqual([true, []]);
    await page.setVisible(false);
    page.client()!.options.events!.initialized!();
    await page.settle();
    expect(page.client()!.isOpen).toBe(false);
  });

  it("G10: opens the client of the second address when the first defines no working widget", async () => {
    const page = openPage();
    page.controller.setSession(signedOut);
    await open(page);
    await page.loadScript(class {} as unknown as WidgetConstructor);
    await page.loadScript();
    expect(page.client()!.isOpen).toBe(true);
  });

  it("G2: opens no chat for the next customer", async () => {
    const page = openPage();
    page.controller.setSession(user(JOHN));
    await open(page);
    page.controller.setSession(user(JANE));
    await page.loadScript();
    await page.deliverIdentity(identityOf(JANE));
    expect(page.client()!.isOpen).toBe(false);
  });
});

describe("unloading", () => {
  it("destroys the client and forgets the script, which the next session loads again", async () => {
    const page = openPage();
    await page.startClient(JOHN);
    page.controller.unload();
    expect([page.living().length, page.unloadScript.mock.calls.length]).toEqual([0, 1]);
    page.controller.setSession(user(JOHN));
    expect(page.scripts).toHaveLength(2);
    await page.loadScript();
    await page.deliverIdentity(identityOf(JOHN));
    expect([page.living().length, page.misuse]).toEqual([1, []]);
  });

  it("ignores a script that arrives afterwards", async () => {
    const page = openPage();
    page.controller.setSession(signedOut);
    page.scripts[0]!.resolve();
    page.controller.unload();
    page.controller.setSession(signedOut);
    await page.settle();
    expect([page.clients.length, page.scripts.length]).toEqual([0, 2]);
    await page.loadScript();
    expect(page.clients).toHaveLength(1);
  });
});

describe("failure", () => {
  it("G8: creates no anonymous client while minting fails, and an identified one when it recovers", async () => {
    const page = openPage();
    page.controller.setSession(user(JOHN));
    await page.loadScript();
    await page.failIdentity({ kind: "unavailable", code: "unavailable" });
    await vi.advanceTimersByTimeAsync(1_500);
    await page.failIdentity({ kind: "unavailable", code: "unavailable" });
    expect(page.clients).toHaveLength(0);
    expect(page.notice()).toBe("unavailable");
    await vi.advanceTimersByTimeAsync(3_000);
    await page.deliverIdentity(identityOf(JOHN));
    expect(page.client()?.options.uniqueIdentifier).toBe(JOHN);
    expect(page.notice()).toBeNull();
  });

  it("shows no notice when the first retry succeeds", async () => {
    const page = openPage();
    page.controller.setSession(user(JOHN));
    await page.loadScript();
    await page.failIdentity({ kind: "unavailable", code: "network" });
    expect(page.notice()).toBeNull();
    await vi.advanceTimersByTimeAsync(1_500);
    await page.deliverIdentity(identityOf(JOHN));
    expect(page.notice()).toBeNull();
  });

  it("waits for Retry-After, even when the network comes back, and says that chat is unavailable meanwhile", async () => {
    const page = openPage();
    page.controller.setSession(user(JOHN));
    await page.failIdentity({ kind: "unavailable", code: "rate-limited", retryAfter: 30_000 });
    expect(page.notice()).toBe("unavailable");
    window.dispatchEvent(new Event("online"));
    await vi.advanceTimersByTimeAsync(29_000);
    expect(page.requests).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(page.requests).toHaveLength(2);
  });

  it("retries after about a second, and then with growing delays of at most a minute", async () => {
    const page = openPage();
    page.controller.setSession(user(JOHN));
    const pauses: number[] = [];
    for (let tries = 0; tries < 12; tries++) {
      const failedAt = Date.now();
      const before = page.requests.length;
      await page.failIdentity({ kind: "unavailable", code: "unavailable" });
      while (page.requests.length === before) await vi.advanceTimersToNextTimerAsync();
      pauses.push(Date.now() - failedAt);
    }
    expect(pauses[0]).toBeGreaterThanOrEqual(1_000);
    expect(pauses[0]).toBeLessThanOrEqual(1_500);
    expect(pauses.at(-1)).toBe(60_000);
    expect(Math.max(...pauses)).toBe(60_000);
    expect([...pauses].sort((a, b) => a - b)).toEqual(pauses);
  });

  it("stops requesting identities after a refusal until the session changes", async () => {
    const page = openPage();
    page.controller.setSession(user(JOHN));
    await page.loadScript();
    await page.failIdentity({ kind: "refused", code: "account-disabled" });
    await vi.advanceTimersByTimeAsync(HOURS);
    window.dispatchEvent(new Event("online"));
    page.controller.setSession(user(JOHN, 2));
    expect(page.requests).toHaveLength(1);
    expect(page.onSessionMismatch).toHaveBeenCalledTimes(1);
    expect(page.notice()).toBe("unavailable");

    page.controller.setSession(signedOut);
    page.controller.setSession(user(JOHN));
    expect(page.requests).toHaveLength(2);
  });

  it("requests an identity again when the same user has a new session", async () => {
    const page = openPage();
    const session = { status: "signed-in", uniqueIdentifier: JOHN } as const;
    page.controller.setSession({ ...session, sessionId: "first" });
    await page.loadScript();
    await page.failIdentity({ kind: "refused", code: "unauthenticated" });
    page.controller.setSession({ ...session, sessionId: "first" });
    expect(page.requests).toHaveLength(1);
    page.controller.setSession({ ...session, sessionId: "second" });
    await page.deliverIdentity(identityOf(JOHN));
    expect([page.client()?.options.uniqueIdentifier, page.notice()]).toEqual([JOHN, null]);

    // A living client is not affected by a new session.
    page.controller.setSession({ ...session, sessionId: "third" });
    expect([page.requests.length, page.clients.length]).toEqual([2, 1]);
  });

  it("destroys the client when renewal is refused because the account was disabled", async () => {
    const page = openPage();
    await page.startClient(JOHN);
    await vi.advanceTimersByTimeAsync(4 * HOURS);
    await page.failIdentity({ kind: "refused", code: "account-disabled" });
    expect(page.living()).toHaveLength(0);
  });

  it("G10: says that chat is unavailable when the script fails, and retries as soon as the network is back", async () => {
    const page = openPage();
    page.controller.setSession(signedOut);
    page.scripts[0]!.reject();
    await page.settle();
    expect(page.notice()).toBe("unavailable");
    // However many events arrive, no sooner than a second after the failure.
    for (let times = 0; times < 100; times++) window.dispatchEvent(new Event("online"));
    expect(page.scripts).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(page.scripts).toHaveLength(2);
    await page.loadScript();
    expect(page.living()).toHaveLength(1);
    expect(page.notice()).toBeNull();
  });

  it("G10: counts a script failure once, however many epochs waited for it", async () => {
    const page = openPage();
    for (const whose of [JOHN, JANE, JOHN, JANE]) page.controller.setSession(user(whose));
    page.scripts.forEach(({ reject }) => reject());
    await page.settle();
    const before = page.scripts.length;
    await vi.advanceTimersByTimeAsync(1_500);
    expect(page.scripts).toHaveLength(before + 1);
  });

  it("G10: rejects a script without a working widget, and uses the next one with the same identity", async () => {
    const page = openPage();
    page.controller.setSession(user(JOHN));
    await page.deliverIdentity(identityOf(JOHN));
    const unusable = class {} as unknown as WidgetConstructor;
    await page.loadScript(unusable);
    expect(page.rejectScript).toHaveBeenCalledWith(unusable);
    expect([page.clients.length, page.scripts.length]).toEqual([0, 2]);
    expect("widgetClient" in window).toBe(false);
    await page.loadScript();
    expect([page.client()?.options.uniqueIdentifier, page.requests.length]).toEqual([JOHN, 1]);
  });

  it("says that chat is unavailable when a client never reports that it is attached", async () => {
    const page = openPage();
    page.constructor.prototype.attach = () => {};
    page.controller.setSession(signedOut);
    await page.loadScript();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(page.notice()).toBe("unavailable");
    page.client()!.options.events!.attached!();
    await page.settle();
    expect(page.notice()).toBeNull();
    await vi.advanceTimersByTimeAsync(HOURS);
    expect(page.clients).toHaveLength(1);
  });

  it("replaces a client that never attaches, and says that chat is unavailable until one does", async () => {
    const page = openPage();
    const { attach } = page.constructor.prototype;
    page.constructor.prototype.attach = () => {};
    page.controller.setSession(signedOut);
    await page.loadScript();
    await vi.advanceTimersByTimeAsync(22_000);
    expect([page.clients.length, page.living().length, page.notice()]).toEqual([2, 1, "unavailable"]);
    await vi.advanceTimersByTimeAsync(44_000);
    // Two clients never attached, and none ever did: the script is at fault.
    expect(page.rejectScript).toHaveBeenCalledTimes(1);
    expect(page.notice()).toBe("unavailable");
    page.constructor.prototype.attach = attach;
    await page.loadScript();
    expect(page.notice()).toBeNull();
    expect(page.misuse).toEqual([]);
  });

  it("does not take a visibility event for an attached client", async () => {
    const page = openPage();
    page.constructor.prototype.attach = function (this: { events: WidgetOptions["events"] }) {
      this.events!.visiblity!(false);
    };
    page.controller.setSession(signedOut);
    await page.loadScript();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(page.notice()).toBe("unavailable");
  });

  it("leaves a client that never attached alone while its chat is open", async () => {
    const page = openPage();
    page.constructor.prototype.attach = () => {};
    page.controller.setSession(signedOut);
    await page.loadScript();
    await page.setVisible(true);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(page.clients).toHaveLength(1);
  });

  it("survives a constructor that fires events and then throws", async () => {
    const page = openPage();
    const throwing = function (options: WidgetOptions) {
      options.events!.attached!();
      options.events!.destroyed!();
      throw new Error("no");
    } as unknown as WidgetConstructor;
    page.controller.setSession(signedOut);
    await page.loadScript(throwing);
    expect(page.controller.getState().name).toBe("preparing");
  });

  it("removes a client whose attach() throws, and retries", async () => {
    const page = openPage();
    const { attach } = page.constructor.prototype;
    page.constructor.prototype.attach = () => {
      throw new Error("no body");
    };
    page.controller.setSession(signedOut);
    await page.loadScript();
    expect(page.living()).toHaveLength(0);
    expect("widgetClient" in window).toBe(false);
    page.constructor.prototype.attach = attach;
    await vi.advanceTimersByTimeAsync(1_500);
    expect(page.living()).toHaveLength(1);
  });

  it("G10: rejects a script after two failed clients if none of its clients ever worked", async () => {
    const page = openPage();
    page.constructor.prototype.attach = () => {
      throw new Error("never");
    };
    page.controller.setSession(signedOut);
    await page.loadScript();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(page.clients).toHaveLength(2);
    expect(page.rejectScript).toHaveBeenCalledTimes(1);
    expect(page.notice()).toBe("unavailable");
  });

  it("retries failed clients with growing delays when an earlier one worked", async () => {
    const page = openPage();
    await page.startClient(JOHN);
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

  it("G1: creates a new client, and destroys none twice, after page code has destroyed it", async () => {
    const page = openPage();
    await page.startClient(JOHN);
    window.widgetClient!.destroy();
    expect("widgetClient" in window).toBe(false);
    await vi.advanceTimersByTimeAsync(1_500);
    expect(page.client()?.options.uniqueIdentifier).toBe(JOHN);
    expect(page.misuse).toEqual([]);
  });

  it("survives a page's glassixWidgetScriptLoaded that throws", async () => {
    const page = openPage();
    const reported = vi.fn();
    vi.stubGlobal("reportError", reported);
    window.glassixWidgetScriptLoaded = () => {
      throw new Error("the page's own mistake");
    };
    await page.startClient(JOHN);
    page.controller.setSession(unknown);
    expect(reported).toHaveBeenCalledTimes(1);
    expect(page.living()).toHaveLength(0);
    vi.unstubAllGlobals();
  });
});

describe("a second widget in the page", () => {
  const warnings = () => vi.mocked(console.warn).mock.calls.map(([text]) => text);

  /** Another script creates a client, and assigns it to window.widgetClient. */
  function addClient(page: ReturnType<typeof openPage>) {
    const client = new page.constructor({ apiKey: "key", snippetId: "snippet" });
    window.widgetClient = client;
    client.attach();
    window.glassixWidgetScriptLoaded?.();
    return client;
  }
  const clearExpectedMisuse = (page: ReturnType<typeof openPage>) => {
    // The recorder reports that client next to ours as misuse. Here it is expected.
    expect(page.misuse.splice(0).filter((text) => text !== "created while another client is alive")).toEqual([]);
  };

  it("G1: is destroyed before the portal's own is created, with one warning that says what to do", async () => {
    const page = openPage();
    addClient(page);
    await page.startClient(JOHN);
    expect(page.living().map(({ options }) => options.uniqueIdentifier)).toEqual([JOHN]);
    expect(window.widgetClient).toBe(page.client()?.client);
    expect(page.misuse).toEqual([]);
    expect(warnings()).toEqual([expect.stringMatching(/remove the snippet/)]);
  });

  it("G1: is destroyed when it is created later, and the portal's own stays", async () => {
    const page = openPage();
    await page.startClient(JOHN);
    const mine = window.widgetClient;
    for (let times = 0; times < 3; times++) {
      addClient(page);
      expect(window.widgetClient).not.toBe(mine);
      await page.settle();
      expect(page.living().map(({ options }) => options.uniqueIdentifier)).toEqual([JOHN]);
      expect(window.widgetClient).toBe(mine);
    }
    clearExpectedMisuse(page);
    expect(warnings()).toHaveLength(1);
    page.controller.setSession(unknown);
    expect("widgetClient" in window).toBe(false);
  });

  it("G2: is destroyed when the session changes", async () => {
    const page = openPage();
    page.controller.setSession(user(JOHN));
    addClient(page);
    page.controller.setSession(signedOut);
    expect(page.living()).toHaveLength(0);
    expect("widgetClient" in window).toBe(false);
  });

  it("G9: is destroyed in required mode once the script of the published snippet has created it", async () => {
    const page = openPage({ isIdentityRequired: true });
    page.controller.setSession(signedOut);
    const script = document.head.appendChild(document.createElement("script"));
    script.id = "glassix-widget-script";
    script.onload = () => addClient(page);
    script.dispatchEvent(new Event("load"));
    expect(page.living()).toHaveLength(1);
    await page.settle();
    expect(page.living()).toHaveLength(0);
    script.remove();
  });

  it.each([
    ["whose destroy() throws", () => ({ attach() {}, destroy: fail })],
    [
      "that creates another one when it is destroyed",
      (page: ReturnType<typeof openPage>) => ({ attach() {}, destroy: () => void addClient(page) }),
    ],
  ])("%s does not stop the portal's own", async (_, create) => {
    const page = openPage();
    window.widgetClient = create(page) as WidgetClient;
    await page.startClient(JOHN);
    window.dispatchEvent(new Event("focus"));
    expect(page.living().map(({ options }) => options.uniqueIdentifier)).toEqual([JOHN]);
    expect(window.widgetClient).toBe(page.client()?.client);
  });

  it.each([
    ["an element", { value: document.createElement("div"), configurable: true, writable: true }],
    ["a string", { value: "widget", configurable: true, writable: true }],
  ])("is not mistaken for %s in window.widgetClient", async (_, property) => {
    const page = openPage();
    Object.defineProperty(window, "widgetClient", property as PropertyDescriptor);
    await page.startClient(JOHN);
    expect(window.widgetClient).toBe(page.client()?.client);
    page.controller.setSession(user(JANE));
    await page.deliverIdentity(identityOf(JANE));
    expect(page.living().map(({ options }) => options.uniqueIdentifier)).toEqual([JANE]);
    expect(page.misuse).toEqual([]);
    expect(warnings()).toEqual([]);
  });

  it("G2: cannot be left behind in a page that declares `var widgetClient`", async () => {
    const page = openPage();
    const real = globalThis.window;
    const declared = Object.defineProperty(Object.create(real), "widgetClient", { value: undefined, writable: true });
    vi.stubGlobal("window", declared);
    await page.startClient(JOHN);
    expect(window.widgetClient).toBe(page.client()?.client);
    page.controller.setSession(unknown);
    expect([page.living().length, window.widgetClient]).toEqual([0, undefined]);
    expect(page.misuse).toEqual([]);
    vi.unstubAllGlobals();
  });
});

it("tells its observer each input, command and event, with the state after it", async () => {
  const page = openPage();
  await page.startClient(JOHN);
  await page.setVisible(true);
  page.controller.setSession(unknown);
  expect(page.observed.map(([{ name, epoch }, what]) => [name, epoch, what])).toMatchObject([
    ["preparing", 1, { type: "session", session: user(JOHN) }],
    ["preparing", 1, "cancel-identity"],
    ["preparing", 1, "load-script"],
    ["preparing", 1, "request-identity"],
    ["preparing", 1, { type: "script-loaded" }],
    ["living", 1, { type: "identity-arrived", identity: { uniqueIdentifier: JOHN } }],
    ["living", 1, "create-client"],
    ["living", 1, { event: "attached" }],
    ["living", 1, { type: "client-attached" }],
    ["living", 1, { event: "visiblity", detail: true }],
    ["living", 1, { type: "client-visibility", isVisible: true }],
    ["empty", 2, { type: "session", session: unknown }],
    ["empty", 2, "cancel-identity"],
    ["empty", 2, "destroy-client"],
    ["empty", 2, { event: "destroyed" }],
  ]);
});

describe("any sequence of events", () => {
  const inputs = fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .constantFrom(user(JOHN), user(JOHN, 1), user(JOHN, 2), user(JANE), signedOut, unknown)
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
        how: fc.constantFrom("loaded", "failed", "unusable"),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constantFrom("pass" as const, "set clock" as const),
        time: fc.constantFrom(1_000, 60_000, 4 * HOURS, 6 * HOURS, -6 * HOURS),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("open" as const), isVisible: fc.boolean() }) },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant("snippet" as const),
        id: fc.constantFrom("snippet", "hebrew", "russian"),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.constantFrom(
        { do: "focus" } as const,
        { do: "online" } as const,
        { do: "destroy" } as const,
        { do: "open soon" } as const,
        { do: "unload" } as const,
      ),
    },
  );

  it("keeps G1 to G5 after every step, and the chat recovers", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(inputs, { maxLength: 40 }), fc.boolean(), async (steps, isIdentityRequired) => {
        const page = openPage({ isIdentityRequired });
        let session: Session = unknown;
        let snippetId = "snippet";
        for (const input of steps) {
          const requestsBefore = page.requests.length;
          const before = { client: page.client(), isOpen: page.client()?.isOpen, count: page.clients.length };
          if (input.do === "session") {
            page.controller.setSession(input.session);
            session = input.session;
          }
          if (input.do === "answer") page.requests.at(-1 - input.which)?.resolve(identityOf(input.whose));
          if (input.do === "fail") page.requests.at(-1 - input.which)?.reject(input.failure);
          if (input.do === "script") {
            if (input.how === "failed") page.scripts.at(-1)?.reject();
            else
              page.scripts
                .at(-1)
                ?.resolve(input.how === "unusable" ? (class {} as unknown as WidgetConstructor) : undefined);
          }
          if (input.do === "open") page.client()?.client.setWidgetVisiblity(input.isVisible);
          if (input.do === "snippet") page.controller.setSnippetId((snippetId = input.id));
          if (input.do === "open soon") page.controller.open();
          if (input.do === "unload") {
            page.controller.unload();
            session = unknown;
          }
          if (input.do === "destroy") window.widgetClient?.destroy();
          if (input.do === "focus" || input.do === "online") window.dispatchEvent(new Event(input.do));
          if (input.do === "set clock") vi.setSystemTime(Date.now() + input.time);
          if (input.do === "pass" && input.time > 0) await vi.advanceTimersByTimeAsync(input.time);

          // G2, without waiting: a living client is the session user's.
          const expectRightClient = () => {
            const client = page.client();
            if (!client) return;
            expect(session.status).not.toBe("unknown");
            const whose = session.status === "signed-in" ? session.uniqueIdentifier : undefined;
            expect(client.options.uniqueIdentifier).toBe(whose);
            if (isIdentityRequired) expect(client.options.identityToken).toBeTruthy(); // G9
          };
          expectRightClient();
          await page.settle();
          expectRightClient(); // G3

          expect(page.misuse).toEqual([]); // G1, G4
          expect(window.widgetClient).toBe(page.client()?.client);
          // A closed client has the present snippet, and a new one replaces no open client, and none twice.
          const client = page.client();
          if (client && !client.isOpen) expect(client.options.snippetId).toBe(snippetId);
          if (input.do === "snippet")
            expect(page.clients.length - before.count).toBeLessThanOrEqual(before.client && !before.isOpen ? 1 : 0);
          // At most one request at a time, and at most one new request per step.
          const inFlight = page.requests.filter(({ signal, isAnswered }) => !signal.aborted && !isAnswered);
          expect(inFlight.length).toBeLessThanOrEqual(1);
          if (input.do !== "pass") expect(page.requests.length - requestsBefore).toBeLessThanOrEqual(1);
        }
        // The chat recovers: with a working script and endpoint, John gets his client.
        page.controller.setSession(unknown);
        page.controller.setSession(user(JOHN));
        page.scripts.at(-1)?.resolve();
        await page.settle();
        for (let minutes = 0; minutes < 3 && !page.client(); minutes++) {
          page.scripts.at(-1)?.resolve();
          page.requests.at(-1)?.resolve(identityOf(JOHN));
          await vi.advanceTimersByTimeAsync(60_000);
        }
        expect(page.client()?.options.uniqueIdentifier).toBe(JOHN);
        page.controller.setSession(unknown);
        page.close();
        vi.clearAllTimers();
      }),
      { numRuns: 300 },
    );
  }, 120_000);
});
