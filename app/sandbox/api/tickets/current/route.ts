import { readNewestTicket } from "@/lib/sandbox/conversation";
import { answer, refuse, sandboxRoute } from "@/lib/sandbox/http";

/** The asking customer's newest ticket as Glassix's REST API would show it. For tests and for developers. */
export const GET = sandboxRoute(async (_request, customer) => {
  const ticket = await readNewestTicket(customer);
  return ticket ? answer(ticket) : refuse(404, "no-ticket", "This customer has not written yet.");
});
