import { getCustomer } from "../../../lib/chat-customer";
import { createIdentityHandler } from "../../../lib/glassix/identity/handlers";

// Next responds to other methods with 405.
export const POST = createIdentityHandler({
  getCustomer,
  apiKey: process.env.GLASSIX_API_KEY,
  apiSecret: process.env.GLASSIX_API_SECRET,
});
