import { defineConfig, devices } from "@playwright/test";
import { REQUIRED_PORTAL, SANDBOX_PORTAL } from "./e2e/servers";
import { browserLaunchOptions } from "./scripts/find-browser";

/** Where the database makes no difference: these run on the embedded one alone. */
const WITHOUT_POSTGRES = [
  "checklist",
  "conformance",
  "demo",
  "department",
  "figures",
  "headers",
  "hostile-browser",
  "inspector",
  "look",
  "page-cache",
  "proxies",
  "request-bodies",
  "settings",
  "snippet-page",
  "stale-tab",
  "story",
  "standalone",
  "start",
  "timeline",
  "vercel",
];

export default defineConfig({
  testDir: "e2e",
  testIgnore: process.env.TEST_POSTGRES ? WITHOUT_POSTGRES.map((name) => `${name}.spec.ts`) : [],
  timeout: 60_000,
  expect: { timeout: 15_000 },
  fullyParallel: true,
  workers: 2,
  forbidOnly: !!process.env.CI,
  // A machine that others use too may stall for seconds. The list reporter names what needed its second try.
  retries: process.env.CI ? 1 : 0,
  reporter: [["list"], ["json", { outputFile: ".data/e2e-report.json" }]],
  use: {
    ...devices["Desktop Chrome"],
    baseURL: SANDBOX_PORTAL,
    launchOptions: browserLaunchOptions(),
  },
  // The conformance suite can run against a portal that runs already.
  webServer: process.env.CONFORMANCE_PORTAL
    ? undefined
    : {
        command: "node -C react-server scripts/run.mjs ../e2e/start-servers",
        // The last to be started.
        url: `${REQUIRED_PORTAL}/api/health`,
        timeout: 120_000,
        gracefulShutdown: { signal: "SIGTERM", timeout: 10_000 },
        stdout: "ignore",
      },
});
