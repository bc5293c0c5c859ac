import "server-only";
import { env, EnvError, type Env } from "@/lib/env";
import { isLocalHost } from "@/lib/env-checks";

/** Prepares the environment of a server, and warns in production. */
export function checkEnvironment(): void {
  const { isProduction, origin, clientAddressHeader, sandboxPassword } = requireEnvironment();
  setNextAuthUrl(origin);
  if (isProduction) for (const warning of listWarnings(origin, clientAddressHeader)) console.warn(warning);
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

function listWarnings(origin: string | null, clientAddressHeader: string | null): string[] {
  const example = "Example: NEXTAUTH_URL=https://portal.example.com";
  const warnings: string[] = [];
  if (!origin && !process.env.VERCEL)
    warnings.push(
      `NEXTAUTH_URL is not set: ${process.env.NEXTAUTH_URL} is used, and cookies are not "Secure". ` +
        `Set it to the address that your customers see. ${example}`,
    );
  if (origin?.startsWith("http:") && !isLocalHost(new URL(origin).hostname))
    warnings.push(
      `NEXTAUTH_URL is ${origin}: cookies are not "Secure", and passwords are sent unencrypted. ` +
        `Use https outside a private network. ${example}`,
    );
  if (!clientAddressHeader)
    warnings.push(
      "CLIENT_ADDRESS_HEADER is not set: sign-ins and registrations are rate limited per account and in total, but not per " +
        "address. Set it to the header in which your proxy passes the client's address. Example: CLIENT_ADDRESS_HEADER=x-real-ip",
    );
  return warnings;
}
