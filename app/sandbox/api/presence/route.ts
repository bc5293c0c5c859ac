import { noteCustomer } from "@/lib/sandbox/conversation";
import { answer, chatRoute, MAX_BODY_SIZE } from "@/lib/sandbox/http";
import { readPresence } from "@/lib/sandbox/message-rules";

/** What the customer has seen, and whether they are typing. */
export const POST = chatRoute(
  async ({ customer, body }) => {
    await noteCustomer(customer, readPresence(body));
    return answer({});
  },
  { maxBody: MAX_BODY_SIZE },
);
