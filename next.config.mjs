/** @type {import("next").NextConfig} */
export default {
  // `next dev` would otherwise write files for coding assistants into the root.
  agentRules: false,
  // Its button would lie on whatever stands in the lower left corner. Errors show without it, too.
  devIndicators: false,
  poweredByHeader: false,
  // Browsers ask for it in frames, and wherever a document names no icon.
  redirects: async () => [{ source: "/favicon.ico", destination: "/icon.svg", permanent: true }],
  // Errors of the environment stop the server before it listens: see instrumentation.ts.
  serverExternalPackages: ["pg", "@prisma/adapter-pg"],
};
