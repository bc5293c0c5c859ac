import type { WidgetEvents, WidgetOptions } from "../widget/client";

/**
 * Defines a double of Glassix's script, which does what is documented, and no more. Runs in a page, from its source text:
 * it may use nothing outside itself.
 */
export function installWidgetDouble(): void {
  window.GlassixWidgetClient = class GlassixWidgetClient {
    events: WidgetEvents;
    isAttached = false;
    constructor(options: WidgetOptions) {
      this.events = options.events ?? {};
    }
    attach() {
      this.isAttached = true;
      queueMicrotask(() => this.isAttached && this.events.attached?.());
    }
    destroy() {
      this.isAttached = false;
      this.events.destroyed?.();
    }
    setWidgetVisiblity(isVisible: boolean) {
      this.events.visiblity?.(isVisible);
    }
    async getIframeUri() {
      return "about:blank";
    }
  };
}
