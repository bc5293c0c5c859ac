import path from "node:path";
import { defineConfig, devices } from "@playwright/test";
import { browserLaunchOptions } from "../../scripts/find-browser";

/** What `npm run checklist` runs. Its tests sign in with real passwords, so nothing but the report is kept. */
const reportFolder = path.resolve(process.env.CHECKLIST_REPORT || ".data/checklist");

export default defineConfig({
  testDir: ".",
  outputDir: path.join(reportFolder, "pages"),
  reporter: [["./reporter.ts", { reportFolder }]],
  timeout: 90_000,
  expect: { timeout: 20_000 },
  workers: 1,
  use: {
    ...devices["Desktop Chrome"],
    baseURL: process.env.CHECKLIST_URL || "http://localhost:3000",
    launchOptions: browserLaunchOptions(),
    actionTimeout: 20_000,
    navigationTimeout: 30_000,
    contextOptions: { reducedMotion: "reduce" },
    screenshot: "on",
  },
  projects: [
    { name: "setup", testMatch: "setup.ts", use: { screenshot: "off" } },
    { name: "points", testMatch: "points.ts", dependencies: ["setup"] },
  ],
});
