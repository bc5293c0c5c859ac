import type { WidgetController } from "@/lib/glassix/widget/controller";
import type { WidgetState } from "@/lib/glassix/widget/machine";
import { WIDGET_FAILURE_CAUSES, type WidgetFailureCause } from "@/lib/widget-failure/causes";

/** The share of failures that is reported: 1 is all of them. Take less when there are more than you want to store. */
const SHARE = 1;
/** For each page that is open, whatever happens there. */
const AT_MOST = 5;

const reported = new Set<string>();

/**
 * Tells the portal that it could not show the chat, and why, in one word: each cause once in each epoch. Loaded
 * when a chat fails for the first time: whoever has no network then reports nothing.
 */
export function reportFailure(chat: WidgetController): void {
  const state = chat.getState();
  const cause = causeOf(state);
  const report = `${state.epoch} ${cause}`;
  if (reported.has(report) || reported.size >= AT_MOST) return;
  reported.add(report);
  if (Math.random() < SHARE) navigator.sendBeacon("/api/widget-failures", JSON.stringify({ cause }));
}

function causeOf(state: WidgetState): WidgetFailureCause {
  if (state.name === "empty") return "session";
  const problem =
    state.name === "refused"
      ? state.problem
      : [state.clientRetry, ...(state.name === "preparing" ? [state.scriptRetry] : []), state.identityRetry].find(
          ({ isTold }) => isTold,
        )?.problem;
  return WIDGET_FAILURE_CAUSES.find((cause) => cause === problem) ?? "other";
}
