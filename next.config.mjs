const SECURITY_HEADERS = {
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "strict-origin-when-cross-origin",
  "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
  "Cross-Origin-Opener-Policy": "same-origin",
  // Browsers accept it over https only. In development it would apply to localhost for a year.
  ...(process.env.NODE_ENV === "production" && { "Strict-Transport-Security": "max-age=31536000" }),
};

/** @type {import("next").NextConfig} */
export default {
  // Only on request: `next start` warns about standalone output.
  output: process.env.BUILD_OUTPUT === "standalone" ? "standalone" : undefined,
  // `next dev` would otherwise write files for coding assistants into the root.
  agentRules: false,
  // The button would cover content in the corner. Errors still appear.
  devIndicators: false,
  poweredByHeader: false,
  // `next dev` would log what was typed into forms.
  logging: { serverFunctions: false },
  experimental: {
    // Otherwise the server loads every page at startup.
    preloadEntriesOnStart: false,
    // The same limit as in proxy.ts, for bodies of unknown length. Next must buffer more than that to refuse them.
    serverActions: { bodySizeLimit: 65_536 },
    proxyClientMaxBodySize: 131_072,
  },
  // Browsers request this for documents without an icon link.
  redirects: async () => [{ source: "/favicon.ico", destination: "/icon.svg", permanent: true }],
  headers: async () => [
    { source: "/:path*", headers: Object.entries(SECURITY_HEADERS).map(([key, value]) => ({ key, value })) },
    // For what proxy.ts does not reach, such as the error pages of static files: elsewhere its policy replaces this one.
    { source: "/:path*", headers: [{ key: "Content-Security-Policy", value: "frame-ancestors 'self'" }] },
  ],
  serverExternalPackages: ["pg", "@prisma/adapter-pg"],
};
