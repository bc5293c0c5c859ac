import { readConversation } from "@/lib/sandbox/conversation";
import { answer, chatRoute } from "@/lib/sandbox/http";

/** Who the widget's user is, and everything said so far. A refusal is an answer to this question: the browser shall log no error of its own. */
export const POST = chatRoute(
  async (_request, customer) =>
    answer({
      customer:
        customer.kind === "identified"
          ? { kind: customer.kind, firstName: customer.identityClaims.field1 ?? "" }
          : { kind: customer.kind },
      ...(await readConversation(customer)),
    }),
  true,
);
