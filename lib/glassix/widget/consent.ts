import { attempt } from "./session-channel";

const KEY = "verified-chat-consent";
const VENDOR = /^(?!verified-chat).*glassix/i;

let inMemory: boolean | null = null; // where storage is blocked

/** Records whether the visitor agrees to the chat, for all tabs. A consent platform may call it at any time. */
export function setChatConsent(isGranted: boolean): void {
  const store = () => localStorage.setItem(KEY, String(isGranted));
  const remove = () => localStorage.removeItem(KEY);
  // Where storage is full, the former answer must not remain.
  for (const act of [store, remove, store]) if (readStored() !== isGranted) attempt(act);
  inMemory = readStored() === isGranted ? null : isGranted;
  attempt(() => window.dispatchEvent(new Event(KEY)));
}

/** Null: not answered yet. */
export function getChatConsent(): boolean | null {
  return inMemory ?? readStored();
}

function readStored(): boolean | null {
  const stored = attempt(() => localStorage.getItem(KEY));
  return stored ? stored === "true" : null;
}

export function onChatConsent(listener: () => void): () => void {
  const listening = new AbortController();
  const { signal } = listening;
  window.addEventListener(KEY, listener, { signal });
  const handleStorage = ({ key }: StorageEvent) => {
    if (key !== KEY && key !== null) return;
    inMemory = null;
    listener();
  };
  window.addEventListener("storage", handleStorage, { signal });
  return () => listening.abort();
}

/** Deletes what the widget has stored on this origin. What it has stored on Glassix's own is out of reach. */
export function deleteVendorData(): void {
  for (const name of ["localStorage", "sessionStorage"] as const)
    attempt(() => Object.keys(window[name]).forEach((key) => VENDOR.test(key) && window[name].removeItem(key)));
  attempt(() => document.cookie.split("; ").forEach((cookie) => deleteCookie(cookie.split("=")[0]!)));
  void attempt(async () => {
    for (const { name = "" } of await indexedDB.databases()) if (VENDOR.test(name)) indexedDB.deleteDatabase(name);
  })?.catch(() => {});
}

function deleteCookie(name: string): void {
  if (!VENDOR.test(name)) return;
  const labels = location.hostname.split(".");
  const domains = labels.map((_, index) => `; Domain=${labels.slice(index).join(".")}`);
  for (const domain of ["", ...domains]) document.cookie = `${name}=; Path=/; Max-Age=-1${domain}`;
}
