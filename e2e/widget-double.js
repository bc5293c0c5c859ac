// A strict double of Glassix's script, served to the tests in its place: it keeps every client and notes
// every misuse that the real one would suffer in silence. A classic script, as the real one is.
(() => {
  const clients = [];
  const misuse = [];
  const living = () => clients.filter((client) => client.state !== "destroyed");

  class GlassixWidgetClient {
    state = "created";
    isVisible = false;
    constructor(options) {
      this.options = options;
      if (living().length > 0) misuse.push("created while another client is alive");
      clients.push(this);
    }
    attach() {
      if (this.state !== "created") misuse.push(`attached when ${this.state}`);
      this.state = "attached";
      queueMicrotask(() => this.state === "attached" && this.options.events?.attached?.());
    }
    destroy() {
      if (this.state !== "attached") misuse.push(`destroyed when ${this.state}`);
      this.state = "destroyed";
      this.options.events?.destroyed?.();
    }
    setWidgetVisiblity(isVisible) {
      if (this.state !== "attached") misuse.push(`shown when ${this.state}`);
      this.isVisible = isVisible;
      this.options.events?.visiblity?.(isVisible);
    }
    async getIframeUri() {
      return "about:blank";
    }
  }

  window.GlassixWidgetClient = GlassixWidgetClient;
  window.widgetDouble = { clients, misuse, living };
})();
