import { admitNewcomer, readConversation, sendMessage } from "@/app/sandbox/_lib/conversation";
import { answer, chatRoute, makeVisitorId, MAX_BODY_SIZE, readSince } from "@/app/sandbox/_lib/http";
import { readNewMessage } from "@/app/sandbox/_lib/message-rules";

/** What was said since `?since=`, the `now` of the answer before. The conversation so far without it. */
export const GET = chatRoute(
  async ({ request, customer }) => answer(await readConversation(customer, readSince(request))),
  { isDelivery: true },
);

/** Sends a message. Repeating it with the same `clientId` is safe. */
export const POST = chatRoute(
  async ({ request, customer, settings, body }) => {
    const message = readNewMessage(body);
    const sender =
      customer.kind === "identified"
        ? customer
        : { ...customer, visitorId: customer.visitorId ?? (await admitNewcomer(), await makeVisitorId(request)) };
    const userAgent = request.headers.get("user-agent") ?? "";
    return answer(await sendMessage(sender, message, userAgent, settings.automaticAgent === "on"));
  },
  { isDelivery: true, maxBody: MAX_BODY_SIZE },
);
