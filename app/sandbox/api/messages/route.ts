import { readConversation, sendMessage } from "@/lib/sandbox/conversation";
import { answer, makeVisitorId, readJson, sandboxRoute } from "@/lib/sandbox/http";
import { readNewMessage } from "@/lib/sandbox/message-rules";

/** What was said since `?since=`, the `now` of the answer before. Everything without it. */
export const GET = sandboxRoute(async (request, customer) => {
  const since = Date.parse(new URL(request.url).searchParams.get("since") ?? "");
  return answer(await readConversation(customer, since > 0 ? new Date(since) : undefined));
});

/** Sends a message. Repeating it with the same `clientId` is safe. */
export const POST = sandboxRoute(async (request, customer) => {
  const message = readNewMessage(await readJson(request));
  const sender =
    customer.kind === "identified"
      ? customer
      : { ...customer, visitorId: customer.visitorId ?? (await makeVisitorId(request)) };
  return answer(await sendMessage(sender, message, request.headers.get("user-agent") ?? ""));
});
