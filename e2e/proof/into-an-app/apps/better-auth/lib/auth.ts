import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { database } from "@/lib/database";

export const auth = betterAuth({
  database: memoryAdapter(database),
  emailAndPassword: { enabled: true, disableSignUp: true },
  session: {
    cookieCache: { enabled: true, maxAge: 5 * 60 },
  },
  user: {
    additionalFields: {
      customerId: { type: "string", required: true, input: false },
      firstName: { type: "string", required: true, input: false },
      lastName: { type: "string", required: true, input: false },
      plan: { type: "string", required: true, input: false },
    },
  },
});
