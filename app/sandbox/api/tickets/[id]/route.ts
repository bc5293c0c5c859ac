import { readTicket } from "@/app/sandbox/_lib/conversation";
import { answer, chatRoute, refuse } from "@/app/sandbox/_lib/http";
import { readTicketId } from "@/app/sandbox/_lib/message-rules";

/** One of the asking customer's own tickets as Glassix's REST API would show it; `current` is their newest. */
export const GET = chatRoute<RouteContext<"/sandbox/api/tickets/[id]">>(async ({ customer, context }) => {
  const { id } = await context.params;
  const ticket = await readTicket(customer, id === "current" ? null : readTicketId(id));
  return ticket ? answer(ticket) : refuse(404, "no-such-ticket", "This customer has no such ticket.");
});
