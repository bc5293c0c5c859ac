import { readDeskTicket, replyToTicket } from "@/app/sandbox/_lib/desk";
import { readTicketId, replySchema } from "@/app/sandbox/_lib/request-body";
import { answer, deskRoute } from "@/app/sandbox/_lib/routes";

export const POST = deskRoute(
  async ({ params, body }) => {
    const id = readTicketId(params.id);
    await replyToTicket(id, body);
    return answer(await readDeskTicket(id));
  },
  { body: replySchema },
);
