import { readConversation } from "@/app/sandbox/_lib/conversation";
import { answer, chatRoute } from "@/app/sandbox/_lib/http";

/** Who the widget's user is, and the conversation so far. A refusal is an answer to this question, so that the browser logs no error of its own. */
export const POST = chatRoute(
  async ({ customer }) =>
    answer({
      customer:
        customer.kind === "identified"
          ? { kind: customer.kind, firstName: customer.identityClaims.field1 ?? "" }
          : { kind: customer.kind },
      ...(await readConversation(customer)),
    }),
  { isConnecting: true },
);
