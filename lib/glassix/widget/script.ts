import type { WidgetConstructor } from "./client";

export const SCRIPT_ID = "glassix-widget-script";
const TIME_LIMIT = 8_000;

export type ScriptLoader = {
  /** Loads the script from the first URL that works, once per page. Rejects when all have failed. */
  load(): Promise<WidgetConstructor>;
  /** Marks a constructor as unusable: the next `load()` continues with the next URL. */
  reject(constructor: WidgetConstructor): void;
  /** Removes the script. A pending load rejects, and never runs. */
  unload(): void;
};

/** Loads the vendor's script. A URL fails if it times out or leaves no constructor (ad blockers serve empty files). */
export function createScriptLoader({ urls, nonce }: { urls: readonly string[]; nonce: string }): ScriptLoader {
  const rejected = new Set<unknown>();
  const known = new WeakSet<Element>();
  let loading: Promise<WidgetConstructor> | undefined;
  let unloading = new AbortController();
  const timeouts = new Map<string, number>();
  let position = 0;

  function findConstructor(): WidgetConstructor | undefined {
    const found = typeof GlassixWidgetClient === "function" ? GlassixWidgetClient : undefined;
    return rejected.has(found) ? undefined : found;
  }

  async function tryEach(signal: AbortSignal): Promise<WidgetConstructor> {
    while (!signal.aborted) {
      const constructor = findConstructor();
      if (constructor) return constructor;
      const foreign = document.getElementById(SCRIPT_ID);
      if (foreign instanceof HTMLScriptElement && foreign.src && !known.has(foreign)) {
        known.add(foreign);
        await settle(foreign, signal);
        continue;
      }
      const url = urls[position++];
      if (!url) break;
      const retry = timeouts.get(url) ?? 0;
      // A browser would attach a request for the same URL to the one that hangs.
      document.getElementById(SCRIPT_ID)?.remove();
      const script = Object.assign(document.createElement("script"), {
        id: SCRIPT_ID,
        async: true,
        src: retry ? `${url}?retry=${retry}` : url,
        nonce,
      });
      known.add(script);
      document.head.append(script);
      const isInTime = await settle(script, signal);
      if (!isInTime) timeouts.set(url, retry + 1);
    }
    if (!signal.aborted) position = 0;
    throw new Error(`No widget script from ${urls}`);
  }

  return {
    load() {
      const { signal } = unloading;
      return (loading ??= tryEach(signal).finally(() => signal.aborted || (loading = undefined)));
    },
    reject: (constructor) => rejected.add(constructor),
    unload() {
      unloading.abort();
      unloading = new AbortController();
      loading = undefined;
      position = 0;
      document.getElementById(SCRIPT_ID)?.remove();
      Reflect.set(globalThis, "GlassixWidgetClient", undefined);
    },
  };
}

function settle(script: HTMLScriptElement, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const finish = (hasLoaded: boolean, isInTime = true) => {
      clearTimeout(timer);
      // A removed script still runs when it arrives late. In another document it never does.
      if (!hasLoaded) document.implementation.createHTMLDocument().head.append(script);
      resolve(isInTime);
    };
    const timer = setTimeout(finish, TIME_LIMIT, false, false);
    signal.addEventListener("abort", () => finish(false), { once: true });
    script.addEventListener("load", () => finish(true), { once: true });
    script.addEventListener("error", () => finish(false), { once: true });
  });
}
