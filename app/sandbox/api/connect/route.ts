import { readConversation } from "@/lib/sandbox/conversation";
import { answer, sandboxRoute } from "@/lib/sandbox/http";

/** Who the widget's user is, and everything said so far. A refusal is an answer to this question: the browser shall log no error of its own. */
export const POST = sandboxRoute(
  async (_request, customer) =>
    answer({
      customer:
        customer.kind === "identified"
          ? { kind: customer.kind, firstName: customer.identityClaims.field1 ?? "" }
          : { kind: customer.kind },
      ...(await readConversation(customer)),
    }),
  (refusal, isIdentityRequired) => answer({ customer: { ...refusal, isIdentityRequired } }),
);
