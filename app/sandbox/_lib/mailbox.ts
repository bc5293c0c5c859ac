import "server-only";
import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";

const MOST_MESSAGES = 50;
const MAX_BYTES = 100_000;

const messageSchema = z.object({
  id: z.string(),
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  sentAt: z.iso.datetime().transform((text) => new Date(text)),
});
type Message = z.output<typeof messageSchema>;

// Without turbopackIgnore, a standalone build would contain the messages.
const findFolder = () => path.join(/* turbopackIgnore: true */ process.cwd(), ".data/mail");

/** The newest first, without files that are too large or contain no message. */
export async function readMailbox(folder = findFolder()): Promise<Message[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".json"));
  const files = await Promise.all(
    names.map(async (name) => {
      const file = path.join(folder, name);
      const { size, mtimeMs } = await stat(file).catch(() => ({ size: Infinity, mtimeMs: 0 }));
      return { file, size, mtimeMs };
    }),
  );
  const small = files.filter(({ size }) => size <= MAX_BYTES);
  const newest = small.sort((a, b) => b.mtimeMs - a.mtimeMs).slice(0, MOST_MESSAGES);
  const messages = await Promise.all(newest.map(({ file }) => readMessage(file).catch(() => null)));
  return messages.filter((message) => message !== null).sort((a, b) => b.sentAt.getTime() - a.sentAt.getTime());
}

const readMessage = async (file: string) => messageSchema.parse(JSON.parse(await readFile(file, "utf8")));

/** Splits a text into links to this origin and the text between them. */
export function splitAtLinks(text: string, origin: string | null): { text: string; isLink: boolean }[] {
  const parts = text.split(/(https?:\/\/[^\s<>"]*[^\s<>".,;:!?)])/).filter((part) => part !== "");
  return parts.map((part) => ({ text: part, isLink: URL.canParse(part) && new URL(part).origin === origin }));
}
