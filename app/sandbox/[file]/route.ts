import { readFile } from "node:fs/promises";
import path from "node:path";
import { findTextsOfSnippet } from "@/app/sandbox/_lib/chat-texts";
import { delay, withDatabase } from "@/app/sandbox/_lib/concurrency";
import { readSettings } from "@/app/sandbox/_lib/settings";
import { DEFAULT_SETTINGS } from "@/app/sandbox/_lib/settings-list";
import { env } from "@/lib/env";

const FILES: Record<string, [file: string, contentType: string]> = {
  "widget.js": ["widget.js", "text/javascript"],
  "widget-2.js": ["widget.js", "text/javascript"],
  "widget.css": ["widget.css", "text/css"],
  "timeline.js": ["timeline.js", "text/javascript"],
  "timeline.css": ["timeline.css", "text/css"],
  chat: ["chat.html", "text/html"],
  "chat.js": ["chat.js", "text/javascript"],
  "chat.css": ["chat.css", "text/css"],
};

export async function GET(request: Request, { params }: RouteContext<"/sandbox/[file]">): Promise<Response> {
  const { file: name } = await params;
  const [file, contentType] = (env().isSandboxOn && Object.hasOwn(FILES, name) && FILES[name]) || [];
  if (!file) return new Response("Not found.\n", { status: 404 });
  const text = await readFile(path.join(process.cwd(), "app/sandbox/_browser", file), "utf8");
  const isWidget = file === "widget.js";
  const served = isWidget ? await withFaults(text, name === "widget.js", request.signal) : text;
  return new Response(file === "chat.html" ? fillFrame(text, request) : served, {
    status: served === null ? 404 : 200,
    headers: { "Content-Type": `${contentType}; charset=utf-8`, "Cache-Control": served ? "no-cache" : "no-store" },
  });
}

async function withFaults(text: string, isFirstAddress: boolean, signal: AbortSignal): Promise<string | null> {
  const { script, scriptAddresses, scriptDelay, widget } = await withDatabase(readSettings, signal).then(
    ({ effective }) => effective,
    // Glassix's script does not depend on this database.
    () => DEFAULT_SETTINGS,
  );
  const fault = isFirstAddress || scriptAddresses === "both" ? script : "served";
  if (fault === "slow") await delay(scriptDelay, signal).catch(() => {});
  if (fault === "missing") return null;
  const { snippetId, snippetIds } = env().glassix;
  const snippets = [snippetId, ...Object.values(snippetIds)].map((id = "") => {
    const { language, dir, launcher } = findTextsOfSnippet(id, snippetIds);
    return { snippetId: id, language, dir, ...launcher };
  });
  return fault === "empty" ? "" : text.replace("/* settings */ {}", JSON.stringify({ widget, snippets }));
}

function fillFrame(html: string, request: Request): string {
  const snippetId = new URL(request.url).searchParams.get("snippetId");
  const { language, dir, culture, frame } = findTextsOfSnippet(snippetId, env().glassix.snippetIds);
  const values: Record<string, string> = {
    ...frame,
    language,
    dir,
    // The script runs under the portal's policy, with the nonce from proxy.ts.
    nonce: request.headers.get("x-nonce") ?? "",
    texts: JSON.stringify({ culture, ...frame }).replaceAll('"', "&quot;"),
  };
  return html.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? "");
}
