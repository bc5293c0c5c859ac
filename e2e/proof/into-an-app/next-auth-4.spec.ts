import { testInstalledApp } from "./installed-app";

testInstalledApp({
  name: "next-auth-4",
  port: 60,
  env: { NEXTAUTH_SECRET: "a secret that only the tests know" },
  isStatic: true,
});
