import { readDeskTicket, recordAgentPresence, setTicketState, ticketChangeSchema } from "@/app/sandbox/_lib/desk";
import { readTicketId } from "@/app/sandbox/_lib/request-body";
import { answer, deskRoute } from "@/app/sandbox/_lib/routes";

export const GET = deskRoute(async ({ params }) => answer(await readDeskTicket(readTicketId(params.id))));

export const PATCH = deskRoute(
  async ({ params, body: { state, ...presence } }) => {
    const id = readTicketId(params.id);
    if (state) await setTicketState(id, state);
    await recordAgentPresence(id, presence);
    return answer(await readDeskTicket(id));
  },
  { body: ticketChangeSchema },
);
