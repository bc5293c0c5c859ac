// A double of Glassix's script, served to the tests in its place. It does what is documented, and no more.
// A classic script, like the real one. e2e/widget-recorder.js records how it is used.
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
