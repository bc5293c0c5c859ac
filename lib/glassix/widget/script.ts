import type { WidgetConstructor } from "./client";

/** The id that the published snippet gives its script, and by which pages recognise it. */
export const SCRIPT_ID = "glassix-widget-script";
const TIME_LIMIT = 8_000;

/** No address gave a usable script. */
export class ScriptLoadError extends Error {
  override name = "ScriptLoadError";
}

export type ScriptOptions = {
  /** Where the script is, in the order to try. */
  urls: string[];
  /** The page's Content-Security-Policy nonce, where it has one. */
  nonce?: string;
  /** How long one address may take, in milliseconds. Default: 8000. */
  timeLimit?: number;
};

export type ScriptLoader = {
  /**
   * Loads the widget's script from the first address that gives one, at most once per page, and returns
   * its constructor. After a failure it may be asked again, and begins with the first address.
   *
   * @throws ScriptLoadError when every address has failed
   */
  load(): Promise<WidgetConstructor>;
  /** Says that a constructor makes no widget: the next `load()` goes on with the next address. */
  reject(constructor: WidgetConstructor): void;
};

/**
 * Brings the vendor's script. Where the page's own snippet is loading it already, that load is used. An address that does not answer in time, or answers with a file that leaves
 * no constructor behind, as blockers let it, counts as failed.
 */
export function createScriptLoader({ urls, nonce, timeLimit = TIME_LIMIT }: ScriptOptions): ScriptLoader {
  const rejected = new Set<unknown>();
  /** The script elements that were waited for, this loader's and the page's own. */
  const known = new WeakSet<Element>();
  let loading: Promise<WidgetConstructor> | undefined;
  /** How often an address has not answered in time. */
  const tooSlow = new Map<string, number>();
  /** Whose turn it is among the addresses. */
  let turn = 0;

  /** The vendor's global, also where it is a class that never became a property of `window`. */
  function findConstructor(): WidgetConstructor | undefined {
    const found = typeof GlassixWidgetClient === "function" ? GlassixWidgetClient : undefined;
    return rejected.has(found) ? undefined : found;
  }

  async function tryEach(): Promise<WidgetConstructor> {
    for (;;) {
      const constructor = findConstructor();
      if (constructor) return constructor;
      const foreign = document.getElementById(SCRIPT_ID);
      if (foreign instanceof HTMLScriptElement && foreign.src && !known.has(foreign)) {
        known.add(foreign);
        await settle(foreign, timeLimit);
        continue;
      }
      const url = urls[turn++];
      if (!url) break;
      const retry = tooSlow.get(url) ?? 0;
      // A browser joins what asks for the same address to the load that hangs.
      document.getElementById(SCRIPT_ID)?.remove();
      const script = createScript(retry ? `${url}?retry=${retry}` : url, nonce);
      known.add(script);
      document.head.append(script);
      const isInTime = await settle(script, timeLimit);
      if (!isInTime) tooSlow.set(url, retry + 1);
    }
    turn = 0;
    throw new ScriptLoadError(`No widget script from ${urls}`);
  }

  return {
    load: () => (loading ??= tryEach().finally(() => (loading = undefined))),
    reject: (constructor) => rejected.add(constructor),
  };
}

function createScript(url: string, nonce: string | undefined): HTMLScriptElement {
  const script = document.createElement("script");
  script.id = SCRIPT_ID;
  script.async = true;
  if (nonce) script.nonce = nonce;
  script.src = url;
  return script;
}

/** Resolves when the script has run or failed; false when it did neither in time. */
function settle(script: HTMLScriptElement, timeLimit: number): Promise<boolean> {
  return new Promise((resolve) => {
    const finish = (hasLoaded: boolean, isInTime = true) => {
      clearTimeout(timer);
      // A script that has only been removed still runs when it comes. In another document it never does:
      // a late answer from here cannot get in the way of the next address.
      if (!hasLoaded) document.implementation.createHTMLDocument().head.append(script);
      resolve(isInTime);
    };
    const timer = setTimeout(finish, timeLimit, false, false);
    script.addEventListener("load", () => finish(true), { once: true });
    script.addEventListener("error", () => finish(false), { once: true });
  });
}
