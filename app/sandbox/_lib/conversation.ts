import "server-only";
import { readClientAddress } from "@/lib/client-address";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { Prisma, type SandboxMessage } from "@/prisma/generated/client";
import { createLimit, type Limit } from "@/lib/limits";
import { log } from "@/lib/log";
import { TYPING_TIME, writeAnswer } from "./answer";
import { withDatabase } from "./concurrency";
import type { Customer } from "./customer";
import { followChanges, type TicketChange } from "./live";
import { MAX_ID, RequestError, type NewMessage, type Presence } from "./message-rules";
import { sweep } from "./sweep";
import { MOST_SHOWN, newestMessages, toTicket, typingEnd } from "./ticket";

/** The key of all that is stored. Never half of it: Prisma takes an undefined filter for "any". */
type Owner = { uniqueIdentifier: string } | { visitorId: string };

/** A message as the chat frame gets it. */
export type ChatMessage = { id: number; author: "Client" | "User"; text: string; clientId: string | null; at: string };

/** A page of a conversation, and how it stands. */
export type Conversation = {
  messages: ChatMessage[];
  isTyping: boolean;
  /** The newest message that the agent has seen. */
  seenId: number;
  /** How many of the agent's messages the customer has not seen. */
  unread: number;
  /** Whether the ticket was closed: the next message opens another. */
  isClosed: boolean;
  /** What the next call gives as `since`. */
  now: string;
  /** When something will change by itself, in milliseconds since 1970: an answer appears, somebody stops typing. */
  nextAt: number | null;
};

/** The most characters of a page: 200 messages can have 400,000. */
const HISTORY_CHARACTERS = 100_000;

/** Messages may become visible in another order than they were stored in; the frame drops what it has already. */
const OVERLAP = 10_000;

/** Milliseconds between two times that a customer is noted to type. */
const TYPING_COUNTS_EVERY = 1_000;

const MESSAGES_PER_MINUTE = 30;
const messageLimit = createLimit("sandbox-message", MESSAGES_PER_MINUTE, 60);

/** Browsers without a cookie have no key of their own to count: they are counted by address, and together. */
const NEWCOMERS_PER_MINUTE = 60;
const NEWCOMERS_FROM_ADDRESS_PER_MINUTE = 20;
const newcomerLimit = createLimit("sandbox-newcomer", NEWCOMERS_PER_MINUTE, 60);
const newcomerAddressLimit = createLimit("sandbox-newcomer-from", NEWCOMERS_FROM_ADDRESS_PER_MINUTE, 60);

/**
 * The customer's messages, the oldest first, over all their tickets.
 *
 * @param since leaves out what an earlier call, at that moment, has returned
 */
export async function readConversation(customer: Customer, since?: Date): Promise<Conversation> {
  const now = new Date();
  const owner = findOwner(customer);
  const [stored, ticket, unread] = !owner
    ? [[], null, 0]
    : await Promise.all([
        db().sandboxMessage.findMany({
          where: { ticket: owner, ...(since && { visibleAt: { gt: new Date(since.getTime() - OVERLAP) } }) },
          orderBy: [{ visibleAt: "desc" }, { id: "desc" }],
          take: MOST_SHOWN,
        }),
        db().sandboxTicket.findFirst({
          where: owner,
          // The one that is not closed, which the desk may have opened again; otherwise the newest.
          orderBy: [{ close: { sort: "desc", nulls: "first" } }, { id: "desc" }],
          select: { state: true, isAutomatic: true, userSeenId: true, userTypedAt: true },
        }),
        countUnread(owner, now),
      ]);
  let characters = 0;
  const visible = stored
    .filter(({ visibleAt, text }) => visibleAt <= now && (characters += text.length) <= HISTORY_CHARACTERS)
    .reverse();
  const hidden = stored.filter((message) => message.visibleAt > now);
  const typingEnds = typingEnd(ticket?.userTypedAt, now);
  const moments = [...hidden.map(({ visibleAt }) => visibleAt.getTime()), ...(typingEnds ? [typingEnds] : [])];
  return {
    messages: visible.map(toChatMessage),
    isTyping: hidden.length > 0 || typingEnds !== null,
    // The automatic agent reads at once.
    seenId: ticket?.isAutomatic ? MAX_ID : (ticket?.userSeenId ?? 0),
    unread,
    isClosed: ticket?.state === "Closed",
    now: now.toISOString(),
    nextAt: moments.length > 0 ? Math.min(...moments) : null,
  };
}

async function countUnread(owner: Owner, now: Date): Promise<number> {
  const [row] = await db().$queryRaw<[{ count: number }]>`
    SELECT count(*)::int AS count FROM "SandboxMessage" m JOIN "SandboxTicket" t ON t."id" = m."ticketId"
    WHERE m."author" = 'User' AND m."visibleAt" <= ${now} AND m."id" > t."clientSeenId" AND ${isOwnedBy(owner)}`;
  return row.count;
}

/** Sends the customer's conversation at once, and what is new in it whenever something is, until the signal is aborted. */
export async function followConversation(
  customer: Customer,
  since: Date | undefined,
  send: (conversation: Conversation) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const owner = findOwner(customer);
  const isTheirs = (change: TicketChange) =>
    owner !== null && Object.entries(owner).every(([name, id]) => change[name as keyof TicketChange] === id);
  await followChanges(isTheirs, signal, async () => {
    const conversation = await withDatabase(() => readConversation(customer, since), signal);
    since = new Date(conversation.now);
    await send(conversation);
    return conversation.nextAt;
  });
}

/**
 * Stores a customer's message, with the automatic agent's answer to it. Opens a ticket unless one is
 * open. The same `clientId` again stores nothing and returns the same message.
 *
 * @throws RequestError when they send too many
 */
export async function sendMessage(
  customer: Sender,
  message: NewMessage,
  userAgent: string,
  isAgentOn: boolean,
): Promise<{ message: ChatMessage; openedTicketId: number | null }> {
  await respectLimit(messageLimit, Object.values(findOwner(customer)!)[0]!);
  for (let attempt = 1; ; attempt++) {
    try {
      return await storeMessage(customer, message, userAgent, isAgentOn);
    } catch (error) {
      // Another tab opened the ticket first, the same message came twice at once, or the ticket was
      // closed meanwhile. The database has refused; look again.
      const isRace = error instanceof Prisma.PrismaClientKnownRequestError && ["P2002", "P2025"].includes(error.code);
      if (!isRace || attempt === 3) throw error;
    }
  }
}

/** @throws RequestError when too many newcomers write at the same time */
export async function admitNewcomer(): Promise<void> {
  const address = await readClientAddress();
  if (address) await respectLimit(newcomerAddressLimit, address);
  await respectLimit(newcomerLimit, "all");
}

async function respectLimit(limit: Limit, key: string): Promise<void> {
  const seconds = await limit.count(key);
  if (seconds === 0) return;
  throw new RequestError(429, "rate-limited", `Too many messages. Send the next in ${seconds} seconds.`, seconds);
}

type Sender = Exclude<Customer, { kind: "anonymous" }> | { kind: "anonymous"; visitorId: string };

async function storeMessage(
  customer: Sender,
  { clientId, text, source }: NewMessage,
  userAgent: string,
  isAgentOn: boolean,
): ReturnType<typeof sendMessage> {
  const owner: Owner = findOwner(customer)!;
  const known = await db().sandboxMessage.findFirst({ where: { clientId, ticket: owner } });
  if (known) return { message: toChatMessage(known), openedTicketId: null };

  const ticket = await db().sandboxTicket.findFirst({
    where: { ...owner, state: { not: "Closed" } },
    select: { id: true, isAutomatic: true },
  });
  const { identityClaims, fields } = customer.kind === "identified" ? customer : { identityClaims: null, fields: {} };
  const now = new Date();
  const isAnswered = isAgentOn && (ticket?.isAutomatic ?? true);
  const answer = {
    author: "User",
    text: isAnswered ? writeAnswer(text, identityClaims, !ticket) : "",
    visibleAt: new Date(now.getTime() + TYPING_TIME),
  } as const;
  const activity = {
    lastActivity: now,
    clientTypedAt: null,
    messages: { create: [{ author: "Client", clientId, text, visibleAt: now }, ...(isAnswered ? [answer] : [])] },
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
          fields,
          identityTokenClaims: identityClaims ?? {},
          isAutomatic: isAgentOn,
          userAgent: userAgent.slice(0, 300),
          sourceTitle: source.title,
          sourceUri: source.uri,
        },
        select,
      });
  // The message is stored: what happens to old ones is not its sender's concern.
  await sweep(stored.id, !ticket).catch((error: unknown) => log.warn({ err: error }, "old messages not swept"));
  return { message: toChatMessage(stored.messages[0]!), openedTicketId: ticket ? null : stored.id };
}

/** What the customer has before their eyes, up to the message with this id, and whether they are typing. */
export async function noteCustomer(customer: Customer, { seenId, isTyping }: Presence): Promise<void> {
  const owner = findOwner(customer);
  if (!owner) return;
  if (seenId !== undefined) {
    await db().$executeRaw`
      UPDATE "SandboxTicket" SET "clientSeenId" = news.id
      FROM (
        SELECT t."id" AS "ticketId", max(m."id") AS id
        FROM "SandboxTicket" t JOIN "SandboxMessage" m ON m."ticketId" = t."id"
        WHERE ${isOwnedBy(owner)} AND m."author" = 'User' AND m."id" <= ${seenId} AND m."visibleAt" <= ${new Date()}
        GROUP BY 1
      ) news
      WHERE news."ticketId" = "SandboxTicket"."id" AND news.id > "clientSeenId"`;
  }
  if (isTyping)
    await db().sandboxTicket.updateMany({
      where: {
        ...owner,
        state: { not: "Closed" },
        // Each change is told to everyone who watches.
        OR: [{ clientTypedAt: null }, { clientTypedAt: { lt: new Date(Date.now() - TYPING_COUNTS_EVERY) } }],
      },
      data: { clientTypedAt: new Date() },
    });
}

/**
 * One of the customer's tickets in Glassix's own shape, or null when they have no such ticket.
 *
 * @param id null for their newest
 */
export async function readTicket(customer: Customer, id: number | null): Promise<ReturnType<typeof toTicket> | null> {
  const owner = findOwner(customer);
  if (!owner) return null;
  const ticket = await db().sandboxTicket.findFirst({
    where: id === null ? owner : { ...owner, id },
    orderBy: { id: "desc" },
    include: { messages: newestMessages() },
  });
  return ticket && toTicket(ticket, env().glassix.apiKey);
}

const isOwnedBy = (owner: Owner) =>
  "visitorId" in owner
    ? Prisma.sql`t."visitorId" = ${owner.visitorId}::uuid`
    : Prisma.sql`t."uniqueIdentifier" = ${owner.uniqueIdentifier}::uuid`;

function findOwner(customer: Customer): Owner | null {
  if (customer.kind === "identified") return { uniqueIdentifier: customer.uniqueIdentifier };
  return customer.visitorId === null ? null : { visitorId: customer.visitorId };
}

function toChatMessage({ id, author, text, clientId, visibleAt }: SandboxMessage): ChatMessage {
  return { id, author, text, clientId, at: visibleAt.toISOString() };
}
