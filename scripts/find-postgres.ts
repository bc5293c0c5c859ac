/** A PostgreSQL for tests and measurements: the programs that a package has installed. */
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";

/** The folder of `postgres` and `initdb`: in the path, or where Debian, Fedora and Homebrew put them. */
export function findPostgres(): string | undefined {
  const list = (folder: string, after: string) =>
    existsSync(folder) ? readdirSync(folder).map((name) => path.join(folder, name, after)) : [];
  const folders = [
    ...(process.env.PATH ?? "").split(path.delimiter),
    ...list("/usr/lib/postgresql", "bin").reverse(),
    "/usr/bin",
    ...list("/opt/homebrew/opt", "bin").filter((folder) => folder.includes("postgresql")),
  ];
  return folders.find(
    (folder) => folder && existsSync(path.join(folder, "initdb")) && existsSync(path.join(folder, "postgres")),
  );
}
