import { readDeskTicket, replyToTicket } from "@/lib/sandbox/desk";
import { answer, deskRoute, readJson } from "@/lib/sandbox/http";
import { readText, readTicketId } from "@/lib/sandbox/message-rules";

/** Answers the customer. Repeating it with the same `clientId` is safe. */
export const POST = deskRoute<RouteContext<"/sandbox/api/desk/tickets/[id]/messages">>(async (request, { params }) => {
  const id = readTicketId((await params).id);
  await replyToTicket(id, readText(await readJson(request)));
  return answer(await readDeskTicket(id));
});
