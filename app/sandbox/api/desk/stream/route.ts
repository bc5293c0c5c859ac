import { followTickets } from "@/lib/sandbox/desk";
import { deskRoute, streamEvents } from "@/lib/sandbox/http";

/** The id of each ticket in which something is new, as it happens. */
export const GET = deskRoute(async (request) =>
  streamEvents(request, (send, signal) => followTickets((id) => send({ id }), signal)),
);

export const maxDuration = 60;
