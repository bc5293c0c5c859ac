export interface Customer {
  id: string;
  customerUuid: string;
  email: string;
  firstName: string;
  lastName: string;
  plan: "premium" | "standard";
}

const customers: (Customer & { password: string })[] = [
  {
    id: "1",
    customerUuid: "db79e775-81fd-4f2e-8741-9266e920cc32",
    email: "john@example.com",
    firstName: "John",
    lastName: "Wick",
    plan: "premium",
    password: "Portal-demo-1",
  },
  {
    id: "2",
    customerUuid: "a3f1c820-94b2-4d67-b3e5-7f8a2d1c0e9b",
    email: "jane@example.com",
    firstName: "Jane",
    lastName: "Doe",
    plan: "standard",
    password: "Portal-demo-1",
  },
];

export async function getCustomerById(id: string): Promise<Customer | undefined> {
  return customers.find((customer) => customer.id === id);
}

export async function verifyCredentials(email: unknown, password: unknown): Promise<Customer | undefined> {
  return customers.find((customer) => customer.email === email && customer.password === password);
}
