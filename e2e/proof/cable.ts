import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** What a real Postgres answers when all its connections are taken. */
const TOO_MANY_CLIENTS = errorResponse({ S: "FATAL", V: "FATAL", C: "53300", M: "sorry, too many clients already" });

/** Stands between a portal and its database, so that a test can do to the connection what a bad day does. */
export class Cable {
  private server: Server | undefined;
  private readonly sockets = new Set<Socket>();
  private port = 0;
  private delay = 0;
  private isFull = false;
  private fatal: string | undefined;
  private readonly listeners = new Set<(text: string) => void>();
  private target: URL;

  /** @param databaseUrl where the database is */
  constructor(databaseUrl: string) {
    this.target = new URL(databaseUrl);
  }

  /** The database has moved, as it does when it is started again. */
  leadTo(databaseUrl: string): void {
    this.target = new URL(databaseUrl);
  }

  /** Connects, at the same address each time: the connection string for the portal. */
  async plugIn(): Promise<string> {
    this.server = createServer((socket) => this.join(socket));
    await new Promise<void>((resolve) => this.server!.listen(this.port, "127.0.0.1", resolve));
    this.port = (this.server.address() as AddressInfo).port;
    const url = new URL(this.target);
    url.host = `127.0.0.1:${this.port}`;
    return url.href;
  }

  /** The database is gone: nothing listens, and what was connected is cut. */
  async pullOut(): Promise<void> {
    const closed = new Promise((resolve) => this.server!.close(resolve));
    this.cut();
    await closed;
  }

  /** Whatever is asked arrives so many milliseconds later. */
  slowDown(delay: number): void {
    this.delay = delay;
  }

  /** Whether other applications have taken all of the database's connections. */
  fillUp(isFull: boolean): void {
    this.isFull = isFull;
    if (isFull) this.cut();
  }

  /** The next transaction with such a statement is committed, but the connection breaks before anybody hears of it. */
  breakAfterCommitOf(statement: string): void {
    this.fatal = statement;
  }

  /** Resolves when a statement with this text is on its way. */
  untilAsked(statement: string): Promise<void> {
    return new Promise((resolve) => this.listeners.add((text) => text.includes(statement) && resolve()));
  }

  private cut(): void {
    this.sockets.forEach((socket) => socket.destroy());
  }

  private join(socket: Socket): void {
    if (this.isFull) {
      socket.on("error", () => {}).once("data", () => socket.end(TOO_MANY_CLIENTS));
      return;
    }
    const upstream = connect(Number(this.target.port), this.target.hostname);
    for (const end of [socket, upstream]) {
      this.sockets.add(end);
      end.on("error", () => {}).on("close", () => (this.sockets.delete(end), socket.destroy(), upstream.destroy()));
    }
    let isMarked = false;
    let isDoomed = false;
    socket.on("data", (asked) => {
      const text = asked.toString("latin1");
      this.listeners.forEach((listener) => listener(text));
      if (this.fatal && text.includes(this.fatal)) {
        this.fatal = undefined;
        isMarked = true;
      }
      isDoomed ||= isMarked && text.includes("COMMIT");
      const pass = () => upstream.writable && upstream.write(asked);
      if (this.delay > 0) setTimeout(pass, this.delay);
      else pass();
    });
    upstream.on("data", (answered) => (isDoomed ? socket.destroy() : socket.write(answered)));
  }
}

/** A message of Postgres' protocol: `E`, its length, and its fields, each with a letter before and a zero after. */
function errorResponse(fields: Record<string, string>): Buffer {
  const text = `${Object.entries(fields)
    .map(([letter, value]) => `${letter}${value}\0`)
    .join("")}\0`;
  const head = Buffer.alloc(5);
  head.write("E");
  head.writeInt32BE(text.length + 4, 1);
  return Buffer.concat([head, Buffer.from(text)]);
}
