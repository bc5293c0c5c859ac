// Runs before a page's first script. Records every client that the vendor's constructor creates, real or double,
// and every misuse that the real widget would silently accept.
(() => {
  const clients = [];
  const misuse = [];
  const living = () => clients.filter((client) => client.state !== "destroyed");

  const record = (Vendor) =>
    class extends Vendor {
      constructor(options) {
        const entry = { state: "created", isOpen: false, options, events: [], time: performance.now() };
        if (living().length > 0) misuse.push("created while another client is alive");
        const recordEvent = (name) => (detail) => {
          entry.events.push({ name, time: performance.now() });
          if (name === "visiblity") entry.isOpen = detail;
          options.events?.[name]?.(detail);
        };
        const names = ["attached", "initialized", "destroyed", "visiblity", "newTicket", "newMessage"];
        super({ ...options, events: Object.fromEntries(names.map((name) => [name, recordEvent(name)])) });

        const wrapMethod = (name, onCall) => {
          const method = this[name];
          // An ad blocker's replacement may lack the method.
          if (typeof method !== "function") return;
          this[name] = (...args) => {
            onCall();
            return method.apply(this, args);
          };
        };
        wrapMethod("attach", () => {
          if (entry.state !== "created") misuse.push(`attached when ${entry.state}`);
          entry.state = "attached";
        });
        wrapMethod("destroy", () => {
          if (entry.state !== "attached") misuse.push(`destroyed when ${entry.state}`);
          entry.state = "destroyed";
        });
        wrapMethod("setWidgetVisiblity", () => {
          if (entry.state !== "attached") misuse.push(`shown when ${entry.state}`);
        });
        entry.client = this;
        if (typeof this.attach === "function") clients.push(entry);
      }
    };

  let recorded;
  Object.defineProperty(window, "GlassixWidgetClient", {
    configurable: true,
    get: () => recorded,
    set: (value) => (recorded = value?.prototype ? record(value) : value),
  });
  window.widgetRecorder = { clients, misuse, living };
})();
