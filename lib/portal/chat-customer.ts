import "server-only";
import { hasIdled } from "@/lib/auth/idle";
import type { Session } from "@/lib/auth/session";
import { pool } from "@/lib/db";
import type { ChatCustomer } from "./identity-claims";

export type MintingCustomer = ChatCustomer & {
  uniqueIdentifier: string;
  isDisabled: boolean;
};

/** More than an agent is told of (lib/portal/identity-claims.ts), so that what fits is found among the newest. */
const MOST = 20;

// One question instead of the three that Prisma would ask: this is read for every identity (docs/figures.md).
const CUSTOMER = `
  SELECT "uniqueIdentifier", "disabledAt" IS NOT NULL AS "isDisabled", "firstName", "lastName", "plan", "email", "createdAt",
    "policies", "openInsuranceClaims"
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
  WHERE "User"."id" = $1 AND "sessionVersion" = $2`;

/** The session's customer as the chat needs them, read at once; null when the account or the session is gone. */
export async function findChatCustomer(session: Session): Promise<MintingCustomer | null> {
  if (await hasIdled(session, false)) return null;
  const { rows } = await pool().query<MintingCustomer>(CUSTOMER, [session.userId, session.version]);
  return rows[0] ?? null;
}
