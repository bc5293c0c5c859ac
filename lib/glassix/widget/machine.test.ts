import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Identity } from "./identity";
import { initialState, nextTick, noticeOf, step, type Command, type Input, type Session } from "./machine";

const JOHN = "db79e775-81fd-4f2e-8741-9266e920cc32";
const JANE = "a3f1c820-94b2-4d67-b3e5-7f8a2d1c0e9b";
const HOURS = 3_600_000;

function identityOf(uniqueIdentifier: string): Identity {
  const payload = btoa(JSON.stringify({ aud: uniqueIdentifier, iat: 0, exp: 18_000 }));
  return { uniqueIdentifier, identityToken: `header.${payload}.signature`, expiresAt: 18_000 };
}

const user = (uniqueIdentifier: string, identityVersion?: number): Session => ({
  status: "signed-in",
  uniqueIdentifier,
  identityVersion,
});

/** The machine, and the page as its commands leave it. */
function start({ isIdentityRequired = false } = {}) {
  const page = {
    state: initialState,
    now: 0,
    snippetId: "snippet",
    /** Whether the living client is open, as far as the machine has been told. */
    isOpen: false,
    /** Whose client is alive: a unique identifier, "anonymous", or null. */
    client: null as string | null,
    /** The epoch of the pending identity request. */
    requestedEpoch: null as number | null,
    send(input: Input): Command[] {
      const before = page.state;
      if (input.type === "client-visibility") page.isOpen = input.isVisible;
      const result = step(page.state, input, {
        now: page.now,
        random: 0.5,
        isIdentityRequired,
        snippetId: page.snippetId,
      });
      page.state = result.state;
      for (const command of result.commands) {
        if (command === "create-client") {
          expect(page.client).toBeNull(); // G1, G4
          if (page.state.name !== "living") expect.fail();
          expect(page.state.snippetId).toBe(page.snippetId);
          page.isOpen = false;
          page.client = page.state.held?.identity?.uniqueIdentifier ?? "anonymous";
          expect(page.state.held?.endsAt).toBeGreaterThan(page.now); // G6
        }
        if (command === "destroy-client") {
          // A new snippet alone ends no client of an open chat.
          if (input.type === "snippet" && page.isOpen && before.name === "living" && page.state.name === "living")
            expect(before.next).not.toBeNull();
          page.client = null;
        }
        if (command === "open-chat") {
          expect(page.client).not.toBeNull();
          page.isOpen = true;
        }
        if (command === "request-identity") page.requestedEpoch = page.state.epoch;
        if (command === "cancel-identity") page.requestedEpoch = null;
      }
      if (input.type === "identity-arrived" || input.type === "identity-failed") page.requestedEpoch = null;
      return result.commands;
    },
  };
  return page;
}

describe("the state machine", () => {
  it("G3: drops an identity from an ended epoch, even if it is the same user's", () => {
    const page = start();
    page.send({ type: "session", session: user(JOHN) });
    page.send({ type: "script-loaded" });
    page.send({ type: "session", session: { status: "unknown" } });
    page.send({ type: "session", session: user(JOHN) });
    page.send({ type: "script-loaded" });
    page.send({ type: "identity-arrived", epoch: 1, identity: identityOf(JOHN), requestedAt: 0 });
    expect(page.client).toBeNull();
    page.send({ type: "identity-arrived", epoch: 3, identity: identityOf(JOHN), requestedAt: 0 });
    expect(page.client).toBe(JOHN);
  });

  it("starts a new epoch only when the user changes", () => {
    const page = start();
    const epochs = [
      user(JOHN),
      user(JOHN, 2),
      user(JANE),
      { status: "signed-out" } as const,
      { status: "signed-out" } as const,
      { status: "unknown" } as const,
      { status: "unknown" } as const,
    ].map((session) => {
      page.send({ type: "session", session });
      return page.state.epoch;
    });
    expect(epochs).toEqual([1, 1, 2, 3, 3, 4, 4]);
  });

  it("G8: says that chat is unavailable while the session cannot be read, and clears the notice afterwards", () => {
    const page = start();
    page.send({ type: "session", session: { status: "unknown" } });
    expect(noticeOf(page.state)).toBeNull();
    page.send({ type: "session", session: { status: "unknown", isUnavailable: true } });
    expect(noticeOf(page.state)).toBe("unavailable");
    page.send({ type: "session", session: user(JOHN) });
    expect(noticeOf(page.state)).toBeNull();
  });

  it("does not open a chat by itself after it said that chat is unavailable", () => {
    const page = start();
    page.send({ type: "session", session: user(JOHN) });
    page.send({ type: "identity-arrived", epoch: 1, identity: identityOf(JOHN), requestedAt: 0 });
    page.send({ type: "open" });
    page.send({ type: "script-failed" });
    expect(noticeOf(page.state)).toBe("unavailable");
    page.send({ type: "script-loaded" });
    page.send({ type: "client-attached" });
    expect([page.client, noticeOf(page.state), page.isOpen]).toEqual([JOHN, null, false]);
  });

  it("requests a new identity when the first one has nearly expired before the script loads", () => {
    const page = start();
    page.send({ type: "session", session: user(JOHN) });
    page.send({ type: "identity-arrived", epoch: 1, identity: identityOf(JOHN), requestedAt: 0 });
    page.now = 4.5 * HOURS;
    expect(page.send({ type: "script-loaded" })).toEqual(["request-identity"]);
    expect(page.client).toBeNull();
  });

  it("creates no client with an identity that was requested before the customer's data changed", () => {
    const page = start();
    page.send({ type: "session", session: user(JOHN, 1) });
    page.send({ type: "identity-arrived", epoch: 1, identity: identityOf(JOHN), requestedAt: 0 });
    page.send({ type: "session", session: user(JOHN, 2) });
    page.send({ type: "script-loaded" });
    expect(page.client).toBeNull();
  });

  it("counts an identity's lifetime from its request, not from its arrival", () => {
    const page = start();
    page.send({ type: "session", session: user(JOHN) });
    page.send({ type: "script-loaded" });
    page.now = 10_000;
    page.send({ type: "identity-arrived", epoch: 1, identity: identityOf(JOHN), requestedAt: 0 });
    page.send({ type: "client-attached" });
    expect(nextTick(page.state)).toBe(4 * HOURS);
  });

  it("counts the messages of a closed chat, one in a second at most, until it opens", () => {
    const page = start();
    const count = () => "newMessages" in page.state && page.state.newMessages;
    page.send({ type: "session", session: { status: "signed-out" } });
    page.send({ type: "script-loaded" });
    page.send({ type: "client-attached" });
    const counts = [0, 500, 400, 200].map((pause) => {
      page.now += pause;
      page.send({ type: "client-message" });
      return count();
    });
    expect(counts).toEqual([1, 1, 1, 2]);
    page.send({ type: "client-visibility", isVisible: true });
    page.now += 2_000;
    page.send({ type: "client-message" });
    expect(count()).toBe(0);
    page.send({ type: "client-visibility", isVisible: false });
    page.send({ type: "client-message" });
    expect(count()).toBe(1);
  });

  it("keeps G1 to G5, and G9 in required mode, after every step of any sequence", () => {
    const session = fc.constantFrom<Session>(
      user(JOHN),
      user(JOHN, 1),
      user(JOHN, 2),
      user(JANE),
      { status: "signed-out" },
      { status: "unknown" },
    );
    const failure = fc.record({
      kind: fc.constantFrom("refused" as const, "unavailable" as const),
      code: fc.constant("test"),
      retryAfter: fc.constantFrom(undefined, 120_000),
    });
    // Responses and events of the current epoch, and of earlier ones.
    const input = fc.oneof(
      { weight: 4, arbitrary: session.map((session) => ({ type: "session", session }) as const) },
      { weight: 2, arbitrary: fc.constant({ type: "script-loaded" } as const) },
      {
        weight: 3,
        arbitrary: fc.record({
          type: fc.constant("identity-arrived" as const),
          ago: fc.nat(2),
          whose: fc.constantFrom(JOHN, JANE),
        }),
      },
      { weight: 1, arbitrary: fc.record({ type: fc.constant("identity-failed" as const), ago: fc.nat(2), failure }) },
      {
        weight: 1,
        arbitrary: fc.record({
          type: fc.constantFrom("client-failed" as const, "script-unusable" as const),
          ago: fc.nat(1),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ type: fc.constant("client-visibility" as const), isVisible: fc.boolean() }),
      },
      {
        weight: 2,
        arbitrary: fc.constantFrom<Input>(
          { type: "script-failed" },
          { type: "client-attached" },
          { type: "client-message" },
          { type: "open" },
          { type: "online" },
          { type: "tick" },
        ),
      },
      {
        weight: 2,
        arbitrary: fc.record({ type: fc.constant("switch" as const), snippetId: fc.constantFrom("snippet", "hebrew") }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          type: fc.constant("pass" as const),
          time: fc.constantFrom(500, 20_000, 60_000, HOURS, 4 * HOURS, 6 * HOURS),
        }),
      },
    );
    fc.assert(
      fc.property(fc.array(input, { maxLength: 60 }), fc.boolean(), (inputs, isIdentityRequired) => {
        const page = start({ isIdentityRequired });
        let now: Session = { status: "unknown" };
        for (const next of inputs) {
          const before = { client: page.client, state: page.state, requestedEpoch: page.requestedEpoch };
          if (next.type === "pass") {
            page.now += next.time;
            page.send({ type: "tick" });
            // Nothing that is due may remain: a timer set for the past would fire in an endless loop.
            for (let ticks = 0; (nextTick(page.state) ?? Infinity) <= page.now; ticks++) {
              expect(ticks).toBeLessThan(5);
              page.send({ type: "tick" });
            }
          } else if (next.type === "switch") {
            page.snippetId = next.snippetId;
            const commands = page.send({ type: "snippet" });
            if (before.state.name !== "living") expect(commands).not.toContain("create-client");
          } else if ("ago" in next) {
            const epoch = page.state.epoch - next.ago;
            const isLate = next.ago > 0;
            // A response arrives once, and only after a request.
            if (!isLate && next.type.startsWith("identity") && page.requestedEpoch !== epoch) continue;
            const commands =
              next.type === "identity-arrived"
                ? page.send({ type: next.type, epoch, identity: identityOf(next.whose), requestedAt: page.now })
                : next.type === "identity-failed"
                  ? page.send({ type: next.type, epoch, failure: next.failure })
                  : page.send({ type: next.type, epoch });
            // Such a client was never attached, so there is nothing to destroy.
            if (next.type === "script-unusable" && !isLate) page.client = null;
            if (isLate) {
              // G3
              expect([commands, page.state]).toEqual([[], before.state]);
              page.requestedEpoch = before.requestedEpoch;
            }
          } else {
            page.send(next);
            if (next.type === "session") now = next.session;
          }
          // G2
          const whose = now.status === "signed-in" ? now.uniqueIdentifier : "anonymous";
          if (page.client !== null) {
            expect(["signed-in", "signed-out"]).toContain(now.status);
            expect(page.client).toBe(whose);
            if (isIdentityRequired) expect(page.client).not.toBe("anonymous"); // G9
          }
          // The machine and the page agree.
          expect(page.client !== null).toBe(page.state.name === "living");
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
