import type { FindCustomer, GetCustomer } from "../identity/handlers";
import { hashCookies, readCookies } from "../identity/request";

/** `verify` returns null for a cookie that is not valid, and throws only if it cannot tell. */
export function fromSignedCookie<Payload extends object>(
  name: string,
  verify: (value: string) => Promise<Payload | null | undefined>,
  findCustomer: FindCustomer<Payload>,
): GetCustomer {
  const pattern = new RegExp(`^${name.replace(/[.$^*+?()[\]{}|\\]/g, "\\$&")}$`);
  return async (request) => {
    const value = readCookies(request, pattern);
    const payload = value ? await verify(decode(value)) : null;
    if (!payload) return null;
    const customer = await findCustomer(payload);
    if (!customer || customer === "disabled") return customer;
    const expiresAt = "exp" in payload && typeof payload.exp === "number" ? new Date(payload.exp * 1000) : undefined;
    // Without a time or an id in it, the cookie is the same at every sign-in.
    const isUnique = ["iat", "exp", "jti", "sid"].some((name) => name in payload);
    return { sessionId: isUnique ? await hashCookies(request, pattern) : undefined, expiresAt, ...customer };
  };
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
