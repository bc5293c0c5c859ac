/** Creates any number of customers, each with two policies, an open insurance claim and a session. */
import { createHash } from "node:crypto";
import { encode } from "next-auth/jwt";
import pg from "pg";
import { NEXTAUTH_SECRET } from "../../servers";

/** The user's id: the md5 of the number, so that consecutive customers are not adjacent in the index. */
const SQL_ID = "md5(n::text)::uuid";
const toId = (n: number) =>
  createHash("md5")
    .update(String(n))
    .digest("hex")
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

/** Fills an empty database with customers 1 to `count`, who have all minted before. */
export async function insertCustomers(databaseUrl: string, count: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const numbers = `generate_series(1, ${count}) n`;
  try {
    // Without triggers and foreign keys, a million customers take a minute less.
    await client.query("SET session_replication_role = replica");
    await client.query(`
      INSERT INTO "User" ("id", "email", "firstName", "lastName", "plan")
      SELECT ${SQL_ID}, 'customer-' || n || '@example.com', 'Robin', 'Tester', 'premium' FROM ${numbers}`);
    await client.query(`
      INSERT INTO "Policy" ("id", "userId", "number", "product", "insured", "premiumCents", "deductibleCents", "startsOn", "endsOn")
      SELECT md5(n || '-' || policy)::uuid, ${SQL_ID}, 'HL-H-' || n || '-' || policy, 'home', '12 Lantern Quay', 61200, 25000, '2026-01-01', '2026-12-31'
      FROM ${numbers}, generate_series(1, 2) policy`);
    await client.query(`
      INSERT INTO "Claim" ("userId", "policyId", "title", "description", "incidentOn", "state")
      SELECT ${SQL_ID}, md5(n || '-1')::uuid, 'Burst pipe under the kitchen sink', 'The floor is soaked.', '2026-02-03', 'reviewing' FROM ${numbers}`);
    await client.query(`
      INSERT INTO "Session" ("id", "userId", "device", "expiresAt")
      SELECT ${SQL_ID}, ${SQL_ID}, 'Firefox on Linux', now() + interval '12 hours' FROM ${numbers}`);
    await client.query(`
      INSERT INTO "RateLimit" ("key", "points", "expire") SELECT 'mint:' || ${SQL_ID}, 1, 1 FROM ${numbers}`);
    await client.query("ANALYZE");
  } finally {
    await client.end();
  }
}

/** Creates the session cookie of customer `n`, as NextAuth does with lib/auth/options.ts. */
export async function makeSessionCookie(n: number): Promise<string> {
  const token = await encode({
    token: { sub: toId(n), sessionId: toId(n) },
    secret: NEXTAUTH_SECRET,
    maxAge: 12 * 60 * 60,
  });
  return `next-auth.session-token=${token}`;
}
