// @vitest-environment happy-dom
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { WidgetClient, WidgetConstructor, WidgetOptions } from "./client";
import { createWidgetController } from "./controller";
import { IdentityRequestError, type Identity, type IdentityFailure } from "./identity";
import { problemOf, type Wanted } from "./machine";

const JOHN = "db79e775-81fd-4f2e-8741-9266e920cc32";
const JANE = "a3f1c820-94b2-4d67-b3e5-7f8a2d1c0e9b";
const HOURS = 3_600_000;

const user = (uniqueIdentifier: string): Wanted => ({ kind: "user", uniqueIdentifier });
const anonymous: Wanted = { kind: "anonymous" };
const nobody: Wanted = { kind: "nobody" };

let minted = 0;
function identityOf(uniqueIdentifier: string, { audience = uniqueIdentifier, lifetime = 18_000 } = {}): Identity {
  const iat = 1_000_000 + minted++;
  const payload = btoa(JSON.stringify({ aud: audience, iat, exp: iat + lifetime }));
  return { uniqueIdentifier, identityToken: `header.${payload}.${minted}`, expiresAt: iat + lifetime };
}

type DoubleClient = WidgetClient & { options: WidgetOptions; isVisible: boolean };
type DoubleWindow = {
  GlassixWidgetClient: WidgetConstructor;
  widgetDouble: { clients: DoubleClient[]; misuse: string[]; living(): DoubleClient[] };
};

const doubleScript = readFileSync("e2e/widget-double.js", "utf8");

/** The strict double that the end-to-end tests serve in place of Glassix's script, in a window of its own. */
function createWidgetDouble() {
  const window = {} as DoubleWindow;
  new Function("window", doubleScript)(window);
  return { constructor: window.GlassixWidgetClient, ...window.widgetDouble };
}

/** A controller in a page whose script, endpoint and clock the test holds in its hands. */
function openPage() {
  const double = createWidgetDouble();
  const requests: { resolve(identity: Identity): void; reject(failure: IdentityFailure): void; signal: AbortSignal }[] =
    [];
  const scripts: { resolve(): void; reject(): void }[] = [];
  const onSessionDoubt = vi.fn();
  const controller = createWidgetController({
    apiKey: "key",
    snippetId: "snippet",
    loadScript: () =>
      new Promise((resolve, reject) => scripts.push({ resolve: () => resolve(double.constructor), reject })),
    requestIdentity: (signal) =>
      new Promise((resolve, reject) =>
        requests.push({ resolve, reject: (failure) => reject(new IdentityRequestError(failure)), signal }),
      ),
    onSessionDoubt,
  });
  const settle = () => vi.advanceTimersByTimeAsync(0);
  return {
    ...double,
    controller,
    requests,
    scripts,
    onSessionDoubt,
    settle,
    client: () => double.living()[0],
    async giveScript() {
      scripts.at(-1)!.resolve();
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
    /** Signs in and brings the client to life. */
    async live(uniqueIdentifier: string, options?: { lifetime?: number }) {
      controller.want(user(uniqueIdentifier));
      if (double.clients.length === 0) await this.giveScript();
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
  delete window.widgetClient;
  delete window.glassixWidgetScriptLoaded;
});

describe("the widget's life", () => {
  it("gives a stranger an anonymous client", async () => {
    const page = openPage();
    page.controller.want(anonymous);
    await page.giveScript();
    expect(page.client()?.options).toMatchObject({ apiKey: "key", snippetId: "snippet" });
    expect(page.client()?.options).not.toHaveProperty("identityToken");
    expect(page.requests).toHaveLength(0);
  });

  it("gives a signed-in user an identified client, once script and identity are there, in either order", async () => {
    for (const order of ["script first", "identity first"]) {
      const page = openPage();
      page.controller.want(user(JOHN));
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
    page.controller.want(user(JOHN));
    expect([page.scripts.length, page.requests.length]).toEqual([1, 1]);
  });

  it("leaves window.widgetClient and calls glassixWidgetScriptLoaded as the published snippet does", async () => {
    const page = openPage();
    const loaded = vi.fn();
    window.glassixWidgetScriptLoaded = loaded;
    await page.live(JOHN);
    expect(window.widgetClient).toBe(page.client());
    expect(loaded).toHaveBeenCalledTimes(1);

    page.controller.want(nobody);
    expect("widgetClient" in window).toBe(false);
  });

  it("G4: destroys John's client before it makes Jane's", async () => {
    const page = openPage();
    await page.live(JOHN);
    page.controller.want(user(JANE));
    expect(page.living()).toHaveLength(0);
    await page.answer(identityOf(JANE));
    expect(page.client()?.options.uniqueIdentifier).toBe(JANE);
    expect(page.misuse).toEqual([]);
  });

  it("G2: ends the identified client in the same moment in which nobody is wanted", async () => {
    const page = openPage();
    await page.live(JOHN);
    page.controller.want(nobody);
    expect(page.living()).toHaveLength(0);
  });

  it("G3: drops an identity that arrives after its epoch has ended", async () => {
    const page = openPage();
    page.controller.want(user(JOHN));
    await page.giveScript();
    const late = page.requests[0]!;
    page.controller.want(user(JANE));
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
      page.controller.want(user(JOHN));
      page.controller.wake();
      page.controller.online();
    }
    expect([page.clients.length, page.requests.length, page.scripts.length]).toEqual([1, 1, 1]);
  });

  it.each([
    ["another user's unique identifier", identityOf(JANE)],
    ["another user's token", identityOf(JOHN, { audience: JANE })],
  ])("G2: refuses an identity with %s, and asks who is signed in", async (_, identity) => {
    const page = openPage();
    page.controller.want(user(JOHN));
    await page.giveScript();
    await page.answer(identity);
    expect(page.clients).toHaveLength(0);
    expect(page.onSessionDoubt).toHaveBeenCalledTimes(1);
  });
});

describe("renewal", () => {
  it("G6: fetches a new identity at 80 % of the lifetime and replaces the client", async () => {
    const page = openPage();
    await page.live(JOHN);
    await vi.advanceTimersByTimeAsync(4 * HOURS - 1000);
    expect(page.requests).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(page.requests).toHaveLength(2);
    expect(page.living()).toHaveLength(1);
    const renewed = identityOf(JOHN);
    await page.answer(renewed);
    expect(page.client()?.options.identityToken).toBe(renewed.identityToken);
    expect(page.misuse).toEqual([]);
  });

  it("G6: waits while the chat is open, and replaces the client when it closes", async () => {
    const page = openPage();
    await page.live(JOHN);
    page.client()!.setWidgetVisiblity(true);
    const first = page.client();
    await vi.advanceTimersByTimeAsync(4 * HOURS);
    await page.answer(identityOf(JOHN));
    expect(page.client()).toBe(first);
    first!.setWidgetVisiblity(false);
    await page.settle();
    expect(page.client()).not.toBe(first);
  });

  it("G6: never waits past the end: replaces the client shortly before, and opens the chat again", async () => {
    const page = openPage();
    await page.live(JOHN);
    page.client()!.setWidgetVisiblity(true);
    const first = page.client();
    await vi.advanceTimersByTimeAsync(4 * HOURS);
    await page.answer(identityOf(JOHN));
    await vi.advanceTimersByTimeAsync(0.95 * HOURS);
    expect(page.client()).not.toBe(first);
    expect(page.client()?.isVisible).toBe(true);
    expect(page.misuse).toEqual([]);
  });

  it("G6: after a sleep past the end, ends the client at once and asks for a new identity", async () => {
    const page = openPage();
    await page.live(JOHN);
    vi.setSystemTime(Date.now() + 9 * HOURS);
    page.controller.wake();
    expect(page.living()).toHaveLength(0);
    expect(page.requests).toHaveLength(2);
    await page.answer(identityOf(JOHN));
    expect(page.living()).toHaveLength(1);
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
  });
});

describe("failure", () => {
  it("G8: a user whose identity cannot be had gets no anonymous chat, and a client when it recovers", async () => {
    const page = openPage();
    page.controller.want(user(JOHN));
    await page.giveScript();
    await page.refuse({ kind: "unavailable", code: "unavailable" });
    expect(page.clients).toHaveLength(0);
    expect(problemOf(page.controller.getState())).toBe("unavailable");
    await vi.advanceTimersByTimeAsync(1_000);
    await page.answer(identityOf(JOHN));
    expect(page.client()?.options.uniqueIdentifier).toBe(JOHN);
    expect(problemOf(page.controller.getState())).toBeNull();
  });

  it("waits as long as the server asks", async () => {
    const page = openPage();
    page.controller.want(user(JOHN));
    await page.refuse({ kind: "unavailable", code: "rate-limited", retryAfter: 30_000 });
    await vi.advanceTimersByTimeAsync(29_000);
    expect(page.requests).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(page.requests).toHaveLength(2);
  });

  it("stops asking when the session is refused, until the session changes", async () => {
    const page = openPage();
    page.controller.want(user(JOHN));
    await page.giveScript();
    await page.refuse({ kind: "refused", code: "account-disabled" });
    await vi.advanceTimersByTimeAsync(HOURS);
    page.controller.want(user(JOHN));
    expect(page.requests).toHaveLength(1);
    expect(page.onSessionDoubt).toHaveBeenCalledTimes(1);

    page.controller.want(nobody);
    page.controller.want(user(JOHN));
    expect(page.requests).toHaveLength(2);
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
    page.controller.want(anonymous);
    page.scripts[0]!.reject();
    await page.settle();
    expect(problemOf(page.controller.getState())).toBe("script");
    page.controller.online();
    expect(page.scripts).toHaveLength(2);
    await page.giveScript();
    expect(page.living()).toHaveLength(1);
    expect(problemOf(page.controller.getState())).toBeNull();
  });

  it("says so when a client never reports that it is attached", async () => {
    const page = openPage();
    page.constructor.prototype.attach = function (this: { state: string }) {
      this.state = "attached";
    };
    page.controller.want(anonymous);
    await page.giveScript();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(problemOf(page.controller.getState())).toBe("silent");
    page.client()!.options.events!.attached!();
    expect(problemOf(page.controller.getState())).toBeNull();
  });

  it("clears away a client whose attach() throws, and tries again", async () => {
    const page = openPage();
    const { attach } = page.constructor.prototype;
    page.constructor.prototype.attach = function (this: { state: string }) {
      this.state = "attached";
      throw new Error("no body");
    };
    page.controller.want(anonymous);
    await page.giveScript();
    expect(page.living()).toHaveLength(0);
    expect("widgetClient" in window).toBe(false);
    page.constructor.prototype.attach = attach;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(page.living()).toHaveLength(1);
  });

  it("makes longer and longer pauses between clients that fail", async () => {
    const page = openPage();
    let made = 0;
    page.constructor.prototype.attach = function (this: { state: string }) {
      this.state = "attached";
      made++;
      throw new Error("never");
    };
    page.controller.want(anonymous);
    await page.giveScript();
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    expect(made).toBeGreaterThan(5);
    expect(made).toBeLessThan(30);
    expect(problemOf(page.controller.getState())).toBe("client");
  });

  it("does not let a page's own glassixWidgetScriptLoaded break the chat", async () => {
    const page = openPage();
    const reported = vi.fn();
    vi.stubGlobal("reportError", reported);
    window.glassixWidgetScriptLoaded = () => {
      throw new Error("the page's own mistake");
    };
    await page.live(JOHN);
    page.controller.want(nobody);
    expect(reported).toHaveBeenCalledTimes(1);
    expect(page.living()).toHaveLength(0);
    vi.unstubAllGlobals();
  });
});

describe("whatever happens, in whatever order", () => {
  const inputs = fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .constantFrom(user(JOHN), user(JANE), anonymous, nobody)
        .map((wanted) => ({ do: "want", wanted }) as const),
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
        kind: fc.constantFrom("refused" as const, "unavailable" as const),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("script" as const), hasLoaded: fc.boolean() }) },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant("pass" as const),
        time: fc.constantFrom(1_000, 60_000, 4 * HOURS, 6 * HOURS),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant("open" as const), isVisible: fc.boolean() }) },
    { weight: 1, arbitrary: fc.constantFrom({ do: "wake" } as const, { do: "online" } as const) },
  );

  it("G1 to G5 hold after every step", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(inputs, { maxLength: 40 }), async (steps) => {
        const page = openPage();
        let wanted: Wanted = nobody;
        for (const input of steps) {
          const requestsBefore = page.requests.length;
          if (input.do === "want") page.controller.want((wanted = input.wanted));
          if (input.do === "answer") page.requests.at(-1 - input.which)?.resolve(identityOf(input.whose));
          if (input.do === "fail") page.requests.at(-1 - input.which)?.reject({ kind: input.kind, code: "test" });
          if (input.do === "script") page.scripts.at(-1)?.[input.hasLoaded ? "resolve" : "reject"]();
          if (input.do === "open") page.client()?.setWidgetVisiblity(input.isVisible);
          if (input.do === "wake") page.controller.wake();
          if (input.do === "online") page.controller.online();
          if (input.do === "pass") vi.setSystemTime(Date.now() + input.time);

          // G2, and that without waiting: whoever is alive is whose session it is.
          const expectRightClient = () => {
            const client = page.client();
            if (!client) return;
            expect(wanted.kind).not.toBe("nobody");
            expect(client.options.uniqueIdentifier).toBe(wanted.kind === "user" ? wanted.uniqueIdentifier : undefined);
          };
          expectRightClient();
          await page.settle();
          expectRightClient(); // G3

          expect(page.misuse).toEqual([]); // G1, G4
          expect(window.widgetClient).toBe(page.client());
          // One request at a time, and none out of thin air.
          expect(page.requests.length - requestsBefore).toBeLessThanOrEqual(1);
        }
        // And it recovers: with a working script and endpoint, John gets his client.
        page.controller.want(nobody);
        page.controller.want(user(JOHN));
        page.scripts.at(-1)?.resolve();
        await page.settle();
        if (!page.client()) {
          await vi.advanceTimersByTimeAsync(60_000);
          page.scripts.at(-1)?.resolve();
          await page.answer(identityOf(JOHN));
        }
        expect(page.client()?.options.uniqueIdentifier).toBe(JOHN);
        page.controller.want(nobody);
        vi.clearAllTimers();
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});
