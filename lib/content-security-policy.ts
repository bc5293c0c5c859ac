/**
 * Where the widget comes from and talks to. Glassix publishes no list: these are the hosts that were seen.
 * Should the chat stay empty and the browser's console name another, this is the place for it.
 */
const GLASSIX_HOSTS = ["https://*.glassix.com", "https://*.glassix.net"];

export type PolicyInput = {
  /** Made anew for each page. */
  nonce: string;
  /** Whether the sandbox stands in for Glassix: then nothing of another host is let in. */
  isSandboxOn: boolean;
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
export function writeContentSecurityPolicy({ nonce, isSandboxOn, isProduction, isHttps, issuer }: PolicyInput): string {
  const widget = isSandboxOn ? [] : GLASSIX_HOSTS;
  const sockets = widget.map((host) => host.replace("https:", "wss:"));
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
