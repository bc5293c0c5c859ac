import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

type Item = { name: string; dependencies?: string[]; devDependencies?: string[]; files: File[] };
type File = { path: string; target: string; content: string };

const read = (file: string) => readFileSync(file, "utf8");
const registry: { items: Item[] } = JSON.parse(read("registry.json"));
const { dependencies, devDependencies } = JSON.parse(read("package.json"));

const listFiles = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((file) => path.posix.join(folder, file))
    .filter((file) => /\.\w+$/.test(file) && !/\.test\./.test(file));

describe.each(registry.items)("the registry item $name", ({ name, files, ...item }) => {
  const built: Item = JSON.parse(read(`public/r/${name}.json`));

  it("is built from the present files (otherwise run: npx shadcn@4.23.0 build)", () => {
    expect(built.files.map(({ target, content }) => [target, content])).toEqual(
      files.map((file) => [file.target, read(file.path)]),
    );
  });

  it("installs the versions that this project uses", () => {
    const all = { ...dependencies, ...devDependencies };
    for (const text of [...(item.dependencies ?? []), ...(item.devDependencies ?? [])]) {
      const [, library, version] = /^(.+)@\^?(.+)$/.exec(text)!;
      expect([library, all[library!]]).toEqual([library, version]);
    }
  });
});

describe("what an integrator receives", () => {
  const [chat, tests] = registry.items.map(({ files }) => files.map((file) => file.path));

  it("is all of lib/glassix and components/chat", () => {
    const all = [...listFiles("lib/glassix"), ...listFiles("components/chat")];
    const listed = [...chat!, ...tests!].filter((file) => !file.startsWith("docs/"));
    expect(listed.sort()).toEqual(all.sort());
  });

  it("imports nothing else, and nothing by an alias", () => {
    for (const file of chat!)
      for (const [, source] of read(file).matchAll(/(?:from|import) "([^"]+)";/g))
        if (!source!.startsWith(".")) expect(["react", "jose", "server-only"]).toContain(source);
  });

  it("has at most 24 files and 2,120 lines", () => {
    expect(chat!.length).toBeLessThanOrEqual(24);
    const lines = chat!.flatMap((file) => read(file).trimEnd().split("\n"));
    expect(lines.length).toBeLessThanOrEqual(2_120);
  });
});
