import type { WidgetClient, WidgetConstructor } from "./client";
import { IdentityRequestError, type Identity } from "./identity";
import { initialState, nextTick, step, type Command, type Input, type Wanted, type WidgetState } from "./machine";

export type ControllerOptions = {
  /** The department's API key. */
  apiKey: string;
  snippetId: string;
  /** Brings the vendor's constructor; asked again after a failure. See lib/widget/script.ts. */
  loadScript(): Promise<WidgetConstructor>;
  /** Asks the portal for the identity of whoever is signed in. See lib/widget/identity.ts. */
  requestIdentity(signal: AbortSignal): Promise<Identity>;
  /** Called when the server's answers contradict what is wanted: ask again who is signed in. */
  onSessionDoubt?(): void;
};

export type WidgetController = {
  /** Says whose chat belongs in the page. The same as before changes nothing. */
  want(wanted: Wanted): void;
  /** Says that the page woke up: from sleep, from the background, from the page cache. */
  wake(): void;
  /** Says that the network is back. */
  online(): void;
  getState(): WidgetState;
  /** Calls `listener` after every change of state, until the returned function is called. */
  subscribe(listener: () => void): () => void;
};

// Timers stand still while a machine sleeps, and clocks are set: the time is looked at once a minute at least.
const LONGEST_TIMEOUT = 60_000;

/**
 * Gives lib/widget/machine.ts its hands: the script, the identity endpoint, the client, one timer. Made
 * once per page; everything that happens afterwards is told to it.
 *
 * @example
 * const controller = createWidgetController({
 *   apiKey, snippetId,
 *   loadScript: () => loadWidgetScript({ urls }),
 *   requestIdentity: (signal) => requestIdentity("/api/glassix-identity", signal),
 * });
 * controller.want({ kind: "user", uniqueIdentifier });
 */
export function createWidgetController(options: ControllerOptions): WidgetController {
  let state = initialState;
  let client: WidgetClient | null = null;
  let constructor: WidgetConstructor | null = null;
  let isScriptLoading = false;
  let request: AbortController | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const listeners = new Set<() => void>();

  // Inputs are taken one after the other: a client that calls back from inside attach() or destroy() waits its turn.
  const inputs: Input[] = [];
  let isBusy = false;

  function tell(input: Input): void {
    inputs.push(input);
    if (isBusy) return;
    isBusy = true;
    for (let next = inputs.shift(); next; next = inputs.shift()) {
      const result = step(state, next, { now: Date.now(), random: Math.random() });
      state = result.state;
      for (const command of result.commands) {
        // A function of the page that throws must not stop the rest: destroying is among it.
        try {
          carryOut(command);
        } catch (error) {
          reportError(error);
        }
      }
    }
    isBusy = false;

    clearTimeout(timer);
    const at = nextTick(state);
    if (at !== null)
      timer = setTimeout(() => tell({ type: "tick" }), Math.min(Math.max(at - Date.now(), 0), LONGEST_TIMEOUT));
    listeners.forEach((listener) => listener());
  }

  function carryOut(command: Command): void {
    switch (command.type) {
      case "load-script":
        return loadScript();
      case "request-identity":
        return requestIdentity(command.epoch);
      case "cancel-identity":
        request?.abort();
        request = null;
        return;
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
    if (isScriptLoading) return;
    isScriptLoading = true;
    options
      .loadScript()
      .then(
        (loaded): Input => {
          constructor = loaded;
          return { type: "script-loaded" };
        },
        (): Input => ({ type: "script-failed" }),
      )
      .then((input) => {
        isScriptLoading = false;
        tell(input);
      });
  }

  function requestIdentity(epoch: number): void {
    request?.abort();
    const mine = (request = new AbortController());
    const askedAt = Date.now();
    options.requestIdentity(mine.signal).then(
      (identity) => {
        if (!mine.signal.aborted) tell({ type: "identity-arrived", epoch, identity, askedAt });
      },
      (error: unknown) => {
        if (mine.signal.aborted) return;
        const failure =
          error instanceof IdentityRequestError ? error.failure : ({ kind: "unavailable", code: "unknown" } as const);
        tell({ type: "identity-failed", epoch, failure });
      },
    );
  }

  function createClient(epoch: number, identity: Identity | null): void {
    // What a client says after its end is nobody's business.
    const isCurrent = () => client === mine;
    let mine: WidgetClient | null = null;
    try {
      mine = client = new constructor!({
        apiKey: options.apiKey,
        snippetId: options.snippetId,
        ...(identity && { uniqueIdentifier: identity.uniqueIdentifier, identityToken: identity.identityToken }),
        events: {
          attached: () => isCurrent() && tell({ type: "client-attached" }),
          initialized: () => isCurrent() && tell({ type: "client-attached" }),
          visiblity: (isVisible) => isCurrent() && tell({ type: "client-visibility", isVisible }),
        },
      });
      window.widgetClient = mine;
      mine.attach();
    } catch (error) {
      console.warn("The chat widget could not start.", error);
      return tell({ type: "client-failed", epoch });
    }
    window.glassixWidgetScriptLoaded?.();
  }

  function destroyClient(): void {
    if (!client) return;
    const ended = client;
    client = null;
    if (window.widgetClient === ended && !Reflect.deleteProperty(window, "widgetClient"))
      window.widgetClient = undefined;
    try {
      ended.destroy();
    } catch (error) {
      console.warn("The chat widget did not leave in order.", error);
    }
  }

  return {
    want: (wanted) => tell({ type: "want", wanted }),
    wake: () => tell({ type: "tick" }),
    online: () => tell({ type: "online" }),
    getState: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
