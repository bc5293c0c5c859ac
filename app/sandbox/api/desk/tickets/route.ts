import { listTickets } from "@/app/sandbox/_lib/desk";
import { answer, deskRoute } from "@/app/sandbox/_lib/http";

/** The tickets that were touched last. */
export const GET = deskRoute(async () => answer({ tickets: await listTickets() }));
