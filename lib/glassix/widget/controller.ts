import { attempt } from "./attempt";
import type { WidgetClient, WidgetConstructor, WidgetEvents } from "./client";
import { createAlarm, createClock } from "./clock";
import { IdentityRequestError, type Identity, type IdentityFailure } from "./identity";
import { initialState, nextTick, step, type Command, type Input, type Session, type WidgetState } from "./machine";
import { SCRIPT_ID, type ScriptLoader } from "./script";

export type ControllerOptions = {
  apiKey: string;
  snippetId: string;
  isIdentityRequired?: boolean;
  script: ScriptLoader;
  /** Requests the identity of the signed-in user; see {@link IdentityRequestError}. */
  requestIdentity(signal: AbortSignal): Promise<Identity>;
  /** Called when the server contradicts the session: read the session again. */
  onSessionDoubt?(): void;
  /** Receives everything that happens, for debugging. */
  observe?(entry: TimelineEntry): void;
};

export type WidgetController = {
  /** Sets who is signed in. An equal session changes nothing; `because` is for `observe`. */
  setSession(session: Session, because?: string): void;
  /** Follows focus, visibility, page cache and network. Returns a function that stops it. */
  listen(): () => void;
  getState(): WidgetState;
  /** Calls `listener` after every step. Returns a function that unsubscribes. */
  subscribe(listener: () => void): () => void;
};

/** Holds names and codes, never a token. */
export type TimelineEntry = {
  time: number;
  epoch: number;
  state: WidgetState["name"];
  kind: "input" | "command" | "event";
  name: string;
  detail?: string;
};

/**
 * Carries out what the state machine (machine.ts) decides: loads the script, requests identities, creates and destroys
 * the client. Create one per page, then call `setSession` at every change.
 */
export function createWidgetController(options: ControllerOptions): WidgetController {
  const { isIdentityRequired = false, script } = options;
  const clock = createClock();
  const setAlarm = createAlarm(clock, () => tell({ type: "tick" }));
  let state = initialState;
  let client: WidgetClient | null = null;
  let constructor: WidgetConstructor | null = null;
  let isProven = false;
  let request: AbortController | null = null;
  /** The server's Retry-After for this user: it also holds in the next epoch. */
  let rest: { whose: string; until: number; failure: IdentityFailure } | null = null;
  const listeners = new Set<() => void>();
  const foreignClients = new WeakSet<object>();
  let hasWarned = false;

  const inputs: Input[] = [];
  let isBusy = false;

  function tell(input: Input): void {
    inputs.push(input);
    if (isBusy) return;
    isBusy = true;
    for (let next = inputs.shift(); next; next = inputs.shift()) {
      destroyForeignClient();
      const result = step(state, next, { now: clock(), random: Math.random(), isIdentityRequired });
      const isNews = result.state !== state || result.commands.length > 0;
      state = result.state;
      if (isNews) note("input", next.type, detailOf(next));
      for (const command of result.commands) {
        note("command", command.type);
        // The remaining commands must run: destroying is among them.
        try {
          carryOut(command);
        } catch (error) {
          report(error);
        }
      }
    }
    isBusy = false;
    setAlarm(nextTick(state));
    listeners.forEach((listener) => listener());
  }

  function report(error: unknown): void {
    attempt(() => (globalThis.reportError ?? console.error)(error));
  }

  function note(kind: TimelineEntry["kind"], name: string, detail?: string): void {
    const entry = { time: Date.now(), epoch: state.epoch, state: state.name, kind, name, detail };
    attempt(() => options.observe?.(entry));
  }

  function carryOut(command: Command): void {
    switch (command.type) {
      case "load-script":
        return loadScript();
      case "request-identity":
        return requestIdentity(command.epoch);
      case "cancel-identity":
        return request?.abort();
      case "create-client":
        return createClient(command.epoch, command.identity);
      case "destroy-client":
        return destroyClient();
      case "open-chat":
        return client?.setWidgetVisiblity(true);
      case "check-session":
        return options.onSessionDoubt?.();
    }
  }

  function loadScript(): void {
    if (constructor) return tell({ type: "script-loaded" });
    script.load().then(
      (loaded) => {
        constructor = loaded;
        tell({ type: "script-loaded" });
      },
      () => tell({ type: "script-failed" }),
    );
  }

  function requestIdentity(epoch: number): void {
    request?.abort();
    const askedAt = clock();
    const whose = state.name !== "empty" && state.target.kind === "user" ? state.target.uniqueIdentifier : "";
    if (rest?.whose === whose && askedAt < rest.until) {
      const failure = { ...rest.failure, retryAfter: rest.until - askedAt };
      return tell({ type: "identity-failed", epoch, failure });
    }
    const mine = (request = new AbortController());
    options.requestIdentity(mine.signal).then(
      (identity) => {
        if (!mine.signal.aborted) tell({ type: "identity-arrived", epoch, identity, askedAt });
      },
      (error: unknown) => {
        if (mine.signal.aborted) return;
        const failure: IdentityFailure =
          error instanceof IdentityRequestError ? error.failure : { kind: "unavailable", code: "unknown" };
        if (failure.kind === "unavailable" && failure.retryAfter)
          rest = { whose, until: clock() + failure.retryAfter, failure };
        tell({ type: "identity-failed", epoch, failure });
      },
    );
  }

  function createClient(epoch: number, identity: Identity | null): void {
    // Two clients have failed and none has ever worked: blame the script.
    if (!isProven && state.name === "living" && state.clientRetry.failures > 1) return rejectScript(epoch);
    try {
      let mine: WidgetClient | null = null;
      mine = new constructor!({
        apiKey: options.apiKey,
        snippetId: options.snippetId,
        ...(identity && { uniqueIdentifier: identity.uniqueIdentifier, identityToken: identity.identityToken }),
        events: listenTo(() => mine, epoch),
      });
      if (typeof mine.attach !== "function" || typeof mine.destroy !== "function") return rejectScript(epoch);
      client = mine;
      publishClient();
      mine.attach();
    } catch (error) {
      console.warn("The widget could not start.", error);
      return tell({ type: "client-failed", epoch });
    }
    window.glassixWidgetScriptLoaded?.();
  }

  function rejectScript(epoch: number): void {
    script.reject(constructor!);
    constructor = null;
    tell({ type: "script-unusable", epoch });
  }

  function listenTo(getMine: () => WidgetClient | null, epoch: number): WidgetEvents {
    // Handled after the vendor's own call stack: what follows may destroy this client.
    const hear =
      (name: keyof WidgetEvents, toInput?: (detail: unknown) => Input) =>
      (detail?: unknown): void =>
        queueMicrotask(() => {
          if (!client || client !== getMine()) return;
          note("event", name, detail === undefined ? undefined : String(detail));
          if (toInput) tell(toInput(detail));
        });
    const prove = (): Input => {
      isProven = true;
      return { type: "client-attached" };
    };
    return {
      attached: hear("attached", prove),
      initialized: hear("initialized", prove),
      visiblity: hear("visiblity", (isVisible) => ({ type: "client-visibility", isVisible: Boolean(isVisible) })),
      newTicket: hear("newTicket"),
      newMessage: hear("newMessage"),
      destroyed() {
        note("event", "destroyed");
        if (!client || client !== getMine()) return;
        forgetClient();
        queueMicrotask(() => tell({ type: "client-failed", epoch }));
      },
    };
  }

  function destroyClient(): void {
    if (!client) return;
    const ended = client;
    forgetClient();
    try {
      ended.destroy();
    } catch (error) {
      console.warn("The widget could not end.", error);
    }
  }

  function forgetClient(): void {
    const isPublished = attempt(() => window.widgetClient) === client;
    client = null;
    if (isPublished) publishClient();
  }

  function publishClient(): void {
    const mine = client;
    attempt(() => {
      if (!mine) {
        if (!Reflect.deleteProperty(window, "widgetClient")) window.widgetClient = undefined;
        return;
      }
      const isDefined = Reflect.defineProperty(window, "widgetClient", {
        configurable: true,
        enumerable: true,
        get: () => mine,
        set(value: unknown) {
          Object.defineProperty(window, "widgetClient", {
            configurable: true,
            enumerable: true,
            writable: true,
            value,
          });
          queueMicrotask(() => tell({ type: "tick" }));
        },
      });
      if (!isDefined) window.widgetClient = mine;
    });
  }

  /** A client of the published snippet does not follow the session, and there must not be two (G1). */
  function destroyForeignClient(): void {
    const foreign = attempt(() => window.widgetClient);
    if (!foreign || foreign === client || typeof attempt(() => foreign.destroy) !== "function") return;
    if (!foreignClients.has(foreign)) {
      foreignClients.add(foreign);
      if (!hasWarned)
        console.warn(
          "A second Glassix widget was destroyed, because this page manages its own. Remove the Glassix snippet from the page or the tag manager.",
        );
      hasWarned = true;
      try {
        foreign.destroy();
      } catch (error) {
        console.warn("The second Glassix widget could not be destroyed.", error);
      }
    }
    if (attempt(() => window.widgetClient) === foreign) publishClient();
  }

  return {
    setSession: (session, because) => tell({ type: "session", session, because }),
    listen() {
      const listening = new AbortController();
      const on = (target: EventTarget, event: string, input: Input) =>
        target.addEventListener(event, () => tell(input), { signal: listening.signal });
      on(window, "focus", { type: "tick" });
      on(window, "pageshow", { type: "tick" });
      on(document, "visibilitychange", { type: "tick" });
      on(window, "online", { type: "online" });
      document.addEventListener(
        "load",
        ({ target }) =>
          target instanceof HTMLScriptElement && target.id === SCRIPT_ID && setTimeout(tell, 0, { type: "tick" }),
        { capture: true, signal: listening.signal },
      );
      return () => listening.abort();
    },
    getState: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function detailOf(input: Input): string | undefined {
  switch (input.type) {
    case "session":
      return [
        input.session.status,
        "uniqueIdentifier" in input.session && input.session.uniqueIdentifier,
        input.because,
      ]
        .filter(Boolean)
        .join(", ");
    case "identity-arrived":
      return input.identity.uniqueIdentifier;
    case "identity-failed":
      return input.failure.code;
  }
}
