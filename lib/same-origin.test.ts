import { beforeEach, describe, expect, it, vi } from "vitest";
import { isSameOrigin } from "./same-origin";

const site = vi.hoisted(() => ({ origin: null as string | null }));
const warn = vi.hoisted(() => vi.fn());
vi.mock("@/lib/env", () => ({ env: () => site }));
vi.mock("@/lib/log", () => ({ log: { warn } }));

const PORTAL = "https://portal.example.com:8443";
const check = (headers: Record<string, string>) => isSameOrigin(new Request("http://localhost:3000", { headers }));

describe("the origin check", () => {
  beforeEach(() => {
    site.origin = PORTAL;
    warn.mockClear();
  });

  it.each([
    ["the port is dropped", { host: "portal.example.com" }],
    ["Host is the portal's own address", { host: "127.0.0.1:3000" }],
    ["X-Forwarded-Host drops the port", { host: "127.0.0.1:3000", "x-forwarded-host": "portal.example.com" }],
    ["X-Forwarded-Host is another one", { host: "portal.example.com:8443", "x-forwarded-host": "internal.example" }],
    ["X-Forwarded-Host is a list", { host: "a.example", "x-forwarded-host": "b.example, portal.example.com:8443" }],
    ["X-Forwarded-Host is empty", { host: "a.example", "x-forwarded-host": "" }],
    ["X-Forwarded-Port is wrong", { host: "a.example", "x-forwarded-port": "80" }],
  ])("accepts a request of the site's own pages when %s", (_, headers) => {
    expect(check({ origin: PORTAL, ...headers })).toBe(true);
    expect(check({ origin: PORTAL, "sec-fetch-site": "same-origin", ...headers })).toBe(true);
    // A client that sends no Origin, and a browser that hides it.
    expect(check(headers)).toBe(true);
    expect(check({ origin: "null", "sec-fetch-site": "same-origin", ...headers })).toBe(true);
    expect(warn).not.toHaveBeenCalled();
  });

  it("accepts the requested host as origin, even if it is not the configured one", () => {
    for (const origin of [PORTAL, null]) {
      site.origin = origin;
      expect(check({ origin: "http://192.168.1.5:3000", host: "192.168.1.5:3000" })).toBe(true);
      expect(check({ origin: "https://a.example", host: "127.0.0.1", "x-forwarded-host": "a.example, b" })).toBe(true);
    }
  });

  it.each([
    ["another site", { origin: "https://evil.example" }],
    ["another port", { origin: "https://portal.example.com" }],
    ["another scheme", { origin: "http://portal.example.com:8443" }],
    ["a host with the same prefix", { origin: `${PORTAL}.evil.example` }],
    ["a sandboxed frame", { origin: "null" }],
    ["a value that is not an address", { origin: "evil" }],
    ["an empty origin", { origin: "" }],
    ["a sibling subdomain", { origin: "https://shop.example.com", "sec-fetch-site": "same-site" }],
    ["another site, according to the browser", { origin: PORTAL, "sec-fetch-site": "cross-site" }],
    ["another site that sends no Origin", { "sec-fetch-site": "cross-site" }],
  ])("refuses a request from %s, and logs both values", (_, headers) => {
    expect(check({ host: "127.0.0.1:3000", ...headers })).toBe(false);
    expect(warn).toHaveBeenCalledWith(
      expect.objectContaining({ expected: PORTAL, host: "127.0.0.1:3000" }),
      "cross-origin request refused",
    );
  });

  it("refuses the site's own host with another scheme", () => {
    const host = "portal.example.com:8443";
    expect(check({ origin: `http://${host}`, host })).toBe(false);
    expect(check({ origin: `http://${host}`, host: "127.0.0.1", "x-forwarded-host": host })).toBe(false);
  });

  it("truncates long headers in the log", () => {
    check({ origin: `https://${"a".repeat(5_000)}.example`, host: "127.0.0.1:3000" });
    expect(JSON.stringify(warn.mock.calls).length).toBeLessThan(500);
  });
});
