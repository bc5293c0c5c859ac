import type { WidgetClient, WidgetConstructor, WidgetEvents } from "./client";
import { createAlarm, createClock } from "./clock";
import type { Identity, IdentityFailure } from "./identity";
import { initialState, nextTick, step, type Command, type Input, type Session, type WidgetState } from "./machine";
import { SCRIPT_ID, type ScriptLoader } from "./script";
import { attempt } from "./session-channel";

export type ControllerOptions = {
  apiKey: string;
  snippetId: string;
  isIdentityRequired: boolean;
  script: ScriptLoader;
  requestIdentity(signal: AbortSignal): Promise<Identity | IdentityFailure>;
  onSessionMismatch(): void;
  observe?: Observe;
};

/** For debugging: receives each input, command and event of the widget. They hold tokens: do not log them whole. */
export type Observe = (
  state: WidgetState,
  what: Input | Command | { event: keyof WidgetEvents; detail?: unknown },
) => void;

export type WidgetController = ReturnType<typeof createWidgetController>;

/** Carries out what the state machine decides. Create one per page, then call `setSession` at every change. */
export function createWidgetController(options: ControllerOptions) {
  const { apiKey, isIdentityRequired, script } = options;
  let { snippetId } = options;
  const observe: Observe = (...args) => attempt(() => options.observe?.(...args));
  const clock = createClock();
  const setAlarm = createAlarm(clock, () => dispatch({ type: "tick" }));
  let state = initialState;
  let client: WidgetClient | null = null;
  let constructor: WidgetConstructor | null = null;
  let loading: Promise<WidgetConstructor> | null = null;
  let hasEverAttached = false;
  let request: AbortController | null = null;
  const listeners = new Set<() => void>();
  let hasWarned = false;
  let foreign: WidgetClient | undefined;

  const inputs: Input[] = [];
  let isBusy = false;

  function dispatch(input: Input): void {
    inputs.push(input);
    if (isBusy) return;
    isBusy = true;
    for (let next = inputs.shift(); next; next = inputs.shift()) {
      destroyForeignClient();
      const result = step(state, next, { now: clock(), random: Math.random(), isIdentityRequired, snippetId });
      const hasChanged = result.state !== state || result.commands.length > 0;
      state = result.state;
      if (hasChanged) observe(state, next);
      for (const command of result.commands) {
        observe(state, command);
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
    const mine = (loading = script.load());
    mine.then(
      (loaded) => {
        if (mine !== loading) return;
        constructor = loaded;
        dispatch({ type: "script-loaded" });
      },
      () => mine === loading && dispatch({ type: "script-failed" }),
    );
  }

  function unload(): void {
    dispatch({ type: "session", session: { status: "unknown" } });
    constructor = loading = null;
    script.unload();
  }

  function requestIdentity(): void {
    request?.abort();
    if (state.name === "empty") return;
    const { epoch } = state;
    const requestedAt = clock();
    const mine = (request = new AbortController());
    void options.requestIdentity(mine.signal).then((result) => {
      if (mine.signal.aborted) return;
      if ("kind" in result) dispatch({ type: "identity-failed", epoch, failure: result });
      else dispatch({ type: "identity-arrived", epoch, identity: result, requestedAt });
    });
  }

  function createClient(): void {
    if (state.name !== "living" || !constructor) return;
    const { epoch, held, snippetId } = state;
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
      console.warn("The widget failed.", error);
      return dispatch({ type: "client-failed", epoch });
    }
    window.glassixWidgetScriptLoaded?.();
  }

  function createEvents(isCurrent: () => boolean, epoch: number): WidgetEvents {
    // Handled after the vendor's own call stack: what follows may destroy this client.
    const forward =
      (name: keyof WidgetEvents, toInput?: (detail?: number | boolean) => Input) =>
      (detail?: number | boolean): void =>
        queueMicrotask(() => {
          if (!isCurrent()) return;
          observe(state, { event: name, detail });
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
      newMessage: forward("newMessage", () => ({ type: "client-message" })),
      destroyed() {
        observe(state, { event: "destroyed" });
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
    const set = (value: WidgetClient) => {
      foreign = value;
      queueMicrotask(() => dispatch({ type: "tick" }));
    };
    const isDone = mine
      ? Reflect.defineProperty(window, "widgetClient", {
          configurable: true,
          enumerable: true,
          get: () => foreign ?? mine,
          set,
        })
      : Reflect.deleteProperty(window, "widgetClient");
    // Where the page has declared `var widgetClient`.
    if (!isDone) window.widgetClient = mine ?? undefined;
  }

  /** A client of the published snippet does not follow the session, and there must not be two (G1). */
  function destroyForeignClient(): void {
    const other = foreign ?? window.widgetClient;
    foreign = undefined;
    if (!other || other === client || typeof other.destroy !== "function") return;
    if (!hasWarned) console.warn("Destroyed a second Glassix widget: remove the snippet.");
    hasWarned = true;
    publishClient();
    destroy(other);
  }

  return {
    setSession: (session: Session) => dispatch({ type: "session", session }),
    setSnippetId(id: string): void {
      snippetId = id;
      dispatch({ type: "snippet" });
    },
    open: () => dispatch({ type: "open" }),
    /** Ends the client, and forgets the script: the next session loads it again. */
    unload,
    getClient: (): WidgetClient | null => client,
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
    console.warn("The widget failed.", error);
  }
}
