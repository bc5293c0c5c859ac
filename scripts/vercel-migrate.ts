// The second half of `npm run vercel-build`. A bad environment fails the deployment before anything is migrated.
import { requireEnvironment } from "@/lib/check-environment";
import { env } from "@/lib/env";
import { loadEnvironment, run } from "./set-up";

Object.assign(process.env, { NODE_ENV: "production" });
loadEnvironment();
requireEnvironment();
const { VERCEL_ENV } = process.env;
if (VERCEL_ENV === "production" || (VERCEL_ENV === "preview" && env().arePreviewsMigrated))
  await run(process.execPath, ["-C", "react-server", "scripts/run.mjs", "migrate"]);
else console.log(`Not migrated, because VERCEL_ENV is "${VERCEL_ENV ?? ""}". See MIGRATE_PREVIEWS in .env.example.`);
process.exit();
