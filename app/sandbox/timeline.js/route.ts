import { readFile } from "node:fs/promises";
import path from "node:path";
import { serveFile } from "@/lib/sandbox/http";

export const GET = () =>
  serveFile(() => readFile(path.join(process.cwd(), "lib/sandbox/timeline.js"), "utf8"), "text/javascript");

export const dynamic = "force-dynamic";
