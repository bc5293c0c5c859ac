const SECURITY_HEADERS = {
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "strict-origin-when-cross-origin",
  "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
  "Cross-Origin-Opener-Policy": "same-origin",
  // Browsers take it over https alone. In development it would bind localhost for a year.
  ...(process.env.NODE_ENV === "production" && { "Strict-Transport-Security": "max-age=31536000" }),
};

/** @type {import("next").NextConfig} */
export default {
  // Not always: `next start` would warn of it.
  output: process.env.BUILD_OUTPUT === "standalone" ? "standalone" : undefined,
  // `next dev` would otherwise write files for coding assistants into the root.
  agentRules: false,
  // Its button would lie on whatever stands in the lower left corner. Errors show without it, too.
  devIndicators: false,
  poweredByHeader: false,
  // The log of `next dev` would show what was typed into forms.
  logging: { serverFunctions: false },
  experimental: {
    // Otherwise a server loads every page before it answers the first request, and keeps what nobody asks for.
    preloadEntriesOnStart: false,
    // The same limit as in proxy.ts, for bodies of unknown length. Next must buffer more than that to refuse them.
    serverActions: { bodySizeLimit: 65_536 },
    proxyClientMaxBodySize: 131_072,
  },
  // Browsers ask for it in frames, and wherever a document names no icon.
  redirects: async () => [{ source: "/favicon.ico", destination: "/icon.svg", permanent: true }],
  headers: async () => [
    { source: "/:path*", headers: Object.entries(SECURITY_HEADERS).map(([key, value]) => ({ key, value })) },
    // For what proxy.ts does not reach, such as the error pages of static files: elsewhere its policy replaces this one.
    { source: "/:path*", headers: [{ key: "Content-Security-Policy", value: "frame-ancestors 'self'" }] },
  ],
  serverExternalPackages: ["pg", "@prisma/adapter-pg"],
};
