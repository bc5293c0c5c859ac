// Put into a page before its first script: keeps every client that is made of the vendor's constructor,
// whichever that is, and notes every misuse that the real one would suffer in silence.
(() => {
  const clients = [];
  const misuse = [];
  const living = () => clients.filter((client) => client.state !== "destroyed");

  const record = (Vendor) =>
    class extends Vendor {
      constructor(options) {
        const mine = { state: "created", isOpen: false, options, events: [], time: performance.now() };
        if (living().length > 0) misuse.push("created while another client is alive");
        const hear = (name) => (detail) => {
          mine.events.push({ name, time: performance.now() });
          if (name === "visiblity") mine.isOpen = detail;
          options.events?.[name]?.(detail);
        };
        const names = ["attached", "initialized", "destroyed", "visiblity", "newTicket", "newMessage"];
        super({ ...options, events: Object.fromEntries(names.map((name) => [name, hear(name)])) });

        const watch = (name, note) => {
          const method = this[name];
          // What a blocker leaves in the place of the real one may have none.
          if (typeof method !== "function") return;
          this[name] = (...args) => {
            note();
            return method.apply(this, args);
          };
        };
        watch("attach", () => {
          if (mine.state !== "created") misuse.push(`attached when ${mine.state}`);
          mine.state = "attached";
        });
        watch("destroy", () => {
          if (mine.state !== "attached") misuse.push(`destroyed when ${mine.state}`);
          mine.state = "destroyed";
        });
        watch("setWidgetVisiblity", () => {
          if (mine.state !== "attached") misuse.push(`shown when ${mine.state}`);
        });
        mine.client = this;
        if (typeof this.attach === "function") clients.push(mine);
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
