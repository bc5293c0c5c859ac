import { isUuid } from "@/lib/glassix/identity/claims";

/** The most characters that one message may have. An emoji counts as one. */
export const MAX_MESSAGE_LENGTH = 2000;

/** What the chat frame sends: one message, and the page that it was written on. */
export type NewMessage = { clientId: string; text: string; source: { title: string; uri: string } };

/** What somebody does without writing. */
export type Presence = { seenId?: number; isTyping?: boolean };

/** A request that the sandbox does not take: the status and the code go into its answer. */
export class RequestError extends Error {
  override name = "RequestError";
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** Seconds after which asking again may help. */
    readonly retryAfter?: number,
  ) {
    super(message);
  }
}

/**
 * Reads a message out of a request's body.
 *
 * @throws RequestError that says what is wrong with it
 */
export function readNewMessage(body: unknown): NewMessage {
  return { ...readText(body), source: cleanSource(asRecord(body).source) };
}

/**
 * Reads the text of a message out of a request's body, with the id that its sender gave it.
 *
 * @throws RequestError that says what is wrong with it
 */
export function readText(body: unknown): { clientId: string; text: string } {
  const { clientId, text } = asRecord(body);
  if (!isUuid(clientId))
    throw new RequestError(400, "client-id-invalid", "clientId must be a UUID, made anew for each message.");
  if (typeof text !== "string") throw new RequestError(400, "text-invalid", "text must be a string.");

  const cleaned = cleanText(text);
  const { length } = [...cleaned];
  if (length === 0) throw new RequestError(400, "text-empty", "The message is empty.");
  if (length > MAX_MESSAGE_LENGTH) {
    throw new RequestError(
      400,
      "text-too-long",
      `The message has ${length} characters; ${MAX_MESSAGE_LENGTH} are the limit.`,
    );
  }
  return { clientId: clientId.toLowerCase(), text: cleaned };
}

/**
 * Reads out of a request's body what somebody has seen, and whether they type.
 *
 * @throws RequestError that says what is wrong with it
 */
export function readPresence(body: unknown): Presence {
  const { seenId, isTyping } = asRecord(body);
  if (seenId !== undefined && !isId(seenId))
    throw new RequestError(400, "seen-id-invalid", "seenId must be the id of a message.");
  if (isTyping !== undefined && typeof isTyping !== "boolean")
    throw new RequestError(400, "is-typing-invalid", "isTyping must be true or false.");
  return { seenId, isTyping };
}

/**
 * Reads a ticket's id out of an address.
 *
 * @throws RequestError when no ticket can have it
 */
export function readTicketId(text: string): number {
  const id = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!isId(id))
    throw new RequestError(404, "no-such-ticket", `There is no ticket ${JSON.stringify(text.slice(0, 40))}.`);
  return id;
}

/** Where Postgres' integers end. */
export const MAX_ID = 2_147_483_647;

/** Whether this can be the id of a ticket or a message. */
function isId(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 0 && (value as number) <= MAX_ID;
}

/** The text as it is stored: without control characters (Postgres refuses NUL), with \n at the ends of lines, trimmed. */
function cleanText(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?/g, "\n")
    .replace(/[^\P{Cc}\n\t]/gu, "")
    .trim();
}

/** Where the customer was: shown to agents, so a web address or nothing, and never long. */
function cleanSource(source: unknown): { title: string; uri: string } {
  const { title, uri } = asRecord(source ?? {});
  const isWebAddress = typeof uri === "string" && uri.length <= 500 && /^https?:\/\//i.test(uri) && URL.canParse(uri);
  return {
    title: typeof title === "string" ? [...cleanText(title).replace(/\s+/g, " ")].slice(0, 200).join("") : "",
    uri: isWebAddress ? new URL(uri).href : "",
  };
}

function asRecord(value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null)
    throw new RequestError(400, "body-invalid", "The body must be a JSON object.");
  return value as Record<string, unknown>;
}
