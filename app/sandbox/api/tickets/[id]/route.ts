import { readTicket } from "@/app/sandbox/_lib/conversation";
import { readTicketId } from "@/app/sandbox/_lib/request-body";
import { RequestError } from "@/app/sandbox/_lib/request-error";
import { answer, chatRoute } from "@/app/sandbox/_lib/routes";

export const GET = chatRoute(async ({ customer, params: { id } }) => {
  const ticket = await readTicket(customer, id === "current" ? null : readTicketId(id));
  if (!ticket) throw new RequestError(404, "no-such-ticket", "This customer has no such ticket.");
  return answer(ticket);
});
