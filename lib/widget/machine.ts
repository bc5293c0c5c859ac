/**
 * The life of the widget as a state machine: it is told what is wanted and what happened, and answers
 * with the next state and what to do about it. No timers, no network, no DOM: lib/widget/controller.ts
 * has those. All times are milliseconds of this client's own clock.
 */
import { readToken, type Identity, type IdentityFailure } from "./identity";

/** Whose chat belongs in the page. `nobody`: no client at all, because it is not known yet or must not be. */
export type Wanted = { kind: "nobody" } | Target;
export type Target = { kind: "anonymous" } | { kind: "user"; uniqueIdentifier: string };

export type WidgetState =
  | { name: "empty"; epoch: number }
  | Preparing
  | Living
  /** The server refuses this session: asking again is pointless until the session changes. */
  | { name: "refused"; epoch: number; target: Target; problem: Problem };

/** Waiting for the script and, for a user, for the identity: for both at once. */
type Preparing = {
  name: "preparing";
  epoch: number;
  target: Target;
  isScriptReady: boolean;
  held: HeldIdentity | null;
  scriptRetry: Retry;
  identityRetry: Retry;
  clientRetry: Retry;
};

type Living = {
  name: "living";
  epoch: number;
  target: Target;
  held: HeldIdentity | null;
  /** The identity that will replace `held` as soon as the chat is closed. */
  next: HeldIdentity | null;
  isRenewing: boolean;
  identityRetry: Retry;
  /** How often this client has failed before; forgotten when it reports that it is attached. */
  clientRetry: Retry;
  isOpen: boolean;
  /** Whether the chat was open when its client was replaced, and so has to be opened again. */
  mustReopen: boolean;
  /** When a client that has said nothing counts as dead; null once it has spoken. */
  silentAt: number | null;
  isSilent: boolean;
};

/** An identity with the moments that matter, counted from when it was asked for: the server's clock and this one never meet. */
type HeldIdentity = { identity: Identity; renewAt: number; forceAt: number; endsAt: number };

/** `at`: when to try again; null when nothing has failed, or a try is under way. */
type Retry = { failures: number; at: number | null; problem: Problem | null };

/** Why there is no chat: an identity's code, or "script", "silent", "client", "mismatch". */
export type Problem = string;

export type Input =
  | { type: "want"; wanted: Wanted }
  | { type: "script-loaded" }
  | { type: "script-failed" }
  /** `askedAt`: when it was asked for, so that a slow answer makes no identity seem younger than it is. */
  | { type: "identity-arrived"; epoch: number; identity: Identity; askedAt: number }
  | { type: "identity-failed"; epoch: number; failure: IdentityFailure }
  | { type: "client-failed"; epoch: number }
  | { type: "client-attached" }
  | { type: "client-visibility"; isVisible: boolean }
  /** Time has passed: a timer rang, or the page woke up. */
  | { type: "tick" }
  /** The network is back: what waits for a retry is tried now. */
  | { type: "online" };

export type Command =
  | { type: "load-script" }
  | { type: "request-identity"; epoch: number }
  | { type: "cancel-identity" }
  | { type: "create-client"; epoch: number; identity: Identity | null }
  | { type: "destroy-client" }
  | { type: "open-chat" }
  /** The session is not what this page believes: ask again who is signed in. */
  | { type: "check-session" };

export type Step = { state: WidgetState; commands: Command[] };

export type Clock = { now: number; /** From 0 to 1, for the jitter. */ random: number };

const RENEW_AT = 0.8;
const FORCE_AT = 0.95;
const SILENCE_LIMIT = 20_000;
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;
const NO_RETRY: Retry = { failures: 0, at: null, problem: null };

export const initialState: WidgetState = { name: "empty", epoch: 0 };

/** What comes after `input` in `state`. Pure: the same arguments give the same answer. */
export function step(state: WidgetState, input: Input, clock: Clock): Step {
  switch (input.type) {
    case "want":
      return isSame(targetOf(state), input.wanted) ? stay(state) : startEpoch(state, input.wanted);
    case "script-loaded":
      return state.name === "preparing"
        ? createWhenReady({ ...state, isScriptReady: true, scriptRetry: NO_RETRY }, clock)
        : stay(state);
    case "script-failed":
      return state.name === "preparing"
        ? stay({ ...state, scriptRetry: fail(state.scriptRetry, "script", clock) })
        : stay(state);
    case "identity-arrived":
      // An answer to a question of an earlier epoch: somebody else may be signed in by now.
      return input.epoch === state.epoch ? takeIdentity(state, input.identity, input.askedAt, clock) : stay(state);
    case "identity-failed":
      return input.epoch === state.epoch ? failIdentity(state, input.failure, clock) : stay(state);
    case "client-failed":
      if (state.name !== "living" || input.epoch !== state.epoch) return stay(state);
      return {
        state: {
          name: "preparing",
          epoch: state.epoch,
          target: state.target,
          isScriptReady: true,
          held: state.held,
          scriptRetry: NO_RETRY,
          identityRetry: NO_RETRY,
          clientRetry: fail(state.clientRetry, "client", clock),
        },
        commands: [{ type: "destroy-client" }],
      };
    case "client-attached":
      if (state.name !== "living") return stay(state);
      return {
        state: { ...state, silentAt: null, isSilent: false, mustReopen: false, clientRetry: NO_RETRY },
        commands: state.mustReopen ? [{ type: "open-chat" }] : [],
      };
    case "client-visibility":
      return state.name === "living" ? replaceWhenDue({ ...state, isOpen: input.isVisible }, clock) : stay(state);
    case "tick":
      return tick(state, clock);
    case "online":
      return tick(hurry(state, clock), clock);
  }
}

/** When `tick` is next worth calling, or null when nothing is waited for. */
export function nextTick(state: WidgetState): number | null {
  const times: (number | null | undefined)[] = [];
  if (state.name === "preparing") times.push(state.scriptRetry.at, state.identityRetry.at, state.clientRetry.at);
  if (state.name === "living") {
    times.push(state.silentAt, state.identityRetry.at);
    if (state.next) times.push(state.held?.forceAt);
    else times.push(state.held?.endsAt);
    if (!state.next && !state.isRenewing && state.identityRetry.at === null) times.push(state.held?.renewAt);
  }
  const due = times.filter((time) => typeof time === "number");
  return due.length > 0 ? Math.min(...due) : null;
}

/** What the customer has to be told, or null while all is well or still on its way. */
export function problemOf(state: WidgetState): Problem | null {
  switch (state.name) {
    case "empty":
      return null;
    case "preparing":
      return state.scriptRetry.problem ?? state.identityRetry.problem ?? state.clientRetry.problem;
    case "living":
      return state.isSilent ? "silent" : null;
    case "refused":
      return state.problem;
  }
}

function targetOf(state: WidgetState): Wanted {
  return state.name === "empty" ? { kind: "nobody" } : state.target;
}

function isSame(a: Wanted, b: Wanted): boolean {
  return a.kind === b.kind && (a.kind !== "user" || a.uniqueIdentifier === (b as typeof a).uniqueIdentifier);
}

function startEpoch(state: WidgetState, wanted: Wanted): Step {
  const epoch = state.epoch + 1;
  const commands: Command[] = [{ type: "cancel-identity" }];
  if (state.name === "living") commands.push({ type: "destroy-client" });
  if (wanted.kind === "nobody") return { state: { name: "empty", epoch }, commands };

  commands.push({ type: "load-script" });
  if (wanted.kind === "user") commands.push({ type: "request-identity", epoch });
  return {
    state: {
      name: "preparing",
      epoch,
      target: wanted,
      isScriptReady: false,
      held: null,
      scriptRetry: NO_RETRY,
      identityRetry: NO_RETRY,
      clientRetry: NO_RETRY,
    },
    commands,
  };
}

function takeIdentity(state: WidgetState, identity: Identity, askedAt: number, clock: Clock): Step {
  if (state.name !== "preparing" && state.name !== "living") return stay(state);
  const token = readToken(identity.identityToken);
  const isTheirs =
    state.target.kind === "user" &&
    identity.uniqueIdentifier === state.target.uniqueIdentifier &&
    token?.audience === state.target.uniqueIdentifier;
  if (!isTheirs) {
    // The server knows somebody else in this session, so this page is out of date. Nobody's chat until it is not.
    const failed = failIdentity(state, { kind: "unavailable", code: "mismatch" }, clock);
    return { ...failed, commands: [...failed.commands, { type: "check-session" }] };
  }
  if (!(token.lifetime > 0)) return failIdentity(state, { kind: "unavailable", code: "malformed" }, clock);
  const after = (part: number) => askedAt + token.lifetime * part;
  const held = { identity, renewAt: after(RENEW_AT), forceAt: after(FORCE_AT), endsAt: after(1) };
  return state.name === "preparing"
    ? createWhenReady({ ...state, held, identityRetry: NO_RETRY }, clock)
    : replaceWhenDue({ ...state, next: held, isRenewing: false, identityRetry: NO_RETRY }, clock);
}

function failIdentity(state: WidgetState, failure: IdentityFailure, clock: Clock): Step {
  if (state.name !== "preparing" && state.name !== "living") return stay(state);
  if (failure.kind === "refused") {
    const commands: Command[] =
      state.name === "living" ? [{ type: "destroy-client" }, { type: "check-session" }] : [{ type: "check-session" }];
    return { state: { name: "refused", epoch: state.epoch, target: state.target, problem: failure.code }, commands };
  }
  const identityRetry = fail(state.identityRetry, failure.code, clock, failure.retryAfter);
  return stay(state.name === "living" ? { ...state, isRenewing: false, identityRetry } : { ...state, identityRetry });
}

function createWhenReady(state: Preparing, clock: Clock): Step {
  const { epoch, target, held, isScriptReady } = state;
  if (!isScriptReady || state.clientRetry.at !== null || (target.kind === "user" && !held)) return stay(state);
  // The script may have taken hours to come.
  if (held && clock.now >= held.renewAt)
    return { state: { ...state, held: null }, commands: [{ type: "request-identity", epoch }] };
  return {
    state: { ...living(epoch, target, held, clock), clientRetry: state.clientRetry },
    commands: [{ type: "create-client", epoch, identity: held?.identity ?? null }],
  };
}

/** Puts the new identity in place of the old one: at once while the chat is closed, at the last moment while it is open. */
function replaceWhenDue(state: Living, clock: Clock): Step {
  const { next, held } = state;
  if (!next || (state.isOpen && held && clock.now < held.forceAt)) return stay(state);
  return {
    state: { ...living(state.epoch, state.target, next, clock), mustReopen: state.isOpen },
    commands: [{ type: "destroy-client" }, { type: "create-client", epoch: state.epoch, identity: next.identity }],
  };
}

function tick(state: WidgetState, clock: Clock): Step {
  const isDue = (time: number | null | undefined) => typeof time === "number" && time <= clock.now;
  if (state.name === "preparing") {
    const commands: Command[] = [];
    let { scriptRetry, identityRetry } = state;
    if (isDue(scriptRetry.at)) {
      scriptRetry = { ...scriptRetry, at: null };
      commands.push({ type: "load-script" });
    }
    if (isDue(identityRetry.at)) {
      identityRetry = { ...identityRetry, at: null };
      commands.push({ type: "request-identity", epoch: state.epoch });
    }
    const next = { ...state, scriptRetry, identityRetry };
    if (isDue(state.clientRetry.at))
      return createWhenReady({ ...next, clientRetry: { ...state.clientRetry, at: null } }, clock);
    return { state: commands.length > 0 ? next : state, commands };
  }
  if (state.name === "living") {
    if (isDue(state.silentAt)) return stay({ ...state, silentAt: null, isSilent: true });
    if (state.next) return replaceWhenDue(state, clock);
    if (isDue(state.held?.endsAt)) return expire(state);
    const isRetryDue = isDue(state.identityRetry.at);
    const isRenewalDue = isDue(state.held?.renewAt) && state.identityRetry.at === null;
    if (!state.isRenewing && (isRetryDue || isRenewalDue)) {
      return {
        state: { ...state, isRenewing: true, identityRetry: { ...state.identityRetry, at: null } },
        commands: [{ type: "request-identity", epoch: state.epoch }],
      };
    }
  }
  return stay(state);
}

/** The identity has ended and no new one has come: the client goes, and the next one waits for an identity like the first. */
function expire(state: Living): Step {
  const { epoch, target, identityRetry } = state;
  const commands: Command[] = [{ type: "destroy-client" }];
  if (!state.isRenewing) commands.push({ type: "request-identity", epoch });
  return {
    state: {
      name: "preparing",
      epoch,
      target,
      isScriptReady: true,
      held: null,
      scriptRetry: NO_RETRY,
      identityRetry: { ...identityRetry, at: null },
      clientRetry: NO_RETRY,
    },
    commands,
  };
}

function hurry(state: WidgetState, { now }: Clock): WidgetState {
  const atOnce = (retry: Retry): Retry => (retry.at === null ? retry : { ...retry, at: now });
  if (state.name === "preparing")
    return { ...state, scriptRetry: atOnce(state.scriptRetry), identityRetry: atOnce(state.identityRetry) };
  if (state.name === "living") return { ...state, identityRetry: atOnce(state.identityRetry) };
  return state;
}

function living(epoch: number, target: Target, held: HeldIdentity | null, clock: Clock): Living {
  return {
    name: "living",
    epoch,
    target,
    held,
    next: null,
    isRenewing: false,
    identityRetry: NO_RETRY,
    clientRetry: NO_RETRY,
    isOpen: false,
    mustReopen: false,
    silentAt: clock.now + SILENCE_LIMIT,
    isSilent: false,
  };
}

/** One more failure: pauses double from a second to a minute, each shortened by chance so that browsers do not return in step. */
function fail(retry: Retry, problem: Problem, { now, random }: Clock, retryAfter = 0): Retry {
  const failures = retry.failures + 1;
  const pause = Math.min(FIRST_PAUSE * 2 ** (failures - 1), LONGEST_PAUSE) * (1 - random / 2);
  return { failures, problem, at: now + Math.max(pause, retryAfter) };
}

const stay = (state: WidgetState): Step => ({ state, commands: [] });
