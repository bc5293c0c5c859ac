import { recordCustomerPresence } from "@/app/sandbox/_lib/conversation";
import { presenceSchema } from "@/app/sandbox/_lib/request-body";
import { answer, chatRoute } from "@/app/sandbox/_lib/routes";

export const POST = chatRoute(
  async ({ customer, body }) => {
    await recordCustomerPresence(customer, body);
    return answer({});
  },
  { body: presenceSchema },
);
