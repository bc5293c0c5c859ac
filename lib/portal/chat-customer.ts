import "server-only";
import { hasIdled } from "@/lib/auth/idle";
import type { Session } from "@/lib/auth/session";
import { pool } from "@/lib/db";
import type { ChatCustomer } from "./identity-claims";

export type MintingCustomer = ChatCustomer & {
  uniqueIdentifier: string;
  isDisabled: boolean;
  /** Null, or the seconds until the customer may have another identity. */
  secondsToWait: number | null;
};

/** Identities that a customer may have in a minute: far more than a person who signs in and out all day, far less than a loop. */
const MINTS_PER_MINUTE = 120;

/** More than an agent is told of (lib/portal/identity-claims.ts), so that what fits is found among the newest. */
const MOST = 20;

// One question, where Prisma would ask three and a counter a fourth: this is read for every identity (docs/figures.md).
// The notes of what was minted are the counter: what is minted at the very same moment is not counted yet.
const CUSTOMER = `
  SELECT "uniqueIdentifier", "disabledAt" IS NOT NULL AS "isDisabled", "firstName", "lastName", "plan", "email", "createdAt",
    "policies", "openInsuranceClaims", "secondsToWait"
  FROM "User"
  CROSS JOIN LATERAL (
    SELECT coalesce(json_agg(policy), '[]') AS "policies" FROM (
      SELECT "number" FROM "Policy" WHERE "userId" = "User"."id" ORDER BY "createdAt" DESC LIMIT ${MOST}
    ) AS policy
  ) AS policies
  CROSS JOIN LATERAL (
    SELECT coalesce(json_agg(claim), '[]') AS "openInsuranceClaims" FROM (
      SELECT "number", "title", "state" FROM "Claim"
      WHERE "userId" = "User"."id" AND "state" NOT IN ('paid', 'declined') ORDER BY "createdAt" DESC LIMIT ${MOST}
    ) AS claim
  ) AS claims
  LEFT JOIN LATERAL (
    SELECT ceil(extract(epoch FROM "mintedAt" - now()) + 60)::int AS "secondsToWait" FROM "IdentityMint"
    WHERE "userId" = "User"."id" AND "mintedAt" > now() - interval '1 minute'
    ORDER BY "mintedAt" DESC OFFSET ${MINTS_PER_MINUTE - 1} LIMIT 1
  ) AS mints ON true
  WHERE "User"."id" = $1 AND "sessionVersion" = $2`;

/** The session's customer as the chat needs them, read at once; null when the account or the session is gone. */
export async function findChatCustomer(session: Session): Promise<MintingCustomer | null> {
  if (await hasIdled(session, false)) return null;
  const { rows } = await pool().query<MintingCustomer>(CUSTOMER, [session.userId, session.version]);
  return rows[0] ?? null;
}
