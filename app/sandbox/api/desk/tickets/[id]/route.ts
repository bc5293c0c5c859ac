import { isTicketState, noteAgent, readDeskTicket, setTicketState } from "@/app/sandbox/_lib/desk";
import { answer, deskRoute, MAX_BODY_SIZE } from "@/app/sandbox/_lib/http";
import { readPresence, readTicketId, RequestError } from "@/app/sandbox/_lib/message-rules";

type Context = RouteContext<"/sandbox/api/desk/tickets/[id]">;

/** The ticket in the shape of Glassix's REST API; under `sandbox`, what only the sandbox knows. */
export const GET = deskRoute<Context>(async ({ context }) =>
  answer(await readDeskTicket(readTicketId((await context.params).id))),
);

/** Changes its state, or notes what the agent sees and types: `{ "state"?, "seenId"?, "isTyping"? }`. */
export const PATCH = deskRoute<Context>(
  async ({ context, body }) => {
    const id = readTicketId((await context.params).id);
    const presence = readPresence(body);
    const { state } = body as { state?: unknown };
    if (state !== undefined) {
      if (!isTicketState(state))
        throw new RequestError(400, "state-invalid", "state must be Open, Pending, Snoozed or Closed.");
      await setTicketState(id, state);
    }
    await noteAgent(id, presence);
    return answer(await readDeskTicket(id));
  },
  { maxBody: MAX_BODY_SIZE },
);
