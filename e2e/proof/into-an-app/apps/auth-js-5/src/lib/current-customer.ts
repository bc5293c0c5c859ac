import { redirect } from "next/navigation";
import { auth } from "@/auth";
import { getCustomerById } from "@/lib/users";

export async function currentCustomer() {
  const session = await auth();
  const customer = session?.user?.id ? await getCustomerById(session.user.id) : undefined;
  if (!customer) redirect("/login");
  return customer;
}
