import { readDeskTicket, replyToTicket } from "@/lib/sandbox/desk";
import { answer, deskRoute, MAX_BODY_SIZE } from "@/lib/sandbox/http";
import { readText, readTicketId } from "@/lib/sandbox/message-rules";

/** Answers the customer. Repeating it with the same `clientId` is safe. */
export const POST = deskRoute<RouteContext<"/sandbox/api/desk/tickets/[id]/messages">>(
  async ({ context, body }) => {
    const id = readTicketId((await context.params).id);
    await replyToTicket(id, readText(body));
    return answer(await readDeskTicket(id));
  },
  { maxBody: MAX_BODY_SIZE },
);
