import { scryptSync, timingSafeEqual } from "node:crypto";

export type User = {
  id: string;
  customerId: string;
  email: string;
  firstName: string;
  lastName: string;
  plan: "premium" | "standard";
};

const hash = (password: string, salt: string) => scryptSync(password, salt, 32);

const users: (User & { passwordHash: Buffer })[] = [
  {
    id: "1",
    customerId: "db79e775-81fd-4f2e-8741-9266e920cc32",
    email: "john@example.com",
    firstName: "John",
    lastName: "Wick",
    plan: "premium",
    passwordHash: hash("Portal-demo-1", "john@example.com"),
  },
  {
    id: "2",
    customerId: "a3f1c820-94b2-4d67-b3e5-7f8a2d1c0e9b",
    email: "jane@example.com",
    firstName: "Jane",
    lastName: "Doe",
    plan: "standard",
    passwordHash: hash("Portal-demo-1", "jane@example.com"),
  },
];

export function findUser(id: string): User | undefined {
  return users.find((user) => user.id === id);
}

export function authenticate(email: string, password: string): User | undefined {
  const user = users.find((user) => user.email === email);
  return user && timingSafeEqual(user.passwordHash, hash(password, user.email)) ? user : undefined;
}
