import { listTickets } from "@/lib/sandbox/desk";
import { answer, deskRoute } from "@/lib/sandbox/http";

/** The tickets that were touched last. */
export const GET = deskRoute(async () => answer({ tickets: await listTickets() }));
