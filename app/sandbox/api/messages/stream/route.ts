import { followConversation } from "@/lib/sandbox/conversation";
import { chatRoute, deliver, deliverTo, readSince, streamEvents } from "@/lib/sandbox/http";

/** What was said since `?since=`, and whatever is new from then on, as it happens. */
export const GET = chatRoute(async (request, customer, settings) => {
  if (settings.delivery === "failing") await deliver(settings);
  return streamEvents(request, (send, signal) =>
    followConversation(
      customer,
      readSince(request),
      async (conversation) => {
        await deliverTo(customer, request);
        send(conversation);
      },
      signal,
    ),
  );
});

export const maxDuration = 60;
