import { STATE_NAMES, type ClaimState } from "@/lib/portal/insurance-claims";
import { readTerm } from "@/lib/portal/policies";
import { formatDate } from "@/lib/format";

const TONES = { good: "bg-good", lamp: "bg-lamp", bad: "bg-bad", calm: "bg-edge" };

function Status({ tone, children }: { tone: keyof typeof TONES; children: string }) {
  return (
    <span className="inline-flex items-center gap-2 text-sm whitespace-nowrap text-ink">
      <span aria-hidden className={`size-2 rounded-full ${TONES[tone]}`} />
      <span>{children}</span>
    </span>
  );
}

export function InsuranceClaimStatus({ state }: { state: ClaimState }) {
  const tone = state === "paid" ? "good" : state === "declined" ? "bad" : "lamp";
  return <Status tone={tone}>{STATE_NAMES[state]}</Status>;
}

export function PolicyStatus({ startsOn, endsOn }: { startsOn: Date; endsOn: Date }) {
  const { state, daysLeft } = readTerm({ startsOn, endsOn });
  switch (state) {
    case "ended":
      return <Status tone="calm">{`Ended ${formatDate(endsOn)}`}</Status>;
    case "upcoming":
      return <Status tone="calm">{`Starts ${formatDate(startsOn)}`}</Status>;
    case "ending":
      return <Status tone="lamp">{`Ends ${["today", "tomorrow"][daysLeft] ?? `in ${daysLeft} days`}`}</Status>;
    case "in-force":
      return <Status tone="good">In force</Status>;
  }
}
