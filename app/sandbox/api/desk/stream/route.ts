import { setTimeout } from "node:timers/promises";
import { withDatabase } from "@/app/sandbox/_lib/concurrency";
import { followTickets } from "@/app/sandbox/_lib/desk";
import { isDeskOpen } from "@/app/sandbox/_lib/desk-access";
import { deskRoute } from "@/app/sandbox/_lib/routes";
import { DESK_STREAM_LIMITS, streamEvents } from "@/app/sandbox/_lib/streams";

const CHECK_EVERY = 3_000;

export const GET = deskRoute(async ({ request }) =>
  streamEvents(request, DESK_STREAM_LIMITS, (send, signal) =>
    Promise.race([followTickets((id) => send({ id }), signal), untilDeskCloses(signal)]),
  ),
);

async function untilDeskCloses(signal: AbortSignal): Promise<void> {
  do await setTimeout(CHECK_EVERY, undefined, { signal });
  while (await withDatabase(isDeskOpen, signal));
}

export const maxDuration = 60;
