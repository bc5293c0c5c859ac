import { EnvError, readEnv, type Env } from "@/lib/env";
import { isUuid } from "@/lib/glassix/identity/claims";
import { fail, ok, skip, warn, type Check, type Outcome } from "./check";
import { findFile, isChangedByLoader, type EnvFile } from "./env-files";
import { hidePassword, isLookedFor, listForms, listSecrets } from "./secrets";

/** An environment to judge. */
export type Environment = {
  source: Record<string, string | undefined>;
  /** Where variables may have come from, the one that wins first. */
  files: EnvFile[];
};

/** Whether it is judged as `npm start` would take it, and not as `npm run dev` would. */
export const isForProduction = ({ source }: Environment) => source.NODE_ENV === "production";

/** The department of the examples in Glassix's guide. It is nobody's. */
const GUIDE_API_KEY = "7cab072d-43d0-4e9d-bb25-2a947696fe8f";
const GUIDE_SNIPPET_ID = "dr548fbb5d61ec51869a";

/** In place of what `npm run dev` makes by itself. */
const MADE_BY_DEV = {
  DATABASE_URL: "postgresql://postgres@127.0.0.1:5432/postgres",
  NEXTAUTH_SECRET: "made by npm run dev, once, in .env.local",
};

/** What lib/env.ts has to say about it. */
function findProblems(environment: Environment): string[] {
  const { source } = environment;
  try {
    readEnv(isForProduction(environment) ? source : { ...source, ...fill(source) });
    return [];
  } catch (error) {
    if (error instanceof EnvError) return error.problems.map(({ variable, message }) => `${variable} ${message}`);
    throw error;
  }
}

/**
 * The environment as far as it makes tokens: what is wrong with the other variables must not hide what is
 * wrong with a token. Null when the department's variables cannot be used.
 */
export function readDepartment(environment: Environment): Env | null {
  const { source } = environment;
  const isSecretUsable = !findProblems(environment).some((problem) => problem.startsWith("NEXTAUTH_SECRET "));
  const others = {
    DIRECT_DATABASE_URL: "",
    DATABASE_POOL_SIZE: "",
    NEXTAUTH_URL: "",
    PORT: "",
    GLASSIX_REQUIRE_IDENTITY: "",
    SESSION_MAX_AGE: "",
    SESSION_IDLE_TIMEOUT: "",
    OIDC_ISSUER: "",
    OIDC_CLIENT_ID: "",
    OIDC_CLIENT_SECRET: "",
    CLIENT_ADDRESS_HEADER: "",
    OTEL_EXPORTER_OTLP_ENDPOINT: "",
  };
  try {
    return readEnv({ ...source, ...MADE_BY_DEV, ...(isSecretUsable && pick(source, "NEXTAUTH_SECRET")), ...others });
  } catch (error) {
    if (error instanceof EnvError) return null;
    throw error;
  }
}

const valueOf = (source: Environment["source"], name: string) => source[name]?.trim() ?? "";
const pick = (source: Environment["source"], name: string) => (valueOf(source, name) ? { [name]: source[name] } : {});
const fill = (source: Environment["source"]) => ({
  ...MADE_BY_DEV,
  ...pick(source, "DATABASE_URL"),
  ...pick(source, "NEXTAUTH_SECRET"),
});

/** What is to say of a variable that lib/env.ts takes. `value` is "" when it is not set. */
const JUDGES: Record<string, (value: string, subject: Environment & { isProduction: boolean }) => Outcome> = {
  DATABASE_URL: (value) => ok(value ? hidePassword(value) : "not set: the embedded database in .data"),

  DIRECT_DATABASE_URL(value, { source }) {
    if (value && !valueOf(source, "DATABASE_URL"))
      return warn("set, but DATABASE_URL is not", "Set both, or DATABASE_URL alone.");
    return ok(value ? `${hidePassword(value)}, for migrations` : "not set: migrations take DATABASE_URL");
  },

  DATABASE_POOL_SIZE: (value, { source }) => ok(value || `not set: ${source.VERCEL ? 3 : 10} for each instance`),

  NEXTAUTH_SECRET(value, { source }) {
    if (!value) return skip("not set: npm run dev makes one in .env.local");
    if (value === valueOf(source, "GLASSIX_API_SECRET"))
      return fail(
        "is the same as GLASSIX_API_SECRET",
        "Each signs something else. Make one with: openssl rand -base64 32",
      );
    return ok(`${value.length} characters`);
  },

  NEXTAUTH_URL(value, { source, isProduction }) {
    const example = "Set it to the address that your customers see. Example: NEXTAUTH_URL=https://portal.example.com";
    if (!value && source.VERCEL) return ok("not set: taken from the platform");
    if (!value && isProduction) return warn("not set: cookies go without Secure", example);
    if (!value) return ok(`not set: http://localhost:${valueOf(source, "PORT") || 3000}`);
    const { origin, protocol } = new URL(value);
    return isProduction && protocol !== "https:" ? warn(`${origin}: cookies go without Secure`, example) : ok(origin);
  },

  SESSION_MAX_AGE: (value) => ok(`${value ? "" : "not set: "}${showHours(Number(value || 43_200))}`),

  SESSION_IDLE_TIMEOUT(value, { source }) {
    if (!value) return ok("not set: sessions do not end by idling");
    return Number(value) >= Number(valueOf(source, "SESSION_MAX_AGE") || 43_200)
      ? warn(
          `${showHours(Number(value))}: a session ends before that`,
          "Make it shorter than SESSION_MAX_AGE, or leave it out.",
        )
      : ok(showHours(Number(value)));
  },

  OIDC_ISSUER(value, { isProduction }) {
    if (!value) return ok("not set: customers sign in with a password alone");
    return isProduction && value.startsWith("http:")
      ? warn(`${value}: a provider on this machine`, "Set it to the address of your customers' identity provider.")
      : ok(value);
  },

  OIDC_CLIENT_ID: (value) => (value ? ok(value) : skip("not set: no identity provider")),

  OIDC_CLIENT_SECRET(value) {
    if (!value) return skip("not set: no identity provider");
    return value.length < 16
      ? warn(
          `has only ${value.length} characters`,
          "Compare it with what the provider made. A # cuts a value that is not quoted.",
        )
      : ok(`${value.length} characters`);
  },

  OIDC_TRUST_EMAIL: (value) =>
    ok(
      value === "true"
        ? "true: every e-mail from the provider counts as confirmed"
        : "false: an e-mail counts as confirmed when the provider says so",
    ),

  CLIENT_ADDRESS_HEADER(value, { source, isProduction }) {
    if (!value && source.VERCEL) return ok("not set: Vercel's own");
    if (!value)
      return isProduction
        ? warn(
            "not set: sign-ins and registrations are not limited for each address",
            "Name the header in which your proxy puts the client's address, one that it takes away from what clients send. Example: CLIENT_ADDRESS_HEADER=x-real-ip",
          )
        : ok("not set: no header is believed");
    return ok(`${value.toLowerCase()}: your proxy must replace what clients send under this name, or add to its end`);
  },

  GLASSIX_API_KEY(value) {
    if (!value) return skip("not set: the sandbox has its own");
    return value.toLowerCase() === GUIDE_API_KEY
      ? fail("is the example of Glassix's guide", "Copy your department's from its API page in Glassix.")
      : ok(value.toLowerCase());
  },

  GLASSIX_API_SECRET(value, { source }) {
    if (!value) return skip("not set: the sandbox has its own");
    if (value === valueOf(source, "GLASSIX_SNIPPET_ID"))
      return fail(
        "is the same as GLASSIX_SNIPPET_ID",
        "The secret stands beside the key on the department's API page.",
      );
    if (/[\s"'`]/.test(value) || /[^\x21-\x7e]/.test(value))
      return warn(
        "holds a space, a quotation mark or a special character",
        "Compare it with the department's API page: only the secret itself belongs here.",
      );
    return value.length < 16
      ? warn(
          `has only ${value.length} characters`,
          "Compare it with the department's API page. A # cuts a value that is not quoted.",
        )
      : ok(`${value.length} characters, not the key`);
  },

  GLASSIX_SNIPPET_ID(value, { source }) {
    if (!value) return skip("not set: the sandbox has its own");
    const advice = "Copy the snippetId from the widget snippet that Glassix gives you for this department.";
    if (value === GUIDE_SNIPPET_ID) return fail("is the example of Glassix's guide", advice);
    if (value.toLowerCase() === valueOf(source, "GLASSIX_API_KEY").toLowerCase())
      return fail("is the same as GLASSIX_API_KEY", advice);
    // Not shown: what does not look like one may be the secret.
    return /^dr[0-9a-f]{8,24}$/i.test(value)
      ? ok(value)
      : warn(`does not look like the one that is known, ${GUIDE_SNIPPET_ID}`, advice);
  },

  GLASSIX_IDENTITY_TTL(value) {
    const seconds = Number(value || 18_000);
    const found = `${value ? "" : "not set: "}${showHours(seconds)}`;
    return seconds > 86_400
      ? warn(found, "No token can be taken back before it ends. 18000 (5 hours) is what Glassix recommends at least.")
      : ok(found);
  },

  GLASSIX_REQUIRE_IDENTITY: (value) =>
    ok(value === "true" ? "true: visitors get no chat until they sign in" : "false: visitors chat anonymously"),

  GLASSIX_SANDBOX(value, { source, isProduction }) {
    const hasDepartment = valueOf(source, "GLASSIX_API_KEY") !== "";
    if (value === "true" && hasDepartment)
      return warn(
        "true, although a department is set: the sandbox wins",
        "Take GLASSIX_SANDBOX away to talk to Glassix.",
      );
    if (value === "true" && isProduction)
      return warn(
        "true: no customer reaches an agent",
        "Nothing for a demo. For customers, set the department and take GLASSIX_SANDBOX away.",
      );
    return ok(
      hasDepartment ? "off: a department is set" : value ? "true: no department is set" : "on: no department is set",
    );
  },

  MIGRATE_PREVIEWS(value, { source }) {
    if (value === "true" && source.VERCEL_ENV === "production")
      return warn("true, in production as well", "Set it for Vercel's environment Preview alone.");
    return ok(value === "true" ? "true: builds of previews migrate their database" : "off: previews migrate nothing");
  },

  OTEL_EXPORTER_OTLP_ENDPOINT(value, { isProduction }) {
    if (!value) return ok("not set: no traces and no metrics are sent");
    // Some receivers want a key in the path or the query.
    const { origin, protocol, hostname } = new URL(value);
    return isProduction && protocol === "http:" && !["localhost", "127.0.0.1", "[::1]"].includes(hostname)
      ? warn(
          `${origin}: not encrypted`,
          "Nothing for a collector in your own network. Over the internet, use https://.",
        )
      : ok(origin);
  },

  OTEL_EXPORTER_OTLP_HEADERS(value, { source }) {
    if (!value) return ok("not set");
    if (!valueOf(source, "OTEL_EXPORTER_OTLP_ENDPOINT"))
      return warn("set, but no receiver is named", "Set OTEL_EXPORTER_OTLP_ENDPOINT as well, or leave this out.");
    const headers = value.split(",");
    return headers.every((header) => /^\s*[\w.-]+\s*=/.test(header))
      ? ok(`${headers.length} ${headers.length === 1 ? "header" : "headers"}`)
      : warn("is not a list of name=value", "Write OTEL_EXPORTER_OTLP_HEADERS=name=value,other=value");
  },

  OTEL_SERVICE_NAME: (value) => ok(value || "not set: portal"),

  PORT(value, { source, files, isProduction }) {
    const file = findFile(files, "PORT", source.PORT);
    return isProduction && file
      ? warn(
          `${value}, from ${file.path}, which npm start does not read for it`,
          "Set PORT in the shell or the platform's settings.",
        )
      : ok(value || "not set: 3000");
  },
};

/** The variables that this portal reads, in the order of `.env.example`. */
export const VARIABLES = Object.keys(JUDGES);

/** One line for each variable, and one for each that looks like a mistake. */
export function checkVariables(environment: Environment): Check[] {
  const { source, files } = environment;
  const problems = findProblems(environment).map(readProblem);
  const checks = VARIABLES.map((name): Check => {
    const value = valueOf(source, name);
    const file = value ? findFile(files, name, source[name]) : undefined;
    const problem = problems.find(({ names }) => names.includes(name));
    // Said first: it is the reason for what else seems wrong with the value.
    if (file && isChangedByLoader(file.contents, name, value)) {
      const found = `What arrives is not what is written in ${file.path}.`;
      return {
        name,
        status: problem ? "fail" : "warn",
        found,
        todo: "Quote a value that holds #, and write \\$ for $.",
      };
    }
    if (problem) return { name, ...(explainForm(name, environment) ?? fail(problem.found, problem.todo)) };
    const outcome = JUDGES[name]!(value, { ...environment, isProduction: isForProduction(environment) });
    return { name, ...(file && outcome.status === "ok" ? ok(`${outcome.found} (${file.path})`) : outcome) };
  });
  // A variable of yours, which lib/env.ts refuses and nothing here knows.
  const others = problems.filter(({ names }) => !names.some((name) => VARIABLES.includes(name)));
  return [
    ...checks,
    ...others.map(({ names, found, todo }): Check => ({ name: names[0] ?? "Environment", ...fail(found, todo) })),
    ...checkSpelling(source),
    ...checkPublicVariables(source),
  ];
}

/** lib/env.ts would repeat what stands there. It may be the secret, put into the wrong place. */
function explainForm(name: string, { source }: Environment): Outcome | null {
  const value = valueOf(source, name);
  const isKey: boolean = isUuid(value);
  if (name === "GLASSIX_API_KEY" && value && !isKey)
    return isUuid(valueOf(source, "GLASSIX_API_SECRET"))
      ? fail(
          "is not a UUID, but GLASSIX_API_SECRET is one",
          "The two have changed places. The UUID is the key, and is public.",
        )
      : fail(
          `has ${value.length} characters and is not a UUID`,
          "Copy the API key from the department's API page in Glassix.",
        );
  if (name === "GLASSIX_SNIPPET_ID" && value && !/^[\w-]+$/.test(value))
    return fail(
      `has ${value.length} characters, and not only letters and digits`,
      "Copy the snippetId alone from the widget snippet.",
    );
  return null;
}

/** A sentence of lib/env.ts: which variables it is about, what is wrong, what to do. */
function readProblem(problem: string): { names: string[]; found: string; todo: string } {
  const [subject = ""] = problem.split(/ (?:is|are|has) /);
  const names = subject.match(/\b[A-Z][A-Z_]+\b/g) ?? [];
  const [, sentence = problem, todo = ""] = /^(.+?[.?])\s+(.+)$/s.exec(problem) ?? [];
  const found = names.length === 1 ? sentence.slice(subject.length).trim() : sentence;
  return { names, found: found.replace(/\.$/, ""), todo: todo || "See .env.example." };
}

/** A misspelt variable is never read, and nothing says so. */
function checkSpelling(source: Environment["source"]): Check[] {
  return Object.keys(source)
    .filter((name) => /^(GLASSIX|OIDC)_/.test(name) && !VARIABLES.includes(name) && valueOf(source, name))
    .map((name) => ({ name, ...warn("is set, but nothing reads it", "Compare its spelling with .env.example.") }));
}

/** Next copies these into the scripts that every visitor loads. */
export function checkPublicVariables(source: Environment["source"]): Check[] {
  const names = Object.keys(source).filter((name) => name.startsWith("NEXT_PUBLIC_"));
  const secrets = listSecrets(source);
  const bad = names.flatMap((name): Check[] => {
    const value = valueOf(source, name);
    const held = secrets.find(
      (secret) =>
        value === secret.value || (isLookedFor(secret) && listForms(secret.value).some((form) => value.includes(form))),
    );
    const todo =
      "Next writes it into every visitor's page. Rename it without NEXT_PUBLIC_, build again, and replace the secret.";
    if (held) return [{ name, ...fail(`holds ${held.name}`, todo) }];
    // Vercel sets one for each of its own, whatever it holds. No page names it, and Next writes those alone that one names.
    if (name.startsWith("NEXT_PUBLIC_VERCEL_") && value === valueOf(source, name.slice("NEXT_PUBLIC_".length)))
      return [];
    if (/SECRET|PASSW|PRIVATE|CREDENTIAL|DATABASE_URL/.test(name))
      return [{ name, ...fail("has the name of a secret", todo) }];
    if (/TOKEN/.test(name))
      return [
        {
          name,
          ...warn(
            "has the name of a token",
            "If it is not meant for everybody: rename it without NEXT_PUBLIC_, build again, and replace it.",
          ),
        },
      ];
    return [];
  });
  if (bad.length > 0) return bad;
  return [{ name: "NEXT_PUBLIC_…", ...ok(names.length === 0 ? "none" : `${names.join(", ")}: no secret`) }];
}

/** The last day on which each line of Node gets security fixes. Source: github.com/nodejs/release. */
const NODE_ENDS: Record<string, string> = { 20: "2026-04-30", 22: "2027-04-30", 24: "2028-04-30" };

export function checkNode(version: string, isProduction: boolean, today = new Date()): Outcome {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) return fail(`${version} is too old`, "Install Node 20.19 or newer.");
  const end = NODE_ENDS[major];
  return isProduction && end && today > new Date(`${end}T23:59:59Z`)
    ? warn(
        `${version} has had no security fixes since ${end}`,
        "Install a line of Node that still has them, 24 for example.",
      )
    : ok(version);
}

const showHours = (seconds: number) => `${seconds} s (${Number((seconds / 3600).toFixed(1))} hours)`;
