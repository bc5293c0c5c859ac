import "server-only";
import { cache } from "react";
import type { SessionUser } from "@/lib/auth/session";
import { audit } from "@/lib/audit";
import { db } from "@/lib/db";
import { createLimit } from "@/lib/limits";
import type { Prisma } from "@/prisma/generated/client";
import type { ClaimState, PolicyProduct } from "@/prisma/generated/enums";
import { addWorkingDays, formatWeekday, toDay, today } from "./format";
import { choosePage, PAGE_SIZE, type Paging } from "./paging";

export type { ClaimState };

export type InsuranceClaimSummary = {
  number: number;
  title: string;
  state: ClaimState;
  createdAt: Date;
  policy: { number: string; product: PolicyProduct; insured: string };
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

const SETTLED: ClaimState[] = ["paid", "declined"];

async function findSummaries(
  where: Prisma.ClaimWhereInput & { userId: string },
  take: number,
  skip = 0,
): Promise<InsuranceClaimSummary[]> {
  if (take === 0) return [];
  const rows = await db().claim.findMany({
    where,
    select: {
      ...summary,
      history: { select: { note: true, at: true }, orderBy: [{ at: "desc" }, { id: "desc" }], take: 1 },
    },
    orderBy: [{ createdAt: "desc" }, { number: "desc" }],
    take,
    skip,
  });
  return rows.map(({ history, ...insuranceClaim }) => ({ ...insuranceClaim, latest: history[0] ?? null }));
}

const openOf = (user: SessionUser) => ({ userId: user.id, state: { notIn: SETTLED } });
const settledOf = (user: SessionUser) => ({ userId: user.id, state: { in: SETTLED } });

type InsuranceClaimPage = Paging & { open: InsuranceClaimSummary[]; settled: InsuranceClaimSummary[] };

/** One page of the customer's insurance claims: the open ones come first, then the settled ones. */
export async function listInsuranceClaims(
  user: SessionUser,
  wantedPage: string | string[] | undefined,
): Promise<InsuranceClaimPage> {
  const [openCount, settledCount] = await Promise.all([
    db().claim.count({ where: openOf(user) }),
    db().claim.count({ where: settledOf(user) }),
  ]);
  const paging = choosePage(wantedPage, openCount + settledCount);
  const start = (paging.page - 1) * PAGE_SIZE;
  const openHere = Math.min(PAGE_SIZE, Math.max(0, openCount - start));
  const [open, settled] = await Promise.all([
    findSummaries(openOf(user), openHere, start),
    findSummaries(settledOf(user), PAGE_SIZE - openHere, Math.max(0, start - openCount)),
  ]);
  return { ...paging, open, settled };
}

export async function readInsuranceClaimOverview(user: SessionUser, most: number) {
  const [[latest], open, openCount] = await Promise.all([
    findSummaries({ userId: user.id }, 1),
    findSummaries(openOf(user), most),
    db().claim.count({ where: openOf(user) }),
  ]);
  return { latest, open, openCount };
}

/** The newest insurance claims on one of the customer's policies. */
export async function listPolicyInsuranceClaims(
  user: SessionUser,
  policyNumber: string,
): Promise<{ number: number; title: string }[]> {
  return db().claim.findMany({
    where: { userId: user.id, policy: { number: policyNumber } },
    select: { number: true, title: true },
    orderBy: [{ createdAt: "desc" }, { number: "desc" }],
    take: PAGE_SIZE,
  });
}

/** The customer's insurance claim with a reference such as "C-1042", or null if they have none. */
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

type Filing =
  | { kind: "filed" | "filed-before"; number: number }
  /** The same form was sent before with other content, which stays as it was filed. */
  | { kind: "changed"; number: number }
  | { kind: "not-their-policy" }
  | { kind: "limited"; seconds: number };

export const FILINGS_PER_HOUR = 30;
const filings = createLimit("file-claim", FILINGS_PER_HOUR, 3_600);

/**
 * Files an insurance claim on one of the customer's policies. Idempotent: the same form, or the same content within five
 * minutes, returns what was filed before.
 *
 * @param formId the form's UUID, if it has one
 */
export async function fileInsuranceClaim(
  user: SessionUser,
  input: NewInsuranceClaim,
  formId: string | null,
): Promise<Filing> {
  const { policyNumber, ...fields } = input;
  const filedBefore = await db().$transaction((tx) => findFiled(tx, user, input, formId));
  if (filedBefore) return filedBefore;
  const seconds = await filings.count(user.id);
  if (seconds > 0) {
    await audit("claim-filed", "refused", user, { reason: "rate-limited" });
    return { kind: "limited", seconds };
  }
  const filing = await db()
    .$transaction(async (tx): Promise<Filing> => {
      // Locks the policy: a second equal submission waits here, then finds the first.
      const [policy] = await tx.$queryRaw<{ id: string }[]>`
      SELECT "id" FROM "Policy" WHERE "number" = ${policyNumber} AND "userId" = ${user.id}::uuid FOR UPDATE`;
      if (!policy) return { kind: "not-their-policy" };
      const filedMeanwhile = await findFiled(tx, user, input, formId);
      if (filedMeanwhile) return filedMeanwhile;

      const note = "We got your claim. A person reads it within one working day.";
      const { number } = await tx.claim.create({
        data: {
          ...fields,
          userId: user.id,
          policyId: policy.id,
          formId,
          history: { create: { state: "received", note } },
        },
        select: { number: true },
      });
      // The identity carries open insurance claims: this makes the chat renew it.
      await tx.user.update({ where: { id: user.id }, data: { updatedAt: new Date() }, select: { id: true } });
      return { kind: "filed", number };
    })
    .catch(async (error: unknown) => {
      await filings.refund(user.id);
      throw error;
    });
  if (filing.kind === "filed") await audit("claim-filed", "success", user, { number: filing.number });
  else await filings.refund(user.id);
  return filing;
}

async function findFiled(
  tx: Prisma.TransactionClient,
  user: SessionUser,
  { policyNumber, ...fields }: NewInsuranceClaim,
  formId: string | null,
): Promise<Filing | null> {
  const fiveMinutesAgo = new Date(Date.now() - 5 * 60_000);
  const same = await tx.claim.findFirst({
    where: {
      ...fields,
      userId: user.id,
      policy: { number: policyNumber },
      OR: [{ createdAt: { gt: fiveMinutesAgo } }, ...(formId ? [{ formId }] : [])],
    },
    select: { number: true },
  });
  if (same) return { kind: "filed-before", ...same };
  const other = formId && (await tx.claim.findFirst({ where: { userId: user.id, formId }, select: { number: true } }));
  return other ? { kind: "changed", ...other } : null;
}

export const formatReference = ({ number }: { number: number }) => `C-${number}`;

const PROMISES = {
  received: { days: 1, title: "A person reads your claim", text: "They write to you if something is missing." },
  reviewing: { days: 10, title: "We decide", text: "You get our decision and the reasons by email." },
  approved: {
    days: 5,
    title: "We pay",
    text: "We pay into your account, or directly to whoever does the repair.",
  },
} as const;

export type NextStep = { title: string; text: string; when: string };

export function findNextStep(state: ClaimState, since: Date): NextStep | null {
  if (state === "paid" || state === "declined") return null;
  const { days, title, text } = PROMISES[state];
  const due = addWorkingDays(toDay(since), days);
  if (due >= today()) return { title, text, when: `By ${formatWeekday(due)}` };
  return {
    title,
    text: `${text} This is taking longer than it should. Ask us in the chat for an update.`,
    when: `It was due by ${formatWeekday(due)}`,
  };
}
