import type { FindCustomer, GetCustomer } from "../identity/handlers";

type BetterAuth<User> = {
  api: {
    getSession(input: {
      headers: Headers;
      query: { disableCookieCache: true; disableRefresh: true };
    }): Promise<{ session: { id: string; expiresAt: Date }; user: User } | null>;
  };
};

export function fromBetterAuth<User>(auth: BetterAuth<User>, findCustomer: FindCustomer<User>): GetCustomer {
  return async ({ headers }) => {
    // From the database: a cached cookie outlives a revoked session.
    const found = await auth.api.getSession({ headers, query: { disableCookieCache: true, disableRefresh: true } });
    if (!found) return null;
    const customer = await findCustomer(found.user);
    if (!customer || customer === "disabled") return customer;
    return { sessionId: found.session.id, expiresAt: new Date(found.session.expiresAt), ...customer };
  };
}
