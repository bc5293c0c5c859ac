import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** A file under `app` that answers requests, and its address. */
export type RouteFile = { kind: "page" | "handler"; file: string; address: string };

/** Which folders of `app` belong to a part. */
const PARTS = {
  portal: (file: string) => !/^sandbox\//.test(file),
  sandbox: (file: string) => /^sandbox\//.test(file),
  all: () => true,
};

/** The pages and route handlers of a part of the project. */
export function listRouteFiles(part: keyof typeof PARTS = "all"): RouteFile[] {
  return readdirSync("app", { recursive: true, encoding: "utf8" })
    .filter((file) => /(^|\/)(page|route)\.[jt]sx?$/.test(file) && PARTS[part](file))
    .map((file) => ({
      kind: /page\.[jt]sx?$/.test(file) ? "page" : "handler",
      file: `app/${file}`,
      // A route group, "(list)", is not part of the address.
      address: `/${file.replace(/\/?(page|route)\.[jt]sx?$/, "").replace(/\([^)]*\)\/?/g, "")}`.replace(/(.)\/$/, "$1"),
    }));
}

/** All server actions, as "app/(auth)/login/actions.ts#signInAction": anybody can call each of them. */
export function listActions(): string[] {
  return ["app", "components", "lib"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.[jt]sx?$/.test(entry.name))
      .map((entry) => path.join(entry.parentPath, entry.name).replaceAll("\\", "/"))
      .map((file) => ({ file, text: readFileSync(file, "utf8") }))
      .filter(({ text }) => /^\s*["']use server["']/m.test(text))
      .flatMap(({ file, text }) => {
        const names = [...text.matchAll(/^export async function (\w+)/gm)].map(([, name]) => `${file}#${name}`);
        // An action that is declared in another way must be noticed, too.
        return names.length > 0 ? names : [file];
      }),
  );
}
