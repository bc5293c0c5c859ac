import { readTicket } from "@/lib/sandbox/conversation";
import { answer, chatRoute, refuse } from "@/lib/sandbox/http";
import { readTicketId } from "@/lib/sandbox/message-rules";

/** One of the asking customer's own tickets as Glassix's REST API would show it; `current` is their newest. */
export const GET = chatRoute<RouteContext<"/sandbox/api/tickets/[id]">>(async ({ customer, context }) => {
  const { id } = await context.params;
  const ticket = await readTicket(customer, id === "current" ? null : readTicketId(id));
  return ticket ? answer(ticket) : refuse(404, "no-such-ticket", "This customer has no such ticket.");
});
