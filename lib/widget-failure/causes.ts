/** Why a browser could not show the chat: all that a page may report of it, and so all that is counted. */
export const WIDGET_FAILURE_CAUSES = [
  /** No address gave a usable script. */
  "script",
  /** The client did not say in time that it is attached. */
  "silent",
  /** The client could not start, or ended by itself. */
  "client",
  /** The server could not tell who is signed in. */
  "session",
  // There was no identity: what happened on the way to the endpoint, and the endpoint's own codes.
  "network",
  "timeout",
  "malformed",
  "mismatch",
  "unauthenticated",
  "account-disabled",
  "cross-origin",
  "rate-limited",
  "unavailable",
  /** The page knows it, and this list does not. */
  "other",
] as const;

export type WidgetFailureCause = (typeof WIDGET_FAILURE_CAUSES)[number];
