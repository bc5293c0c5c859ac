import { attempt } from "./session-channel";

export type RequestWatchOptions = {
  identityUrl: string;
  /** Called before the request is sent. `isCertain`: false if only its address says so. */
  onSignOut(isCertain: boolean): void;
  /** Called after a request that may have changed the session, and after a route change. */
  onChange(): void;
};

/** Tested with method and path: "POST /api/auth/sign-out", "POST /trpc/auth.logout", "DELETE /api/session". */
const SIGN_OUT = /[ /.](sign[-_]?out|log[-_]?(out|off))\b|^DELETE .*\/session\/?$/i;

/** Watches what the page sends to its own server. `data-ends-chat` marks a button whose server action signs out. */
export function watchRequests({ identityUrl, onSignOut, onChange }: RequestWatchOptions): void {
  /** Must not throw: it runs in the application's own calls. */
  const beforeRequest = (method: unknown, url: unknown): boolean | undefined =>
    attempt(() => {
      if (url === identityUrl || /^(GET|HEAD|OPTIONS)$/i.test(String(method)) || !toPath(url)) return false;
      if (isSignOut(method, url)) onSignOut(false);
      return true;
    });

  const { fetch } = window;
  window.fetch = (input, init) => {
    const { method = "GET", url = input } = (input ?? {}) as Partial<Request>;
    const mayChange = beforeRequest(init?.method ?? method, url);
    const response = fetch(input, init);
    if (mayChange) response.then(onChange, onChange);
    return response;
  };

  const { open } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.open = function (...args: unknown[]) {
    if (beforeRequest(args[0], args[1])) this.addEventListener("loadend", onChange, { once: true });
    open.apply(this, args as Parameters<typeof open>);
  };

  // A new route may have found that the session has ended.
  const { pushState } = history;
  history.pushState = (...args) => {
    pushState.apply(history, args);
    onChange();
  };
  addEventListener("popstate", onChange);

  const handleClick = ({ target }: Event) => {
    if (!(target instanceof Element)) return;
    if (target.closest("[data-ends-chat]")) onSignOut(true);
    else if (isSignOut("GET", target.closest("a")?.getAttribute("href"))) onSignOut(false);
  };
  addEventListener("click", handleClick, { capture: true });
  addEventListener("submit", ({ target, submitter, defaultPrevented }) => {
    const url = submitter?.getAttribute("formaction") ?? (target as Element).getAttribute("action") ?? "";
    if (!defaultPrevented && isSignOut("POST", url)) onSignOut(false);
  });
}

const isSignOut = (method: unknown, url: unknown) => SIGN_OUT.test(`${method} ${toPath(url)}`);

function toPath(url: unknown): string | undefined {
  const parsed = attempt(() => new URL(url as string, document.baseURI));
  return parsed?.origin === location.origin ? parsed.pathname : undefined;
}
