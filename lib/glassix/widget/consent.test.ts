// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";

let consent: typeof import("./consent");

beforeEach(async () => {
  // What is in memory is another page's.
  vi.resetModules();
  consent = await import("./consent");
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  localStorage.clear();
  sessionStorage.clear();
});

const fail = () => {
  throw new DOMException("blocked", "SecurityError");
};

it("is undecided until it is set, and kept for the next page", async () => {
  expect(consent.getChatConsent()).toBeNull();
  consent.setChatConsent(true);
  expect(consent.getChatConsent()).toBe(true);
  vi.resetModules();
  const { getChatConsent } = await import("./consent");
  expect(getChatConsent()).toBe(true);
  consent.setChatConsent(false);
  expect(getChatConsent()).toBe(false);
});

it("is kept in memory where storage is blocked", () => {
  vi.stubGlobal("localStorage", { getItem: fail, setItem: fail, clear() {} });
  expect(consent.getChatConsent()).toBeNull();
  consent.setChatConsent(false);
  expect(consent.getChatConsent()).toBe(false);
});

it("is not outlived by the former answer where storage is full", () => {
  const stored = new Map([["verified-chat-consent", "true"]]);
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: fail,
    removeItem: (key: string) => stored.delete(key),
    clear() {},
  });
  consent.setChatConsent(false);
  expect(consent.getChatConsent()).toBe(false);
  expect(stored.size).toBe(0);
});

it("follows another tab's answer after one that could only be kept in memory", () => {
  const setItem = vi.spyOn(Storage.prototype, "setItem").mockImplementation(fail);
  consent.setChatConsent(true);
  setItem.mockRestore();
  consent.onChatConsent(() => {});
  localStorage.setItem("verified-chat-consent", "false");
  window.dispatchEvent(new StorageEvent("storage", { key: "verified-chat-consent" }));
  expect(consent.getChatConsent()).toBe(false);
});

it("may be set where there is no window", () => {
  vi.stubGlobal("window", undefined);
  vi.stubGlobal("localStorage", undefined);
  consent.setChatConsent(true);
  expect(consent.getChatConsent()).toBe(true);
});

it("tells its listeners, in this page and in other tabs", () => {
  const listener = vi.fn();
  consent.onChatConsent(listener);
  consent.setChatConsent(true);
  window.dispatchEvent(new StorageEvent("storage", { key: "verified-chat-consent" }));
  window.dispatchEvent(new StorageEvent("storage", { key: null }));
  expect(listener).toHaveBeenCalledTimes(3);
  window.dispatchEvent(new StorageEvent("storage", { key: "cart" }));
  expect(listener).toHaveBeenCalledTimes(3);
});

it("deletes what the vendor has stored, and nothing of the page's own", () => {
  const own = { cart: "1", "verified-chat-consent": "false", "verified-chat-glassix": "kept" };
  for (const storage of [localStorage, sessionStorage])
    for (const [key, value] of Object.entries({ ...own, "glassix-visitor": "1", my_GLASSIX: "2" }))
      storage.setItem(key, value);
  for (const name of ["glassixVisitor", "X-Glassix", "cart"]) document.cookie = `${name}=1; Path=/`;
  consent.deleteVendorData();
  expect([{ ...localStorage }, { ...sessionStorage }, document.cookie]).toEqual([own, own, "cart=1"]);
});

it("deletes a cookie at each domain that it may belong to", () => {
  vi.stubGlobal("location", { hostname: "portal.example.com" });
  const written: string[] = [];
  vi.stubGlobal("document", {
    get cookie() {
      return "cart=1; glassix=2";
    },
    set cookie(value) {
      written.push(value);
    },
  });
  consent.deleteVendorData();
  expect(written).toEqual([
    "glassix=; Path=/; Max-Age=-1",
    "glassix=; Path=/; Max-Age=-1; Domain=portal.example.com",
    "glassix=; Path=/; Max-Age=-1; Domain=example.com",
    "glassix=; Path=/; Max-Age=-1; Domain=com",
  ]);
});

it("deletes the vendor's databases, where the browser lists them", async () => {
  const deleteDatabase = vi.fn();
  const databases = async () => [{ name: "glassix-files" }, { name: "portal" }, {}];
  vi.stubGlobal("indexedDB", { databases, deleteDatabase });
  consent.deleteVendorData();
  await vi.waitFor(() => expect(deleteDatabase.mock.calls).toEqual([["glassix-files"]]));
  for (const indexedDB of [{ deleteDatabase }, { databases: async () => fail(), deleteDatabase }, undefined]) {
    vi.stubGlobal("indexedDB", indexedDB);
    consent.deleteVendorData();
  }
  await new Promise((resolve) => setTimeout(resolve));
  expect(deleteDatabase).toHaveBeenCalledTimes(1);
});

it("deletes what it can where storage is blocked", () => {
  localStorage.setItem("glassix", "1");
  vi.spyOn(window, "sessionStorage", "get").mockImplementation(fail);
  consent.deleteVendorData();
  expect(localStorage.getItem("glassix")).toBeNull();
});
