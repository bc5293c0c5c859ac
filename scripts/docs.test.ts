import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const ROOT_FOLDERS = ["app", "components", "docs", "e2e", "lib", "prisma", "scripts"];
// Documents may mention the sandbox after it was deleted.
const isDeletedSandbox = (file: string) => !existsSync("app/sandbox") && /^(app|e2e)\/sandbox\b/.test(file);

// Documents may mention what other applications receive, and what they have themselves.
const registry = JSON.parse(readFileSync("registry.json", "utf8"));
const TARGETS: string[] = registry.items.flatMap(({ files }: { files: { target: string }[] }) =>
  files.map(({ target }) => target),
);
const isOfAnotherApp = (file: string) =>
  file === "app/not-found.tsx" || TARGETS.some((target) => target === file || target.startsWith(`${file}/`));

const documents = [
  "README.md",
  ...readdirSync("docs", { recursive: true, encoding: "utf8" }).map((name) => `docs/${name}`),
]
  .map((name) => name.replaceAll("\\", "/"))
  .filter((name) => name.endsWith(".md"));

test.each(documents)("%s refers only to files and headings that exist", (document) => {
  const text = readFileSync(document, "utf8").replace(/^ *```[^]*?^ *```/gm, "");
  const missing = [...findPaths(text), ...findLinks(text, document)].filter((target) => !exists(target));
  expect(missing).toEqual([]);
});

/** Paths in backticks, without patterns such as `e2e/*.spec.ts`. */
function findPaths(text: string): string[] {
  return [...text.matchAll(/`([\w.@/()[\]-]+)`/g)]
    .map(([, file]) => file!)
    .filter((file) => ROOT_FOLDERS.includes(file.split("/")[0]!) && file.includes("/"));
}

function findLinks(text: string, document: string): string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link]) => link!)
    .filter((link) => !/^\w+:/.test(link))
    .map((link) => (link.startsWith("#") ? document + link : path.posix.join(path.dirname(document), link)));
}

function exists(target: string): boolean {
  const [file, heading] = target.split("#");
  if (isDeletedSandbox(file!) || isOfAnotherApp(file!)) return true;
  return existsSync(file!) && (!heading || listAnchors(readFileSync(file!, "utf8")).includes(heading));
}

/** Anchors as GitHub generates them. */
const listAnchors = (text: string) =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
