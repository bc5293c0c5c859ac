import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** A file under `app` that answers requests, and the address under which it does. */
export type RouteFile = { kind: "page" | "handler"; file: string; address: string };

/** All pages and route handlers that there are. */
export function listRouteFiles(): RouteFile[] {
  return readdirSync("app", { recursive: true, encoding: "utf8" })
    .filter((file) => /(^|\/)(page|route)\.[jt]sx?$/.test(file))
    .map((file) => ({
      kind: /page\.[jt]sx?$/.test(file) ? "page" : "handler",
      file: `app/${file}`,
      // Groups, "(list)", are no part of an address.
      address: `/${file.replace(/\/?(page|route)\.[jt]sx?$/, "").replace(/\([^)]*\)\/?/g, "")}`.replace(/(.)\/$/, "$1"),
    }));
}

/** All server actions that there are, as "app/login/actions.ts#signInAction": each can be called by anybody. */
export function listActions(): string[] {
  return ["app", "components", "lib"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.[jt]sx?$/.test(entry.name))
      .map((entry) => path.join(entry.parentPath, entry.name).replaceAll("\\", "/"))
      .map((file) => ({ file, text: readFileSync(file, "utf8") }))
      .filter(({ text }) => /^\s*["']use server["']/m.test(text))
      .flatMap(({ file, text }) => {
        const names = [...text.matchAll(/^export async function (\w+)/gm)].map(([, name]) => `${file}#${name}`);
        // Written in another way than these are: it shall be seen as missing, and not be overlooked.
        return names.length > 0 ? names : [file];
      }),
  );
}
