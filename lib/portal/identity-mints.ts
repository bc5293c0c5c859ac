import "server-only";
import { createHash } from "node:crypto";
import { readClientAddress, toNetwork } from "@/lib/client-address";
import type { SessionUser } from "@/lib/auth/session";
import { db, pool } from "@/lib/db";
import type { Identity } from "@/lib/identity/mint";

/** Days that it is remembered where an identity was used. */
export const REMEMBERED_DAYS = 90;

/** Far more than a person who signs in and out all day, far less than a loop. */
const MINTS_PER_MINUTE = 120;

/** How many the customer is shown. */
const SHOWN = 10;

export type IdentityMint = {
  tokenId: string;
  network: string | null;
  /** "Firefox on Windows". */
  device: string;
  mintedAt: Date;
};

/**
 * Notes that an identity was minted: for whom, when, for how long and for which browser. Nothing is noted of those that
 * are too many in a minute: they must not be given away. What is too old goes at the same time, so that no job has to run.
 *
 * @param userId the session's user
 * @returns 0 when it is noted, otherwise the seconds until the next may be
 */
export async function noteMint(userId: string, identity: Identity, userAgent: string): Promise<number> {
  const address = await readClientAddress();
  const network = address && toNetwork(address);
  const tokenId = createHash("sha256").update(identity.identityToken).digest("hex").slice(0, 16);
  const expiresAt = new Date(identity.expiresAt * 1000);
  const now = Date.now();
  const values = [userId, tokenId, network, userAgent.slice(0, 300).replaceAll("\0", ""), expiresAt, now];
  const { rows } = await pool().query<{ count: number; endsAt: string }>(NOTE, values);
  const { count, endsAt } = rows[0]!;
  return count > MINTS_PER_MINUTE ? Math.max(1, Math.ceil((Number(endsAt) - now) / 1000)) : 0;
}

// One statement, and so one transaction: of many at the same moment each waits for the counter, and counts the ones before.
const NOTE = `
  WITH counted AS (
    INSERT INTO "RateLimit" AS counter ("key", "points", "expire") VALUES ('mint:' || $1, 1, $6::bigint + 60000)
    ON CONFLICT ("key") DO UPDATE SET
      "points" = CASE WHEN counter."expire" <= $6 THEN 1 ELSE counter."points" + 1 END,
      "expire" = CASE WHEN counter."expire" <= $6 THEN excluded."expire" ELSE counter."expire" END
    RETURNING "points" AS "count", "expire" AS "endsAt"
  ), noted AS (
    INSERT INTO "IdentityMint" ("userId", "tokenId", "network", "userAgent", "expiresAt")
    SELECT $1::uuid, $2, $3, $4, $5 FROM counted WHERE "count" <= ${MINTS_PER_MINUTE}
  ), forgotten AS (
    DELETE FROM "IdentityMint" WHERE "mintedAt" < now() - interval '${REMEMBERED_DAYS} days'
  )
  SELECT "count", "endsAt" FROM counted`;

/** Where the customer's chat identity was used, the newest first. */
export async function listMints(user: SessionUser): Promise<IdentityMint[]> {
  const rows = await db().identityMint.findMany({
    where: { userId: user.id },
    select: { tokenId: true, network: true, userAgent: true, mintedAt: true },
    orderBy: { id: "desc" },
    take: SHOWN,
  });
  return rows.map(({ userAgent, ...mint }) => ({ ...mint, device: nameDevice(userAgent) }));
}

/** The browser and the system that a user agent names, in words that its owner would use. */
export function nameDevice(userAgent: string): string {
  const find = (names: [string, RegExp][]) => names.find(([, pattern]) => pattern.test(userAgent))?.[0];
  // Each browser also names those that came before it.
  const browser = find([
    ["Edge", /\bEdg/],
    ["Opera", /\bOPR\//],
    ["Samsung Internet", /\bSamsungBrowser\//],
    ["Firefox", /\b(Firefox|FxiOS)\//],
    ["Chrome", /\b(Headless)?(Chrome|CriOS)\//],
    ["Safari", /\bSafari\//],
  ]);
  const system = find([
    ["iPhone", /\biPhone\b/],
    ["iPad", /\biPad\b/],
    ["Android", /\bAndroid\b/],
    ["Windows", /\bWindows\b/],
    ["Mac", /\bMac OS X\b/],
    ["Linux", /\bLinux\b/],
  ]);
  if (!browser && !system) return "An unknown device";
  return `${browser ?? "A browser"} on ${system ?? "an unknown system"}`;
}
