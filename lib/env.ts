import "server-only";
import { createHmac } from "node:crypto";
import { z } from "zod";
import {
  describeValue,
  findConnectionStringProblem,
  findIssuerProblem,
  findMailServerProblem,
  findSenderProblem,
  findSecretProblem,
  findSiteAddressProblem,
  isSecureUrl,
} from "@/lib/env-checks";
import { MIN_LIFETIME } from "@/lib/glassix/identity/claims";

type VariableMetadata = { description: string; example: string; isSecret?: true };
const metadata = z.registry<VariableMetadata>();

const TWELVE_HOURS = 43_200;
const THIRTY_DAYS = 2_592_000;

const SANDBOX_SCRIPT_URLS = ["/sandbox/widget.js", "/sandbox/widget-2.js"];
const GLASSIX_SCRIPT_URLS = [
  "https://cdn.glassix.com/clients/widget.1.2.min.js",
  "https://cdn.glassix.net/clients/widget.1.2.min.js",
];
const EXAMPLE_API_KEY = "7cab072d-43d0-4e9d-bb25-2a947696fe8f";
const EXAMPLE_SNIPPET_ID = "dr548fbb5d61ec51869a";
const EXAMPLE_HEBREW_SNIPPET_ID = "he917c2f40b85de36a1d";

const checked = (findProblem: (value: string) => string | null) =>
  z.string().superRefine((value, context) => {
    const problem = findProblem(value);
    if (problem) context.addIssue(problem);
  });
const text = (isValid: (value: string) => boolean, advice: string) =>
  checked((value) => (isValid(value) ? null : `is ${describeValue(value)}. ${advice}`));
const wholeNumber = (least: number, most: number, unit: string) =>
  text(
    (value) => /^\d{1,9}$/.test(value) && Number(value) >= least && Number(value) <= most,
    `Use ${unit} from ${least} to ${most}.`,
  ).transform(Number);
const flag = () =>
  text((value) => /^(true|false)$/i.test(value), "Use true or false.").transform(
    (value) => value.toLowerCase() === "true",
  );
const oneOf = <const Value extends string>(values: [Value, ...Value[]], advice: string) =>
  z.enum(values, { error: ({ input }) => `is ${describeValue(String(input))}. ${advice}` });

const siteAddress = checked(findSiteAddressProblem).transform((url) => new URL(url).origin);
const issuer = checked(findIssuerProblem).transform((url) => new URL(url).href.replace(/\/+$/, ""));
const uuid = checked((key) => (z.guid().safeParse(key).success ? null : "is not a UUID.")).toLowerCase();
const snippetId = checked((id) =>
  /^[\w-]+$/.test(id) ? null : "may contain only letters, digits, hyphens and underscores.",
);
const scriptUrls = text(
  (list) => list.split(",").every((url) => /^\/[^/\\]/.test(url.trim()) || isSecureUrl(url)),
  "Use one or more https:// addresses, or paths on this site, separated by commas.",
).transform((list) => list.split(",").map((url) => url.trim()));
const headerName = text(
  (name) =>
    /^[a-z0-9-]*[a-z0-9]$/i.test(name) &&
    !/^(authorization|cookie|host|origin|referer|user-agent|true|false)$/i.test(name),
  "Use the name of the header that your proxy sets.",
).toLowerCase();

// `.env.example` and the doctor are derived from this.
const variables = z.object({
  DATABASE_URL: checked(findConnectionStringProblem).prefault("").register(metadata, {
    description:
      "Postgres connection string, password percent-encoded. Over the internet: ?sslmode=verify-full. Required by npm start.",
    example: "postgresql://portal:password@db.example.com:5432/portal",
    isSecret: true,
  }),
  DIRECT_DATABASE_URL: checked(findConnectionStringProblem).optional().register(metadata, {
    description: "The same database without the pooler, for migrations. Default: DATABASE_URL.",
    example: "postgresql://portal:password@direct.db.example.com:5432/portal",
    isSecret: true,
  }),
  DATABASE_POOL_SIZE: wholeNumber(1, 999, "a number").optional().register(metadata, {
    description: "Maximum number of database connections per instance. Default: 10; on Vercel, 3.",
    example: "10",
  }),
  NEXTAUTH_SECRET: checked(findSecretProblem).prefault("").register(metadata, {
    description:
      "Encrypts the session cookie. At least 32 characters. Required by npm start; npm run dev generates one.",
    example: "<openssl rand -base64 32>",
    isSecret: true,
  }),
  NEXTAUTH_URL: siteAddress.optional().register(metadata, {
    description: "This site's public address. Default: http://localhost:PORT; on Vercel, the deployment's.",
    example: "https://portal.example.com",
  }),
  SESSION_MAX_AGE: wholeNumber(60, THIRTY_DAYS, "a number of seconds").default(TWELVE_HOURS).register(metadata, {
    description: "Lifetime of a session in seconds. Nothing extends it. Default: 43200 (12 hours).",
    example: "43200",
  }),
  SESSION_IDLE_TIMEOUT: wholeNumber(60, THIRTY_DAYS, "a number of seconds").optional().register(metadata, {
    description: "Seconds without activity after which a session ends. Default: no idle timeout.",
    example: "1800",
  }),
  OIDC_ISSUER: issuer.optional().register(metadata, {
    description:
      "Issuer of an OpenID Connect provider (docs/single-sign-on.md). Needs the next two. Default: passwords only.",
    example: "https://id.example.com/realms/customers",
  }),
  OIDC_CLIENT_ID: z.string().optional().register(metadata, {
    description: "The client ID that the provider assigned to this portal.",
    example: "portal",
  }),
  OIDC_CLIENT_SECRET: z.string().optional().register(metadata, {
    description: "The client secret that the provider issued.",
    example: "the-client-secret",
    isSecret: true,
  }),
  OIDC_TRUST_EMAIL: flag().default(false).register(metadata, {
    description:
      "true: trust all of the provider's email addresses as confirmed. Default: only those with email_verified.",
    example: "true",
  }),
  SMTP_URL: checked(findMailServerProblem).optional().register(metadata, {
    description:
      "The mail server, password percent-encoded. Needs MAIL_FROM. smtp:// must offer STARTTLS, unless ?requireTLS=false. Default: no emails; npm run dev keeps them in .data/mail.",
    example: "smtps://portal:password@mail.example.com",
    isSecret: true,
  }),
  MAIL_FROM: checked(findSenderProblem).optional().register(metadata, {
    description: "The sender of emails.",
    example: "Harborlight Insurance <portal@example.com>",
  }),
  CLIENT_ADDRESS_HEADER: headerName.optional().register(metadata, {
    description: "The header in which your proxy passes the client's address. Default: no rate limits per address.",
    example: "x-real-ip",
  }),
  GLASSIX_API_KEY: uuid.optional().register(metadata, {
    description:
      "The department's API key (public). Needs the next two. npm start requires these or GLASSIX_SANDBOX=true.",
    example: EXAMPLE_API_KEY,
  }),
  GLASSIX_API_SECRET: z.string().optional().register(metadata, {
    description: "The department's API secret, which signs identity tokens. It never leaves the server.",
    example: "the-secret-next-to-the-key",
    isSecret: true,
  }),
  GLASSIX_SNIPPET_ID: snippetId.optional().register(metadata, {
    description: "The snippetId in the widget snippet that Glassix gives you. Public.",
    example: EXAMPLE_SNIPPET_ID,
  }),
  GLASSIX_SNIPPET_ID_HE: snippetId.optional().register(metadata, {
    description:
      "The snippetId for pages in Hebrew. Other languages likewise: GLASSIX_SNIPPET_ID_FR. Default: GLASSIX_SNIPPET_ID.",
    example: EXAMPLE_HEBREW_SNIPPET_ID,
  }),
  GLASSIX_SCRIPT_URLS: scriptUrls.optional().register(metadata, {
    description:
      "Addresses of the widget's script, separated by commas, in the order to try. Default: Glassix's two CDNs.",
    example: GLASSIX_SCRIPT_URLS.join(","),
  }),
  GLASSIX_IDENTITY_TTL: wholeNumber(1, THIRTY_DAYS, "a number of seconds").default(MIN_LIFETIME).register(metadata, {
    description:
      "Lifetime of an identity token in seconds. Default and minimum: 18000 (5 hours). Only the sandbox allows less.",
    example: "18000",
  }),
  GLASSIX_REQUIRE_IDENTITY: flag().default(false).register(metadata, {
    description: 'true if "Require Identity Verification" is on in Glassix. Anonymous visitors then have no chat.',
    example: "true",
  }),
  GLASSIX_SANDBOX: flag().optional().register(metadata, {
    description: "true: turns the sandbox on, even in production. Nothing is then signed with a department's secret.",
    example: "true",
  }),
  CHAT_CONSENT: oneOf(["ask"], "Use ask, or leave it unset.").optional().register(metadata, {
    description: "ask: nothing is loaded from Glassix before the visitor agrees. Default: chat without a question.",
    example: "ask",
  }),
  CHAT_LOAD: oneOf(["now", "idle", "intent"], "Use now, idle or intent.").optional().register(metadata, {
    description:
      "When the chat loads: now, idle (five seconds after the page, when the browser is idle) or intent (when somebody reaches for it). Default: idle for visitors, now for customers, intent for browsers that save data.",
    example: "idle",
  }),
  MIGRATE_PREVIEWS: flag().default(false).register(metadata, {
    description: "For Vercel's Preview environment only. true: preview builds migrate their own database.",
    example: "true",
  }),
  NEXT_SERVER_ACTIONS_ENCRYPTION_KEY: z.string().optional().register(metadata, {
    description:
      "For npm run build. With the same key in every build, open forms survive a deployment. Default: a new key per build.",
    example: "<openssl rand -base64 32>",
    isSecret: true,
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.string().optional().register(metadata, {
    description: "An OTLP receiver (HTTP) for traces. OpenTelemetry's other variables apply, too. Default: no traces.",
    example: "http://localhost:4318",
  }),
  OTEL_EXPORTER_OTLP_HEADERS: z.string().optional().register(metadata, {
    description: "Headers for the receiver. They often contain an API key.",
    example: "api-key=the-key",
    isSecret: true,
  }),
  OTEL_SERVICE_NAME: z.string().optional().register(metadata, {
    description: "The name of this service in traces. Default: glassix-portal.",
    example: "portal",
  }),
  PORT: wholeNumber(0, 65_535, "a number").optional().register(metadata, {
    description: "The port of npm run dev and npm start. Default: 3000.",
    example: "3000",
  }),
});
type Name = keyof typeof variables.shape;

const LANGUAGE_SNIPPET = /^GLASSIX_SNIPPET_ID_([A-Z]{2,3}(?:_[A-Z0-9]{2,8})*)$/;

const platform = { NODE_ENV: z.string().optional(), VERCEL: z.string().optional() };
const DEPARTMENT = ["GLASSIX_API_KEY", "GLASSIX_API_SECRET", "GLASSIX_SNIPPET_ID"] as const;
const PROVIDER = ["OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"] as const;

const fields = variables.extend(platform).catchall(snippetId.optional());
const schema = fields.superRefine(
  (values, context) => {
    const report = (name: Name, message: string) => context.addIssue({ code: "custom", path: [name], message });
    for (const group of [DEPARTMENT, PROVIDER]) {
      const set = group.filter((name) => values[name] !== undefined);
      if (set.length === 0) continue;
      for (const name of group.filter((name) => values[name] === undefined))
        report(name, `is not set, but ${set.join(" and ")} ${set.length > 1 ? "are" : "is"}. Set all three, or none.`);
    }
    if (!hasDepartment(values) && !(values.GLASSIX_SANDBOX ?? values.NODE_ENV !== "production"))
      for (const name of DEPARTMENT)
        report(name, "is not set. Set your department's values, or GLASSIX_SANDBOX=true for a demo with the sandbox.");
    if (values.GLASSIX_API_SECRET && values.GLASSIX_API_SECRET.toLowerCase() === values.GLASSIX_API_KEY)
      report("GLASSIX_API_SECRET", "is the same as GLASSIX_API_KEY. The secret is the other value on the API page.");
    if (values.OIDC_CLIENT_SECRET && values.OIDC_CLIENT_SECRET === values.OIDC_CLIENT_ID)
      report("OIDC_CLIENT_SECRET", "is the same as OIDC_CLIENT_ID. Copy the client secret from the provider.");
    const language = Object.keys(values).find((name) => LANGUAGE_SNIPPET.test(name) && values[name]);
    if (language && !values.GLASSIX_SNIPPET_ID)
      report("GLASSIX_SNIPPET_ID", `is not set, but ${language} is. Set it, too.`);
    if (values.SMTP_URL && !values.MAIL_FROM) report("MAIL_FROM", "is not set, but SMTP_URL is. Set it, too.");
    if (values.SMTP_URL && values.VERCEL && !values.NEXTAUTH_URL)
      report("NEXTAUTH_URL", "is not set, but SMTP_URL is. Links in emails need the address of the site.");
    if (values.GLASSIX_IDENTITY_TTL < MIN_LIFETIME && hasDepartment(values) && !values.GLASSIX_SANDBOX)
      report(
        "GLASSIX_IDENTITY_TTL",
        `is ${values.GLASSIX_IDENTITY_TTL} seconds. Only the sandbox allows less than 18000.`,
      );
  },
  // Report all problems at once.
  { when: () => true },
);

const hasDepartment = (values: Partial<Record<Name, unknown>>) => DEPARTMENT.some((name) => values[name] !== undefined);

function toEnv(values: z.output<typeof schema>) {
  const isProduction = values.NODE_ENV === "production";
  const origin = values.NEXTAUTH_URL ?? null;
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = values;
  const isEmailTrusted = values.OIDC_TRUST_EMAIL;
  const { GLASSIX_API_KEY: apiKey, GLASSIX_API_SECRET: apiSecret, GLASSIX_SNIPPET_ID: snippetId } = values;
  const { SMTP_URL: url, MAIL_FROM: from } = values;
  const isSandboxOn = values.GLASSIX_SANDBOX || !hasDepartment(values);
  const snippetIds: Partial<Record<string, string>> = isSandboxOn ? { he: EXAMPLE_HEBREW_SNIPPET_ID } : {};
  for (const [name, id] of Object.entries(isSandboxOn ? {} : values)) {
    const language = LANGUAGE_SNIPPET.exec(name)?.[1]?.toLowerCase().replaceAll("_", "-");
    if (language && id) snippetIds[language] = String(id);
  }
  const derive = (purpose: string) => createHmac("sha256", values.NEXTAUTH_SECRET).update(purpose);
  const sandboxDepartment = {
    apiKey: EXAMPLE_API_KEY,
    apiSecret: derive("sandbox API secret").digest("base64url"),
    snippetId: EXAMPLE_SNIPPET_ID,
  };
  return {
    isProduction,
    database: { url: values.DATABASE_URL, poolSize: values.DATABASE_POOL_SIZE ?? (values.VERCEL ? 3 : 10) },
    origin,
    /** Never from a request, whose Host header anybody can choose. Null on Vercel without NEXTAUTH_URL. */
    siteUrl: origin ?? (values.VERCEL ? null : `http://localhost:${values.PORT ?? 3000}`),
    isHttps: origin ? origin.startsWith("https:") : Boolean(values.VERCEL),
    nextAuthSecret: values.NEXTAUTH_SECRET,
    session: { maxAge: values.SESSION_MAX_AGE, idleTimeout: values.SESSION_IDLE_TIMEOUT ?? null },
    oidc: issuer && clientId && clientSecret ? { issuer, clientId, clientSecret, isEmailTrusted } : null,
    mail: url && from ? { kind: "smtp" as const, url, from } : isProduction ? null : { kind: "folder" as const },
    clientAddressHeader: values.CLIENT_ADDRESS_HEADER ?? (values.VERCEL ? "x-vercel-forwarded-for" : null),
    glassix: {
      // The sandbox's tokens must be worthless at Glassix.
      ...(apiKey && apiSecret && snippetId && !isSandboxOn ? { apiKey, apiSecret, snippetId } : sandboxDepartment),
      snippetIds,
      scriptUrls: values.GLASSIX_SCRIPT_URLS ?? (isSandboxOn ? SANDBOX_SCRIPT_URLS : GLASSIX_SCRIPT_URLS),
      identityTtl: values.GLASSIX_IDENTITY_TTL,
      isIdentityRequired: values.GLASSIX_REQUIRE_IDENTITY,
    },
    chat: { consent: values.CHAT_CONSENT, load: values.CHAT_LOAD },
    isSandboxOn,
    arePreviewsMigrated: values.MIGRATE_PREVIEWS,
  };
}

export type Env = ReturnType<typeof toEnv>;
export type Variable = VariableMetadata & { name: Name };

export const VARIABLES: Variable[] = Object.entries(variables.shape).map(([name, field]) => ({
  name: name as Name,
  ...metadata.get(field)!,
}));

export class EnvError extends Error {
  override name = "EnvError";
  constructor(readonly problems: { variable: string; message: string; example: string }[]) {
    const lines = problems.map(({ variable, message, example }) => `  - ${variable} ${message} Example: ${example}`);
    super(`The environment cannot be used:\n${lines.join("\n")}`);
  }
}

let cached: Env | undefined;

export function env(): Env {
  return (cached ??= readEnv(process.env));
}

export function readEnv(source: Record<string, string | undefined>): Env {
  const problems: EnvError["problems"] = [];
  const report = (variable: string, message: string) => {
    const example = VARIABLES.find(({ name }) => name === variable)?.example ?? EXAMPLE_SNIPPET_ID;
    problems.push({ variable, message, example: `${variable}=${example}` });
  };
  const values: Record<string, string | undefined> = { NODE_ENV: source.NODE_ENV, VERCEL: source.VERCEL };
  const languageSnippets = Object.keys(source).filter((name) => LANGUAGE_SNIPPET.test(name));
  for (const name of [...VARIABLES.map(({ name }) => name), ...languageSnippets]) {
    const value = source[name]?.trim();
    const unquoted = /^(["'`])(.*)\1$/s.exec(value ?? "")?.[2];
    if (unquoted !== undefined) report(name, "is in quotation marks. Remove them: docker --env-file keeps them.");
    values[name] = (unquoted ?? value) || undefined;
  }
  const result = schema.safeParse(values);
  for (const { path, message } of result.error?.issues ?? []) report(String(path[0]), message);
  if (problems.length > 0 || !result.success) throw new EnvError(problems);
  return toEnv(result.data);
}
