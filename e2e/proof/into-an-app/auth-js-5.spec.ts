import { testInstalledApp } from "./installed-app";

testInstalledApp({
  name: "auth-js-5",
  port: 62,
  env: { AUTH_SECRET: "a secret that only the tests know", AUTH_TRUST_HOST: "true" },
});
