import type { WidgetClient, WidgetConstructor, WidgetEvents, WidgetOptions } from "../widget/client";

export type RecordedClient = {
  state: "created" | "attached" | "destroyed";
  isOpen: boolean;
  options: WidgetOptions;
  events: { name: string; time: number }[];
  /** When it was created: milliseconds on the page's own clock. */
  time: number;
  client: WidgetClient;
};

export type WidgetRecorder = { clients: RecordedClient[]; misuse: string[]; living(): RecordedClient[] };

declare global {
  interface Window {
    widgetRecorder?: WidgetRecorder;
  }
}

/**
 * Records every client that the vendor's constructor creates, real or double, and every misuse that the real widget silently
 * accepts. Runs before a page's first script, from its source text: it may use nothing outside itself.
 */
export function installWidgetRecorder(): void {
  const clients: RecordedClient[] = [];
  const misuse: string[] = [];
  const living = () => clients.filter((client) => client.state !== "destroyed");

  const record = (Vendor: WidgetConstructor): WidgetConstructor =>
    class extends Vendor {
      constructor(options: WidgetOptions) {
        const created = { state: "created", isOpen: false, options, events: [], time: performance.now() };
        const entry = created as unknown as RecordedClient;
        if (living().length > 0) misuse.push("created while another client is alive");
        const recordEvent = (name: keyof WidgetEvents) => (detail: never) => {
          entry.events.push({ name, time: performance.now() });
          if (name === "visiblity") entry.isOpen = detail;
          (options.events?.[name] as ((detail: never) => void) | undefined)?.(detail);
        };
        const names = ["attached", "initialized", "destroyed", "visiblity", "newTicket", "newMessage"] as const;
        super({ ...options, events: Object.fromEntries(names.map((name) => [name, recordEvent(name)])) });

        const wrapMethod = (name: "attach" | "destroy" | "setWidgetVisiblity", onCall: () => void) => {
          const method = this[name] as (...args: unknown[]) => void;
          // An ad blocker's replacement may lack the method.
          if (typeof method !== "function") return;
          this[name] = (...args: unknown[]) => {
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

  let recorded: WidgetConstructor | undefined;
  Object.defineProperty(window, "GlassixWidgetClient", {
    configurable: true,
    get: () => recorded,
    set: (value: WidgetConstructor | undefined) => (recorded = value?.prototype ? record(value) : value),
  });
  window.widgetRecorder = { clients, misuse, living };
}
