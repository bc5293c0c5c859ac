import { randomUUID } from "node:crypto";
import { jwtVerify } from "jose";
import type { Env } from "@/lib/env";
import { mintIdentityToken } from "@/lib/glassix/identity/mint";
import { verifyMailServer } from "@/lib/mail";
import { toIdentityClaims } from "@/lib/portal/identity-claims";

export const TIME_LIMIT = 5_000;

export type Outcome = { status: "ok" | "warn" | "fail" | "skip"; found: string; todo?: string };
export type Check = { name: string } & Outcome;

export const ok = (found: string): Outcome => ({ status: "ok", found });
export const skip = (found: string, todo?: string): Outcome => ({ status: "skip", found, ...(todo && { todo }) });
export const warn = (found: string, todo: string): Outcome => ({ status: "warn", found, todo });
export const fail = (found: string, todo: string): Outcome => ({ status: "fail", found, todo });

export async function check(
  name: string,
  run: () => Outcome | Promise<Outcome>,
  todo = "Fix the cause, then run the doctor again.",
): Promise<Check> {
  try {
    return { name, ...(await withTimeout(Promise.resolve().then(run))) };
  } catch (error) {
    return { name, ...fail(describeError(error), todo) };
  }
}

export function withTimeout<T>(promise: Promise<T>, limit = TIME_LIMIT): Promise<T> {
  let timer: NodeJS.Timeout;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No response within ${limit / 1000} seconds.`)), limit);
  });
  return Promise.race([promise, timeout]).finally(() => clearTimeout(timer));
}

export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, cause, errors } = error as Error & { code?: string; errors?: unknown[] };
  if (cause) return describeError(cause);
  return (error.message || (errors?.[0] ? describeError(errors[0]) : code) || error.name).split("\n")[0]!;
}

export function checkToken(env: Env | null): Promise<Check> {
  return check("Identity token", async () => {
    if (!env) return skip("No token can be minted with these variables.", "Fix the variables that fail first.");
    const { apiKey, apiSecret, identityTtl } = env.glassix;
    const uniqueIdentifier = randomUUID();
    const identityClaims = toIdentityClaims({
      firstName: "Test",
      lastName: "Customer",
      plan: "premium",
      email: "test@example.com",
      isEmailConfirmed: true,
      createdAt: new Date(),
      policies: [{ number: "HL-H-204817" }],
      openInsuranceClaims: [],
    });
    const allowShortLifetime = env.isSandboxOn;
    const parameters = {
      uniqueIdentifier,
      apiKey,
      apiSecret,
      identityClaims,
      lifetime: identityTtl,
      allowShortLifetime,
    };
    const { identityToken } = await mintIdentityToken(parameters);
    const { payload } = await jwtVerify(identityToken, new TextEncoder().encode(apiSecret), {
      algorithms: ["HS256"],
      typ: "JWT",
      issuer: apiKey,
      audience: uniqueIdentifier,
      requiredClaims: ["iat", "exp", "field1", "field2", "field3"],
    });
    const seconds = payload.exp! - payload.iat!;
    if (seconds > 86_400)
      return warn(`valid for ${seconds} s`, "A token cannot be revoked. Lower GLASSIX_IDENTITY_TTL.");
    const known = env.isSandboxOn
      ? "signed for the sandbox"
      : "only Glassix knows whether this is the department's secret";
    return ok(`minted and verified, valid for ${seconds} s; ${known}`);
  });
}

export function checkMailServer(url: string): Promise<Check> {
  return check(
    "Mail server",
    async () => {
      await verifyMailServer(url);
      return ok("accepts the connection and the sign-in; no email was sent");
    },
    "Check SMTP_URL, and that this machine may reach the server. Emails are kept and retried for 24 hours.",
  );
}

export function checkScript(url: string): Promise<Check> {
  const { host } = new URL(url);
  return check(host, async () => {
    const todo = `Customers' browsers load ${url}, not this server. Open it in a browser.`;
    const start = Date.now();
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(TIME_LIMIT - 500) });
      if (!response.ok) return warn(`The response status is ${response.status}.`, todo);
      if (!(await response.text()).includes("GlassixWidgetClient"))
        return warn("The response is not the widget's script.", todo);
      // A cache repeats the original response's date, and adds its age. `Date` has whole seconds: add half of one.
      const time = Date.parse(response.headers.get("date") ?? "") + Number(response.headers.get("age")) * 1000 + 500;
      const clock = judgeClock(host, (time - (start + Date.now()) / 2) / 1000);
      return clock.status === "ok" ? ok("serves the widget's script, and agrees with this clock") : clock;
    } catch (error) {
      return warn(`Not reachable from here: ${describeError(error)}.`, todo);
    }
  });
}

/** @param offset seconds that the other clock is ahead of this one; NaN if unknown */
export function judgeClock(whose: string, offset: number): Outcome {
  const size = Math.abs(offset);
  if (!(size > 5)) return ok(`within 5 s of ${whose}`);
  return {
    status: size > 60 ? "fail" : "warn",
    found: `This clock is ${Math.round(size)} s ${offset > 0 ? "behind" : "ahead of"} the clock of ${whose}.`,
    todo: "Synchronise this machine's clock with NTP: Glassix compares a token's times with its own clock.",
  };
}
