import "server-only";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { Prisma, SandboxTicketState } from "@/prisma/generated/client";
import { followChanges } from "./live";
import { RequestError, type Presence } from "./message-rules";
import { newestMessages, toTicket, typingEnd } from "./ticket";

// What the agent sees and does. Every route to it goes through deskRoute, which asks who sits here.

/** A ticket in the desk's list. */
export type DeskEntry = {
  id: number;
  name: string;
  isIdentified: boolean;
  state: SandboxTicketState;
  lastActivity: string;
  /** The newest message, cut short. */
  text: string;
  /** How many of the customer's messages the agent has not seen. */
  unread: number;
  isTyping: boolean;
};

/** A ticket as Glassix's REST API shows it, and beside it what only the sandbox knows. */
export type DeskTicket = ReturnType<typeof toTicket> & {
  sandbox: {
    isIdentified: boolean;
    isAutomatic: boolean;
    /** Whether the customer is typing. */
    isTyping: boolean;
    /** The newest message that the customer has seen. */
    clientSeenId: number;
    /** When something will change by itself, in milliseconds since 1970. */
    nextAt: number | null;
  };
};

const LIST_LENGTH = 100;

/** The tickets that were touched last, the newest first. */
export async function listTickets(): Promise<DeskEntry[]> {
  const now = new Date();
  const tickets = await db().sandboxTicket.findMany({
    orderBy: [{ lastActivity: "desc" }, { id: "desc" }],
    take: LIST_LENGTH,
  });
  const news = await readNews(tickets.map(({ id }) => id));
  return tickets.map((ticket) => ({
    id: ticket.id,
    name: toTicket({ ...ticket, messages: [] }, "").participants[0]!.name,
    isIdentified: ticket.uniqueIdentifier !== null,
    state: ticket.state,
    lastActivity: ticket.lastActivity.toISOString(),
    text: news.get(ticket.id)?.text ?? "",
    unread: ticket.isAutomatic ? 0 : (news.get(ticket.id)?.unread ?? 0),
    isTyping: typingEnd(ticket.clientTypedAt, now) !== null,
  }));
}

/** The newest message of each of these tickets, and how many the agent has not seen. By hand: Prisma would read all messages. */
async function readNews(ids: number[]): Promise<Map<number, { text: string | null; unread: number }>> {
  if (ids.length === 0) return new Map();
  const rows = await db().$queryRaw<{ id: number; text: string | null; unread: number }[]>`
    SELECT t."id",
      (SELECT left(m."text", 120) FROM "SandboxMessage" m
       WHERE m."ticketId" = t."id" AND m."visibleAt" <= ${new Date()} ORDER BY m."id" DESC LIMIT 1) AS text,
      (SELECT count(*)::int FROM (
         SELECT FROM "SandboxMessage" m WHERE m."ticketId" = t."id" AND m."author" = 'Client' AND m."id" > t."userSeenId"
         LIMIT 99) unseen) AS unread
    FROM "SandboxTicket" t WHERE t."id" IN (${Prisma.join(ids)})`;
  return new Map(rows.map((row) => [row.id, row]));
}

/** @throws RequestError when there is no such ticket */
export async function readDeskTicket(id: number): Promise<DeskTicket> {
  const now = new Date();
  const ticket = await db().sandboxTicket.findUnique({ where: { id }, include: { messages: newestMessages() } });
  if (!ticket) throw noSuchTicket(id);
  const next = await db().sandboxMessage.findFirst({
    where: { ticketId: id, visibleAt: { gt: now } },
    orderBy: { visibleAt: "asc" },
    select: { visibleAt: true },
  });
  const typingEnds = typingEnd(ticket.clientTypedAt, now);
  const moments = [next?.visibleAt.getTime(), typingEnds].filter((moment) => typeof moment === "number");
  return {
    ...toTicket(ticket, env().glassix.apiKey),
    sandbox: {
      isIdentified: ticket.uniqueIdentifier !== null,
      isAutomatic: ticket.isAutomatic,
      isTyping: typingEnds !== null,
      clientSeenId: ticket.clientSeenId,
      nextAt: moments.length > 0 ? Math.min(...moments) : null,
    },
  };
}

/**
 * Stores an agent's answer. From then on a person answers this ticket, and the automatic agent, with what
 * it had not said yet, is gone. The same `clientId` again stores nothing.
 *
 * @throws RequestError when there is no such ticket, or it is closed
 */
export async function replyToTicket(id: number, { clientId, text }: { clientId: string; text: string }): Promise<void> {
  const now = new Date();
  try {
    await db().sandboxTicket.update({
      where: { id, state: { not: "Closed" } },
      data: {
        isAutomatic: false,
        lastActivity: now,
        userTypedAt: null,
        messages: {
          deleteMany: { author: "User", visibleAt: { gt: now } },
          create: { author: "User", clientId, text, visibleAt: now },
        },
      },
    });
  } catch (error) {
    if (isPrismaError(error, "P2002")) return;
    if (isPrismaError(error, "P2025"))
      throw (await db().sandboxTicket.findUnique({ where: { id }, select: { id: true } }))
        ? new RequestError(409, "ticket-closed", `Ticket ${id} is closed. Open it again to answer.`)
        : noSuchTicket(id);
    throw error;
  }
}

/** @throws RequestError when there is no such ticket, or its customer has another one that is not closed */
export async function setTicketState(id: number, state: SandboxTicketState): Promise<void> {
  try {
    await db().sandboxTicket.update({
      where: { id },
      data: { state, close: state === "Closed" ? new Date() : null },
    });
  } catch (error) {
    if (isPrismaError(error, "P2002"))
      throw new RequestError(
        409,
        "another-ticket-open",
        `Ticket ${id} cannot be opened: this customer has another one that is not closed.`,
      );
    throw isPrismaError(error, "P2025") ? noSuchTicket(id) : error;
  }
}

/** What the agent has before their eyes, up to the message with this id, and whether they are typing. */
export async function noteAgent(id: number, { seenId, isTyping }: Presence): Promise<void> {
  if (seenId !== undefined) {
    const newest = await db().sandboxMessage.aggregate({
      where: { ticketId: id, author: "Client", id: { lte: seenId } },
      _max: { id: true },
    });
    const userSeenId = newest._max.id ?? 0;
    await db().sandboxTicket.updateMany({ where: { id, userSeenId: { lt: userSeenId } }, data: { userSeenId } });
  }
  if (isTyping) await db().sandboxTicket.updateMany({ where: { id }, data: { userTypedAt: new Date() } });
}

/** Sends the id of each ticket in which something is new, until the signal is aborted. */
export const followTickets = (send: (id: number) => void, signal: AbortSignal): Promise<void> =>
  followChanges(
    () => true,
    signal,
    async (change) => {
      if (change) send(change.id);
      return null;
    },
  );

/** Whether `state` is one that a ticket can have. */
export function isTicketState(state: unknown): state is SandboxTicketState {
  return Object.values(SandboxTicketState).includes(state as SandboxTicketState);
}

const noSuchTicket = (id: number) => new RequestError(404, "no-such-ticket", `There is no ticket ${id}.`);

const isPrismaError = (error: unknown, code: string) =>
  error instanceof Prisma.PrismaClientKnownRequestError && error.code === code;
