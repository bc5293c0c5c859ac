// The widget's lifecycle: pure, without timers, network and DOM (see controller.ts). Times are milliseconds of clock.ts.
import { readToken, type Identity, type IdentityFailure } from "./identity";

export type Session =
  | { status: "loading" }
  /** It may have changed: no client until it is known. `isUnanswered`: the server could not tell. */
  | { status: "in-doubt"; isUnanswered?: boolean }
  | { status: "signed-out" }
  | {
      status: "signed-in";
      /** The customer's UUID, lowercase. A new one starts a new epoch. */
      uniqueIdentifier: string;
      /** Increases when the identity claims change: the identity is then renewed. */
      identityVersion?: number;
      /** A new sign-in retries what the server has refused to the last one. */
      sessionId?: string;
    };

export type WidgetState =
  | { name: "empty"; epoch: number; notice: Notice }
  | Preparing
  | Living
  | { name: "refused"; epoch: number; target: Target; problem: Problem };

/** What the page shows instead of the chat. */
export type Notice = "unavailable" | "sign-in" | null;

type Target =
  { kind: "anonymous" } | { kind: "user"; uniqueIdentifier: string; identityVersion: number; sessionId?: string };

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
  next: HeldIdentity | null;
  isRenewing: boolean;
  identityRetry: Retry;
  clientRetry: Retry;
  isOpen: boolean;
  mustReopen: boolean;
  silentAt: number;
};

/** Times count from the request, so that the server's clock does not matter. */
type HeldIdentity = { identity: Identity; renewAt: number; forceAt: number; endsAt: number };

type Retry = {
  failures: number;
  /** NEVER while nothing has failed or a try is pending. */
  at: number;
  /** Retry-After, or a short pause: not even `online` retries sooner. */
  earliest: number;
  problem: Problem | null;
  /** Lasts long enough to tell the customer. */
  isTold: boolean;
};

/** A code of the identity endpoint, or "script", "silent", "client", "mismatch". */
type Problem = string;

export type Input =
  | { type: "session"; session: Session; because?: string }
  | { type: "script-loaded" }
  | { type: "script-failed" }
  | { type: "script-unusable"; epoch: number }
  | { type: "identity-arrived"; epoch: number; identity: Identity; askedAt: number }
  | { type: "identity-failed"; epoch: number; failure: IdentityFailure }
  | { type: "client-failed"; epoch: number }
  | { type: "client-attached" }
  | { type: "client-visibility"; isVisible: boolean }
  | { type: "tick" }
  | { type: "online" };

export type Command =
  | { type: "load-script" }
  | { type: "request-identity"; epoch: number }
  | { type: "cancel-identity" }
  | { type: "create-client"; epoch: number; identity: Identity | null }
  | { type: "destroy-client" }
  | { type: "open-chat" }
  /** The session may have changed: read it again. */
  | { type: "check-session" };

export type Step = { state: WidgetState; commands: Command[] };

export type Context = {
  now: number;
  random: number;
  /** Required mode: no client without an identity, because Glassix's never finishes loading. */
  isIdentityRequired: boolean;
};

const RENEW_AT = 0.8;
const FORCE_AT = 0.95;
const SILENCE_LIMIT = 20_000;
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;
const UNTOLD_PAUSE = 3_000;
const NEVER = Infinity;
const NOT_HELD = { renewAt: NEVER, forceAt: NEVER, endsAt: NEVER };
const NO_RETRY: Retry = { failures: 0, at: NEVER, earliest: 0, problem: null, isTold: false };

export const initialState: WidgetState = { name: "empty", epoch: 0, notice: null };

/** The next state and the commands to carry out. Pure. */
export function step(state: WidgetState, input: Input, context: Context): Step {
  switch (input.type) {
    case "session":
      return takeSession(state, input.session, context);
    case "script-loaded":
      return state.name === "preparing"
        ? createWhenReady({ ...state, isScriptReady: true, scriptRetry: NO_RETRY }, context)
        : stay(state);
    case "script-failed":
      // Count one failure, however many epochs have waited for it.
      return state.name === "preparing" && state.scriptRetry.at === NEVER
        ? stay({ ...state, scriptRetry: fail(state.scriptRetry, "script", context) })
        : stay(state);
    case "script-unusable":
      if (state.name !== "living" || input.epoch !== state.epoch) return stay(state);
      return {
        state: {
          ...backToPreparing(state),
          isScriptReady: false,
          clientRetry: { ...state.clientRetry, failures: 0 },
        },
        commands: [{ type: "load-script" }],
      };
    case "identity-arrived":
      // Drop a response to an earlier epoch (G3).
      return input.epoch === state.epoch ? takeIdentity(state, input.identity, input.askedAt, context) : stay(state);
    case "identity-failed":
      return input.epoch === state.epoch ? failIdentity(state, input.failure, context) : stay(state);
    case "client-failed":
      if (state.name !== "living" || input.epoch !== state.epoch) return stay(state);
      return {
        state: { ...backToPreparing(state), clientRetry: fail(state.clientRetry, "client", context) },
        commands: [{ type: "destroy-client" }],
      };
    case "client-attached":
      if (state.name !== "living") return stay(state);
      return {
        state: { ...state, silentAt: NEVER, clientRetry: NO_RETRY, mustReopen: false },
        commands: state.mustReopen ? [{ type: "open-chat" }] : [],
      };
    case "client-visibility":
      if (state.name !== "living") return stay(state);
      return replaceWhenDue({ ...state, isOpen: input.isVisible }, context);
    case "tick":
      return tick(state, context);
    case "online":
      return tick(hurry(state, context), context);
  }
}

/** When to send the next `tick`; Infinity for never. */
export function nextTick(state: WidgetState): number {
  if (state.name === "preparing") return Math.min(state.scriptRetry.at, state.identityRetry.at, state.clientRetry.at);
  if (state.name !== "living") return NEVER;
  const { held, next, isRenewing, identityRetry, clientRetry, silentAt, isOpen } = state;
  const { renewAt, forceAt, endsAt } = held ?? NOT_HELD;
  const isRenewalAhead = !next && !isRenewing && identityRetry.at === NEVER;
  return Math.min(
    silentAt,
    isOpen ? NEVER : clientRetry.at,
    identityRetry.at,
    next ? forceAt : endsAt,
    isRenewalAhead ? renewAt : NEVER,
  );
}

export function noticeOf(state: WidgetState): Notice {
  if (state.name === "empty") return state.notice;
  const isUnavailable =
    state.name === "refused" ||
    state.clientRetry.isTold ||
    (state.name === "preparing" && (state.scriptRetry.isTold || (!state.held && state.identityRetry.isTold)));
  return isUnavailable ? "unavailable" : null;
}

function takeSession(state: WidgetState, session: Session, { isIdentityRequired }: Context): Step {
  if (session.status === "loading") return stay(state);
  if (session.status === "in-doubt") return leaveEmpty(state, session.isUnanswered ? "unavailable" : null);
  if (session.status === "signed-out")
    return isIdentityRequired ? leaveEmpty(state, "sign-in") : startEpoch(state, { kind: "anonymous" });
  const { uniqueIdentifier, identityVersion = 0, sessionId } = session;
  return startEpoch(state, { kind: "user", uniqueIdentifier, identityVersion, sessionId });
}

function startEpoch(state: WidgetState, target: Target): Step {
  if (state.name !== "empty" && isSame(state.target, target, state.name === "refused")) return update(state, target);
  const epoch = state.epoch + 1;
  const commands = [...endEpoch(state), { type: "load-script" } as const];
  if (target.kind === "user") commands.push({ type: "request-identity", epoch });
  return {
    state: prepare(epoch, target),
    commands,
  };
}

function isSame(a: Target, b: Target, isSessionMeant: boolean): boolean {
  if (a.kind === "anonymous" || b.kind === "anonymous") return a.kind === b.kind;
  return a.uniqueIdentifier === b.uniqueIdentifier && (!isSessionMeant || a.sessionId === b.sessionId);
}

function update(state: Exclude<WidgetState, { name: "empty" }>, target: Target): Step {
  if (target.kind === "anonymous" || state.name === "refused") return stay(state);
  const { identityVersion, sessionId } = state.target as typeof target;
  if (target.identityVersion <= identityVersion)
    return stay(target.sessionId === sessionId ? state : { ...state, target: { ...target, identityVersion } });

  const isWaiting = state.identityRetry.at !== NEVER;
  return {
    state:
      state.name === "living"
        ? { ...state, target, next: null, isRenewing: !isWaiting }
        : { ...state, target, held: null },
    commands: isWaiting ? [] : [{ type: "request-identity", epoch: state.epoch }],
  };
}

function leaveEmpty(state: WidgetState, notice: Notice): Step {
  const empty = { name: "empty", notice } as const;
  if (state.name === "empty") return stay({ ...empty, epoch: state.epoch });
  return { state: { ...empty, epoch: state.epoch + 1 }, commands: endEpoch(state) };
}

function endEpoch(state: WidgetState): Command[] {
  return [{ type: "cancel-identity" }, ...endClient(state)];
}

function endClient(state: WidgetState): Command[] {
  return state.name === "living" ? [{ type: "destroy-client" }] : [];
}

function takeIdentity(state: WidgetState, identity: Identity, askedAt: number, context: Context): Step {
  if (state.name !== "preparing" && state.name !== "living") return stay(state);
  const token = readToken(identity.identityToken);
  const isTheirs =
    state.target.kind === "user" &&
    identity.uniqueIdentifier === state.target.uniqueIdentifier &&
    token?.audience === state.target.uniqueIdentifier;
  if (!isTheirs) {
    // The session is another user's: no client until the page knows (G2).
    const preparing = state.name === "living" ? backToPreparing(state) : state;
    return {
      state: { ...preparing, held: null, identityRetry: fail(state.identityRetry, "mismatch", context) },
      commands: [...endClient(state), { type: "check-session" }],
    };
  }
  if (!(token.lifetime > 0)) return failIdentity(state, { kind: "unavailable", code: "malformed" }, context);
  const after = (part: number) => askedAt + token.lifetime * part;
  const held = { identity, renewAt: after(RENEW_AT), forceAt: after(FORCE_AT), endsAt: after(1) };
  return state.name === "preparing"
    ? createWhenReady({ ...state, held, identityRetry: NO_RETRY }, context)
    : replaceWhenDue({ ...state, next: held, isRenewing: false, identityRetry: NO_RETRY }, context);
}

function failIdentity(state: WidgetState, failure: IdentityFailure, context: Context): Step {
  if (state.name !== "preparing" && state.name !== "living") return stay(state);
  if (failure.kind === "refused") {
    return {
      state: { name: "refused", epoch: state.epoch, target: state.target, problem: failure.code },
      commands: [...endClient(state), { type: "check-session" }],
    };
  }
  const identityRetry = fail(state.identityRetry, failure.code, context, failure.retryAfter);
  return stay(state.name === "living" ? { ...state, isRenewing: false, identityRetry } : { ...state, identityRetry });
}

function createWhenReady(state: Preparing, context: Context): Step {
  const { epoch, target, held, isScriptReady, identityRetry, clientRetry } = state;
  if (!isScriptReady || clientRetry.at !== NEVER || (target.kind === "user" && !held)) return stay(state);
  const isWaiting = identityRetry.at !== NEVER;
  if (held && context.now >= (isWaiting ? held.endsAt : held.renewAt))
    return { state: { ...state, held: null }, commands: isWaiting ? [] : [{ type: "request-identity", epoch }] };
  return createClient(state, held, context);
}

/** Replaces the client at once while the chat is closed, otherwise at the last moment (G6). */
function replaceWhenDue(state: Living, context: Context): Step {
  const { next, held } = state;
  if (!next || (state.isOpen && held && context.now < held.forceAt)) return stay(state);
  return createClient(state, next, context);
}

function createClient(before: Preparing | Living, held: HeldIdentity | null, { now }: Context): Step {
  const { epoch, target, identityRetry, clientRetry } = before;
  const isReplaced = before.name === "living";
  return {
    state: {
      name: "living",
      epoch,
      target,
      held,
      next: null,
      isRenewing: isReplaced && before.isRenewing,
      identityRetry,
      clientRetry: { ...clientRetry, at: NEVER },
      isOpen: false,
      mustReopen: isReplaced && (before.isOpen || before.mustReopen),
      silentAt: now + SILENCE_LIMIT * (1 + clientRetry.failures),
    },
    commands: [...endClient(before), { type: "create-client", epoch, identity: held?.identity ?? null }],
  };
}

function tick(state: WidgetState, context: Context): Step {
  const isDue = (time: number) => time <= context.now;
  if (state.name === "preparing") {
    const commands: Command[] = [];
    let { scriptRetry, identityRetry } = state;
    if (isDue(scriptRetry.at)) {
      scriptRetry = { ...scriptRetry, at: NEVER };
      commands.push({ type: "load-script" });
    }
    if (isDue(identityRetry.at)) {
      identityRetry = { ...identityRetry, at: NEVER };
      commands.push({ type: "request-identity", epoch: state.epoch });
    }
    const next = { ...state, scriptRetry, identityRetry };
    if (!isDue(state.clientRetry.at)) return { state: commands.length > 0 ? next : state, commands };
    const created = createWhenReady({ ...next, clientRetry: { ...state.clientRetry, at: NEVER } }, context);
    return { ...created, commands: [...commands, ...created.commands] };
  }
  if (state.name === "living") {
    const { held, next, identityRetry } = state;
    const { renewAt, endsAt } = held ?? NOT_HELD;
    if (next) return replaceWhenDue(state, context);
    if (isDue(endsAt)) return expire(state, context);
    if (isDue(state.silentAt))
      return stay({ ...state, silentAt: NEVER, clientRetry: fail(state.clientRetry, "silent", context) });
    if (isDue(state.clientRetry.at) && !state.isOpen) return createClient(state, held, context);
    const isRenewalDue = isDue(identityRetry.at === NEVER ? renewAt : identityRetry.at);
    if (isRenewalDue && !state.isRenewing) {
      return {
        state: { ...state, isRenewing: true, identityRetry: { ...identityRetry, at: NEVER } },
        commands: [{ type: "request-identity", epoch: state.epoch }],
      };
    }
  }
  return stay(state);
}

function expire(state: Living, context: Context): Step {
  const preparing = { ...backToPreparing(state), held: null };
  const asked: Command[] =
    state.isRenewing || state.identityRetry.at !== NEVER ? [] : [{ type: "request-identity", epoch: state.epoch }];
  const { state: next, commands } = tick(hurry(preparing, context), context);
  return { state: next, commands: [{ type: "destroy-client" }, ...asked, ...commands] };
}

function hurry(state: WidgetState, { now }: Context): WidgetState {
  const atOnce = (retry: Retry): Retry =>
    retry.at === NEVER ? retry : { ...retry, at: Math.max(now, retry.earliest) };
  if (state.name === "preparing")
    return { ...state, scriptRetry: atOnce(state.scriptRetry), identityRetry: atOnce(state.identityRetry) };
  if (state.name === "living") return { ...state, identityRetry: atOnce(state.identityRetry) };
  return state;
}

function prepare(epoch: number, target: Target): Preparing {
  return {
    name: "preparing",
    epoch,
    target,
    isScriptReady: false,
    held: null,
    scriptRetry: NO_RETRY,
    identityRetry: NO_RETRY,
    clientRetry: NO_RETRY,
  };
}

function backToPreparing({ epoch, target, held, identityRetry, clientRetry }: Living): Preparing {
  return { ...prepare(epoch, target), isScriptReady: true, held, identityRetry, clientRetry };
}

/** Exponential backoff from one second to one minute, with jitter. */
function fail(retry: Retry, problem: Problem, { now, random }: Context, retryAfter = 0): Retry {
  const failures = retry.failures + 1;
  const backOff = Math.min(FIRST_PAUSE * 2 ** (failures - 1) * (1 + random / 2), LONGEST_PAUSE);
  const pause = Math.max(backOff, retryAfter);
  const isLate = problem === "script" || problem === "silent" || problem === "timeout";
  return {
    failures,
    problem,
    at: now + pause,
    earliest: now + Math.max(retryAfter, FIRST_PAUSE),
    isTold: isLate || retry.isTold || failures > 1 || pause > UNTOLD_PAUSE,
  };
}

const stay = (state: WidgetState): Step => ({ state, commands: [] });
