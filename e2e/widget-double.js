// A double of Glassix's script, served to the tests in its place: it does what is documented, and no more.
// A classic script, as the real one is. e2e/widget-recorder.js keeps what is done with it.
window.GlassixWidgetClient = class GlassixWidgetClient {
  constructor(options) {
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
  setWidgetVisiblity(isVisible) {
    this.events.visiblity?.(isVisible);
  }
  async getIframeUri() {
    return "about:blank";
  }
};
