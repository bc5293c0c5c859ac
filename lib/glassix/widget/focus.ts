import type { WidgetController } from "./controller";
import { attempt } from "./session-channel";

/** The element around the chat's own notices: where a skip link leads. */
export const CONTAINER_ID = "chat";
export const LAUNCHER_ID = "chat-launcher";

const OWNS_KEYS = "input, textarea, select, dialog, [contenteditable], [popover], [role$=dialog], [role=menu]";

// The elements are in a corner or at the page's end: the page must not scroll there.
const QUIETLY = { preventScroll: true };
const FOCUS_TRIES = 20;
const FOCUS_PAUSE = 100;

/** Moves the focus into the chat's frame when it opens, and back when it closes. Escape closes it. */
export function manageFocus(controller: WidgetController) {
  let isOpen = false;
  /** Opened by this page, after a wait: the visitor may be typing elsewhere by now. */
  let wasDelayed = false;
  let hasEntered = false;
  let uri: string | undefined;
  let lastFocused: Element | null = null;
  let returnTo: Element | null = null;
  let isInContainer = false;

  const getContainer = () => document.getElementById(CONTAINER_ID);
  const findFrame = () => [...document.querySelectorAll("iframe")].find(({ src }) => src === uri);
  const isInFrame = () => !!document.activeElement && document.activeElement === findFrame();
  const isFocusLost = () => !document.activeElement || document.activeElement === document.body;

  async function enter(isDelayed: boolean): Promise<void> {
    const before = document.activeElement;
    if (!hasEntered) returnTo = before instanceof HTMLIFrameElement ? lastFocused : before;
    hasEntered = true;
    const mayMoveFocus = isDelayed ? isFocusLost() || getContainer()?.contains(before) : !before?.matches(OWNS_KEYS);
    const client = controller.getClient();
    uri = await attempt(() => client?.getIframeUri())?.catch(() => undefined);
    const hasStayed = () => isFocusLost() || document.activeElement === before;
    const isCurrent = () => mayMoveFocus && uri && isOpen && controller.getClient() === client && hasStayed();
    for (let tries = 0; tries < FOCUS_TRIES && isCurrent(); tries++) {
      findFrame()?.focus(QUIETLY);
      // A frame that is not shown yet cannot have the focus.
      if (!isInFrame()) await new Promise((resolve) => setTimeout(resolve, FOCUS_PAUSE));
    }
  }

  function leave(): void {
    hasEntered = false;
    for (const element of [returnTo, getContainer()])
      if (element instanceof HTMLElement && (isFocusLost() || isInFrame())) element.focus(QUIETLY);
  }

  controller.subscribe(() => {
    const state = controller.getState();
    const wasOpen = isOpen;
    isOpen = state.name === "living" && state.isOpen;
    const willOpen = "mustOpen" in state && state.mustOpen;
    if (isOpen && !wasOpen) void enter(wasDelayed);
    if (hasEntered && !isOpen && !willOpen) leave();
    wasDelayed = willOpen;
  });

  document.addEventListener("focusin", ({ target }) => {
    if (!(target instanceof Element) || target instanceof HTMLIFrameElement) return;
    lastFocused = target;
    isInContainer = !!getContainer()?.contains(target);
    if (target !== getContainer()) return;
    if (isOpen) void enter(false);
    else document.getElementById(LAUNCHER_ID)?.focus(QUIETLY);
  });
  const handleBlur = ({ target }: Event) => (target as Element).id === LAUNCHER_ID && (isInContainer = false);
  document.addEventListener("focusout", handleBlur, { capture: true });
  window.addEventListener("keydown", ({ key, target, defaultPrevented }) => {
    if (key !== "Escape" || defaultPrevented || !isOpen) return;
    if (target instanceof Element && target.closest(OWNS_KEYS)) return;
    if (attempt(() => document.querySelector("dialog:modal, :popover-open"))) return;
    attempt(() => controller.getClient()?.setWidgetVisiblity(false));
  });

  return {
    isOnLauncher: () => document.activeElement?.id === LAUNCHER_ID,
    /** Otherwise the next Tab would start at the top of the page. */
    restore(): void {
      if (isInContainer && !lastFocused?.isConnected && isFocusLost()) getContainer()?.focus(QUIETLY);
    },
  };
}
