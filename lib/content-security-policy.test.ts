import { describe, expect, it } from "vitest";
import type { Env } from "./env";
import { writeContentSecurityPolicy } from "./content-security-policy";

const scriptUrls = ["https://cdn.glassix.com/widget.js", "https://cdn.glassix.net/widget.js"];
const write = (changes: { scriptUrls?: string[]; issuer?: string; isProduction?: boolean; isHttps?: boolean } = {}) =>
  writeContentSecurityPolicy("bm9uY2U=", {
    isProduction: changes.isProduction ?? true,
    isHttps: changes.isHttps ?? true,
    oidc: changes.issuer ? { issuer: changes.issuer } : null,
    glassix: { scriptUrls: changes.scriptUrls ?? scriptUrls },
  } as Env);
const directive = (name: string, changes = {}) =>
  write(changes)
    .split("; ")
    .find((text) => text.startsWith(name));

describe("the Content-Security-Policy", () => {
  it("allows only scripts with the nonce, and eval only in development", () => {
    expect(directive("script-src")).toContain("'nonce-bm9uY2U='");
    expect(directive("script-src")).not.toMatch(/unsafe/);
    expect(directive("script-src", { isProduction: false })).toContain("'unsafe-eval'");
  });

  it("lets the widget load, frame and connect only at its script's hosts, WebSockets included", () => {
    for (const name of ["script-src", "connect-src", "frame-src", "img-src"])
      expect(directive(name)).toContain("https://*.glassix.com https://*.glassix.net");
    expect(directive("connect-src")).toContain("wss://*.glassix.com wss://*.glassix.net");
    expect(write({ scriptUrls: ["/widget.js"] })).not.toMatch(/https:|wss:/);
    for (const [url, host] of [
      ["https://example.com/widget.js", "https://example.com"],
      ["http://127.0.0.1:3213/widget.js", "http://127.0.0.1:3213"],
      ["https://cdn.example.com:8443/widget.js", "https://cdn.example.com:8443"],
    ] as const)
      expect(directive("frame-src", { scriptUrls: [url] })).toBe(`frame-src 'self' ${host}`);
  });

  it("keeps other sites from framing the page, and forms and the base URL from pointing elsewhere", () => {
    expect(directive("frame-ancestors")).toBe("frame-ancestors 'self'");
    expect(directive("form-action")).toBe("form-action 'self'");
    expect(directive("base-uri")).toBe("base-uri 'none'");
    expect(directive("object-src")).toBe("object-src 'none'");
  });

  it("lets forms redirect to the identity provider, and allows it nothing else", () => {
    const issuer = "https://id.example.com/realms/customers";
    expect(directive("form-action", { issuer })).toBe("form-action 'self' https://id.example.com");
    expect(directive("connect-src", { issuer })).not.toContain("id.example.com");
  });

  it("upgrades insecure requests only when the portal is served over https", () => {
    expect(directive("upgrade-insecure-requests")).toBeDefined();
    expect(directive("upgrade-insecure-requests", { isHttps: false })).toBeUndefined();
  });
});
