/**
 * A page that is older than the deployment calls a server action that no longer exists. Loading it again
 * is the only remedy; what was typed is carried over in sessionStorage.
 */
const KEY = "portal-reload";
/** A page that still does not work after a reload is not reloaded again for so long. */
const PAUSE = 60_000;
/** What was typed is somebody's own: it is not shown long after, to whoever uses the tab then. */
const KEEP = 600_000;

type Reload = {
  /** Milliseconds since 1970. */
  at: number;
  path: string;
  /** The form that was sent, and what was typed into it. */
  form?: string;
  values?: Record<string, string>;
  isTold?: boolean;
};

/** Loads a page again whose form could not be sent. False where nothing can be kept: then nothing happens. */
export function reloadWithForm(form: string, values: Record<string, string>): boolean {
  return reload({ at: Date.now(), path: location.pathname, form, values });
}

/** Loads a page again that does not work. False when that was just done, or cannot be remembered. */
export function reloadOnce(): boolean {
  const last = read();
  if (last && Math.abs(Date.now() - last.at) < PAUSE) return false;
  return reload({ at: Date.now(), path: location.pathname });
}

/** Takes what was typed into this form before the page was reloaded; null if there was no such reload. */
export function takeTyped(form: string): Record<string, string> | null {
  const last = read();
  const isMine = last?.path === location.pathname && last.form === form && Math.abs(Date.now() - last.at) < KEEP;
  if (!isMine) return null;
  write({ at: last.at, path: last.path, isTold: true });
  return last.values ?? {};
}

/** Whether the page was reloaded and nothing has said so yet. */
export function takeReload(): boolean {
  const last = read();
  if (!last || last.isTold || last.form !== undefined || last.path !== location.pathname) return false;
  return write({ ...last, isTold: true });
}

function reload(next: Reload): boolean {
  if (!write(next)) return false;
  // Not location.reload(): a page that answered a form would be posted again. Without the hash, with which nothing is loaded.
  location.replace(location.pathname + location.search);
  return true;
}

function read(): Reload | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? "null") as Partial<Reload> | null;
    return typeof kept?.at === "number" && typeof kept.path === "string" ? (kept as Reload) : null;
  } catch {
    return null;
  }
}

/** False where the browser forbids it. */
function write(reload: Reload): boolean {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(reload));
    return true;
  } catch {
    return false;
  }
}
