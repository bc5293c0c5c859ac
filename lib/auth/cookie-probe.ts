/** A browser that does not send this cookie back blocks cookies, and cannot sign in. */
export const COOKIE_PROBE = { name: "portal.cookies", value: "1", path: "/", httpOnly: true, sameSite: "lax" } as const;
