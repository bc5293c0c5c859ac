import { listTickets } from "@/app/sandbox/_lib/desk";
import { answer, deskRoute } from "@/app/sandbox/_lib/routes";

/** The tickets that were with the newest activity. */
export const GET = deskRoute(async () => answer({ tickets: await listTickets() }));
