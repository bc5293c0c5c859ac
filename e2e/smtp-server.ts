import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import { SMTPServer } from "smtp-server";

export type Mail = {
  from: string;
  /** The recipients of the envelope. */
  to: string[];
  subject: string;
  text: string;
  html: string;
  /** By lowercase name. */
  headers: Record<string, string>;
  receivedAt: string;
};

/** "accept" stores the message; a number, such as 451, is the status code of a refusal. */
export type MailReply = "accept" | "drop-connection" | number;

export type SmtpServer = { url: string; close(): Promise<void> };

/**
 * Starts a mail server on 127.0.0.1 that stores each message as a JSON file in `folder`. It refuses recipients whose
 * local part starts with "rejected-".
 *
 * @param options.onData decides how to reply to a message, once it has arrived. Default: "accept"
 */
export async function startSmtpServer(
  port: number,
  folder: string,
  { onData }: { onData?: (recipients: string[]) => Promise<MailReply> } = {},
): Promise<SmtpServer> {
  mkdirSync(folder, { recursive: true });
  const sockets = new Set<Socket>();
  let received = 0;
  const store = (mail: Mail) => {
    // readMails() sorts by name.
    const name = `${Date.now()}-${String(received++).padStart(6, "0")}-${randomUUID()}`;
    const file = path.join(folder, `${name}.json`);
    // Renamed, so that readers never see half a file.
    writeFileSync(`${file}.part`, JSON.stringify(mail));
    renameSync(`${file}.part`, file);
  };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["AUTH", "STARTTLS"],
    disableReverseLookup: true,
    onRcptTo({ address }, _session, callback) {
      callback(address.startsWith("rejected-") ? refuse(550, "No such mailbox.") : null);
    },
    onData(stream, { envelope, remotePort }, callback) {
      const handleMessage = async () => {
        const source = await buffer(stream);
        const to = envelope.rcptTo.map(({ address }) => address);
        const reply = (await onData?.(to)) ?? "accept";
        if (reply === "drop-connection") {
          for (const socket of sockets) if (socket.remotePort === remotePort) socket.destroy();
        } else if (reply === "accept") {
          store({ ...decodeMessage(source), to, receivedAt: new Date().toISOString() });
          callback();
        } else callback(refuse(reply, "The test refuses this message."));
      };
      handleMessage().catch(callback);
    },
  });
  server.on("error", (error) => console.error("The tests' mail server:", error.message));
  server.server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await once(server.listen(port, "127.0.0.1"), "listening");
  return {
    url: `smtp://127.0.0.1:${port}`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(resolve));
      sockets.forEach((socket) => socket.destroy());
      await closed;
    },
  };
}

const refuse = (responseCode: number, message: string) => Object.assign(new Error(message), { responseCode });

// Decodes what nodemailer produces: text and HTML in UTF-8.

function decodeMessage(source: Buffer): Pick<Mail, "from" | "subject" | "text" | "html" | "headers"> {
  const { headers, body } = splitMessage(source.toString("latin1"));
  const parts = listParts(headers, body);
  const findPart = (type: string) => parts.find((part) => part.type === type)?.content ?? "";
  const { from = "", subject = "" } = headers;
  return { from, subject, text: findPart("text/plain"), html: findPart("text/html"), headers };
}

function splitMessage(source: string): { headers: Record<string, string>; body: string } {
  const end = source.indexOf("\r\n\r\n");
  const lines = source.slice(0, end).replace(/\r\n[ \t]+/g, " ");
  const headers = [...lines.matchAll(/^([\w-]+): ?(.*)$/gm)].map(([, name, value]) => [
    name!.toLowerCase(),
    decodeWords(value!),
  ]);
  return { headers: Object.fromEntries(headers), body: source.slice(end + 4) };
}

function listParts(headers: Record<string, string>, body: string): { type: string; content: string }[] {
  const type = headers["content-type"] ?? "text/plain";
  const boundary = /^multipart\/.*boundary="?([^";]+)/i.exec(type)?.[1];
  if (!boundary) {
    const content = toText(decodeBytes(body, headers["content-transfer-encoding"]));
    return [{ type: type.split(";")[0]!.toLowerCase(), content: content.replaceAll("\r\n", "\n") }];
  }
  const sources = `\r\n${body}`.split(`\r\n--${boundary}`).slice(1, -1);
  return sources.flatMap((source) => {
    const part = splitMessage(source.slice(2));
    return listParts(part.headers, part.body);
  });
}

/** Bytes as a string with one character for each. */
function decodeBytes(text: string, encoding = "7bit"): string {
  if (/^(base64|b)$/i.test(encoding)) return Buffer.from(text, "base64").toString("latin1");
  if (!/^(quoted-printable|q)$/i.test(encoding)) return text;
  return text
    .replace(/=\r\n/g, "")
    .replace(/=([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
}

const toText = (bytes: string) => Buffer.from(bytes, "latin1").toString("utf8");

/** Decodes a header such as "=?UTF-8?Q?Gr=C3=BC=C3=9Fe?=". The space between two encoded words does not count. */
const decodeWords = (value: string) =>
  value
    .replace(/\?=\s+=\?/g, "?==?")
    .replace(/=\?utf-8\?([qb])\?(.*?)\?=/gi, (_, encoding: string, text: string) =>
      toText(decodeBytes(encoding.toLowerCase() === "q" ? text.replaceAll("_", " ") : text, encoding)),
    );
