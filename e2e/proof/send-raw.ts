import { connect } from "node:net";

/** A request, byte by byte: nothing of it is made regular on its way. */
export type RawRequest = {
  method: string;
  /** As it stands in the first line. One character is one byte: see {@link utf8}. */
  path: string;
  /** Beside Host, Connection and Content-Length, which are added where they are missing. */
  headers?: [name: string, value: string][];
  body?: string | Buffer;
  /** The client hangs up after its last byte, in the middle of what it has announced. */
  isCutOff?: boolean;
};

export type RawResponse = {
  /** 0: the server has closed the connection without an answer. */
  status: number;
  headers: [name: string, value: string][];
  text: string;
  /** Milliseconds. */
  time: number;
};

const TIME_LIMIT = 30_000;

/** A text as its bytes in UTF-8, for where one character is one byte. */
export const utf8 = (text: string): string => Buffer.from(text).toString("latin1");

/** The bytes of a request. */
function writeRequest(request: RawRequest, host: string): Buffer {
  const { method, path, headers = [], body } = request;
  const has = (name: string) => headers.some(([other]) => other.trim().toLowerCase() === name);
  const bytes = body === undefined ? Buffer.alloc(0) : Buffer.from(body);
  const lines = [
    `${method} ${path} HTTP/1.1`,
    ...(has("host") ? [] : [`Host: ${host}`]),
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(has("connection") ? [] : ["Connection: close"]),
    ...(body === undefined || has("content-length") || has("transfer-encoding")
      ? []
      : [`Content-Length: ${bytes.length}`]),
  ];
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), bytes]);
}

/** Sends a request over a connection of its own, and reads the answer. Of a stream only what comes at once. */
export function sendRaw(request: RawRequest, address: string): Promise<RawResponse> {
  const { hostname, port, host } = new URL(address);
  return new Promise((resolve) => {
    const start = performance.now();
    const chunks: Buffer[] = [];
    const socket = connect({ host: hostname, port: Number(port) });
    const timer = setTimeout(() => finish(), TIME_LIMIT);
    const finish = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ ...readResponse(Buffer.concat(chunks)), time: performance.now() - start });
    };
    socket.on("data", (chunk) => {
      chunks.push(chunk);
      if (/content-type: text\/event-stream[^]*\r\n\r\n./i.test(chunk.toString("latin1"))) finish();
    });
    // Refusals come while the rest of a request is still on its way: then writing fails, and what was read counts.
    socket.on("error", finish).on("close", finish);
    socket.write(writeRequest(request, host));
    if (request.isCutOff) socket.end();
  });
}

function readResponse(bytes: Buffer): Omit<RawResponse, "time"> {
  const text = bytes.toString("latin1");
  const end = text.indexOf("\r\n\r\n");
  const [first = "", ...lines] = text.slice(0, end === -1 ? undefined : end).split("\r\n");
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1] ?? 0);
  if (status === 100) return readResponse(bytes.subarray(end + 4));
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  const isChunked = headers.some(([name, value]) => name === "transfer-encoding" && value === "chunked");
  const body = end === -1 ? Buffer.alloc(0) : bytes.subarray(end + 4);
  return { status, headers, text: (isChunked ? joinChunks(body) : body).toString() };
}

function joinChunks(body: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; ;) {
    const lineEnd = body.indexOf("\r\n", at);
    const size = lineEnd === -1 ? 0 : parseInt(body.toString("latin1", at, lineEnd), 16);
    if (!(size > 0)) return Buffer.concat(chunks);
    chunks.push(body.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
}
