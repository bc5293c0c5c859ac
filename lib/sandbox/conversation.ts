import "server-only";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import type { IdentityClaims } from "@/lib/identity/identity-claims";
import { Prisma, type SandboxMessage } from "@/prisma/generated/client";
import { TYPING_TIME, writeAnswer } from "./answer";
import type { Customer } from "./customer";
import type { NewMessage } from "./message-rules";
import { pickFields, toTicket } from "./ticket";

/** The key of all that is stored. Never half of it: Prisma takes an undefined filter for "any". */
type Owner = { uniqueIdentifier: string } | { visitorId: string };

/** A message as the chat frame gets it. */
export type ChatMessage = { id: number; author: "Client" | "User"; text: string; clientId: string | null; at: string };

/** A page of a conversation, and whether the agent is typing. `now` is what the next call gives as `since`. */
export type Conversation = { messages: ChatMessage[]; isTyping: boolean; now: string };

const HISTORY_LENGTH = 500;

/** Messages may become visible in another order than they were stored in; the frame drops what it has already. */
const OVERLAP = 10_000;

/**
 * The customer's messages, the oldest first, over all their tickets.
 *
 * @param since leaves out what an earlier call, at that moment, has returned
 */
export async function readConversation(customer: Customer, since?: Date): Promise<Conversation> {
  const now = new Date();
  const owner = findOwner(customer);
  const stored = !owner
    ? []
    : await db().sandboxMessage.findMany({
        where: { ticket: owner, ...(since && { visibleAt: { gt: new Date(since.getTime() - OVERLAP) } }) },
        orderBy: [{ visibleAt: "desc" }, { id: "desc" }],
        take: HISTORY_LENGTH,
      });
  const visible = stored.filter((message) => message.visibleAt <= now).reverse();
  return { messages: visible.map(toChatMessage), isTyping: visible.length < stored.length, now: now.toISOString() };
}

/**
 * Stores a customer's message, with the automatic agent's answer to it. Opens a ticket unless one is
 * open. The same `clientId` again stores nothing and returns the same message.
 */
export async function sendMessage(
  customer:
    | { kind: "identified"; uniqueIdentifier: string; identityClaims: IdentityClaims }
    | { kind: "anonymous"; visitorId: string },
  message: NewMessage,
  userAgent: string,
): Promise<{ message: ChatMessage; openedTicketId: number | null }> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await storeMessage(customer, message, userAgent);
    } catch (error) {
      // Another tab opened the ticket first, the same message came twice at once, or the ticket was
      // closed meanwhile. The database has refused; look again.
      const isRace = error instanceof Prisma.PrismaClientKnownRequestError && ["P2002", "P2025"].includes(error.code);
      if (!isRace || attempt === 3) throw error;
    }
  }
}

async function storeMessage(
  ...[customer, { clientId, text, source }, userAgent]: Parameters<typeof sendMessage>
): ReturnType<typeof sendMessage> {
  const owner: Owner = findOwner(customer)!;
  const known = await db().sandboxMessage.findFirst({ where: { clientId, ticket: owner } });
  if (known) return { message: toChatMessage(known), openedTicketId: null };

  const ticket = await db().sandboxTicket.findFirst({
    where: { ...owner, state: { not: "Closed" } },
    select: { id: true },
  });
  const identityClaims = customer.kind === "identified" ? customer.identityClaims : null;
  const now = new Date();
  const activity = {
    lastActivity: now,
    messages: {
      create: [
        { author: "Client", clientId, text, visibleAt: now },
        {
          author: "User",
          text: writeAnswer(text, identityClaims, !ticket),
          visibleAt: new Date(now.getTime() + TYPING_TIME),
        },
      ],
    },
  } satisfies Prisma.SandboxTicketUpdateInput;
  const select = { id: true, messages: { where: { clientId } } };

  const stored = ticket
    ? await db().sandboxTicket.update({
        where: { id: ticket.id, state: { not: "Closed" } },
        data: { ...activity, state: "Open" },
        select,
      })
    : await db().sandboxTicket.create({
        data: {
          ...owner,
          ...activity,
          open: now,
          fields: pickFields(identityClaims ?? {}),
          identityTokenClaims: identityClaims ?? {},
          userAgent: userAgent.slice(0, 300),
          sourceTitle: source.title,
          sourceUri: source.uri,
        },
        select,
      });
  return { message: toChatMessage(stored.messages[0]!), openedTicketId: ticket ? null : stored.id };
}

/** The customer's newest ticket in Glassix's own shape, or null when they have none. */
export async function readNewestTicket(customer: Customer): Promise<ReturnType<typeof toTicket> | null> {
  const owner = findOwner(customer);
  if (!owner) return null;
  const ticket = await db().sandboxTicket.findFirst({
    where: owner,
    orderBy: { id: "desc" },
    include: {
      messages: { where: { visibleAt: { lte: new Date() } }, orderBy: [{ visibleAt: "asc" }, { id: "asc" }] },
    },
  });
  return ticket && toTicket(ticket, env().glassix.apiKey);
}

function findOwner(customer: Customer): Owner | null {
  if (customer.kind === "identified") return { uniqueIdentifier: customer.uniqueIdentifier };
  return customer.visitorId === null ? null : { visitorId: customer.visitorId };
}

function toChatMessage({ id, author, text, clientId, visibleAt }: SandboxMessage): ChatMessage {
  return { id, author, text, clientId, at: visibleAt.toISOString() };
}
