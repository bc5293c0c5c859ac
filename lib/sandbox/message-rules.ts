import { isUuid } from "@/lib/identity/identity-claims";

/** The most characters that one message may have. An emoji counts as one. */
export const MAX_MESSAGE_LENGTH = 2000;

/** What the chat frame sends: one message, and the page that it was written on. */
export type NewMessage = { clientId: string; text: string; source: { title: string; uri: string } };

/** A request that the sandbox does not take: the status and the code go into its answer. */
export class RequestError extends Error {
  override name = "RequestError";
  constructor(
    readonly status: 400 | 413,
    readonly code: string,
    message: string,
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
  const { clientId, text, source } = asRecord(body);
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
  return { clientId: clientId.toLowerCase(), text: cleaned, source: cleanSource(source) };
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
