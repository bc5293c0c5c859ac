import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** Postgres' response when all its connections are taken. */
const TOO_MANY_CLIENTS = encodeError({ S: "FATAL", V: "FATAL", C: "53300", M: "sorry, too many clients already" });

/** A TCP proxy between a portal and its database, with which tests inject faults. */
export class DatabaseProxy {
  private server: Server | undefined;
  private readonly sockets = new Set<Socket>();
  private port = 0;
  private delay = 0;
  private isExhausted = false;
  private breakingStatement: string | undefined;
  private readonly listeners = new Set<(text: string) => void>();
  private target: URL;

  /** @param databaseUrl where the database is */
  constructor(databaseUrl: string) {
    this.target = new URL(databaseUrl);
  }

  /** Changes the database's address, as a restart does. */
  setTarget(databaseUrl: string): void {
    this.target = new URL(databaseUrl);
  }

  /** Listens, at the same port each time, and returns the connection string for the portal. */
  async start(): Promise<string> {
    this.server = createServer((socket) => this.forward(socket));
    await new Promise<void>((resolve) => this.server!.listen(this.port, "127.0.0.1", resolve));
    this.port = (this.server.address() as AddressInfo).port;
    const url = new URL(this.target);
    url.host = `127.0.0.1:${this.port}`;
    return url.href;
  }

  /** Stops listening, and closes all connections. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server!.close(resolve));
    this.closeConnections();
    await closed;
  }

  /** Delays every query by so many milliseconds. */
  setDelay(delay: number): void {
    this.delay = delay;
  }

  /** Simulates that other applications have taken all of the database's connections. */
  setExhausted(isExhausted: boolean): void {
    this.isExhausted = isExhausted;
    if (isExhausted) this.closeConnections();
  }

  /** Lets the next transaction with this statement commit, but breaks the connection before the confirmation. */
  breakAfterCommit(statement: string): void {
    this.breakingStatement = statement;
  }

  /** Resolves when a statement that contains this text is sent. */
  waitForStatement(statement: string): Promise<void> {
    return new Promise((resolve) => this.listeners.add((text) => text.includes(statement) && resolve()));
  }

  /** Calls `listener` with the text of everything that is sent, until the returned function is called. */
  onStatement(listener: (text: string) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  private closeConnections(): void {
    this.sockets.forEach((socket) => socket.destroy());
  }

  private forward(socket: Socket): void {
    if (this.isExhausted) {
      socket.on("error", () => {}).once("data", () => socket.end(TOO_MANY_CLIENTS));
      return;
    }
    const upstream = connect(Number(this.target.port), this.target.hostname);
    for (const peer of [socket, upstream]) {
      this.sockets.add(peer);
      peer.on("error", () => {}).on("close", () => (this.sockets.delete(peer), socket.destroy(), upstream.destroy()));
    }
    let isInTransaction = false;
    let isCommitting = false;
    socket.on("data", (query) => {
      const text = query.toString("latin1");
      this.listeners.forEach((listener) => listener(text));
      if (this.breakingStatement && text.includes(this.breakingStatement)) {
        this.breakingStatement = undefined;
        isInTransaction = true;
      }
      isCommitting ||= isInTransaction && text.includes("COMMIT");
      const send = () => upstream.writable && upstream.write(query);
      if (this.delay > 0) setTimeout(send, this.delay);
      else send();
    });
    upstream.on("data", (response) => (isCommitting ? socket.destroy() : socket.write(response)));
  }
}

/** An error message of Postgres' protocol: `E`, its length, and its fields, each between a letter and a zero. */
function encodeError(fields: Record<string, string>): Buffer {
  const text = `${Object.entries(fields)
    .map(([letter, value]) => `${letter}${value}\0`)
    .join("")}\0`;
  const header = Buffer.alloc(5);
  header.write("E");
  header.writeInt32BE(text.length + 4, 1);
  return Buffer.concat([header, Buffer.from(text)]);
}
