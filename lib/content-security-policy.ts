import type { Env } from "@/lib/env";

export function writeContentSecurityPolicy(nonce: string, { glassix, oidc, isProduction, isHttps }: Env): string {
  // Glassix publishes no list of its hosts. If the browser's console names one that is missing, add it here.
  const origins = glassix.scriptUrls.filter((url) => URL.canParse(url)).map((url) => new URL(url).origin);
  const hosts = origins
    .map((origin) => origin.replace(/^https:\/\/cdn(\.glassix\.(com|net))$/, "https://*$1"))
    .join(" ");
  const directives = {
    "default-src": "'self'",
    "script-src": `'self' 'nonce-${nonce}' 'strict-dynamic' ${hosts} ${isProduction ? "" : "'unsafe-eval'"}`,
    "style-src": `'self' 'unsafe-inline' ${hosts}`,
    "img-src": `'self' data: blob: ${hosts}`,
    "font-src": `'self' data: ${hosts}`,
    "media-src": `'self' blob: ${hosts}`,
    "connect-src": `'self' ${hosts} ${hosts.replace(/\bhttp/g, "ws")}`,
    "frame-src": `'self' ${hosts}`,
    "object-src": "'none'",
    "base-uri": "'none'",
    // Chromium also applies this to redirects after a form submission: single sign-on without JavaScript.
    "form-action": `'self' ${oidc ? new URL(oidc.issuer).origin : ""}`,
    "frame-ancestors": "'self'",
    ...(isHttps && { "upgrade-insecure-requests": "" }),
  };
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources}`.trim())
    .join("; ");
}
