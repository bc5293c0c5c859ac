import { REGISTERED_CLAIMS } from "@/lib/glassix/identity/claims";
import type { Message, Ticket } from "./schema";

/** A ticket has ten fields; a token is documented to fill four. Source: docs.glassix.com, "ticket", and the guide. */
export const TICKET_FIELDS = 10;
export const DOCUMENTED_FIELDS = 4;

export const FIELD_NAMES = Array.from({ length: TICKET_FIELDS }, (_, index) => `field${index + 1}`);

export function pickIdentityClaims(claims: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(claims).filter(([name]) => !REGISTERED_CLAIMS.includes(name)));
}

const TYPING_LASTS = 4_000;

/** @see https://docs.glassix.com/reference/ticket */
export function toTicket(ticket: Ticket & { messages: Message[] }, apiKey: string) {
  const { fields, isIdentified, isAutomatic } = ticket;
  const client = {
    id: 1,
    name: nameCustomer(ticket),
    protocolType: "Web",
    type: "Client",
    // Not the visitor id: it is the whole key to an anonymous visitor's chat.
    identifier: isIdentified ? ticket.ownerId : `anonymous-${ticket.id}`,
    isActive: true,
  };
  const agent = {
    id: 2,
    name: isAutomatic ? "Automatic agent" : "Agent",
    protocolType: "Web",
    type: "User",
    identifier: isAutomatic ? "automatic-agent" : "agent",
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
      identityTokenClaims: ticket.identityTokenClaims,
    },
    primaryProtocolType: "Web",
    participants: [client, agent],
    transactions: ticket.messages.map(({ id, author, text, visibleAt }) => ({
      id,
      dateTime: visibleAt.toISOString(),
      type: "Message",
      text,
      fromParticipant: author === "Client" ? client : agent,
    })),
  };
}

export function nameCustomer({ fields, isIdentified }: Pick<Ticket, "fields" | "isIdentified">): string {
  return [fields.field1, fields.field2].filter(Boolean).join(" ") || (isIdentified ? "Customer" : "Anonymous visitor");
}

export function pickFields(identityClaims: Record<string, string>, count = TICKET_FIELDS): Record<string, string> {
  const names = FIELD_NAMES.slice(0, count);
  return Object.fromEntries(Object.entries(identityClaims).filter(([name]) => names.includes(name)));
}

export function typingEnd(typedAt: Date | null | undefined, now: Date): number | null {
  const end = (typedAt?.getTime() ?? 0) + TYPING_LASTS;
  return end > now.getTime() ? end : null;
}
