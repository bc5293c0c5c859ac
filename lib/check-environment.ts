import "server-only";
import { env, EnvError, type Env } from "@/lib/env";
import { isLocalHost } from "@/lib/env-checks";

/** Prepares the environment of a server, and warns in production. */
export function checkEnvironment(): void {
  const env = requireEnvironment();
  const { isProduction, origin, sandboxPassword } = env;
  setNextAuthUrl(origin);
  if (isProduction)
    for (const { variable, message, example } of listWarnings(env))
      console.warn(`${variable} ${message} Example: ${example}`);
  if (sandboxPassword)
    process.stderr.write(
      `The sandbox is on: a stand-in for Glassix. Its desk, /sandbox/desk, asks for this password: ${sandboxPassword}\n`,
    );
}

/** The environment. If it cannot be used, ends the process with a message. */
export function requireEnvironment(): Env {
  try {
    return env();
  } catch (error) {
    if (!(error instanceof EnvError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

/** NextAuth reads its address from the environment. On Vercel, where a deployment has several, it takes the request's. */
function setNextAuthUrl(origin: string | null): void {
  if (origin) process.env.NEXTAUTH_URL = origin;
  // NextAuth takes "" for an address without https.
  else if (process.env.VERCEL) delete process.env.NEXTAUTH_URL;
  else process.env.NEXTAUTH_URL = `http://localhost:${process.env.PORT?.trim() || 3000}`;
}

/** What works in production, but probably not as intended. A message continues the sentence that begins with the name. */
export function listWarnings({ origin, isHttps, clientAddressHeader }: Env): EnvError["problems"] {
  const problems: EnvError["problems"] = [];
  const warn = (variable: string, message: string, value: string) =>
    problems.push({ variable, message, example: `${variable}=${value}` });
  const address = "https://portal.example.com";
  if (!origin && !isHttps)
    warn(
      "NEXTAUTH_URL",
      'is not set: http://localhost is used, and cookies are not "Secure". Set it to the address that customers see.',
      address,
    );
  if (origin?.startsWith("http:") && !isLocalHost(new URL(origin).hostname))
    warn(
      "NEXTAUTH_URL",
      `is ${origin}: cookies are not "Secure", and passwords are sent unencrypted. Use https outside a private network.`,
      address,
    );
  if (!clientAddressHeader)
    warn(
      "CLIENT_ADDRESS_HEADER",
      "is not set: sign-ins and registrations are rate limited per account and in total, but not per address. " +
        "Set it to the header in which your proxy passes the client's address.",
      "x-real-ip",
    );
  return problems;
}
