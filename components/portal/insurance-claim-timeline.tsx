import { formatMomentDate, formatMomentTime } from "@/lib/portal/format";
import { findNextStep, STATE_NAMES, type InsuranceClaim } from "@/lib/portal/insurance-claims";

export function InsuranceClaimTimeline({ insuranceClaim }: { insuranceClaim: InsuranceClaim }) {
  const { history, state, createdAt } = insuranceClaim;
  const next = findNextStep(state, history.at(-1)?.at ?? createdAt);
  return (
    <ol>
      {history.map(({ state, note, at }, index) => {
        const isLast = index === history.length - 1;
        return (
          <li key={`${at.getTime()} ${state}`} className="relative pb-8 ps-9 last:pb-0">
            {(!isLast || next) && (
              <span
                aria-hidden
                className={`absolute top-3 bottom-[-12px] start-[7px] border-s-2 ${isLast ? "border-dashed border-edge" : "border-deep"}`}
              />
            )}
            <span aria-hidden className="absolute top-[5px] start-0 size-4 rounded-full bg-deep" />
            <p className="font-medium">{STATE_NAMES[state]}</p>
            <p className="text-sm text-quiet tabular-nums">
              <time dateTime={at.toISOString()}>
                {formatMomentDate(at)}, {formatMomentTime(at)}
              </time>
            </p>
            <p className="mt-1.5">{note}</p>
          </li>
        );
      })}
      {next ? (
        <li className="relative ps-9">
          <span
            aria-hidden
            className="absolute top-[5px] start-0 size-4 rounded-full border-[3px] border-lamp bg-paper"
          />
          <p className="font-medium">{`Next: ${next.title}`}</p>
          <p className="text-sm text-quiet tabular-nums">{next.when}</p>
          <p className="mt-1.5">{next.text}</p>
        </li>
      ) : (
        <li className="mt-8 border-t border-line pt-5 text-quiet">
          {state === "paid"
            ? "This claim is settled. There is nothing more to do."
            : "This claim is closed. If you disagree, tell us in the chat and a colleague will review it."}
        </li>
      )}
    </ol>
  );
}
