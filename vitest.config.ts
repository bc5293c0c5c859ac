import path from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { "@": path.resolve("."), "server-only": path.resolve("node_modules/server-only/empty.js") } },
  test: {
    // Hashing a password takes its time on purpose, and on a busy machine even longer.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    include: ["{app,components,lib,prisma,scripts}/**/*.test.{ts,tsx}"],
  },
});
