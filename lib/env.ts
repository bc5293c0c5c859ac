import "server-only";
import { createHmac } from "node:crypto";
import { findConnectionStringProblem } from "@/lib/database";

/**
 * The one reader of `process.env`, and the one keeper of secrets. Every variable is described in
 * `.env.example`. Read when the server starts, not when it is built: one build serves many environments.
 */
export type Env = {
  isProduction: boolean;
  database: {
    /** A Postgres connection string. May lead through a pooler in transaction mode. */
    url: string;
    /** Connections that one instance holds at most. */
    poolSize: number;
  };
  /** This site's own address as the browser knows it (`https://portal.example.com`), where NEXTAUTH_URL tells; on Vercel it need not. */
  origin: string | null;
  /** Whether customers come over https. */
  isHttps: boolean;
  /** Signs NextAuth's session cookie. */
  nextAuthSecret: string;
  session: {
    /** Seconds after which a session ends, whatever happens. */
    maxAge: number;
    /** Seconds without a page after which a session ends; null: it does not end by idling. */
    idleTimeout: number | null;
  };
  /** The identity provider that customers may sign in through; null: they sign in with a password alone. */
  oidc: {
    /** Its address, without a slash at the end. */
    issuer: string;
    clientId: string;
    /** Proves to the provider that it is this portal that asks. Never leaves the server. */
    clientSecret: string;
    /** Whether the provider's e-mail addresses count as confirmed even if it does not say so. */
    isEmailTrusted: boolean;
  } | null;
  /** The request header that names the client's address, in lower case; null: none can be trusted. */
  clientAddressHeader: string | null;
  glassix: {
    /** The department's UUID, lowercase. Public. */
    apiKey: string;
    /** Signs identity tokens. Never leaves the server. */
    apiSecret: string;
    /** Names the widget's look and language. Public. */
    snippetId: string;
    /** Where the widget's script is, in the order to try. */
    scriptUrls: string[];
  };
  /** Whether the local stand-in for Glassix is on. */
  isSandboxOn: boolean;
  /** Whether "Require Identity Verification" is on in the Glassix workspace. */
  isIdentityRequired: boolean;
  /** Seconds that an identity token lives. */
  identityTtl: number;
  /** How traces and metrics go to an OTLP receiver; null: nowhere. Its address, and whatever else OpenTelemetry takes, its own libraries read. */
  telemetry: {
    isJson: boolean;
    /** Milliseconds between two exports of the metrics. */
    metricInterval: number;
  } | null;
  /** Whether previews on Vercel have a database of their own, which their builds may migrate. */
  arePreviewsMigrated: boolean;
};

/** The environment cannot be used. The message names every variable at fault, with an example. */
export class EnvError extends Error {
  override name = "EnvError";
  constructor(readonly problems: string[]) {
    super(`The environment cannot be used:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`);
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const MIN_SECRET_LENGTH = 32;
const LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"];
const FIVE_HOURS = 18_000;
const TWELVE_HOURS = 43_200;
const THIRTY_DAYS = 2_592_000;

// The guide's own example department. It exists in the sandbox alone.
const SANDBOX_API_KEY = "7cab072d-43d0-4e9d-bb25-2a947696fe8f";
const SANDBOX_SNIPPET_ID = "dr548fbb5d61ec51869a";
const SANDBOX_SCRIPT_URLS = ["/sandbox/widget.js", "/sandbox/widget-2.js"];
const GLASSIX_SCRIPT_URLS = [
  "https://cdn.glassix.com/clients/widget.1.2.min.js",
  "https://cdn.glassix.net/clients/widget.1.2.min.js",
];

let cached: Env | undefined;

/**
 * The environment of this process, read at the first call.
 *
 * @throws EnvError naming every variable that is missing or wrong
 */
export function env(): Env {
  return (cached ??= readEnv(process.env));
}

/** For the start of a server: prints what is wrong with the environment and ends the process, or does nothing. */
export function refuseBadEnv(): void {
  const isProduction = process.env.NODE_ENV === "production";
  // NextAuth reads its own address from the environment. A deployment on Vercel has several, and there NextAuth takes the
  // one that was asked for. Not "", which it takes for an address without https.
  if (!process.env.NEXTAUTH_URL?.trim()) delete process.env.NEXTAUTH_URL;
  if (!process.env.VERCEL && !process.env.NEXTAUTH_URL) {
    process.env.NEXTAUTH_URL = `http://localhost:${process.env.PORT?.trim() || 3000}`;
    if (isProduction) {
      console.warn(
        `NEXTAUTH_URL is not set: ${process.env.NEXTAUTH_URL} is taken, and cookies go without "Secure". ` +
          "Set it to the address that your customers see. Example: NEXTAUTH_URL=https://portal.example.com",
      );
    }
  }
  try {
    const { origin, clientAddressHeader } = env();
    if (origin) {
      process.env.NEXTAUTH_URL = origin;
      const { protocol, hostname } = new URL(origin);
      if (isProduction && protocol === "http:" && !LOCAL_HOSTS.includes(hostname))
        console.warn(
          `NEXTAUTH_URL is ${origin}: cookies go without "Secure", and passwords can be read on their way. ` +
            "Outside of a private network, use https. Example: NEXTAUTH_URL=https://portal.example.com",
        );
    }
    if (isProduction && !clientAddressHeader)
      console.warn(
        "CLIENT_ADDRESS_HEADER is not set: sign-ins and registrations are limited for each account and for all visitors together, " +
          "but not for each address, so set it to the header in which your proxy names the client's address. Example: CLIENT_ADDRESS_HEADER=x-real-ip",
      );
  } catch (error) {
    if (!(error instanceof EnvError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

/**
 * Reads and checks an environment.
 *
 * @throws EnvError naming every variable that is missing or wrong; values of secrets are never repeated
 */
export function readEnv(source: Record<string, string | undefined>): Env {
  const problems: string[] = [];
  const quoted = new Set<string>();
  // `NAME=` in a file means "not set".
  const read = (name: string) => {
    const value = source[name]?.trim() || undefined;
    const inner = /^(["'`])(.*)\1$/s.exec(value ?? "")?.[2];
    if (inner === undefined) return value;
    quoted.add(name);
    return inner || undefined;
  };
  const readBoolean = (name: string) => {
    const value = read(name)?.toLowerCase();
    if (value !== undefined && value !== "true" && value !== "false") {
      problems.push(`${name} is "${value}". Write ${name}=true or ${name}=false, or leave it out.`);
    }
    return value === "true";
  };

  const isProduction = source.NODE_ENV === "production";

  const readDatabaseUrl = (name: string) => {
    const url = read(name);
    const problem = url && findConnectionStringProblem(name, url);
    if (problem) problems.push(problem);
    return url;
  };
  const databaseUrl = readDatabaseUrl("DATABASE_URL");
  if (!databaseUrl) {
    problems.push(
      "DATABASE_URL is not set. Example: DATABASE_URL=postgresql://portal:password@db.example.com:5432/portal",
    );
  }
  // Only migrations use it, and they may run elsewhere: here it is looked at, so that a mistake is seen in time.
  readDatabaseUrl("DIRECT_DATABASE_URL");
  const poolSize = read("DATABASE_POOL_SIZE");
  if (poolSize && !(/^\d{1,3}$/.test(poolSize) && Number(poolSize) > 0)) {
    problems.push(`DATABASE_POOL_SIZE is "${poolSize}". Write a number from 1 to 999. Example: DATABASE_POOL_SIZE=10`);
  }

  const nextAuthSecret = read("NEXTAUTH_SECRET");
  if (!nextAuthSecret) {
    problems.push(
      'NEXTAUTH_SECRET is not set. Make one with: openssl rand -base64 32. Example: NEXTAUTH_SECRET="s9Vf…44 characters…="',
    );
  } else if (nextAuthSecret.length < MIN_SECRET_LENGTH) {
    problems.push(
      `NEXTAUTH_SECRET has ${nextAuthSecret.length} characters; ${MIN_SECRET_LENGTH} are the least. Make one with: openssl rand -base64 32`,
    );
  } else if (isGuessable(nextAuthSecret)) {
    problems.push(
      "NEXTAUTH_SECRET is easy to guess: it repeats itself, has fewer than 8 different characters, or is a placeholder. Make one with: openssl rand -base64 32",
    );
  }

  const nextAuthUrl = read("NEXTAUTH_URL");
  const origin = nextAuthUrl ? toSiteOrigin(nextAuthUrl) : null;
  if (nextAuthUrl && !origin) {
    // What follows these characters, or precedes the @, may be a secret.
    const value = /[@?#]/.test(nextAuthUrl) ? "not usable" : `"${nextAuthUrl}"`;
    problems.push(
      `NEXTAUTH_URL is ${value}. Write http:// or https:// and the host, with a port if it is not the scheme's own, ` +
        "and nothing else: no path, no query, no user name. Example: NEXTAUTH_URL=https://portal.example.com",
    );
  }

  const isSandboxWanted = readBoolean("GLASSIX_SANDBOX");
  const isIdentityRequired = readBoolean("GLASSIX_REQUIRE_IDENTITY");
  const arePreviewsMigrated = readBoolean("MIGRATE_PREVIEWS");
  const isEmailTrusted = readBoolean("OIDC_TRUST_EMAIL");

  // All of them or none: with some, nobody could tell what was meant.
  const readTogether = <Name extends string>(examples: Record<Name, string>, advice: string) => {
    const names = Object.keys(examples) as Name[];
    const set = names.filter((name) => read(name));
    const missing = names.filter((name) => !read(name));
    if (set.length > 0 && missing.length > 0) {
      problems.push(
        `${missing.join(" and ")} ${missing.length > 1 ? "are" : "is"} not set, but ${set.join(" and ")} ${set.length > 1 ? "are" : "is"}. ` +
          `${advice} Example: ${examples[missing[0]!]}`,
      );
    }
    return Object.fromEntries(names.map((name) => [name, read(name)])) as Record<Name, string | undefined>;
  };

  const { OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET } = readTogether(
    OIDC_EXAMPLES,
    "Set all three, or none for sign-in with a password alone.",
  );
  const issuer = OIDC_ISSUER && toIssuer(OIDC_ISSUER);
  if (issuer === null) {
    problems.push(
      `OIDC_ISSUER is "${OIDC_ISSUER}". Write the provider's https:// address without a query; http:// is for localhost alone. ` +
        `Example: ${OIDC_EXAMPLES.OIDC_ISSUER}`,
    );
  } else if (issuer?.includes("/.well-known/")) {
    problems.push(
      `OIDC_ISSUER is "${OIDC_ISSUER}". Leave out what begins with /.well-known: the portal adds it itself. ` +
        `Example: ${OIDC_EXAMPLES.OIDC_ISSUER}`,
    );
  }
  if (OIDC_CLIENT_ID && OIDC_CLIENT_ID === OIDC_CLIENT_SECRET) {
    problems.push(
      `OIDC_CLIENT_SECRET is the same as OIDC_CLIENT_ID. The provider shows the secret beside the id, or once when it makes it. ` +
        `Example: ${OIDC_EXAMPLES.OIDC_CLIENT_SECRET}`,
    );
  }

  const department = readTogether(GLASSIX_EXAMPLES, "Set all three, or none for the sandbox.");
  const given = Object.values(department).filter(Boolean).length;
  const { GLASSIX_API_KEY: apiKey, GLASSIX_API_SECRET: apiSecret, GLASSIX_SNIPPET_ID: snippetId } = department;
  if (apiKey && !UUID.test(apiKey)) {
    problems.push(`GLASSIX_API_KEY is "${apiKey}", which is not a UUID. Example: ${GLASSIX_EXAMPLES.GLASSIX_API_KEY}`);
  }
  if (apiKey && apiSecret && apiKey.toLowerCase() === apiSecret.toLowerCase()) {
    problems.push(
      "GLASSIX_API_SECRET is the same as GLASSIX_API_KEY. The secret is the other value on the department's API page.",
    );
  }
  if (snippetId && !/^[\w-]+$/.test(snippetId)) {
    problems.push(
      `GLASSIX_SNIPPET_ID is "${snippetId}". It holds letters and digits only. Example: ${GLASSIX_EXAMPLES.GLASSIX_SNIPPET_ID}`,
    );
  }
  if (isProduction && given === 0 && !isSandboxWanted) {
    problems.push(
      "GLASSIX_API_KEY, GLASSIX_API_SECRET and GLASSIX_SNIPPET_ID are not set. " +
        "Set them to your department's values, or write GLASSIX_SANDBOX=true to run a demo against the sandbox.",
    );
  }
  if (!isProduction && given === 0 && read("GLASSIX_SANDBOX") === "false") {
    problems.push(
      "GLASSIX_SANDBOX is false, but no department is set. Set GLASSIX_API_KEY, GLASSIX_API_SECRET and GLASSIX_SNIPPET_ID.",
    );
  }
  const isSandboxOn = isSandboxWanted || given === 0;

  const readSeconds = (name: string, least: number) => {
    const value = read(name);
    if (value === undefined) return undefined;
    const seconds = /^\d+$/.test(value) ? Number(value) : NaN;
    if (!(seconds >= least && seconds <= THIRTY_DAYS)) {
      problems.push(
        `${name} is "${value}". Write whole seconds, from ${least} to ${THIRTY_DAYS} (30 days). Example: ${name}=${TWELVE_HOURS}`,
      );
    }
    return seconds;
  };
  const maxAge = readSeconds("SESSION_MAX_AGE", 60) ?? TWELVE_HOURS;
  const idleTimeout = readSeconds("SESSION_IDLE_TIMEOUT", 60) ?? null;

  // Vercel sets this one itself, and takes away what a client has sent under its name.
  const clientAddressHeader =
    read("CLIENT_ADDRESS_HEADER")?.toLowerCase() ?? (source.VERCEL ? "x-vercel-forwarded-for" : null);
  const isClientsOwn = ["authorization", "cookie", "host", "origin", "referer", "user-agent", "true", "false"];
  if (
    clientAddressHeader &&
    (!/^[a-z0-9-]*[a-z0-9]$/.test(clientAddressHeader) || isClientsOwn.includes(clientAddressHeader))
  ) {
    problems.push(
      `CLIENT_ADDRESS_HEADER is "${clientAddressHeader}". Write the name of the header that your proxy sets. Example: CLIENT_ADDRESS_HEADER=x-real-ip`,
    );
  }

  const ttl = read("GLASSIX_IDENTITY_TTL");
  const identityTtl = ttl === undefined ? FIVE_HOURS : Number(ttl);
  if (!Number.isSafeInteger(identityTtl) || identityTtl <= 0 || !/^\d+$/.test(ttl ?? "1")) {
    problems.push(`GLASSIX_IDENTITY_TTL is "${ttl}". Write whole seconds. Example: GLASSIX_IDENTITY_TTL=${FIVE_HOURS}`);
  } else if (identityTtl < FIVE_HOURS && !isSandboxOn) {
    problems.push(
      `GLASSIX_IDENTITY_TTL is ${identityTtl} seconds. Glassix recommends at least ${FIVE_HOURS} (5 hours); less is for the sandbox. ` +
        `Example: GLASSIX_IDENTITY_TTL=${FIVE_HOURS}`,
    );
  }

  if (identityTtl > THIRTY_DAYS) {
    problems.push(
      `GLASSIX_IDENTITY_TTL is ${identityTtl} seconds, which is more than 30 days: a token cannot be taken back. Are these milliseconds? ` +
        `Example: GLASSIX_IDENTITY_TTL=${FIVE_HOURS}`,
    );
  }

  const otlpEndpoint = read("OTEL_EXPORTER_OTLP_ENDPOINT");
  if (otlpEndpoint && !isHttpAddress(otlpEndpoint)) {
    // Not repeated: some receivers want a key in their address.
    problems.push(
      "OTEL_EXPORTER_OTLP_ENDPOINT is not an http:// or https:// address. It is the receiver's for OTLP over HTTP, without /v1/traces. " +
        "Example: OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318",
    );
  }
  const otlpProtocol = read("OTEL_EXPORTER_OTLP_PROTOCOL");
  if (otlpEndpoint && otlpProtocol && !["http/protobuf", "http/json"].includes(otlpProtocol)) {
    problems.push(
      `OTEL_EXPORTER_OTLP_PROTOCOL is "${otlpProtocol}". This portal sends over HTTP, which receivers take most often at port 4318. ` +
        "Leave it out for http/protobuf, or write OTEL_EXPORTER_OTLP_PROTOCOL=http/json",
    );
  }

  const metricInterval = Number(read("OTEL_METRIC_EXPORT_INTERVAL") ?? 60_000);
  if (otlpEndpoint && !(Number.isSafeInteger(metricInterval) && metricInterval > 0)) {
    problems.push(
      `OTEL_METRIC_EXPORT_INTERVAL is "${read("OTEL_METRIC_EXPORT_INTERVAL")}". Write whole milliseconds. Example: OTEL_METRIC_EXPORT_INTERVAL=60000`,
    );
  }

  const port = read("PORT");
  if (port && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535)) {
    problems.push(`PORT is "${port}". Write a number up to 65535. Example: PORT=3000`);
  }

  for (const name of quoted) {
    problems.push(`${name} is in quotation marks, which docker --env-file, for one, does not remove. Leave them out.`);
  }
  if (problems.length > 0 || !databaseUrl || !nextAuthSecret) throw new EnvError(problems);
  const derive = (purpose: string) => createHmac("sha256", nextAuthSecret).update(purpose);
  return {
    isProduction,
    database: {
      url: databaseUrl,
      // On Vercel there are many instances, each with few requests at once.
      poolSize: Number(poolSize ?? (source.VERCEL ? 3 : 10)),
    },
    origin,
    isHttps: origin ? origin.startsWith("https:") : Boolean(source.VERCEL),
    nextAuthSecret,
    session: { maxAge, idleTimeout },
    oidc:
      issuer && OIDC_CLIENT_ID && OIDC_CLIENT_SECRET
        ? { issuer, clientId: OIDC_CLIENT_ID, clientSecret: OIDC_CLIENT_SECRET, isEmailTrusted }
        : null,
    clientAddressHeader,
    // The sandbox never signs for a real department: its tokens must be worthless at Glassix.
    glassix:
      apiKey && apiSecret && snippetId && !isSandboxOn
        ? {
            apiKey: apiKey.toLowerCase(),
            apiSecret,
            snippetId,
            scriptUrls: GLASSIX_SCRIPT_URLS,
          }
        : {
            apiKey: SANDBOX_API_KEY,
            apiSecret: derive("sandbox API secret").digest("base64url"),
            snippetId: SANDBOX_SNIPPET_ID,
            scriptUrls: SANDBOX_SCRIPT_URLS,
          },
    isSandboxOn,
    isIdentityRequired,
    identityTtl,
    telemetry:
      otlpEndpoint && read("OTEL_SDK_DISABLED")?.toLowerCase() !== "true"
        ? { isJson: otlpProtocol === "http/json", metricInterval }
        : null,
    arePreviewsMigrated,
  };
}

const GLASSIX_EXAMPLES = {
  GLASSIX_API_KEY: `GLASSIX_API_KEY=${SANDBOX_API_KEY}`,
  GLASSIX_API_SECRET: "GLASSIX_API_SECRET=the secret beside the key on the department's API page",
  GLASSIX_SNIPPET_ID: `GLASSIX_SNIPPET_ID=${SANDBOX_SNIPPET_ID}`,
};

const OIDC_EXAMPLES = {
  OIDC_ISSUER: "OIDC_ISSUER=https://id.example.com/realms/customers",
  OIDC_CLIENT_ID: "OIDC_CLIENT_ID=portal",
  OIDC_CLIENT_SECRET: "OIDC_CLIENT_SECRET=the secret that the provider made for this client",
};

const isHttpAddress = (address: string) => /^https?:\/\//i.test(address) && URL.canParse(address);

/**
 * The site's origin as browsers write it, or null for an address that NextAuth and browsers would read in
 * different ways.
 */
function toSiteOrigin(address: string): string | null {
  if (!/^https?:\/\/[^/]/i.test(address) || /[\s@?#\\]/.test(address) || !URL.canParse(address)) return null;
  const { protocol, hostname, port, pathname, origin } = new URL(address);
  if (!/^\/+$/.test(pathname) || !/^(\[[\da-f:.]+\]|[\w-]+(\.[\w-]+)*)$/.test(hostname)) return null;
  // The other scheme's port: one of the two is a mistake.
  return port === (protocol === "https:" ? "80" : "443") ? null : origin;
}

/** The issuer without a slash at the end, or null. Tokens are trusted because of where the provider's keys come from: over https, or from this machine. */
function toIssuer(address: string): string | null {
  if (!/^https?:\/\/[^/]/i.test(address) || /[\s@?#\\]/.test(address) || !URL.canParse(address)) return null;
  const { protocol, hostname, origin, pathname } = new URL(address);
  return protocol === "https:" || LOCAL_HOSTS.includes(hostname) ? origin + pathname.replace(/\/+$/, "") : null;
}

/**
 * Whether a secret is made of very few characters, is one short piece over and over ("changemechangeme…1"), or was
 * copied from instructions.
 */
function isGuessable(secret: string): boolean {
  const isRepeated = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].some((length) => {
    const end = [...secret].findIndex((character, index) => index >= length && character !== secret[index - length]);
    return end === -1 || end > secret.length - 10;
  });
  return new Set(secret).size < 8 || isRepeated || /change-?me|your-secret|replace-|openssl rand/i.test(secret);
}
