import { readFile } from "node:fs/promises";
import path from "node:path";
import { serveWidget } from "@/lib/sandbox/http";

export const GET = (request: Request) =>
  serveWidget(request, () => readFile(path.join(process.cwd(), "lib/sandbox/widget.js"), "utf8"), true);

export const dynamic = "force-dynamic";
