import "server-only";
import { cache } from "react";
import type { SessionUser } from "@/lib/auth/session";
import { db } from "@/lib/db";
import { daysUntil } from "@/lib/format";

export type PolicySummary = Awaited<ReturnType<typeof listPolicies>>[number];

const summary = {
  number: true,
  product: true,
  insured: true,
  premiumCents: true,
  startsOn: true,
  endsOn: true,
} as const;

export const listPolicies = cache(async (user: SessionUser) => {
  const where = { userId: user.id };
  const policies = await db().policy.findMany({ where, select: summary, orderBy: { endsOn: "asc" } });
  const hasEnded = (policy: { endsOn: Date }) => daysUntil(policy.endsOn) < 0;
  return policies.sort((a, b) => Number(hasEnded(a)) - Number(hasEnded(b)));
});

export const findPolicy = cache(async (user: SessionUser, number: string) => {
  if (!/^[\w-]{1,40}$/.test(number)) return null;
  return db().policy.findUnique({
    where: { number, userId: user.id },
    select: {
      ...summary,
      deductibleCents: true,
      covers: { select: { name: true, limitCents: true }, orderBy: { limitCents: "desc" } },
    },
  });
});

const ENDING_WITHIN_DAYS = 60;

export function readTerm({ startsOn, endsOn }: { startsOn: Date; endsOn: Date }) {
  const daysLeft = daysUntil(endsOn);
  if (daysLeft < 0) return { state: "ended", daysLeft } as const;
  if (daysUntil(startsOn) > 0) return { state: "upcoming", daysLeft } as const;
  return { state: daysLeft <= ENDING_WITHIN_DAYS ? "ending" : "in-force", daysLeft } as const;
}
