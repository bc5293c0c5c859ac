import { isTicketState, noteAgent, readDeskTicket, setTicketState } from "@/lib/sandbox/desk";
import { answer, deskRoute, readJson } from "@/lib/sandbox/http";
import { readPresence, readTicketId, RequestError } from "@/lib/sandbox/message-rules";

type Context = RouteContext<"/sandbox/api/desk/tickets/[id]">;

/** The ticket in the shape of Glassix's REST API; under `sandbox`, what only the sandbox knows. */
export const GET = deskRoute<Context>(async (_request, { params }) =>
  answer(await readDeskTicket(readTicketId((await params).id))),
);

/** Changes its state, or notes what the agent sees and types: `{ "state"?, "seenId"?, "isTyping"? }`. */
export const PATCH = deskRoute<Context>(async (request, { params }) => {
  const id = readTicketId((await params).id);
  const body = await readJson(request);
  const presence = readPresence(body);
  const { state } = body as { state?: unknown };
  if (state !== undefined) {
    if (!isTicketState(state))
      throw new RequestError(400, "state-invalid", "state must be Open, Pending, Snoozed or Closed.");
    await setTicketState(id, state);
  }
  await noteAgent(id, presence);
  return answer(await readDeskTicket(id));
});
