/** Serves a script of the size of a vendor's, which defines the documented widget, from another site than the portal's. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export const SCRIPT_KILOBYTES = 350;
/** How long it blocks the main thread, in milliseconds: also when Lighthouse slows the processor down. */
export const SCRIPT_TIME = 150;

const SCRIPT = `
  for (const end = performance.now() + ${SCRIPT_TIME}; performance.now() < end; );
  window.GlassixWidgetClient = class {
    #events;
    constructor({ events = {} }) { this.#events = events; }
    attach() {
      const launcher = document.createElement("button");
      launcher.textContent = "Chat";
      launcher.style.cssText = "position: fixed; right: 20px; bottom: 20px; width: 60px; height: 60px";
      document.body.append(launcher);
      queueMicrotask(() => this.#events.attached?.());
    }
    destroy() {}
  };
  // ${randomBytes(SCRIPT_KILOBYTES * 750).toString("base64")}`;

export async function startVendor() {
  let requests = 0;
  const server = createServer((_request, response) => {
    requests++;
    response.writeHead(200, { "content-type": "text/javascript" }).end(SCRIPT);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/widget.js`, requests: () => requests, close: () => server.close() };
}
