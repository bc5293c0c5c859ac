/** npm runs this before `next start`, which prints that it is ready before it loads any code of the portal. */
import nextEnv from "@next/env";
import { requireEnvironment } from "@/lib/check-environment";

Object.assign(process.env, { NODE_ENV: "production" });
nextEnv.loadEnvConfig(process.cwd(), false, { info() {}, error: console.error });
requireEnvironment();
