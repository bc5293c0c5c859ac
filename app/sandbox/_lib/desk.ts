import "server-only";
import { z } from "zod";
import { env } from "@/lib/env";
import { earliest, findTicket, hasId } from "./conversation";
import { followChanges } from "./live";
import { presenceSchema, type Presence } from "./request-body";
import { RequestError } from "./request-error";
import { execute, query, type Ticket } from "./schema";
import { nameCustomer, toTicket, typingEnd } from "./ticket";

// What the agent sees and does. Every route to it is a deskRoute, which checks that the desk is open.

export type DeskEntry = Pick<Ticket, "id" | "isIdentified" | "state"> & {
  name: string;
  lastActivity: string;
  text: string;
  unread: number;
  isTyping: boolean;
};

export type DeskTicket = ReturnType<typeof toTicket> & {
  sandbox: Pick<Ticket, "isIdentified" | "isAutomatic" | "clientSeenId"> & {
    isTyping: boolean;
    hasEarlier: boolean;
    nextAt: number | null;
  };
};

export const ticketChangeSchema = presenceSchema.extend({
  state: z.enum(["Open", "Pending", "Snoozed", "Closed"]).optional(),
});

export async function listTickets(): Promise<DeskEntry[]> {
  const now = new Date();
  const tickets = await query<Ticket & { text: string | null; unread: number }>`
    SELECT t.*,
      (SELECT left(m."text", 120) FROM sandbox."Message" m
       WHERE m."ticketId" = t."id" AND m."visibleAt" <= ${now} ORDER BY m."id" DESC LIMIT 1) AS "text",
      (SELECT count(*)::int FROM (
         SELECT FROM sandbox."Message" m
         WHERE m."ticketId" = t."id" AND m."author" = 'Client' AND m."id" > t."userSeenId" LIMIT 99) unseen) AS "unread"
    FROM sandbox."Ticket" t ORDER BY t."lastActivity" DESC, t."id" DESC LIMIT 100`;
  return tickets.map((ticket) => ({
    id: ticket.id,
    name: nameCustomer(ticket),
    isIdentified: ticket.isIdentified,
    state: ticket.state,
    lastActivity: ticket.lastActivity.toISOString(),
    text: ticket.text ?? "",
    unread: ticket.isAutomatic ? 0 : ticket.unread,
    isTyping: typingEnd(ticket.clientTypedAt, now) !== null,
  }));
}

export async function readDeskTicket(id: number): Promise<DeskTicket> {
  const ticket = await findTicket(hasId(id));
  if (!ticket) throw new RequestError(404, "no-such-ticket", `There is no ticket ${id}.`);
  const { isIdentified, isAutomatic, clientSeenId, clientTypedAt, hasEarlier, nextVisibleAt } = ticket;
  const typingEnds = typingEnd(clientTypedAt, new Date());
  const nextAt = earliest(typingEnds, nextVisibleAt && nextVisibleAt.getTime());
  return {
    ...toTicket(ticket, env().glassix.apiKey),
    sandbox: { isIdentified, isAutomatic, clientSeenId, isTyping: typingEnds !== null, hasEarlier, nextAt },
  };
}

/** From then on a person handles this ticket: replies of the automatic agent that are not visible yet are deleted. */
export async function replyToTicket(id: number, { clientId, text }: { clientId: string; text: string }): Promise<void> {
  const now = new Date();
  const answered = await query`
    WITH ticket AS (
      UPDATE sandbox."Ticket" SET "isAutomatic" = false, "lastActivity" = ${now}, "userTypedAt" = NULL
      WHERE "id" = ${id} AND "state" <> 'Closed' RETURNING "id"
    ), withdrawn AS (
      DELETE FROM sandbox."Message" m USING ticket
      WHERE m."ticketId" = ticket."id" AND m."author" = 'User' AND m."visibleAt" > ${now}
    ), message AS (
      INSERT INTO sandbox."Message" ("ticketId", "author", "clientId", "text", "visibleAt")
      SELECT "id", 'User', ${clientId}::uuid, ${text}, ${now}::timestamptz FROM ticket
      ON CONFLICT DO NOTHING
    )
    SELECT "id" FROM ticket`;
  if (answered.length > 0) return;
  await readDeskTicket(id);
  throw new RequestError(409, "ticket-closed", `Ticket ${id} is closed. Reopen it to reply.`);
}

export async function setTicketState(id: number, state: Ticket["state"]): Promise<void> {
  const close = state === "Closed" ? new Date() : null;
  const changed = await execute`
    UPDATE sandbox."Ticket" t SET "state" = ${state}, "close" = ${close}::timestamptz
    WHERE t."id" = ${id} AND (${state}::text = 'Closed' OR NOT EXISTS (
      SELECT FROM sandbox."Ticket" o
      WHERE o."ownerId" = t."ownerId" AND o."isIdentified" = t."isIdentified" AND o."state" <> 'Closed' AND o."id" <> t."id"
    ))`;
  if (changed > 0) return;
  await readDeskTicket(id);
  throw new RequestError(
    409,
    "another-ticket-open",
    `Ticket ${id} cannot be opened: this customer has another one that is not closed.`,
  );
}

export async function recordAgentPresence(id: number, { seenId, isTyping }: Presence): Promise<void> {
  if (seenId !== undefined)
    await execute`
      UPDATE sandbox."Ticket" t SET "userSeenId" = newest."id"
      FROM (
        SELECT max("id") AS "id" FROM sandbox."Message"
        WHERE "ticketId" = ${id} AND "author" = 'Client' AND "id" <= ${seenId}
      ) newest
      WHERE t."id" = ${id} AND newest."id" > t."userSeenId"`;
  if (isTyping) await execute`UPDATE sandbox."Ticket" SET "userTypedAt" = ${new Date()} WHERE "id" = ${id}`;
}

export const followTickets = (send: (id: number) => void, signal: AbortSignal): Promise<void> =>
  followChanges(
    () => true,
    signal,
    async (change) => {
      if (change) send(change.id);
      return null;
    },
  );
