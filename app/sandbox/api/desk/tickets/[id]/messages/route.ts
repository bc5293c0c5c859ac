import { readDeskTicket, replyToTicket } from "@/app/sandbox/_lib/desk";
import { answer, deskRoute, MAX_BODY_SIZE } from "@/app/sandbox/_lib/http";
import { readText, readTicketId } from "@/app/sandbox/_lib/message-rules";

/** Answers the customer. Repeating it with the same `clientId` is safe. */
export const POST = deskRoute<RouteContext<"/sandbox/api/desk/tickets/[id]/messages">>(
  async ({ context, body }) => {
    const id = readTicketId((await context.params).id);
    await replyToTicket(id, readText(body));
    return answer(await readDeskTicket(id));
  },
  { maxBody: MAX_BODY_SIZE },
);
