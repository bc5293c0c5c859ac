import { verifySession } from "@/lib/session";
import { fromSignedCookie } from "./glassix/adapters/signed-cookie";

export const getCustomer = fromSignedCookie("session", verifySession, async (user) => ({
  uniqueIdentifier: user.customerId,
  identityClaims: { field1: user.firstName, field2: user.lastName, field3: user.plan },
}));
