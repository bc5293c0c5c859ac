import { noteCustomer } from "@/lib/sandbox/conversation";
import { answer, chatRoute, readJson } from "@/lib/sandbox/http";
import { readPresence } from "@/lib/sandbox/message-rules";

/** What the customer has seen, and whether they are typing. */
export const POST = chatRoute(async (request, customer) => {
  await noteCustomer(customer, readPresence(await readJson(request)));
  return answer({});
});
