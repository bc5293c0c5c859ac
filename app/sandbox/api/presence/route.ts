import { recordCustomerPresence } from "@/app/sandbox/_lib/conversation";
import { presenceSchema } from "@/app/sandbox/_lib/request-body";
import { answer, chatRoute } from "@/app/sandbox/_lib/routes";

/** What the customer has seen, and whether they are typing. */
export const POST = chatRoute(
  async ({ customer, body }) => {
    await recordCustomerPresence(customer, body);
    return answer({});
  },
  { body: presenceSchema },
);
