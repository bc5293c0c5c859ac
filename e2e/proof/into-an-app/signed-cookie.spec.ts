import { testInstalledApp } from "./installed-app";

testInstalledApp({
  name: "signed-cookie",
  port: 66,
  env: { SESSION_SECRET: "a secret that only the tests know" },
  isStatic: true,
  unavailableText: "הצ׳אט אינו זמין כרגע",
});
