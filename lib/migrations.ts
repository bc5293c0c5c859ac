/** A row of Prisma's table `_prisma_migrations`. */
export type RecordedMigration = { name: string; isFinished: boolean };

export const RECORDED_MIGRATIONS = `
  SELECT migration_name AS "name", finished_at IS NOT NULL AS "isFinished"
  FROM _prisma_migrations WHERE rolled_back_at IS NULL`;

/** Compares this version's migrations with the database's. Ignores unknown ones: a newer release may be rolling out. */
export function compareMigrations(wanted: { name: string }[], recorded: RecordedMigration[]) {
  const finished = new Set(recorded.filter(({ isFinished }) => isFinished).map(({ name }) => name));
  return {
    pending: wanted.map(({ name }) => name).filter((name) => !finished.has(name)),
    halfDone: recorded.map(({ name }) => name).filter((name) => !finished.has(name)),
  };
}
