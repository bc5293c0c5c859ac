import { readFile } from "node:fs/promises";
import path from "node:path";
import { serveFile } from "@/app/sandbox/_lib/http";

export const GET = () =>
  serveFile(() => readFile(path.join(process.cwd(), "app/sandbox/_browser/timeline.js"), "utf8"), "text/javascript");

export const dynamic = "force-dynamic";
