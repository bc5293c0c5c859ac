import { auth } from "@/auth";
import { getCustomerById } from "@/lib/users";
import { fromNextAuth } from "./glassix/adapters/next-auth";

export const getCustomer = fromNextAuth(
  () => auth(),
  async ({ user }) => {
    const customer = user?.id ? await getCustomerById(user.id) : null;
    return (
      customer && {
        uniqueIdentifier: customer.customerUuid,
        identityClaims: { field1: customer.firstName, field2: customer.lastName, field3: customer.plan },
      }
    );
  },
);
