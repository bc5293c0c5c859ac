import "server-only";
import { explainDatabaseError, type DatabaseProblem } from "@/lib/database";
import { diskFullAt, pool } from "@/lib/db";
import { log } from "@/lib/log";
import { compareMigrations, RECORDED_MIGRATIONS, type RecordedMigration } from "@/lib/migrations";
import { MIGRATIONS } from "@/prisma/generated/migrations";

/** Seconds by which this machine's clock and the database's may differ: tokens carry times to the second, sessions end by them. */
const CLOCKS_DIFFER = 60;

/** Milliseconds for which a full disk is remembered. A portal that writes soon meets it again. */
const DISK_FULL_FOR = 60_000;

export type Health = {
  /** Whether this instance can do its work: read, write, sign in, mint. */
  isReady: boolean;
  /** "ok", or what is wrong with the database. */
  database: "ok" | DatabaseProblem["code"];
  /** All that is wrong, also what does not keep the portal from working, each with what to do. */
  problems: { code: string; found: string; todo: string }[];
};

const QUESTION = `
  SELECT current_setting('transaction_read_only') = 'on' AS "isReadOnly", clock_timestamp() AS "now",
    (SELECT coalesce(json_agg(recorded), '[]') FROM (${RECORDED_MIGRATIONS}) AS recorded) AS "recorded"`;

type Answer = { isReadOnly: boolean; now: Date; recorded: RecordedMigration[] };

/** Asks the database once whether it answers, is migrated and takes writing, and compares clocks. Never throws. */
export async function checkHealth(): Promise<Health> {
  const asked = Date.now();
  let answer: Answer;
  try {
    answer = (await pool().query<Answer>(QUESTION)).rows[0]!;
  } catch (error) {
    const problem = explainDatabaseError(error);
    return { isReady: false, database: problem.code, problems: [problem] };
  }
  const problem = findProblem(answer);
  const answered = Date.now();
  const earliest = Math.round((asked - answer.now.getTime()) / 1000);
  const latest = Math.round((answered - answer.now.getTime()) / 1000);
  const isClockWrong = earliest > CLOCKS_DIFFER || latest < -CLOCKS_DIFFER;
  return {
    isReady: !problem,
    database: problem?.code ?? "ok",
    problems: [
      ...(problem ? [problem] : []),
      ...(isClockWrong
        ? [
            {
              code: "clock",
              found: `This server's clock is ${Math.abs(latest)} seconds ${latest > 0 ? "ahead of" : "behind"} the database's.`,
              todo: "Let both take their time from a time server. A token from the future is refused, and sessions end at the wrong time.",
            },
          ]
        : []),
    ],
  };
}

function findProblem({ isReadOnly, recorded }: Answer): DatabaseProblem | null {
  const { pending, halfDone } = compareMigrations(MIGRATIONS, recorded);
  if (halfDone.length > 0)
    return {
      code: "half-migrated",
      found: `The migration ${halfDone.join(", ")} was begun and not finished.`,
      todo: "Run npm run db:migrate: it says what to do.",
    };
  if (pending.length > 0)
    return {
      code: "un-migrated",
      found: `The database lacks ${pending.join(", ")}, or has an older form of it.`,
      todo: "Run npm run db:migrate.",
    };
  const refusal = isReadOnly ? "25006" : Date.now() - diskFullAt() < DISK_FULL_FOR ? "53100" : null;
  return refusal ? explainDatabaseError(Object.assign(new Error(), { code: refusal })) : null;
}

/** For the start of a server: says in the log what is wrong. Goes on all the same: a database may come later than its portal. */
export async function logHealth(): Promise<void> {
  const { problems } = await checkHealth();
  for (const { code, found, todo } of problems) log.error({ code, found, todo }, "not ready");
}
