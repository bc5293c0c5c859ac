import { admitNewcomer, readConversation, sendMessage } from "@/app/sandbox/_lib/conversation";
import { messageSchema } from "@/app/sandbox/_lib/request-body";
import { answer, chatRoute, makeVisitorId, readSince } from "@/app/sandbox/_lib/routes";

export const GET = chatRoute(
  async ({ request, customer }) => answer(await readConversation(customer, readSince(request))),
  { isDelivery: true },
);

export const POST = chatRoute(
  async ({ request, customer, settings, body }) => {
    const sender =
      customer.kind === "identified"
        ? customer
        : { ...customer, visitorId: customer.visitorId ?? (await admitNewcomer(), await makeVisitorId(request)) };
    const userAgent = request.headers.get("user-agent") ?? "";
    return answer(await sendMessage(sender, body, userAgent, settings.automaticAgent === "on"));
  },
  { isDelivery: true, body: messageSchema },
);
