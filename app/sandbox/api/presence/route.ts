import { noteCustomer } from "@/app/sandbox/_lib/conversation";
import { answer, chatRoute, MAX_BODY_SIZE } from "@/app/sandbox/_lib/http";
import { readPresence } from "@/app/sandbox/_lib/message-rules";

/** What the customer has seen, and whether they are typing. */
export const POST = chatRoute(
  async ({ customer, body }) => {
    await noteCustomer(customer, readPresence(body));
    return answer({});
  },
  { maxBody: MAX_BODY_SIZE },
);
