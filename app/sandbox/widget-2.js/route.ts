import { readFile } from "node:fs/promises";
import path from "node:path";
import { serveWidget } from "@/lib/sandbox/http";

/** The second address, where the portal looks when the first fails. */
export const GET = (request: Request) =>
  serveWidget(request, () => readFile(path.join(process.cwd(), "lib/sandbox/widget.js"), "utf8"), false);

export const dynamic = "force-dynamic";
