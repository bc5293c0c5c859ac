import { createAuthClient } from "better-auth/react";

// The current fetch, which the chat watches, instead of the one at the time of this call.
export const authClient = createAuthClient({
  fetchOptions: { customFetchImpl: (input, init) => fetch(input, init) },
});
