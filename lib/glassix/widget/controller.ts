import type { WidgetClient, WidgetConstructor, WidgetEvents } from "./client";
import { createAlarm, createClock } from "./clock";
import { IdentityRequestError, type Identity, type IdentityFailure } from "./identity";
import { initialState, nextTick, step, type Command, type Input, type Session, type WidgetState } from "./machine";
import { SCRIPT_ID, type ScriptLoader } from "./script";

export type ControllerOptions = {
  apiKey: string;
  snippetId: string;
  isIdentityRequired: boolean;
  script: ScriptLoader;
  requestIdentity(signal: AbortSignal): Promise<Identity>;
  /** Called when the server contradicts the session: read the session again. */
  onSessionMismatch(): void;
  /** Receives everything that happens, for debugging. Must not throw. */
  observe(entry: TimelineEntry): void;
};

export type TimelineEntry = {
  time: number;
  epoch: number;
  state: WidgetState["name"];
  kind: "input" | "command" | "event";
  name: string;
  detail?: string;
};

/** Carries out what the state machine decides. Create one per page, then call `setSession` at every change. */
export function createWidgetController(options: ControllerOptions) {
  const { apiKey, snippetId, isIdentityRequired, script } = options;
  const clock = createClock();
  const setAlarm = createAlarm(clock, () => dispatch({ type: "tick" }));
  let state = initialState;
  let client: WidgetClient | null = null;
  let constructor: WidgetConstructor | null = null;
  let hasEverAttached = false;
  let request: AbortController | null = null;
  /** The server's Retry-After for this user. It also applies to the next epoch. */
  let backoff: { uniqueIdentifier: string | null; until: number; failure: IdentityFailure } | null = null;
  const listeners = new Set<() => void>();
  let hasWarned = false;

  const inputs: Input[] = [];
  let isBusy = false;

  function dispatch(input: Input): void {
    inputs.push(input);
    if (isBusy) return;
    isBusy = true;
    for (let next = inputs.shift(); next; next = inputs.shift()) {
      destroyForeignClient();
      const result = step(state, next, { now: clock(), random: Math.random(), isIdentityRequired });
      const hasChanged = result.state !== state || result.commands.length > 0;
      state = result.state;
      if (hasChanged) record("input", next.type, describe(next));
      for (const command of result.commands) {
        record("command", command);
        // The remaining commands must run: destroying is among them.
        try {
          commands[command]();
        } catch (error) {
          reportError(error);
        }
      }
    }
    isBusy = false;
    setAlarm(nextTick(state));
    listeners.forEach((listener) => listener());
  }

  function record(kind: TimelineEntry["kind"], name: string, detail?: string): void {
    options.observe({ time: Date.now(), epoch: state.epoch, state: state.name, kind, name, detail });
  }

  const commands: Record<Command, () => void> = {
    "load-script": loadScript,
    "request-identity": requestIdentity,
    "cancel-identity": () => request?.abort(),
    "create-client": createClient,
    "destroy-client": destroyClient,
    "open-chat": () => client?.setWidgetVisiblity(true),
    "check-session": () => options.onSessionMismatch(),
  };

  function loadScript(): void {
    if (constructor) return dispatch({ type: "script-loaded" });
    script.load().then(
      (loaded) => {
        constructor = loaded;
        dispatch({ type: "script-loaded" });
      },
      () => dispatch({ type: "script-failed" }),
    );
  }

  function requestIdentity(): void {
    request?.abort();
    if (state.name === "empty") return;
    const { epoch } = state;
    const { uniqueIdentifier } = state.target;
    const requestedAt = clock();
    if (backoff?.uniqueIdentifier === uniqueIdentifier && requestedAt < backoff.until) {
      const failure = { ...backoff.failure, retryAfter: backoff.until - requestedAt };
      return dispatch({ type: "identity-failed", epoch, failure });
    }
    const mine = (request = new AbortController());
    options.requestIdentity(mine.signal).then(
      (identity) => {
        if (!mine.signal.aborted) dispatch({ type: "identity-arrived", epoch, identity, requestedAt });
      },
      (error: unknown) => {
        if (mine.signal.aborted) return;
        const failure: IdentityFailure =
          error instanceof IdentityRequestError ? error.failure : { kind: "unavailable", code: "unknown" };
        if (failure.kind === "unavailable" && failure.retryAfter)
          backoff = { uniqueIdentifier, until: clock() + failure.retryAfter, failure };
        dispatch({ type: "identity-failed", epoch, failure });
      },
    );
  }

  function createClient(): void {
    if (state.name !== "living" || !constructor) return;
    const { epoch, held } = state;
    const reject = (used: WidgetConstructor) => {
      script.reject(used);
      constructor = null;
      dispatch({ type: "script-unusable", epoch });
    };
    // Two clients have failed and none has ever worked: blame the script.
    if (!hasEverAttached && state.client.failures > 1) return reject(constructor);
    try {
      let mine: WidgetClient | null = null;
      const { uniqueIdentifier, identityToken } = held?.identity ?? {};
      mine = new constructor({
        apiKey,
        snippetId,
        ...(identityToken && { uniqueIdentifier, identityToken }),
        events: createEvents(() => client !== null && client === mine, epoch),
      });
      if (typeof mine.attach !== "function" || typeof mine.destroy !== "function") return reject(constructor);
      client = mine;
      publishClient();
      mine.attach();
    } catch (error) {
      console.warn("The widget could not start.", error);
      return dispatch({ type: "client-failed", epoch });
    }
    window.glassixWidgetScriptLoaded?.();
  }

  function createEvents(isCurrent: () => boolean, epoch: number): WidgetEvents {
    // Handled after the vendor's own call stack: what follows may destroy this client.
    const forward =
      (name: keyof WidgetEvents, toInput?: (detail: unknown) => Input) =>
      (detail?: unknown): void =>
        queueMicrotask(() => {
          if (!isCurrent()) return;
          record("event", name, detail === undefined ? undefined : String(detail));
          if (toInput) dispatch(toInput(detail));
        });
    const confirm = (): Input => {
      hasEverAttached = true;
      return { type: "client-attached" };
    };
    return {
      attached: forward("attached", confirm),
      initialized: forward("initialized", confirm),
      visiblity: forward("visiblity", (isVisible) => ({ type: "client-visibility", isVisible: Boolean(isVisible) })),
      newTicket: forward("newTicket"),
      newMessage: forward("newMessage"),
      destroyed() {
        record("event", "destroyed");
        if (!isCurrent()) return;
        forgetClient();
        queueMicrotask(() => dispatch({ type: "client-failed", epoch }));
      },
    };
  }

  function destroyClient(): void {
    const ended = client;
    forgetClient();
    if (ended) destroy(ended);
  }

  function forgetClient(): void {
    const isPublished = window.widgetClient === client;
    client = null;
    if (isPublished) publishClient();
  }

  function publishClient(): void {
    const mine = client;
    const property = { configurable: true, enumerable: true };
    const set = (value: unknown) => {
      Object.defineProperty(window, "widgetClient", { ...property, writable: true, value });
      queueMicrotask(() => dispatch({ type: "tick" }));
    };
    const isDone = mine
      ? Reflect.defineProperty(window, "widgetClient", { ...property, get: () => mine, set })
      : Reflect.deleteProperty(window, "widgetClient");
    // Where the page has declared `var widgetClient`.
    if (!isDone) window.widgetClient = mine ?? undefined;
  }

  /** A client of the published snippet does not follow the session, and there must not be two (G1). */
  function destroyForeignClient(): void {
    const foreign = window.widgetClient;
    if (!foreign || foreign === client || typeof foreign.destroy !== "function") return;
    if (!hasWarned)
      console.warn(
        "A second Glassix widget was destroyed. Remove the Glassix snippet from the page or the tag manager.",
      );
    hasWarned = true;
    publishClient();
    destroy(foreign);
  }

  return {
    /** Sets who is signed in. An equal session changes nothing; `reason` is for `observe`. */
    setSession: (session: Session, reason?: string) => dispatch({ type: "session", session, reason }),
    /** Follows focus, visibility, page cache and network. Returns a function that stops it. */
    listen(): () => void {
      const listening = new AbortController();
      const { signal } = listening;
      const on = (target: EventTarget, event: string, input: Input) =>
        target.addEventListener(event, () => dispatch(input), { signal });
      on(window, "focus", { type: "tick" });
      on(window, "pageshow", { type: "tick" });
      on(document, "visibilitychange", { type: "tick" });
      on(window, "online", { type: "online" });
      const onLoad = ({ target }: Event) =>
        target instanceof HTMLScriptElement && target.id === SCRIPT_ID && setTimeout(dispatch, 0, { type: "tick" });
      document.addEventListener("load", onLoad, { capture: true, signal });
      return () => listening.abort();
    },
    getState: (): WidgetState => state,
    /** Calls `listener` after every step. Returns a function that unsubscribes. */
    subscribe(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function destroy(client: WidgetClient): void {
  try {
    client.destroy();
  } catch (error) {
    console.warn("The widget could not be destroyed.", error);
  }
}

function describe(input: Input): string | undefined {
  if (input.type === "identity-arrived") return input.identity.uniqueIdentifier;
  if (input.type === "identity-failed") return input.failure.code;
  if (input.type !== "session") return undefined;
  const { session, reason } = input;
  const user = session.status === "signed-in" && session.uniqueIdentifier;
  return [session.status, user, reason].filter(Boolean).join(", ");
}
