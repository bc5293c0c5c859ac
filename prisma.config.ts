import { loadEnvConfig } from "@next/env";
import { defineConfig } from "prisma/config";

loadEnvConfig(process.cwd(), process.env.NODE_ENV !== "production", { info() {}, error: console.error });

export default defineConfig({
  schema: "prisma",
  migrations: { path: "prisma/migrations" },
  // Empty rather than required: `prisma generate` needs no database.
  datasource: { url: process.env.DATABASE_URL ?? "" },
});
