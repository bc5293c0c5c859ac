import { followConversation } from "@/app/sandbox/_lib/conversation";
import { chatRoute, deliverTo, limitStreamsOf, readSince, refuseDelivery, streamEvents } from "@/app/sandbox/_lib/http";

/** What was said since `?since=`, and everything new from then on, as it happens. */
export const GET = chatRoute(async ({ request, customer, settings }) => {
  if (settings.delivery === "failing") refuseDelivery();
  return streamEvents(request, await limitStreamsOf(customer), (send, signal) =>
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
