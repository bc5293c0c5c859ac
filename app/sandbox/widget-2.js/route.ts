import { readFile } from "node:fs/promises";
import path from "node:path";
import { serveWidget } from "@/app/sandbox/_lib/http";

/** The second address, where the portal looks when the first fails. */
export const GET = (request: Request) =>
  serveWidget(request, () => readFile(path.join(process.cwd(), "app/sandbox/_browser/widget.js"), "utf8"), false);

export const dynamic = "force-dynamic";
