import { Icon } from "@/components/ui/icon";
import { getFormats, getTranslations } from "@/lib/i18n/request";
import type { ClaimState } from "@/lib/portal/insurance-claims";

export async function InsuranceClaimProgress({ state }: { state: ClaimState }) {
  const t = await getTranslations("claim");
  const { formatState } = await getFormats();
  const steps: ClaimState[] =
    state === "declined" ? ["received", "reviewing", "declined"] : ["received", "reviewing", "approved", "paid"];
  const reached = steps.indexOf(state);
  const isSettled = reached === steps.length - 1;
  return (
    <ol aria-label={t("progress")} className="flex text-sm">
      {steps.map((step, index) => {
        const isDone = index < reached || isSettled;
        const isCurrent = index === reached;
        return (
          <li
            key={step}
            aria-current={isCurrent ? "step" : undefined}
            className={`progress-step ${isDone ? "progress-done" : isCurrent ? "progress-current" : ""}`}
          >
            <span className="progress-dot">
              {isDone && <Icon name={step === "declined" ? "cross" : "check"} className="size-3.5" />}
            </span>
            <span className={isCurrent ? "font-medium" : "text-quiet"}>{formatState(step)}</span>
          </li>
        );
      })}
    </ol>
  );
}
