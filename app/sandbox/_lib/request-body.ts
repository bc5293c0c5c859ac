import { z } from "zod";
import { isUuid } from "@/lib/glassix/identity/claims";
import { RequestError } from "./request-error";

export const MAX_MESSAGE_LENGTH = 2000;

export const MAX_ID = 2_147_483_647;

const id = z.int().min(1).max(MAX_ID);

export const replySchema = z.object({
  clientId: z
    .string()
    .refine(isUuid, "must be a UUID, a new one for each message")
    .transform((clientId) => clientId.toLowerCase()),
  text: z
    .string("must be a string")
    .transform(cleanText)
    .superRefine((text, { addIssue }) => {
      const { length } = [...text];
      if (length === 0) addIssue("the message is empty");
      if (length > MAX_MESSAGE_LENGTH)
        addIssue(`the message has ${length} characters; the limit is ${MAX_MESSAGE_LENGTH}`);
    }),
});

export const messageSchema = replySchema.extend({
  snippetId: z.string().nullable().catch(null),
  source: z
    .object({
      title: z
        .string()
        .catch("")
        .transform((title) => [...cleanText(title).replace(/\s+/g, " ")].slice(0, 200).join("")),
      uri: z
        .url({ protocol: /^https?$/, normalize: true })
        .max(500)
        .catch(""),
    })
    .default({ title: "", uri: "" }),
});
export type NewMessage = z.infer<typeof messageSchema>;

export const presenceSchema = z.object({
  seenId: id.optional(),
  isTyping: z.boolean().optional(),
});
export type Presence = z.infer<typeof presenceSchema>;

export function parseBody<Body>(schema: z.ZodType<Body>, body: unknown): Body {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  const field = String(path[0] ?? "body").replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new RequestError(400, `${field}-invalid`, `${path.join(".") || "body"}: ${message}.`);
}

export function readTicketId(text = ""): number {
  if (/^\d+$/.test(text) && id.safeParse(Number(text)).success) return Number(text);
  throw new RequestError(404, "no-such-ticket", `There is no ticket ${JSON.stringify(text.slice(0, 40))}.`);
}

/** Removes control characters (Postgres rejects NUL), ends lines with \n, and trims. */
function cleanText(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?/g, "\n")
    .replace(/[^\P{Cc}\n\t]/gu, "")
    .trim();
}
