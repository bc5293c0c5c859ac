import { readFile } from "node:fs/promises";
import path from "node:path";
import { serveFile } from "@/app/sandbox/_lib/http";

/** The chat frame. A document of its own, outside the root layout: no React, and no second chat inside the chat. */
export const GET = () =>
  serveFile(() => readFile(path.join(process.cwd(), "app/sandbox/_browser/chat.html"), "utf8"), "text/html", {
    "Content-Security-Policy":
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
    "Referrer-Policy": "no-referrer",
  });

export const dynamic = "force-dynamic";
