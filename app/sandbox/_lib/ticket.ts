import { TICKET_FIELDS } from "@/lib/glassix/identity/claims";
import type { Prisma, SandboxMessage, SandboxTicket } from "@/prisma/generated/client";

type StoredTicket = SandboxTicket & { messages: SandboxMessage[] };

/** The most messages of one conversation that an answer holds. */
export const MOST_SHOWN = 200;

const nameFields = (count: number) => Array.from({ length: count }, (_, index) => `field${index + 1}`);

/** A ticket's fields. */
const FIELD_NAMES = nameFields(TICKET_FIELDS);

/**
 * A ticket in the shape of Glassix's REST API, which is also what an agent sees.
 *
 * @param apiKey the department's API key: Glassix's `departmentId`
 * @see https://docs.glassix.com/reference/ticket
 */
export function toTicket(ticket: StoredTicket, apiKey: string) {
  const fields = toStrings(ticket.fields);
  const client = {
    id: 1,
    name:
      [fields.field1, fields.field2].filter(Boolean).join(" ") ||
      (ticket.uniqueIdentifier ? "Customer" : "Anonymous visitor"),
    protocolType: "Web",
    type: "Client",
    // Not the visitor id: it is the whole key to an anonymous visitor's chat.
    identifier: ticket.uniqueIdentifier ?? `anonymous-${ticket.id}`,
    isActive: true,
  };
  const agent = {
    id: 2,
    name: ticket.isAutomatic ? "Automatic agent" : "Agent",
    protocolType: "Web",
    type: "User",
    identifier: ticket.isAutomatic ? "automatic-agent" : "agent",
    isActive: true,
  };
  return {
    id: ticket.id,
    departmentId: apiKey,
    ...Object.fromEntries(FIELD_NAMES.map((name) => [name, fields[name] ?? ""])),
    culture: ticket.culture,
    ticketType: "Regular",
    tags: [] as string[],
    state: ticket.state,
    open: ticket.open.toISOString(),
    close: ticket.close?.toISOString() ?? null,
    lastActivity: ticket.lastActivity.toISOString(),
    uniqueArgument: "",
    details: {
      userAgent: ticket.userAgent,
      iPAddress: "",
      location: "",
      source: { title: ticket.sourceTitle, uri: ticket.sourceUri },
      externalLink: "",
      identityTokenClaims: toStrings(ticket.identityTokenClaims),
    },
    primaryProtocolType: "Web",
    participants: [client, agent],
    transactions: ticket.messages.toSorted(compareMessages).map((message) => ({
      id: message.id,
      dateTime: message.visibleAt.toISOString(),
      type: "Message",
      text: message.text,
      fromParticipant: message.author === "Client" ? client : agent,
    })),
  };
}

const compareMessages = (a: SandboxMessage, b: SandboxMessage) =>
  a.visibleAt.getTime() - b.visibleAt.getTime() || a.id - b.id;

/** What of the identity claims becomes the ticket's own fields, of which tokens may fill the first `count`. */
export function pickFields(identityClaims: Record<string, string>, count = TICKET_FIELDS): Record<string, string> {
  const names = nameFields(count);
  return Object.fromEntries(Object.entries(identityClaims).filter(([name]) => names.includes(name)));
}

function toStrings(json: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(json ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

/** How long somebody counts as typing after the last key, in milliseconds. */
const TYPING_LASTS = 4_000;

/** When somebody stops counting as typing, in milliseconds since 1970; null when they do not type. */
export function typingEnd(typedAt: Date | null | undefined, now: Date): number | null {
  const end = (typedAt?.getTime() ?? 0) + TYPING_LASTS;
  return end > now.getTime() ? end : null;
}

/** The newest messages that may be seen by now: a part of a query. */
export const newestMessages = () =>
  ({
    where: { visibleAt: { lte: new Date() } },
    orderBy: [{ visibleAt: "desc" }, { id: "desc" }],
    take: MOST_SHOWN,
  }) satisfies Prisma.SandboxTicket$messagesArgs;
