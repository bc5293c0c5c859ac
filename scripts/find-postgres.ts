/** A PostgreSQL for tests and measurements: the programs that a package has installed. */
import { spawnSync } from "node:child_process";
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

/** Finds a PostgreSQL, or installs Debian's together with its pooler where this is root; undefined when there is none to be had. */
export function ensurePostgres(): string | undefined {
  if (!findPostgres() && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    spawnSync("apt-get", ["update"], { stdio: "ignore" });
    spawnSync("apt-get", ["install", "--yes", "--no-install-recommends", "postgresql", "pgbouncer"], {
      stdio: "ignore",
    });
  }
  return findPostgres();
}
