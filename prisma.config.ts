import { loadEnvConfig } from "@next/env";
import { defineConfig } from "prisma/config";

loadEnvConfig(process.cwd(), process.env.NODE_ENV !== "production", { info() {}, error: console.error });

export default defineConfig({
  schema: "prisma",
  migrations: { path: "prisma/migrations" },
  // Past a pooler, and empty rather than required: `prisma generate` needs no database.
  datasource: { url: process.env.DIRECT_DATABASE_URL || process.env.DATABASE_URL || "" },
});
