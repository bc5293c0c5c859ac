import { connect } from "node:net";

/** A request that is sent byte by byte, without normalization. */
export type RawRequest = {
  method: string;
  /** As in the request line. One character is one byte: see {@link utf8}. */
  path: string;
  /** Host, Connection and Content-Length are added if they are missing. */
  headers?: [name: string, value: string][];
  body?: string | Buffer;
  /** The client closes the connection after its last byte, before the announced end. */
  isCutOff?: boolean;
};

export type RawResponse = {
  /** 0: the server closed the connection without a response. */
  status: number;
  headers: [name: string, value: string][];
  text: string;
  /** Milliseconds. */
  time: number;
};

const TIME_LIMIT = 30_000;

/** Encodes a text as UTF-8, with one character per byte. */
export const utf8 = (text: string): string => Buffer.from(text).toString("latin1");

/** Encodes a request. */
function encodeRequest(request: RawRequest, host: string): Buffer {
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

/** Sends a request over a new connection, and reads the response. Of a stream, it reads only the first event. */
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
    // A refusal may arrive before the request is fully sent. Writing then fails, and what was read so far counts.
    socket.on("error", finish).on("close", finish);
    socket.write(encodeRequest(request, host));
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
