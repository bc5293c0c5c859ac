import { readFile } from "node:fs/promises";
import path from "node:path";
import { serveFile } from "@/lib/sandbox/http";

export const GET = () =>
  serveFile(() => readFile(path.join(process.cwd(), "lib/sandbox/chat.css"), "utf8"), "text/css");

export const dynamic = "force-dynamic";
