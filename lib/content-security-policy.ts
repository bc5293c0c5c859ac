export type PolicyInput = {
  /** Made anew for each page. */
  nonce: string;
  /** Where the widget's script is. */
  scriptUrls: string[];
  isProduction: boolean;
  /** Whether customers come over https. */
  isHttps: boolean;
  /** The identity provider's address, where there is one: signing in and out lead there. */
  issuer: string | null;
};

/**
 * The Content-Security-Policy of a page: scripts run only with its nonce, or when one of those has loaded
 * them, as the chat loads the widget's.
 */
export function writeContentSecurityPolicy({ nonce, scriptUrls, isProduction, isHttps, issuer }: PolicyInput): string {
  const widget = listWidgetHosts(scriptUrls);
  const sockets = widget.map((host) => host.replace(/^http/, "ws"));
  const directives: Record<string, string[]> = {
    "default-src": ["'self'"],
    // The hosts are for browsers that do not know 'strict-dynamic'; the others pass over them. React's development build evaluates code.
    "script-src": [
      "'self'",
      `'nonce-${nonce}'`,
      "'strict-dynamic'",
      ...widget,
      ...(isProduction ? [] : ["'unsafe-eval'"]),
    ],
    // Widgets write styles into the page. A style can be ugly; it cannot read a conversation.
    "style-src": ["'self'", "'unsafe-inline'", ...widget],
    "img-src": ["'self'", "data:", "blob:", ...widget],
    "font-src": ["'self'", "data:", ...widget],
    "media-src": ["'self'", "blob:", ...widget],
    "connect-src": ["'self'", ...widget, ...sockets],
    "frame-src": ["'self'", ...widget],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    // Without JavaScript, a form that signs in or out is sent here and its answer leads there: Chromium asks for both. A
    // provider whose pages have another origin than its issuer needs that one here, too.
    "form-action": ["'self'", ...(issuer ? [new URL(issuer).origin] : [])],
    "frame-ancestors": ["'self'"],
    ...(isHttps && { "upgrade-insecure-requests": [] }),
  };
  return Object.entries(directives)
    .map(([name, sources]) => [name, ...sources].join(" "))
    .join("; ");
}

/**
 * The hosts that the widget may load from and talk to: `https://cdn.glassix.com/…` gives `https://*.glassix.com`.
 * Glassix publishes no list. If the chat stays empty and the browser's console names another host, add it here.
 */
function listWidgetHosts(scriptUrls: string[]): string[] {
  const hosts = scriptUrls.filter((url) => URL.canParse(url)).map((url) => new URL(url).origin);
  return [...new Set(hosts.map((host) => host.replace(/\/\/[^./]+(?=\.[^.]+\.[a-z])/, "//*")))];
}
