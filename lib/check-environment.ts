import "server-only";
import { env, EnvError, type Env } from "@/lib/env";
import { isLocalHost } from "@/lib/env-checks";

export function checkEnvironment(): void {
  const env = requireEnvironment();
  // NextAuth reads its address from this variable. On Vercel, where a deployment has several, it uses the request's.
  if (env.origin) process.env.NEXTAUTH_URL = env.origin;
  else if (process.env.VERCEL) delete process.env.NEXTAUTH_URL;
  else process.env.NEXTAUTH_URL = `http://localhost:${process.env.PORT?.trim() || 3000}`;
  const warnings = env.isProduction ? listWarnings(env) : [];
  for (const { variable, message, example } of warnings) console.warn(`${variable} ${message} Example: ${example}`);
}

export function requireEnvironment(): Env {
  try {
    return env();
  } catch (error) {
    if (!(error instanceof EnvError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

export function listWarnings({ origin, isHttps, mail, clientAddressHeader }: Env): EnvError["problems"] {
  const warnings: EnvError["problems"] = [];
  if (!isHttps && !(origin && isLocalHost(new URL(origin).hostname)))
    warnings.push({
      variable: "NEXTAUTH_URL",
      message:
        `is ${origin ?? "not set: http://localhost is used, also in the links of emails"}. Cookies are not "Secure", and http does not encrypt passwords. ` +
        "Set it to the https:// address that customers see.",
      example: "NEXTAUTH_URL=https://portal.example.com",
    });
  if (!clientAddressHeader)
    warnings.push({
      variable: "CLIENT_ADDRESS_HEADER",
      message:
        "is not set: sign-ins are not rate limited per address. " +
        "Set it to the header in which your proxy passes the client's address.",
      example: "CLIENT_ADDRESS_HEADER=x-real-ip",
    });
  if (!mail)
    warnings.push({
      variable: "SMTP_URL",
      message:
        "is not set: no email is sent, so customers can neither confirm their address nor reset their password. " +
        "Set it to your mail server.",
      example: "SMTP_URL=smtps://portal:password@mail.example.com",
    });
  return warnings;
}
