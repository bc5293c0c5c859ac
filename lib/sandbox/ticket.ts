import type { SandboxMessage, SandboxTicket } from "@/prisma/generated/client";

type StoredTicket = SandboxTicket & { messages: SandboxMessage[] };

/** A ticket's fields. Tokens are documented to carry the first four; `field5`…`field10` as claims are unverified. */
export const FIELD_NAMES = Array.from({ length: 10 }, (_, index) => `field${index + 1}`);

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
    name: "Automatic agent",
    protocolType: "Web",
    type: "User",
    identifier: "automatic-agent",
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
    transactions: ticket.messages.map((message) => ({
      id: message.id,
      dateTime: message.visibleAt.toISOString(),
      type: "Message",
      text: message.text,
      fromParticipant: message.author === "Client" ? client : agent,
    })),
  };
}

/** What of the identity claims becomes the ticket's own fields. */
export function pickFields(identityClaims: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(identityClaims).filter(([name]) => FIELD_NAMES.includes(name)));
}

function toStrings(json: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(json ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}
