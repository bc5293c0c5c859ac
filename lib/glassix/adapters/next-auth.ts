import type { FindCustomer, GetCustomer } from "../identity/handlers";
import { hashCookies } from "../identity/request";

const SESSION_COOKIE = /^(__Secure-|__Host-)?(next-auth|authjs)\.session-token(\.\d+)?$/;

/** `readSession`: `() => getServerSession(authOptions)` of NextAuth 4, `() => auth()` of Auth.js 5. */
export function fromNextAuth<Read extends () => unknown>(
  readSession: Read,
  findCustomer: FindCustomer<NonNullable<Awaited<ReturnType<Read>>>>,
): GetCustomer {
  return async (request) => {
    const session = (await readSession()) as Awaited<ReturnType<Read>>;
    const customer = session ? await findCustomer(session) : null;
    if (!customer || customer === "disabled") return customer;
    return { sessionId: await hashCookies(request, SESSION_COOKIE), ...customer };
  };
}

/** Wraps the GET handler, or `auth` in proxy.ts: only a sign-in sets the session cookie (next-auth#4612). */
export function withoutSessionRenewal(handler: (...args: never[]) => unknown) {
  return async (request: Request, ...rest: unknown[]): Promise<Response> => {
    const response = (await handler(...([request, ...rest] as never[]))) as Response;
    const { pathname } = new URL(request.url);
    const isAllowed = pathname.includes("/callback/") || (request.method === "POST" && pathname.endsWith("/session"));
    const cookies = response?.headers.getSetCookie() ?? [];
    const isSession = (cookie: string) => SESSION_COOKIE.test(cookie.split("=", 1)[0]!);
    const isRenewal = cookies.some((cookie) => isSession(cookie) && !/^[^=]*=(;|$)/.test(cookie));
    if (isAllowed || !isRenewal) return response;
    const headers = new Headers(response.headers);
    headers.delete("set-cookie");
    cookies.filter((cookie) => !isSession(cookie)).forEach((cookie) => headers.append("set-cookie", cookie));
    return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
  };
}
