import { auth } from "@/lib/auth";
import { fromBetterAuth } from "./glassix/adapters/better-auth";

export const getCustomer = fromBetterAuth(auth, async (user) => ({
  uniqueIdentifier: user.customerId,
  identityVersion: user.updatedAt.getTime(),
  identityClaims: { field1: user.firstName, field2: user.lastName, field3: user.plan },
}));
