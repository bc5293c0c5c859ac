import type { GetCustomer } from "./glassix/identity/handlers";

/**
 * Returns the customer whose session this request carries, or null. Never reads the request's body.
 *
 * NextAuth 4 and Auth.js 5 (there with `() => auth()`):
 *
 *   import { fromNextAuth } from "./glassix/adapters/next-auth";
 *
 *   export const getCustomer = fromNextAuth(
 *     () => getServerSession(authOptions),
 *     async ({ user }) => {
 *       const customer = user?.email && (await db.user.findUnique({ where: { email: user.email } }));
 *       if (!customer) return null;
 *       return { uniqueIdentifier: customer.chatId, identityClaims: { field1: customer.firstName } };
 *     },
 *   );
 *
 * Better Auth. The field needs `input: false`: otherwise a customer can change it to another's with `updateUser`:
 *
 *   import { fromBetterAuth } from "./glassix/adapters/better-auth";
 *
 *   export const getCustomer = fromBetterAuth(auth, async (user) => ({ uniqueIdentifier: user.chatId }));
 *
 * A cookie that you sign. `verify` returns what it contains, or null:
 *
 *   import { fromSignedCookie } from "./glassix/adapters/signed-cookie";
 *
 *   export const getCustomer = fromSignedCookie("session", verify, async ({ userId }) => findCustomer(userId));
 */
export const getCustomer: GetCustomer = async () => {
  throw new Error("The chat does not know its customers yet: write getCustomer in lib/chat-customer.ts.");
};
