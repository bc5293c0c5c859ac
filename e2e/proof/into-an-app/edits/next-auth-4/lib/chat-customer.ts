import { getServerSession } from "next-auth";
import { authOptions } from "@/lib/auth";
import { findUserByEmail } from "@/lib/users";
import { fromNextAuth } from "./glassix/adapters/next-auth";

export const getCustomer = fromNextAuth(
  () => getServerSession(authOptions),
  async ({ user }) => {
    const customer = user?.email && findUserByEmail(user.email);
    if (!customer) return null;
    const { customerId, firstName, lastName, plan } = customer;
    return { uniqueIdentifier: customerId, identityClaims: { field1: firstName, field2: lastName, field3: plan } };
  },
);
