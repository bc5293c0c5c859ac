import { followConversation } from "@/app/sandbox/_lib/conversation";
import { chatRoute, deliverTo, readSince, refuseDelivery } from "@/app/sandbox/_lib/routes";
import { readStreamLimits, streamEvents } from "@/app/sandbox/_lib/streams";

export const GET = chatRoute(async ({ request, customer, settings }) => {
  if (settings.delivery === "failing") refuseDelivery();
  return streamEvents(request, await readStreamLimits(customer), (send, signal) =>
    followConversation(
      customer,
      readSince(request),
      async (conversation) => {
        await deliverTo(customer, request, signal);
        send(conversation);
      },
      signal,
    ),
  );
});

export const maxDuration = 60;
