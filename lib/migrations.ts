/** What the database has noted of a migration (Prisma's table `_prisma_migrations`). */
export type RecordedMigration = { name: string; checksum: string; isFinished: boolean };

/** Those that were not taken back. */
export const RECORDED_MIGRATIONS = `
  SELECT migration_name AS "name", checksum, finished_at IS NOT NULL AS "isFinished"
  FROM _prisma_migrations WHERE rolled_back_at IS NULL`;

/**
 * Compares the migrations of this version with those of a database. More of them there are none of its
 * business: a newer version may be starting beside it.
 *
 * @returns the names of those that are missing or were changed since, and of those that were begun and not finished
 */
export function compareMigrations(
  wanted: { name: string; checksum: string }[],
  recorded: RecordedMigration[],
): { pending: string[]; halfDone: string[] } {
  const finished = new Map(recorded.filter(({ isFinished }) => isFinished).map((row) => [row.name, row.checksum]));
  return {
    pending: wanted.filter(({ name, checksum }) => finished.get(name) !== checksum).map(({ name }) => name),
    halfDone: recorded.filter(({ name, isFinished }) => !isFinished && !finished.has(name)).map(({ name }) => name),
  };
}
