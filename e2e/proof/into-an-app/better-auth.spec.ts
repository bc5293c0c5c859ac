import { test } from "@/lib/glassix/testing/fixtures";
import { testInstalledApp } from "./installed-app";

// Better Auth limits the sign-ins of an address to 3 in 10 seconds.
let tests = 0;
test.use({ extraHTTPHeaders: async ({}, use) => use({ "x-forwarded-for": `10.${process.pid % 250}.0.${++tests}` }) });

testInstalledApp({
  name: "better-auth",
  port: 64,
  env: { BETTER_AUTH_SECRET: "a secret of 32 characters or more that only the tests know" },
});
