// The widget's lifecycle: pure, without timers, network and DOM (see controller.ts). Times are clock.ts milliseconds.
import { readToken, type Identity, type IdentityFailure } from "./identity";
import type { ChatUser } from "./session-channel";

export type Session =
  /** It may have changed: no client until it is known. `isUnavailable`: the server could not tell. */
  | { status: "unknown"; isUnavailable?: boolean }
  | { status: "signed-out" }
  | ({ status: "signed-in" } & NonNullable<ChatUser>);

export type WidgetState =
  { name: "empty"; epoch: number; notice: Notice } | { name: "refused"; epoch: number; target: Target } | Active;

export type Notice = "unavailable" | "sign-in" | "consent" | "launcher" | null;

type Target = { uniqueIdentifier: string | null; identityVersion: number; sessionId?: string };

type Active = {
  name: "preparing" | "living";
  epoch: number;
  target: Target;
  isScriptReady: boolean;
  held: HeldIdentity | null;
  next: HeldIdentity | null;
  isRequesting: boolean;
  script: Retry;
  identity: Retry;
  client: Retry;
  isOpen: boolean;
  mustOpen: boolean;
  attachBy: number;
  snippetId: string;
  newMessages: number;
  latestMessageAt: number;
};

/** Times count from the request, so that the server's clock does not matter. */
type HeldIdentity = { identity: Identity | null; renewAt: number; forceAt: number; endsAt: number };

type Retry = {
  failures: number;
  at: number;
  /** Retry-After, or a short pause: not even `online` retries sooner. */
  earliest: number;
  isReported: boolean;
};

export type Input =
  | { type: "session"; session: Session }
  | { type: "script-loaded" | "script-failed" | "client-attached" | "client-message" | "tick" | "online" }
  | { type: "snippet" | "open" }
  | { type: "script-unusable" | "client-failed"; epoch: number }
  | { type: "identity-arrived"; epoch: number; identity: Identity; requestedAt: number }
  | { type: "identity-failed"; epoch: number; failure: IdentityFailure }
  | { type: "client-visibility"; isVisible: boolean };

export type Command =
  | "load-script"
  | "request-identity"
  | "cancel-identity"
  | "create-client"
  | "destroy-client"
  | "open-chat"
  | "check-session";

export type Step = { state: WidgetState; commands: Command[] };

export type Context = {
  now: number;
  random: number;
  isIdentityRequired: boolean;
  snippetId: string;
};

const RENEW_AT = 0.8;
const FORCE_AT = 0.95;
const ATTACH_TIMEOUT = 20_000;
const FIRST_PAUSE = 1_000;
const MAX_PAUSE = 60_000;
const MESSAGE_INTERVAL = 1_000;
const UNREPORTED_PAUSE = 3_000;
const NEVER = Infinity;
const ANONYMOUS: HeldIdentity = { identity: null, renewAt: NEVER, forceAt: NEVER, endsAt: NEVER };
const NO_RETRY: Retry = { failures: 0, at: NEVER, earliest: 0, isReported: false };
const NO_CLIENT = { name: "preparing", next: null, isOpen: false, attachBy: NEVER } as const;
const NO_MESSAGES = { newMessages: 0, latestMessageAt: -NEVER };

export const initialState: WidgetState = { name: "empty", epoch: 0, notice: null };

export function step(state: WidgetState, input: Input, context: Context): Step {
  // Drop what belongs to an earlier epoch (G3).
  if ("epoch" in input && input.epoch !== state.epoch) return toStep(state);
  if (input.type === "session") return handleSession(state, input.session, context);
  if (state.name === "empty" || state.name === "refused") return toStep(state);
  switch (input.type) {
    case "identity-arrived":
      return handleIdentity(state, input.identity, input.requestedAt, context);
    case "identity-failed":
      return handleIdentityFailure(state, input.failure, context);
    case "tick":
    case "snippet":
      return tick(state, context);
    case "open":
      return isAttached(state) ? openChat(state) : toStep({ ...state, mustOpen: true });
    case "online":
      return tick(retryNow(state, context), context);
  }
  if (state.name === "preparing") {
    if (input.type === "script-loaded") return prepare({ ...state, isScriptReady: true, script: NO_RETRY }, context);
    if (input.type === "script-failed" && state.script.at === NEVER)
      return toStep({ ...state, script: scheduleRetry(state.script, context, true) });
    return toStep(state);
  }
  switch (input.type) {
    case "script-unusable": {
      const client = { ...state.client, failures: 0 };
      return toStep({ ...state, ...NO_CLIENT, isScriptReady: false, client }, "load-script");
    }
    case "client-failed":
      return toStep({ ...state, ...NO_CLIENT, client: scheduleRetry(state.client, context) }, "destroy-client");
    case "client-attached": {
      const attached: Active = { ...state, attachBy: NEVER, client: NO_RETRY };
      return state.mustOpen ? openChat(attached) : replaceWhenDue(attached, context);
    }
    case "client-visibility": {
      const messages = input.isVisible ? NO_MESSAGES : {};
      return replaceWhenDue({ ...state, ...messages, isOpen: input.isVisible }, context);
    }
    case "client-message": {
      const isNew = !state.isOpen && context.now >= state.latestMessageAt + MESSAGE_INTERVAL;
      return toStep(isNew ? { ...state, newMessages: state.newMessages + 1, latestMessageAt: context.now } : state);
    }
    default:
      return toStep(state);
  }
}

/** When to send the next `tick`; Infinity for never. */
export function nextTick(state: WidgetState): number {
  if (state.name === "empty" || state.name === "refused") return NEVER;
  const { script, identity, client, held, next, isRequesting, attachBy, isOpen } = state;
  if (state.name === "preparing" || !held) return Math.min(script.at, identity.at, client.at);
  const isRenewalAhead = !next && !isRequesting && identity.at === NEVER;
  return Math.min(
    attachBy,
    isOpen ? NEVER : client.at,
    identity.at,
    next ? held.forceAt : held.endsAt,
    isRenewalAhead ? held.renewAt : NEVER,
  );
}

export function isAttached(state: WidgetState): boolean {
  return state.name === "living" && state.attachBy === NEVER && state.client.at === NEVER;
}

export function noticeOf(state: WidgetState): Notice {
  if (state.name === "empty") return state.notice;
  const isUnavailable =
    state.name === "refused" ||
    state.client.isReported ||
    (state.name === "preparing" && (state.script.isReported || (!state.held && state.identity.isReported)));
  return isUnavailable ? "unavailable" : null;
}

function handleSession(state: WidgetState, session: Session, context: Context): Step {
  if (session.status === "unknown") return becomeEmpty(state, session.isUnavailable ? "unavailable" : null);
  if (session.status === "signed-in") {
    const { uniqueIdentifier, identityVersion = 0, sessionId } = session;
    return setTarget(state, { uniqueIdentifier, identityVersion, sessionId }, context);
  }
  if (context.isIdentityRequired) return becomeEmpty(state, "sign-in");
  return setTarget(state, { uniqueIdentifier: null, identityVersion: 0 }, context);
}

function setTarget(state: WidgetState, target: Target, context: Context): Step {
  if (state.name !== "empty" && state.target.uniqueIdentifier === target.uniqueIdentifier) {
    if (state.name !== "refused") return updateTarget(state, target);
    if (state.target.sessionId === target.sessionId) return toStep(state);
  }
  const { state: next, commands } = prepare(
    {
      ...NO_CLIENT,
      epoch: state.epoch + 1,
      target,
      isScriptReady: false,
      held: target.uniqueIdentifier === null ? ANONYMOUS : null,
      isRequesting: false,
      script: NO_RETRY,
      identity: NO_RETRY,
      client: NO_RETRY,
      mustOpen: false,
      snippetId: context.snippetId,
      ...NO_MESSAGES,
    },
    context,
  );
  return toStep(next, ...endEpoch(state), "load-script", ...commands);
}

function updateTarget(state: Active, target: Target): Step {
  const { identityVersion } = state.target;
  if (target.identityVersion <= identityVersion) {
    const isSameSession = target.sessionId === state.target.sessionId;
    return toStep(isSameSession ? state : { ...state, target: { ...target, identityVersion } });
  }
  const outdated = state.name === "living" ? { ...state, target, next: null } : { ...state, target, held: null };
  return state.identity.at === NEVER ? requestIdentity(outdated) : toStep(outdated);
}

function becomeEmpty(state: WidgetState, notice: Notice): Step {
  if (state.name === "empty") return toStep({ ...state, notice });
  return toStep({ name: "empty", epoch: state.epoch + 1, notice }, ...endEpoch(state));
}

const endEpoch = (state: WidgetState): Command[] => ["cancel-identity", ...endClient(state)];

const endClient = (state: WidgetState): Command[] => (state.name === "living" ? ["destroy-client"] : []);

function requestIdentity(state: Active): Step {
  const identity = { ...state.identity, at: NEVER };
  return toStep({ ...state, isRequesting: true, identity }, "request-identity");
}

function handleIdentity(state: Active, identity: Identity, requestedAt: number, context: Context): Step {
  const token = readToken(identity.identityToken);
  const { uniqueIdentifier } = state.target;
  if (identity.uniqueIdentifier !== uniqueIdentifier || token?.audience !== uniqueIdentifier) {
    // The session is another user's: no client until the page knows (G2).
    const retry = scheduleRetry(state.identity, context);
    const doubtful: Active = { ...state, ...NO_CLIENT, held: null, isRequesting: false, identity: retry };
    return toStep(doubtful, ...endClient(state), "check-session");
  }
  if (!(token.lifetime > 0)) return handleIdentityFailure(state, { kind: "unavailable", code: "malformed" }, context);
  const after = (part: number) => requestedAt + token.lifetime * part;
  const held = { identity, renewAt: after(RENEW_AT), forceAt: after(FORCE_AT), endsAt: after(1) };
  const answered = { ...state, isRequesting: false, identity: NO_RETRY };
  return state.name === "preparing"
    ? prepare({ ...answered, held }, context)
    : replaceWhenDue({ ...answered, next: held }, context);
}

function handleIdentityFailure(state: Active, { kind, code, retryAfter }: IdentityFailure, context: Context): Step {
  if (kind === "refused") {
    const { epoch, target } = state;
    return toStep({ name: "refused", epoch, target }, ...endClient(state), "check-session");
  }
  const identity = scheduleRetry(state.identity, context, code === "timeout", retryAfter);
  return toStep({ ...state, isRequesting: false, identity });
}

function prepare(state: Active, context: Context): Step {
  const { held, isScriptReady, isRequesting, identity, client } = state;
  const isPending = isRequesting || identity.at !== NEVER;
  if (!held || context.now >= (isPending ? held.endsAt : held.renewAt)) {
    const without = { ...state, held: null };
    return isPending ? toStep(without) : requestIdentity(without);
  }
  return isScriptReady && client.at === NEVER ? createClient(state, held, context) : toStep(state);
}

/** Replaces the client at once while the chat is closed, otherwise at the last moment (G6). */
function replaceWhenDue(state: Active, context: Context): Step {
  const { next, held, isOpen } = state;
  if (next && !(isOpen && held && context.now < held.forceAt)) return createClient(state, next, context);
  const mustReplace = held && context.now < held.endsAt && hasOldSnippet(state, context);
  return mustReplace ? createClient(state, held, context) : toStep(state);
}

const hasOldSnippet = (state: Active, { snippetId }: Context) =>
  state.snippetId !== snippetId && !state.isOpen && isAttached(state);

function openChat(state: Active): Step {
  return toStep({ ...state, ...NO_MESSAGES, isOpen: true, mustOpen: false }, "open-chat");
}

function createClient(state: Active, held: HeldIdentity, { now, snippetId }: Context): Step {
  const living: Active = {
    ...state,
    name: "living",
    held,
    next: null,
    client: { ...state.client, at: NEVER },
    isOpen: false,
    mustOpen: state.isOpen || state.mustOpen,
    snippetId,
    attachBy: now + ATTACH_TIMEOUT * (1 + state.client.failures),
  };
  return toStep(living, ...endClient(state), "create-client");
}

function tick(state: Active, context: Context): Step {
  const isDue = (time: number) => time <= context.now;
  const { script, identity, client, held } = state;
  if (state.name === "preparing" || !held) {
    if (isDue(script.at)) return toStep({ ...state, script: { ...script, at: NEVER } }, "load-script");
    if (isDue(identity.at)) return requestIdentity(state);
    return isDue(client.at) ? prepare({ ...state, client: { ...client, at: NEVER } }, context) : toStep(state);
  }
  if (state.next) return replaceWhenDue(state, context);
  if (isDue(held.endsAt)) {
    const expired = prepare(retryNow({ ...state, ...NO_CLIENT, held: null }, context), context);
    return toStep(expired.state, "destroy-client", ...expired.commands);
  }
  if (hasOldSnippet(state, context)) return createClient(state, held, context);
  if (isDue(state.attachBy)) return toStep({ ...state, attachBy: NEVER, client: scheduleRetry(client, context, true) });
  if (isDue(client.at) && !state.isOpen) return createClient(state, held, context);
  const isRenewalDue = !state.isRequesting && isDue(identity.at === NEVER ? held.renewAt : identity.at);
  return isRenewalDue ? requestIdentity(state) : toStep(state);
}

function retryNow(state: Active, { now }: Context): Active {
  const atOnce = (retry: Retry) => (retry.at === NEVER ? retry : { ...retry, at: Math.max(now, retry.earliest) });
  return { ...state, script: atOnce(state.script), identity: atOnce(state.identity) };
}

function scheduleRetry(retry: Retry, { now, random }: Context, mustReport = false, retryAfter = 0): Retry {
  const failures = retry.failures + 1;
  const backOff = Math.min(FIRST_PAUSE * 2 ** (failures - 1) * (1 + random / 2), MAX_PAUSE);
  const pause = Math.max(backOff, retryAfter);
  return {
    failures,
    at: now + pause,
    earliest: now + Math.max(retryAfter, FIRST_PAUSE),
    isReported: mustReport || retry.isReported || failures > 1 || pause > UNREPORTED_PAUSE,
  };
}

function toStep(state: WidgetState, ...commands: Command[]): Step {
  // The visitor now reads that the chat is unavailable: it must not open later.
  if ("mustOpen" in state && state.mustOpen && noticeOf(state))
    return toStep({ ...state, mustOpen: false }, ...commands);
  return { state, commands };
}
