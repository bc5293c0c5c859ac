import { readConversation } from "@/app/sandbox/_lib/conversation";
import { answer, chatRoute } from "@/app/sandbox/_lib/routes";

export const POST = chatRoute(
  async ({ customer }) => {
    const { kind } = customer;
    const who = kind === "identified" ? { kind, firstName: customer.identityClaims.field1 ?? "" } : { kind };
    return answer({ customer: who, ...(await readConversation(customer)) });
  },
  { isConnecting: true },
);
