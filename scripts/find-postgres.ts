import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";

export function findPostgres(): string | undefined {
  const list = (folder: string) =>
    existsSync(folder) ? readdirSync(folder).map((name) => path.join(folder, name, "bin")) : [];
  const folders = [
    ...(process.env.PATH ?? "").split(path.delimiter),
    ...list("/usr/lib/postgresql").reverse(),
    "/usr/bin",
    ...list("/opt/homebrew/opt").filter((folder) => folder.includes("postgresql")),
  ];
  return folders.find((folder) => ["initdb", "postgres"].every((name) => existsSync(path.join(folder, name))));
}

export function ensurePostgres(): string | undefined {
  if (!findPostgres() && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    spawnSync("apt-get", ["update"], { stdio: "ignore" });
    spawnSync("apt-get", ["install", "--yes", "--no-install-recommends", "postgresql", "pgbouncer"], {
      stdio: "ignore",
    });
  }
  return findPostgres();
}
