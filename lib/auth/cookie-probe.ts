/** A cookie without meaning: a browser that does not send it back stores no cookies, and cannot sign in. */
export const COOKIE_PROBE = { name: "portal.cookies", value: "1", path: "/", httpOnly: true, sameSite: "lax" } as const;
