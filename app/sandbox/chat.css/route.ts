import { readFile } from "node:fs/promises";
import path from "node:path";
import { serveFile } from "@/app/sandbox/_lib/http";

export const GET = () =>
  serveFile(() => readFile(path.join(process.cwd(), "app/sandbox/_browser/chat.css"), "utf8"), "text/css");

export const dynamic = "force-dynamic";
