import "server-only";
import { cache } from "react";
import type { SessionUser } from "@/lib/auth/session";
import { audit } from "@/lib/audit";
import { db } from "@/lib/db";
import { createLimit } from "@/lib/rate-limit";
import type { Claim, Prisma } from "@/prisma/generated/client";
import type { ClaimState } from "@/prisma/generated/enums";
import { addWorkingDays, toDay, today } from "@/lib/format";

export type { ClaimState };
export type OpenState = Exclude<ClaimState, "paid" | "declined">;
export type InsuranceClaimSummary = Awaited<ReturnType<typeof findSummaries>>[number];

const summary = {
  number: true,
  title: true,
  state: true,
  createdAt: true,
  policy: { select: { number: true, product: true, insured: true } },
} as const;

const NEWEST_FIRST = [{ createdAt: "desc" }, { number: "desc" }] satisfies Prisma.ClaimOrderByWithRelationInput[];

async function findSummaries(where: Prisma.ClaimWhereInput & { userId: string }, take: number, skip = 0) {
  const select = {
    ...summary,
    history: { select: { note: true, at: true }, orderBy: [{ at: "desc" }, { id: "desc" }], take: 1 },
  } satisfies Prisma.ClaimSelect;
  const rows = await db().claim.findMany({ where, select, orderBy: NEWEST_FIRST, take, skip });
  return rows.map(({ history, ...insuranceClaim }) => ({ ...insuranceClaim, latest: history[0] ?? null }));
}

export const SETTLED: ClaimState[] = ["paid", "declined"];
const openOf = (user: SessionUser) => ({ userId: user.id, state: { notIn: SETTLED } });
const settledOf = (user: SessionUser) => ({ userId: user.id, state: { in: SETTLED } });

const PAGE_SIZE = 20;

export function choosePage(wanted: string | string[] | undefined, total: number): { page: number; pages: number } {
  const pages = Math.max(1, Math.ceil(total / PAGE_SIZE));
  const page = typeof wanted === "string" && /^[1-9]\d{0,8}$/.test(wanted) ? Number(wanted) : 1;
  return { page: Math.min(page, pages), pages };
}

export async function listInsuranceClaims(user: SessionUser, wantedPage: string | string[] | undefined) {
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

export async function listPolicyInsuranceClaims(user: SessionUser, policyNumber: string) {
  return db().claim.findMany({
    where: { userId: user.id, policy: { number: policyNumber } },
    select: { number: true, title: true },
    orderBy: NEWEST_FIRST,
    take: PAGE_SIZE,
  });
}

export const findInsuranceClaim = cache(async (user: SessionUser, reference: string) => {
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
});

type NewInsuranceClaim = Pick<Claim, "title" | "description" | "incidentOn" | "estimatedCents" | "formId"> & {
  policyNumber: string;
};

type Filing =
  /** `changed`: the same form was sent before with different content. The filed claim stays as it is. */
  | { kind: "filed" | "filed-before" | "changed"; number: number }
  | { kind: "not-their-policy" }
  | { kind: "limited"; seconds: number };

export const FILINGS_PER_HOUR = 30;
const filings = createLimit("file-claim", FILINGS_PER_HOUR, 3_600);

/** Idempotent: the same form, or the same content within five minutes, returns the existing claim. */
export async function fileInsuranceClaim(user: SessionUser, input: NewInsuranceClaim): Promise<Filing> {
  const filedBefore = await findFiled(db(), user, input);
  if (filedBefore) return filedBefore;
  const seconds = await filings.count(user.id);
  if (seconds > 0) {
    await audit("claim-filed", "refused", user, { reason: "rate-limited" });
    return { kind: "limited", seconds };
  }
  let filing: Filing | undefined;
  try {
    filing = await db().$transaction((tx) => fileOnce(tx, user, input));
  } finally {
    if (filing?.kind !== "filed") await filings.refund(user.id).catch(() => {});
  }
  if (filing.kind === "filed") await audit("claim-filed", "success", user, { number: filing.number });
  return filing;
}

async function fileOnce(tx: Prisma.TransactionClient, user: SessionUser, input: NewInsuranceClaim): Promise<Filing> {
  const { policyNumber, ...fields } = input;
  // Locks the policy: a concurrent duplicate waits here, then finds the first.
  const [policy] = await tx.$queryRaw<{ id: string }[]>`
    SELECT "id" FROM "Policy" WHERE "number" = ${policyNumber} AND "userId" = ${user.id}::uuid FOR UPDATE`;
  if (!policy) return { kind: "not-their-policy" };
  const filedMeanwhile = await findFiled(tx, user, input);
  if (filedMeanwhile) return filedMeanwhile;

  const history = { create: { state: "received", note: "received" } } as const;
  const data = { ...fields, userId: user.id, policyId: policy.id, history };
  const { number } = await tx.claim.create({ data, select: { number: true } });
  // The identity contains open insurance claims: this makes the chat renew it.
  await tx.user.update({ where: { id: user.id }, data: { updatedAt: new Date() }, select: { id: true } });
  return { kind: "filed", number };
}

async function findFiled(
  tx: Prisma.TransactionClient,
  user: SessionUser,
  { policyNumber, formId, ...fields }: NewInsuranceClaim,
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

const WORKING_DAYS = { received: 1, reviewing: 10, approved: 5 };

/** What happens next after a state, and by when. Null for a settled claim. */
export function findNextStep(state: ClaimState, since: Date): { after: OpenState; due: Date; isLate: boolean } | null {
  if (state === "paid" || state === "declined") return null;
  const due = addWorkingDays(toDay(since), WORKING_DAYS[state]);
  return { after: state, due, isLate: due < today() };
}
