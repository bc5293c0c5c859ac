import "server-only";
import { readClientAddress } from "@/lib/client-address";
import { env } from "@/lib/env";
import { createLimit, type Limit } from "@/lib/rate-limit";
import { log } from "@/lib/log";
import { Prisma } from "@/prisma/generated/client";
import { TYPING_TIME, writeAnswer } from "./answer";
import { findTextsOfSnippet } from "./chat-texts";
import { withDatabase } from "./concurrency";
import type { Customer } from "./customer";
import { followChanges } from "./live";
import { MAX_ID, type NewMessage, type Presence } from "./request-body";
import { RequestError } from "./request-error";
import { execute, query, type Message, type Ticket } from "./schema";
import { sweep } from "./sweep";
import { toTicket, typingEnd } from "./ticket";

type Owner = Pick<Ticket, "ownerId" | "isIdentified">;

type Sender = Exclude<Customer, { kind: "anonymous" }> | { kind: "anonymous"; visitorId: string };

export type ChatMessage = { id: number; author: "Client" | "User"; text: string; clientId: string | null; at: string };

export type Conversation = {
  messages: ChatMessage[];
  hasEarlier: boolean;
  isTyping: boolean;
  seenId: number;
  unread: number;
  isClosed: boolean;
  now: string;
  /** Milliseconds since 1970 of the next change without a request: a reply appears, somebody stops typing. */
  nextAt: number | null;
};

const MAX_SHOWN = 200;
const MAX_SHOWN_BYTES = 100_000;

/** Milliseconds. Messages can become visible in a different order than they were stored; the frame ignores repeats. */
const OVERLAP = 10_000;

const messageLimit = createLimit("sandbox-message", 30, 60);
// Browsers without a cookie have no key of their own, so they are counted per address and overall.
const newcomerLimit = createLimit("sandbox-newcomer", 60, 60);
const newcomerAddressLimit = createLimit("sandbox-newcomer-from", 20, 60);

export async function readConversation(customer: Customer, since?: Date): Promise<Conversation> {
  const now = new Date();
  const owner = findOwner(customer);
  const [{ messages, hasEarlier }, [ticket]] = owner
    ? await Promise.all([
        readNewest(Prisma.sql`${isOwnedBy(owner)} AND m."visibleAt" > ${new Date((since?.getTime() ?? 0) - OVERLAP)}`),
        // The open ticket, otherwise the newest.
        query<Ticket & { unread: number }>`
          SELECT t.*, (
            SELECT count(*)::int FROM sandbox."Message" m JOIN sandbox."Ticket" o ON o."id" = m."ticketId"
            WHERE o."ownerId" = t."ownerId" AND o."isIdentified" = t."isIdentified"
              AND m."author" = 'User' AND m."visibleAt" <= ${now} AND m."id" > o."clientSeenId"
          ) AS unread
          FROM sandbox."Ticket" t WHERE ${isOwnedBy(owner)} ORDER BY t."close" DESC NULLS FIRST, t."id" DESC LIMIT 1`,
      ])
    : [{ messages: [], hasEarlier: false }, []];
  const visible = messages.filter(({ visibleAt }) => visibleAt <= now);
  const hidden = messages.filter(({ visibleAt }) => visibleAt > now);
  const typingEnds = typingEnd(ticket?.userTypedAt, now);
  return {
    messages: visible.map(toChatMessage),
    hasEarlier,
    isTyping: hidden.length > 0 || typingEnds !== null,
    seenId: ticket?.isAutomatic ? MAX_ID : (ticket?.userSeenId ?? 0),
    unread: ticket?.unread ?? 0,
    isClosed: ticket?.state === "Closed",
    now: now.toISOString(),
    nextAt: earliest(typingEnds, ...hidden.map(({ visibleAt }) => visibleAt.getTime())),
  };
}

export async function followConversation(
  customer: Customer,
  since: Date | undefined,
  send: (conversation: Conversation) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const owner = findOwner(customer);
  await followChanges(
    ({ ownerId, isIdentified }) => ownerId === owner?.ownerId && isIdentified === owner.isIdentified,
    signal,
    async () => {
      const conversation = await withDatabase(() => readConversation(customer, since), signal);
      since = new Date(conversation.now);
      await send(conversation);
      return conversation.nextAt;
    },
  );
}

/** The same `clientId` again stores nothing and returns the same message. */
export async function sendMessage(
  customer: Sender,
  message: NewMessage,
  userAgent: string,
  isAgentOn: boolean,
): Promise<{ message: ChatMessage; openedTicketId: number | null }> {
  const owner = findOwner(customer)!;
  await respectLimit(messageLimit, owner.ownerId);
  for (let attempt = 1; attempt <= 3; attempt++) {
    const [known] = await query<Message>`
      SELECT m.* FROM sandbox."Message" m JOIN sandbox."Ticket" t ON t."id" = m."ticketId"
      WHERE m."clientId" = ${message.clientId}::uuid AND ${isOwnedBy(owner)}`;
    if (known) return { message: toChatMessage(known), openedTicketId: null };

    const [open] = await query<Ticket>`
      SELECT t.* FROM sandbox."Ticket" t WHERE ${isOwnedBy(owner)} AND t."state" <> 'Closed'`;
    const stored = await storeMessage(customer, owner, open, message, userAgent, isAgentOn);
    // Nothing stored: another tab opened a ticket, the same message arrived twice, or the ticket was closed meanwhile.
    if (!stored) continue;
    await sweep(stored.ticketId, !open).catch((error: unknown) => log.warn({ err: error }, "old messages not swept"));
    return { message: toChatMessage(stored), openedTicketId: open ? null : stored.ticketId };
  }
  throw new RequestError(409, "conflict", "The conversation changed at the same time. Send the message again.");
}

async function storeMessage(
  customer: Sender,
  { ownerId, isIdentified }: Owner,
  open: Ticket | undefined,
  { clientId, text, source, snippetId }: NewMessage,
  userAgent: string,
  isAgentOn: boolean,
): Promise<Message | undefined> {
  const { identityClaims, fields } = customer.kind === "identified" ? customer : { identityClaims: null, fields: {} };
  const { language, culture } = findTextsOfSnippet(snippetId, env().glassix.snippetIds);
  const now = new Date();
  const isAnswered = isAgentOn && (open?.isAutomatic ?? true);
  const answer = isAnswered ? writeAnswer(text, identityClaims, !open, language) : null;
  const ticket = open
    ? Prisma.sql`
        UPDATE sandbox."Ticket" SET "state" = 'Open', "lastActivity" = ${now}, "clientTypedAt" = NULL
        WHERE "id" = ${open.id} AND "state" <> 'Closed' RETURNING "id"`
    : Prisma.sql`
        INSERT INTO sandbox."Ticket" ("ownerId", "isIdentified", "fields", "identityTokenClaims", "isAutomatic",
          "userAgent", "sourceTitle", "sourceUri", "culture", "open", "lastActivity")
        VALUES (${ownerId}::uuid, ${isIdentified}, ${JSON.stringify(fields)}::jsonb,
          ${JSON.stringify(identityClaims ?? {})}::jsonb, ${isAgentOn}, ${userAgent.slice(0, 300)}, ${source.title},
          ${source.uri}, ${culture}, ${now}, ${now})
        ON CONFLICT DO NOTHING RETURNING "id"`;
  const [stored] = await query<Message>`
    WITH ticket AS (${ticket}), message AS (
      INSERT INTO sandbox."Message" ("ticketId", "author", "clientId", "text", "visibleAt")
      SELECT "id", 'Client', ${clientId}::uuid, ${text}, ${now}::timestamptz FROM ticket
      ON CONFLICT DO NOTHING RETURNING *
    ), answer AS (
      INSERT INTO sandbox."Message" ("ticketId", "author", "text", "visibleAt")
      SELECT "ticketId", 'User', ${answer}, ${new Date(now.getTime() + TYPING_TIME)}::timestamptz FROM message
      WHERE ${answer !== null}
    )
    SELECT * FROM message`;
  return stored;
}

export async function admitNewcomer(): Promise<void> {
  const address = await readClientAddress();
  if (address) await respectLimit(newcomerAddressLimit, address);
  await respectLimit(newcomerLimit, "all");
}

async function respectLimit(limit: Limit, key: string): Promise<void> {
  const seconds = await limit.count(key);
  if (seconds === 0) return;
  throw new RequestError(429, "rate-limited", `Too many messages. Try again in ${seconds} seconds.`, seconds);
}

export async function recordCustomerPresence(customer: Customer, { seenId, isTyping }: Presence): Promise<void> {
  const owner = findOwner(customer);
  if (!owner) return;
  const now = new Date();
  if (seenId !== undefined)
    await execute`
      UPDATE sandbox."Ticket" SET "clientSeenId" = newest."id"
      FROM (
        SELECT t."id" AS "ticketId", max(m."id") AS "id"
        FROM sandbox."Ticket" t JOIN sandbox."Message" m ON m."ticketId" = t."id"
        WHERE ${isOwnedBy(owner)} AND m."author" = 'User' AND m."id" <= ${seenId} AND m."visibleAt" <= ${now}
        GROUP BY t."id"
      ) newest
      WHERE newest."ticketId" = "Ticket"."id" AND newest."id" > "clientSeenId"`;
  if (isTyping)
    // At most once a second: every watcher is notified of each change.
    await execute`
      UPDATE sandbox."Ticket" t SET "clientTypedAt" = ${now}
      WHERE ${isOwnedBy(owner)} AND t."state" <> 'Closed'
        AND (t."clientTypedAt" IS NULL OR t."clientTypedAt" < ${new Date(now.getTime() - 1_000)})`;
}

export async function readTicket(customer: Customer, id: number | null): Promise<ReturnType<typeof toTicket> | null> {
  const owner = findOwner(customer);
  if (!owner) return null;
  const ticket = await findTicket(id === null ? isOwnedBy(owner) : Prisma.sql`${isOwnedBy(owner)} AND ${hasId(id)}`);
  return ticket && toTicket(ticket, env().glassix.apiKey);
}

export async function findTicket(
  condition: Prisma.Sql,
): Promise<(Ticket & { messages: Message[]; hasEarlier: boolean; nextVisibleAt: Date | null }) | null> {
  const now = new Date();
  const [ticket] = await query<Ticket & { nextVisibleAt: Date | null }>`
    SELECT t.*, (
      SELECT min(m."visibleAt") FROM sandbox."Message" m WHERE m."ticketId" = t."id" AND m."visibleAt" > ${now}
    ) AS "nextVisibleAt"
    FROM sandbox."Ticket" t WHERE ${condition} ORDER BY t."id" DESC LIMIT 1`;
  if (!ticket) return null;
  return { ...ticket, ...(await readNewest(Prisma.sql`${hasId(ticket.id)} AND m."visibleAt" <= ${now}`)) };
}

async function readNewest(condition: Prisma.Sql): Promise<{ messages: Message[]; hasEarlier: boolean }> {
  const newest = await query<Message & { total: number }>`
    SELECT * FROM (
      SELECT m.*, (count(*) OVER ())::int AS "total",
        sum(octet_length(m."text")) OVER (ORDER BY m."visibleAt" DESC, m."id" DESC) AS "bytes"
      FROM sandbox."Message" m JOIN sandbox."Ticket" t ON t."id" = m."ticketId" WHERE ${condition}
    ) found
    WHERE "bytes" <= ${MAX_SHOWN_BYTES} ORDER BY "visibleAt" DESC, "id" DESC LIMIT ${MAX_SHOWN}`;
  return { messages: newest.reverse(), hasEarlier: newest.length < (newest[0]?.total ?? 0) };
}

export const hasId = (id: number) => Prisma.sql`t."id" = ${id}`;

export const earliest = (...moments: (number | null)[]): number | null =>
  moments.reduce((first, moment) => (first === null || (moment !== null && moment < first) ? moment : first), null);

const isOwnedBy = ({ ownerId, isIdentified }: Owner) =>
  Prisma.sql`t."ownerId" = ${ownerId}::uuid AND t."isIdentified" = ${isIdentified}`;

function findOwner(customer: Customer): Owner | null {
  if (customer.kind === "identified") return { ownerId: customer.uniqueIdentifier, isIdentified: true };
  return customer.visitorId === null ? null : { ownerId: customer.visitorId, isIdentified: false };
}

function toChatMessage({ id, author, text, clientId, visibleAt }: Message): ChatMessage {
  return { id, author, text, clientId, at: visibleAt.toISOString() };
}
