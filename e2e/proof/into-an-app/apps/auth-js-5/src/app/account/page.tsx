import { currentCustomer } from "@/lib/current-customer";

export default async function AccountPage() {
  const customer = await currentCustomer();
  return (
    <>
      <h1 className="mb-4 text-3xl font-semibold">Welcome, {customer.firstName}</h1>
      <p>You are a {customer.plan} member.</p>
      <p>We write to you at {customer.email}.</p>
    </>
  );
}
