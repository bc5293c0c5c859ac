import { hashPassword } from "better-auth/crypto";

const members = [
  {
    id: "1",
    customerId: "db79e775-81fd-4f2e-8741-9266e920cc32",
    email: "john@example.com",
    firstName: "John",
    lastName: "Wick",
    plan: "premium",
  },
  {
    id: "2",
    customerId: "a3f1c820-94b2-4d67-b3e5-7f8a2d1c0e9b",
    email: "jane@example.com",
    firstName: "Jane",
    lastName: "Doe",
    plan: "standard",
  },
];

async function createDatabase() {
  const now = { createdAt: new Date(), updatedAt: new Date() };
  const password = await hashPassword("Portal-demo-1");
  return {
    user: members.map((member) => ({
      ...member,
      ...now,
      name: `${member.firstName} ${member.lastName}`,
      emailVerified: true,
      image: null,
    })),
    account: members.map(({ id }) => ({ ...now, id, accountId: id, userId: id, providerId: "credential", password })),
    session: [],
    verification: [],
  };
}

// Pages and routes are separate bundles and must see the same sessions.
const shared = globalThis as { database?: ReturnType<typeof createDatabase> };
shared.database ??= createDatabase();

export const database = await shared.database;
