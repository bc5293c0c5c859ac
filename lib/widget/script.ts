import type { WidgetConstructor } from "./client";

/** The id that the published snippet gives its script, and by which pages recognise it. */
const SCRIPT_ID = "glassix-widget-script";
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

/**
 * Loads the widget's script from the first address that gives a usable one, at most once per page, and
 * returns its constructor. A script that answers with nothing, as blockers let it, counts as failed.
 * After a failure it may be asked again.
 *
 * @throws ScriptLoadError when every address has failed
 */
export async function loadWidgetScript({
  urls,
  nonce,
  timeLimit = TIME_LIMIT,
}: ScriptOptions): Promise<WidgetConstructor> {
  for (const url of urls) {
    const constructor = findConstructor() ?? ((await addScript(url, nonce, timeLimit)) ? findConstructor() : undefined);
    if (constructor) return constructor;
  }
  throw new ScriptLoadError(`The widget's script could not be loaded from ${urls.join(" or ")}.`);
}

/** The vendor's global, also where it is a class that never became a property of `window`. */
function findConstructor(): WidgetConstructor | undefined {
  return typeof GlassixWidgetClient === "function" ? GlassixWidgetClient : undefined;
}

function addScript(url: string, nonce: string | undefined, timeLimit: number): Promise<boolean> {
  return new Promise((resolve) => {
    document.getElementById(SCRIPT_ID)?.remove();
    const script = document.createElement("script");
    const settle = (hasLoaded: boolean) => {
      clearTimeout(timer);
      script.onload = script.onerror = null;
      if (!hasLoaded) script.remove();
      resolve(hasLoaded);
    };
    const timer = setTimeout(settle, timeLimit, false);
    script.id = SCRIPT_ID;
    script.async = true;
    if (nonce) script.nonce = nonce;
    script.onload = () => settle(true);
    script.onerror = () => settle(false);
    script.src = url;
    document.head.append(script);
  });
}
