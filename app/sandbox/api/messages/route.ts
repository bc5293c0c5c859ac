import { admitNewcomer, readConversation, sendMessage } from "@/lib/sandbox/conversation";
import { answer, chatRoute, deliver, makeVisitorId, readJson, readSince } from "@/lib/sandbox/http";
import { readNewMessage } from "@/lib/sandbox/message-rules";

/** What was said since `?since=`, the `now` of the answer before. Everything without it. */
export const GET = chatRoute(async (request, customer, settings) => {
  await deliver(settings);
  return answer(await readConversation(customer, readSince(request)));
});

/** Sends a message. Repeating it with the same `clientId` is safe. */
export const POST = chatRoute(async (request, customer, settings) => {
  const message = readNewMessage(await readJson(request));
  await deliver(settings);
  const sender =
    customer.kind === "identified"
      ? customer
      : { ...customer, visitorId: customer.visitorId ?? (await admitNewcomer(), await makeVisitorId(request)) };
  const userAgent = request.headers.get("user-agent") ?? "";
  return answer(await sendMessage(sender, message, userAgent, settings.automaticAgent === "on"));
});
