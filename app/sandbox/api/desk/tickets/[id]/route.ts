import { readDeskTicket, recordAgentPresence, setTicketState, ticketChangeSchema } from "@/app/sandbox/_lib/desk";
import { readTicketId } from "@/app/sandbox/_lib/request-body";
import { answer, deskRoute } from "@/app/sandbox/_lib/routes";

/** The ticket in the shape of Glassix's REST API; under `sandbox`, what only the sandbox knows. */
export const GET = deskRoute(async ({ params }) => answer(await readDeskTicket(readTicketId(params.id))));

/** Changes its state, or records what the agent has seen and whether they are typing. */
export const PATCH = deskRoute(
  async ({ params, body: { state, ...presence } }) => {
    const id = readTicketId(params.id);
    if (state) await setTicketState(id, state);
    await recordAgentPresence(id, presence);
    return answer(await readDeskTicket(id));
  },
  { body: ticketChangeSchema },
);
