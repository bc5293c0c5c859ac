import type { Observe } from "@/lib/glassix/widget/controller";

/** Reports what the chat does as events of the window, without tokens (G11). The sandbox's timeline shows them. */
export const reportToTimeline: Observe = ({ epoch, name: state }, what) => {
  const entry = { time: Date.now(), epoch, state };
  let row: { kind: string; name: string; detail?: unknown };
  if (typeof what === "string") row = { kind: "command", name: what };
  else if ("event" in what) row = { kind: "event", name: what.event, detail: what.detail };
  else if (what.type === "session") {
    const user = what.session.status === "signed-in" ? `, ${what.session.uniqueIdentifier}` : "";
    row = { kind: "input", name: what.type, detail: what.session.status + user };
  } else {
    row = { kind: "input", name: what.type };
    if (what.type === "identity-arrived") row.detail = what.identity.uniqueIdentifier;
    if (what.type === "identity-failed") row.detail = what.failure.code;
  }
  const detail = { ...entry, ...row, detail: row.detail?.toString() };
  window.dispatchEvent(new CustomEvent("portal-chat", { detail }));
};
