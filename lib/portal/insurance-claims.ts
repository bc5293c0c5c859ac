import "server-only";
import { cache } from "react";
import type { SessionUser } from "@/lib/auth/session";
import { db, transaction } from "@/lib/db";
import { log } from "@/lib/log";
import type { ClaimState, PolicyProduct } from "@/prisma/generated/enums";
import { addWorkingDays, formatWeekday, toDay, today } from "./format";

export type { ClaimState };

export type InsuranceClaimSummary = {
  number: number;
  title: string;
  state: ClaimState;
  createdAt: Date;
  policy: { number: string; product: PolicyProduct; insured: string };
  /** The newest entry of its history. */
  latest: { note: string; at: Date } | null;
};

export type InsuranceClaim = Omit<InsuranceClaimSummary, "latest"> & {
  description: string;
  incidentOn: Date;
  estimatedCents: number | null;
  /** Oldest first. */
  history: { state: ClaimState; note: string; at: Date }[];
};

export const STATE_NAMES: Record<ClaimState, string> = {
  received: "Received",
  reviewing: "In review",
  approved: "Approved",
  paid: "Paid",
  declined: "Declined",
};

const summary = {
  number: true,
  title: true,
  state: true,
  createdAt: true,
  policy: { select: { number: true, product: true, insured: true } },
} as const;

/** The customer's insurance claims, the newest first. */
export const listInsuranceClaims = cache(async (user: SessionUser): Promise<InsuranceClaimSummary[]> => {
  const rows = await db().claim.findMany({
    where: { userId: user.id },
    select: {
      ...summary,
      history: { select: { note: true, at: true }, orderBy: [{ at: "desc" }, { id: "desc" }], take: 1 },
    },
    orderBy: { createdAt: "desc" },
  });
  return rows.map(({ history, ...insuranceClaim }) => ({ ...insuranceClaim, latest: history[0] ?? null }));
});

/** The customer's insurance claim that is shown as "C-1042", or null: also for somebody else's, and for what is no number at all. */
export const findInsuranceClaim = cache(
  async (user: SessionUser, reference: string): Promise<InsuranceClaim | null> => {
    // Nine digits stay inside the column's 32 bits, whatever the URL says.
    const number = /^C-([1-9]\d{0,8})$/.exec(reference)?.[1];
    if (!number) return null;
    return db().claim.findUnique({
      where: { number: Number(number), userId: user.id },
      select: {
        ...summary,
        description: true,
        incidentOn: true,
        estimatedCents: true,
        history: { select: { state: true, note: true, at: true }, orderBy: [{ at: "asc" }, { id: "asc" }] },
      },
    });
  },
);

export type NewInsuranceClaim = {
  policyNumber: string;
  title: string;
  description: string;
  incidentOn: Date;
  estimatedCents: number | null;
};

export type Filed = {
  number: number;
  /** False when the same form was sent before, with something else in it: what was filed then stays. */
  isAsTyped: boolean;
};

/**
 * Files an insurance claim on one of the customer's own policies, once: a form that is sent again, and the
 * same words sent again within five minutes, find what was filed.
 *
 * @param formId of the form that was filled in (a UUID); null when it has none
 * @returns null when the policy is not theirs
 */
export async function fileInsuranceClaim(
  user: SessionUser,
  input: NewInsuranceClaim,
  formId: string | null,
): Promise<Filed | null> {
  const { policyNumber, ...fields } = input;
  const filed = await transaction(async (tx) => {
    // Locks the policy: of two equal submissions the second waits here, then finds the first.
    const [policy] = await tx.$queryRaw<{ id: string }[]>`
      SELECT "id" FROM "Policy" WHERE "number" = ${policyNumber} AND "userId" = ${user.id}::uuid FOR UPDATE`;
    if (!policy) return null;
    const typed = { ...fields, userId: user.id, policyId: policy.id };

    const fiveMinutesAgo = new Date(Date.now() - 5 * 60_000);
    const same = await tx.claim.findFirst({
      where: { ...typed, OR: [{ createdAt: { gt: fiveMinutesAgo } }, ...(formId ? [{ formId }] : [])] },
      select: { number: true },
    });
    if (same) return { number: same.number, isAsTyped: true };
    const other =
      formId && (await tx.claim.findFirst({ where: { userId: user.id, formId }, select: { number: true } }));
    if (other) return { number: other.number, isAsTyped: false };

    const note = "We got your claim. A person reads it within one working day.";
    const { number } = await tx.claim.create({
      data: { ...typed, formId, history: { create: { state: "received", note } } },
      select: { number: true },
    });
    // The agent sees it in the identity: this has the chat renew it.
    await tx.user.update({ where: { id: user.id }, data: { updatedAt: new Date() }, select: { id: true } });
    return { number, isAsTyped: true };
  });
  if (filed) log("info", "insurance claim filed", { userId: user.id, number: filed.number });
  return filed;
}

export const formatReference = ({ number }: { number: number }) => `C-${number}`;

/** Whether there is still something to do for it. */
export const isOpen = ({ state }: { state: ClaimState }) => state !== "paid" && state !== "declined";

const PROMISES = {
  received: { days: 1, title: "A person reads your claim", text: "They write to you if something is missing." },
  reviewing: { days: 10, title: "We decide", text: "You get our decision and the reasons by e-mail." },
  approved: {
    days: 5,
    title: "We pay",
    text: "The money goes to the account we have for you, or straight to whoever does the work.",
  },
} as const;

export type NextStep = { title: string; text: string; when: string };

/** What happens next with an insurance claim and by when, or null when it is settled. */
export function findNextStep(state: ClaimState, since: Date): NextStep | null {
  if (state === "paid" || state === "declined") return null;
  const { days, title, text } = PROMISES[state];
  const due = addWorkingDays(toDay(since), days);
  if (due >= today()) return { title, text, when: `By ${formatWeekday(due)}` };
  return {
    title,
    text: `${text} This is taking longer than we like. Ask us in the chat where it stands.`,
    when: `It was due by ${formatWeekday(due)}`,
  };
}
