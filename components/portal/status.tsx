import { getFormats, getTranslations } from "@/lib/i18n/request";
import type { ClaimState } from "@/lib/portal/insurance-claims";
import { readTerm } from "@/lib/portal/policies";

const TONES = { good: "bg-good", lamp: "bg-lamp", bad: "bg-bad", calm: "bg-edge" };

function Status({ tone, children }: { tone: keyof typeof TONES; children: string }) {
  return (
    <span className="inline-flex items-center gap-2 text-sm whitespace-nowrap text-ink">
      <span aria-hidden className={`size-2 rounded-full ${TONES[tone]}`} />
      <span>{children}</span>
    </span>
  );
}

export async function InsuranceClaimStatus({ state }: { state: ClaimState }) {
  const t = await getTranslations("claimState");
  const tone = state === "paid" ? "good" : state === "declined" ? "bad" : "lamp";
  return <Status tone={tone}>{t(state)}</Status>;
}

const TERM_TONES = { ended: "calm", upcoming: "calm", ending: "lamp", "in-force": "good" } as const;

export async function PolicyStatus({ startsOn, endsOn }: { startsOn: Date; endsOn: Date }) {
  const t = await getTranslations("policyStatus");
  const { formatDate } = await getFormats();
  const { state, daysLeft } = readTerm({ startsOn, endsOn });
  const date = formatDate(state === "upcoming" ? startsOn : endsOn);
  return <Status tone={TERM_TONES[state]}>{t(state, { date, days: daysLeft })}</Status>;
}
