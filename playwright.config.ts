import { defineConfig, devices } from "@playwright/test";
import { DEPARTMENT_PORTAL, HAS_SANDBOX, REQUIRED_PORTAL, SANDBOX_PORTAL } from "./e2e/servers";
import { browserLaunchOptions } from "./scripts/find-browser";

/** These do not depend on the database: `npm run test:proof -- --postgres` runs them once. */
const WITHOUT_POSTGRES = [
  "accessibility",
  "broken-scripts",
  "checklist",
  "connections",
  "demo",
  "deployment",
  "headers",
  "hostile-browser",
  "proxies",
  "request-bodies",
  "standalone",
  "start",
  "vercel",
  "without-sandbox",
];

export default defineConfig({
  testDir: "e2e",
  testIgnore: process.env.TEST_POSTGRES
    ? [
        "e2e/conformance.spec.ts",
        "e2e/proof/into-an-app/**",
        ...WITHOUT_POSTGRES.map((name) => `e2e/**/proof/${name}.spec.ts`),
      ]
    : [],
  timeout: 120_000,
  expect: { timeout: 30_000 },
  fullyParallel: true,
  workers: 2,
  forbidOnly: !!process.env.CI,
  retries: process.env.CI ? 1 : 0,
  reporter: [["list"], ["json", { outputFile: ".data/e2e-report.json" }]],
  use: {
    ...devices["Desktop Chrome"],
    launchOptions: browserLaunchOptions(),
  },
  projects: [
    { name: "portal", testMatch: "e2e/*.spec.ts", use: { baseURL: DEPARTMENT_PORTAL } },
    { name: "sandbox", testMatch: "e2e/sandbox/*.spec.ts", use: { baseURL: SANDBOX_PORTAL } },
    {
      name: "proof",
      // The conformance suite once more, with the sandbox's widget in place of the double.
      testMatch: ["e2e/**/proof/*.spec.ts", ...(HAS_SANDBOX ? ["e2e/conformance.spec.ts"] : [])],
      use: { baseURL: HAS_SANDBOX ? SANDBOX_PORTAL : DEPARTMENT_PORTAL },
    },
    { name: "into-an-app-setup", testMatch: "e2e/proof/into-an-app/install.setup.ts" },
    { name: "into-an-app", testMatch: "e2e/proof/into-an-app/*.spec.ts", dependencies: ["into-an-app-setup"] },
  ],
  // The conformance suite can run against a portal that runs already.
  webServer: process.env.CONFORMANCE_PORTAL
    ? undefined
    : {
        command: "node -C react-server scripts/run.mjs ../e2e/start-servers",
        // The last to be started.
        url: `${REQUIRED_PORTAL}/api/health`,
        timeout: 600_000,
        gracefulShutdown: { signal: "SIGTERM", timeout: 10_000 },
        stdout: "ignore",
      },
});
