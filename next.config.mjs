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
  // Otherwise a server loads every page before it answers the first request, and keeps what nobody asks for.
  experimental: { preloadEntriesOnStart: false },
  // Browsers ask for it in frames, and wherever a document names no icon.
  redirects: async () => [{ source: "/favicon.ico", destination: "/icon.svg", permanent: true }],
  // The Content-Security-Policy is different for each page: see proxy.ts.
  headers: async () => [
    { source: "/:path*", headers: Object.entries(SECURITY_HEADERS).map(([key, value]) => ({ key, value })) },
  ],
  // Errors of the environment stop the server before it listens: see instrumentation.ts.
  serverExternalPackages: ["pg", "@prisma/adapter-pg"],
};
