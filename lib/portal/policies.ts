import "server-only";
import { cache } from "react";
import type { SessionUser } from "@/lib/auth/session";
import { db } from "@/lib/db";
import type { PolicyProduct } from "@/prisma/generated/enums";
import { daysUntil } from "./format";

export type { PolicyProduct };

export type PolicySummary = {
  number: string;
  product: PolicyProduct;
  insured: string;
  premiumCents: number;
  startsOn: Date;
  endsOn: Date;
};

export type Policy = PolicySummary & {
  deductibleCents: number;
  covers: { name: string; limitCents: number }[];
};

export const PRODUCT_NAMES: Record<PolicyProduct, string> = {
  home: "Home insurance",
  motor: "Motor insurance",
  travel: "Travel insurance",
  boat: "Boat insurance",
};

const summary = {
  number: true,
  product: true,
  insured: true,
  premiumCents: true,
  startsOn: true,
  endsOn: true,
} as const;

export const listPolicies = cache(async (user: SessionUser): Promise<PolicySummary[]> => {
  const policies = await db().policy.findMany({
    where: { userId: user.id },
    select: summary,
    orderBy: { endsOn: "asc" },
  });
  // Ended policies come last.
  return policies.sort((a, b) => Number(hasEnded(a)) - Number(hasEnded(b)));
});

/** The customer's policy with this number, or null if they have none. */
export const findPolicy = cache(async (user: SessionUser, number: string): Promise<Policy | null> => {
  if (!/^HL-[A-Z]-\d{6}$/.test(number)) return null;
  return db().policy.findUnique({
    where: { number, userId: user.id },
    select: {
      ...summary,
      deductibleCents: true,
      covers: { select: { name: true, limitCents: true }, orderBy: { limitCents: "desc" } },
    },
  });
});

const hasEnded = (policy: { endsOn: Date }) => daysUntil(policy.endsOn) < 0;

export type PolicyTerm = { state: "upcoming" | "in-force" | "ending" | "ended"; daysLeft: number };

const ENDING_WITHIN_DAYS = 60;

/** The policy is in force on its last day, too. */
export function readTerm({ startsOn, endsOn }: { startsOn: Date; endsOn: Date }): PolicyTerm {
  const daysLeft = daysUntil(endsOn);
  if (daysLeft < 0) return { state: "ended", daysLeft };
  if (daysUntil(startsOn) > 0) return { state: "upcoming", daysLeft };
  return { state: daysLeft <= ENDING_WITHIN_DAYS ? "ending" : "in-force", daysLeft };
}
