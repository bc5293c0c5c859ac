import "server-only";
import { fromSession, type SessionToken } from "@/lib/auth/session";
import { db } from "@/lib/db";
import { Prisma } from "@/prisma/generated/client";
import type { ChatCustomer } from "./identity-claims";
import { SETTLED } from "./insurance-claims";

export type MintingCustomer = ChatCustomer & {
  uniqueIdentifier: string;
  email: string;
  isDisabled: boolean;
  isSignedIn: boolean;
};

const MAX_ITEMS = 20;

export async function findChatCustomer(token: SessionToken): Promise<MintingCustomer | null> {
  const policies = Prisma.sql`
    SELECT "number" FROM "Policy" WHERE "userId" = u."id" ORDER BY "createdAt" DESC LIMIT ${MAX_ITEMS}`;
  const openInsuranceClaims = Prisma.sql`
    SELECT "number", "title", "state" FROM "Claim"
    WHERE "userId" = u."id" AND "state"::text <> ALL(${SETTLED}) ORDER BY "createdAt" DESC LIMIT ${MAX_ITEMS}`;
  const [customer] = await db().$queryRaw<MintingCustomer[]>`
    SELECT u."uniqueIdentifier", u."firstName", u."lastName", u."plan", u."email", u."createdAt",
      u."emailConfirmedAt" IS NOT NULL AS "isEmailConfirmed",
      u."disabledAt" IS NOT NULL AS "isDisabled",
      s."id" IS NOT NULL AS "isSignedIn",
      (SELECT coalesce(json_agg(policy), '[]') FROM (${policies}) policy) AS "policies",
      (SELECT coalesce(json_agg(claim), '[]') FROM (${openInsuranceClaims}) claim) AS "openInsuranceClaims"
    ${fromSession(token)}`;
  return customer ?? null;
}
