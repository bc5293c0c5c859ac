import { getCustomer } from "../../../lib/chat-customer";
import { createSessionHandler } from "../../../lib/glassix/identity/handlers";

export const GET = createSessionHandler({ getCustomer });
