import { CheckIcon, CrossIcon } from "@/components/ui/icons";
import { STATE_NAMES, type ClaimState } from "@/lib/portal/insurance-claims";

export function InsuranceClaimProgress({ state }: { state: ClaimState }) {
  const steps: ClaimState[] =
    state === "declined" ? ["received", "reviewing", "declined"] : ["received", "reviewing", "approved", "paid"];
  const reached = steps.indexOf(state);
  const isSettled = reached === steps.length - 1;
  return (
    <ol aria-label="Progress" className="flex text-sm">
      {steps.map((step, index) => {
        const isDone = index < reached || isSettled;
        const isLast = index === steps.length - 1;
        return (
          <li
            key={step}
            aria-current={index === reached ? "step" : undefined}
            className={`relative ${isLast ? "" : "flex-1"}`}
          >
            {!isLast && (
              <span
                aria-hidden
                className={`absolute top-[11px] start-6 end-0 h-0.5 ${index < reached ? "bg-deep" : "bg-line"}`}
              />
            )}
            <span
              aria-hidden
              className={`mb-2 flex size-6 items-center justify-center rounded-full ${
                isDone ? "bg-deep text-surface" : index === reached ? "bg-lamp" : "border-2 border-line"
              }`}
            >
              {isDone &&
                (step === "declined" ? <CrossIcon className="size-3.5" /> : <CheckIcon className="size-3.5" />)}
              {!isDone && index === reached && <span className="size-2 rounded-full bg-on-lamp" />}
            </span>
            <span className={index === reached ? "font-medium" : "text-quiet"}>{STATE_NAMES[step]}</span>
          </li>
        );
      })}
    </ol>
  );
}
