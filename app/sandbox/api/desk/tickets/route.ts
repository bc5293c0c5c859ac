import { listTickets } from "@/app/sandbox/_lib/desk";
import { answer, deskRoute } from "@/app/sandbox/_lib/routes";

export const GET = deskRoute(async () => answer({ tickets: await listTickets() }));
