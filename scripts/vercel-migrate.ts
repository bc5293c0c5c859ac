/**
 * The second half of `npm run vercel-build`, which Vercel runs in place of `build`. A production deployment migrates its
 * database; a preview leaves its own alone, unless MIGRATE_PREVIEWS says that nobody else has it. The environment is the
 * one that the functions will have: what they would refuse is refused here, and nothing is deployed.
 */
import { EnvError, env } from "@/lib/env";
import { loadEnvironment, run } from "./set-up";

Object.assign(process.env, { NODE_ENV: "production" });
loadEnvironment();
const { arePreviewsMigrated } = readEnvironment();
const { VERCEL_ENV } = process.env;
if (VERCEL_ENV === "production" || (VERCEL_ENV === "preview" && arePreviewsMigrated)) {
  await run(process.execPath, ["-C", "react-server", "scripts/run.mjs", "migrate"]);
} else {
  console.log(
    `The database is left as it is: VERCEL_ENV is "${VERCEL_ENV ?? ""}". Previews that have a database of their own migrate it with MIGRATE_PREVIEWS=true.`,
  );
}
process.exit();

function readEnvironment() {
  try {
    return env();
  } catch (error) {
    if (!(error instanceof EnvError)) throw error;
    console.error(
      `${error.message}\nSet it in the project's settings on Vercel, for this environment, and deploy again.`,
    );
    process.exit(1);
  }
}
