export type User = {
  id: string;
  customerId: string;
  email: string;
  firstName: string;
  lastName: string;
  plan: "premium" | "standard";
  policies: string[];
};

const PASSWORD = "Portal-demo-1";

const users: User[] = [
  {
    id: "1",
    customerId: "db79e775-81fd-4f2e-8741-9266e920cc32",
    email: "john@example.com",
    firstName: "John",
    lastName: "Wick",
    plan: "premium",
    policies: ["Home contents", "Car, comprehensive", "Travel, worldwide"],
  },
  {
    id: "2",
    customerId: "a3f1c820-94b2-4d67-b3e5-7f8a2d1c0e9b",
    email: "jane@example.com",
    firstName: "Jane",
    lastName: "Doe",
    plan: "standard",
    policies: ["Car, third party"],
  },
];

export function findUserByEmail(email: string): User | undefined {
  return users.find((user) => user.email === email.trim().toLowerCase());
}

export function checkPassword(email: string, password: string): User | undefined {
  const user = findUserByEmail(email);
  return user && password === PASSWORD ? user : undefined;
}
