import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

type Part = { name: string; files: RegExp; limits: Limits };
type Limits = { files?: number; lines?: number; comments?: number; bytes?: number };

const PORTAL = /^(app\/(?!sandbox\/)|components\/|lib\/|prisma\/|proxy\.ts$|instrumentation\.ts$)/;

const PARTS: Part[] = [
  { name: "portal", files: PORTAL, limits: { files: 170, lines: 9_743 } },
  {
    name: "portal without lib/glassix",
    files: new RegExp(`(?!lib/glassix/)${PORTAL.source}`),
    limits: { comments: 30 },
  },
  {
    name: "lib/glassix, components/chat",
    files: /^(lib\/glassix|components\/chat)\//,
    limits: { files: 20, lines: 1_950 },
  },
  { name: "lib/glassix", files: /^lib\/glassix\//, limits: { comments: 60 } },
  { name: "sandbox", files: /^app\/sandbox\//, limits: { lines: 5_000, comments: 30 } },
  { name: "scripts", files: /^scripts\//, limits: { lines: 1_500, comments: 30 } },
  { name: "README.md", files: /^README\.md$/, limits: { bytes: 9_000 } },
  { name: "docs", files: /^docs\/.*\.md$/, limits: { bytes: 60_000 } },
];

const isCode = (file: string) =>
  /\.(ts|tsx|js|mjs)$/.test(file) && !/\.test\.|^prisma\/generated\/|^lib\/glassix\/testing\//.test(file);
const COMMENT = /^\s*(\/\/|\/\*|\*|\{\/\*)/;

const UNITS = ["files", "lines", "comments", "bytes"] as const;

console.log(
  `${" ".repeat(29)}${["files", "lines", "comments/1,000", "bytes"].map((head) => head.padStart(18)).join("")}`,
);
const all = listFiles();
let isOver = false;
for (const { name, files, limits } of PARTS) {
  const texts = all
    .filter((file) => files.test(file) && (limits.bytes || isCode(file)))
    .map((file) => readFileSync(file, "utf8"));
  const lines = texts.flatMap((text) => text.trimEnd().split("\n"));
  const sizes: Required<Limits> = {
    files: texts.length,
    lines: lines.length,
    comments: lines.length && Math.round((lines.filter((line) => COMMENT.test(line)).length / lines.length) * 1_000),
    bytes: texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0),
  };
  const over = UNITS.filter((unit) => sizes[unit] > (limits[unit] ?? Infinity));
  const cells = UNITS.map((unit) => {
    if (unit === "comments" && limits.bytes) return "".padStart(18);
    const limit = limits[unit] === undefined ? "" : ` of ${limits[unit].toLocaleString("en")}`;
    return `${sizes[unit].toLocaleString("en")}${limit}`.padStart(18);
  });
  console.log(`${name.padEnd(29)}${cells.join("")}  ${over.length > 0 ? `OVER: ${over.join(", ")}` : "ok"}`);
  isOver ||= over.length > 0;
}
process.exit(isOver ? 1 : 0);

function listFiles(): string[] {
  const args = ["ls-files", "--cached", "--others", "--exclude-standard"];
  const { status, stdout } = spawnSync("git", args, { encoding: "utf8" });
  if (status === 0) return stdout.split("\n").filter((file) => file && existsSync(file));
  const folders = ["app", "components", "lib", "prisma", "scripts", "docs"].filter((folder) => existsSync(folder));
  const inside = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) => path.posix.join(folder, file)),
  );
  return ["README.md", "proxy.ts", "instrumentation.ts", ...inside];
}
