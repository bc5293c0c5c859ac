import { randomBytes, randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { EnvError, readEnv } from "./env";

const base = {
  NODE_ENV: "production",
  DATABASE_URL: "postgresql://portal:hunter2@db.example.com:5432/portal",
  NEXTAUTH_SECRET: "a secret of more than enough characters",
};
const provider = {
  OIDC_ISSUER: "https://id.example.com/realms/customers",
  OIDC_CLIENT_ID: "portal",
  OIDC_CLIENT_SECRET: "the provider's secret",
};
const department = {
  GLASSIX_API_KEY: "7CAB072D-43D0-4E9D-BB25-2A947696FE8F",
  GLASSIX_API_SECRET: "the department's secret",
  GLASSIX_SNIPPET_ID: "dr548fbb5d61ec51869a",
};

type Refusal = [what: string, source: Record<string, string | undefined>, ...messages: string[]];

function findProblems(source: Record<string, string | undefined>): string[] {
  try {
    readEnv(source);
    return [];
  } catch (error) {
    return (error as EnvError).problems.map(
      ({ variable, message, example }) => `${variable} ${message} Example: ${example}`,
    );
  }
}

describe("the environment", () => {
  it("accepts a department, and lowercases its API key", () => {
    const env = readEnv({ ...base, ...department });
    expect(env.glassix).toMatchObject({
      apiKey: department.GLASSIX_API_KEY.toLowerCase(),
      apiSecret: department.GLASSIX_API_SECRET,
    });
    expect(env.glassix.scriptUrls).toEqual([
      "https://cdn.glassix.com/clients/widget.1.2.min.js",
      "https://cdn.glassix.net/clients/widget.1.2.min.js",
    ]);
    expect(env.glassix).toMatchObject({ isIdentityRequired: false, identityTtl: 18_000 });
    expect(env.isSandboxOn).toBe(false);
  });

  it("has one snippet per language, for any language code", () => {
    const snippets = { GLASSIX_SNIPPET_ID_HE: "he548fbb5d61ec51869b", GLASSIX_SNIPPET_ID_FR: " fr548fbb5d61ec51869c " };
    const { snippetIds } = readEnv({ ...base, ...department, ...snippets }).glassix;
    expect(snippetIds).toEqual({ he: "he548fbb5d61ec51869b", fr: "fr548fbb5d61ec51869c" });
    expect(readEnv({ ...base, ...department, GLASSIX_SNIPPET_ID_FR: "" }).glassix.snippetIds).toEqual({});
  });

  it("refuses a malformed snippet of a language, and one without the snippet that others fall back to", () => {
    expect(findProblems({ ...base, ...department, GLASSIX_SNIPPET_ID_FR: "<script>" })).toEqual([
      expect.stringContaining("GLASSIX_SNIPPET_ID_FR may contain only letters"),
    ]);
    expect(findProblems({ ...base, GLASSIX_SANDBOX: "true", GLASSIX_SNIPPET_ID_HE: "he548fbb5d61ec51869b" })).toEqual([
      expect.stringContaining("GLASSIX_SNIPPET_ID is not set, but GLASSIX_SNIPPET_ID_HE is."),
    ]);
  });

  it("reads when the chat loads and whether it asks first", () => {
    expect(readEnv({ ...base, ...department }).chat).toEqual({});
    const chat = { CHAT_CONSENT: "ask", CHAT_LOAD: "intent" };
    expect(readEnv({ ...base, ...department, ...chat }).chat).toEqual({ consent: "ask", load: "intent" });
    expect(findProblems({ ...base, ...department, CHAT_CONSENT: "yes", CHAT_LOAD: "later" })).toEqual([
      expect.stringContaining("CHAT_CONSENT is"),
      expect.stringContaining("CHAT_LOAD is"),
    ]);
  });

  it("accepts other script URLs, including paths of this site", () => {
    const readScriptUrls = (changes: Record<string, string>) =>
      readEnv({ ...base, ...department, ...changes }).glassix.scriptUrls;
    expect(readScriptUrls({ GLASSIX_SCRIPT_URLS: " /widget.js, https://cdn.example.com/widget.js?v=2 " })).toEqual([
      "/widget.js",
      "https://cdn.example.com/widget.js?v=2",
    ]);
    expect(readScriptUrls({ GLASSIX_SANDBOX: "true" })).toEqual(["/sandbox/widget.js", "/sandbox/widget-2.js"]);
  });

  it("turns the sandbox on in development when no department is set, and in production only when GLASSIX_SANDBOX is true", () => {
    expect(readEnv({ ...base, NODE_ENV: "development" }).isSandboxOn).toBe(true);
    expect(readEnv({ ...base, GLASSIX_SANDBOX: "true" }).isSandboxOn).toBe(true);
    expect(readEnv({ ...base, ...department, NODE_ENV: "development" }).isSandboxOn).toBe(false);
  });

  it("derives a sandbox secret that is unique to the installation and stable across restarts", () => {
    const deriveSecret = (NEXTAUTH_SECRET: string) =>
      readEnv({ ...base, GLASSIX_SANDBOX: "true", NEXTAUTH_SECRET }).glassix.apiSecret;
    const [one, another] = ["the secret of the first installation", "the secret of the second installation"];
    expect(deriveSecret(one)).toBe(deriveSecret(one));
    expect(deriveSecret(one)).not.toBe(deriveSecret(another));
  });

  it("uses the sandbox's own credentials while the sandbox is on, even if a department is set", () => {
    const sandbox = readEnv({ ...base, GLASSIX_SANDBOX: "true" }).glassix;
    for (const NODE_ENV of ["production", "development"]) {
      const both = readEnv({ ...base, ...department, NODE_ENV, GLASSIX_SANDBOX: "true" });
      expect(both.glassix, NODE_ENV).toEqual(sandbox);
      expect(JSON.stringify(both), NODE_ENV).not.toContain(department.GLASSIX_API_SECRET);
    }
  });

  it("ends sessions after 12 hours by default, without an idle timeout", () => {
    expect(readEnv({ ...base, ...department }).session).toEqual({ maxAge: 43_200, idleTimeout: null });
    const limits = { SESSION_MAX_AGE: "3600", SESSION_IDLE_TIMEOUT: "900" };
    expect(readEnv({ ...base, ...department, ...limits }).session).toEqual({ maxAge: 3600, idleTimeout: 900 });
    for (const value of ["0", "59", "-1", "1.5", "an hour", "2592001"]) {
      const [problem] = findProblems({ ...base, ...department, SESSION_MAX_AGE: value });
      expect(problem).toContain(`SESSION_MAX_AGE is "${value}"`);
    }
  });

  it("uses a pool of ten connections, three on Vercel, or of DATABASE_POOL_SIZE", () => {
    const readPoolSize = (changes: Record<string, string>) =>
      readEnv({ ...base, ...department, ...changes }).database.poolSize;
    expect([
      readPoolSize({}),
      readPoolSize({ VERCEL: "1" }),
      readPoolSize({ VERCEL: "1", DATABASE_POOL_SIZE: "25" }),
    ]).toEqual([10, 3, 25]);
    for (const value of ["0", "-1", "1000", "many"]) {
      expect(findProblems({ ...base, ...department, DATABASE_POOL_SIZE: value })[0]).toContain(
        `DATABASE_POOL_SIZE is "${value}"`,
      );
    }
  });

  it("validates DIRECT_DATABASE_URL as well, without repeating its password", () => {
    const [problem, ...others] = findProblems({ ...base, ...department, DIRECT_DATABASE_URL: "mysql://a:hunter3@b/c" });
    expect(problem).toContain("DIRECT_DATABASE_URL is not a Postgres connection string");
    expect(problem).not.toContain("hunter3");
    expect(others).toEqual([]);
  });

  it("reads the client's address only from the configured header, or from Vercel's own on Vercel", () => {
    const readAddressHeader = (changes: Record<string, string>) =>
      readEnv({ ...base, ...department, ...changes }).clientAddressHeader;
    expect(readAddressHeader({})).toBeNull();
    expect(readAddressHeader({ VERCEL: "1" })).toBe("x-vercel-forwarded-for");
    expect(readAddressHeader({ VERCEL: "1", CLIENT_ADDRESS_HEADER: "X-Real-IP" })).toBe("x-real-ip");
    expect(findProblems({ ...base, ...department, CLIENT_ADDRESS_HEADER: "x real ip" })).toHaveLength(1);
  });

  it("assumes https when NEXTAUTH_URL says so, and always on Vercel, where it is optional", () => {
    const read = (changes: Record<string, string>) => readEnv({ ...base, ...department, NEXTAUTH_URL: "", ...changes });
    expect(read({ NEXTAUTH_URL: "https://portal.example.com" })).toMatchObject({ isHttps: true });
    expect(read({ NEXTAUTH_URL: "http://localhost:3000" })).toMatchObject({ isHttps: false });
    expect(read({})).toMatchObject({ isHttps: false, origin: null });
    expect(read({ VERCEL: "1", VERCEL_URL: "portal.vercel.app" })).toMatchObject({ isHttps: true, origin: null });
  });

  it.each([
    ["Https://Portal.Example.COM", "https://portal.example.com"],
    ["https://portal.example.com/", "https://portal.example.com"],
    ["https://portal.example.com//", "https://portal.example.com"],
    [" https://portal.example.com:443 ", "https://portal.example.com"],
    ["HTTP://localhost:80/", "http://localhost"],
    ["https://portal.example.com:8443", "https://portal.example.com:8443"],
    ["https://pörtal.example.com", "https://xn--prtal-jua.example.com"],
    ["https://[2001:DB8::1]:3000", "https://[2001:db8::1]:3000"],
    ["http://127.0.0.1:3000", "http://127.0.0.1:3000"],
  ])("normalizes NEXTAUTH_URL=%s as browsers do", (NEXTAUTH_URL, origin) => {
    expect(readEnv({ ...base, ...department, NEXTAUTH_URL }).origin).toBe(origin);
  });

  it.each([
    "portal.example.com",
    "//portal.example.com",
    "ftp://portal.example.com",
    "https:portal.example.com",
    "https:/portal.example.com",
    "https://",
    "https:///portal",
    "https://:3000",
    "https://portal.example.com/portal",
    "https://portal.example.com/api/auth",
    "https://portal.example.com\\portal",
    "https://portal.example.com/?",
    "https://portal.example.com?next=hunter2",
    "https://portal.example.com#",
    "https://portal.example.com/#hunter2",
    "https://john:hunter2@portal.example.com",
    "https://john@portal.example.com",
    "https://portal .example.com",
    "https://portal.example.com\thttps://www.example.com",
    "https://portal.example.com,https://www.example.com",
    "https://*.example.com",
    "https://portal.example.com.",
    "https://portal.example.com:70000",
    "https://portal.example.com:80",
    "http://portal.example.com:443",
    "javascript://portal.example.com/%0aalert(1)",
  ])("refuses NEXTAUTH_URL=%s by name, with an example", (NEXTAUTH_URL) => {
    const problems = findProblems({ ...base, ...department, NEXTAUTH_URL });
    expect(problems).toEqual([expect.stringMatching(/^NEXTAUTH_URL is .*Example: NEXTAUTH_URL=https:/)]);
    expect(problems.join()).not.toContain("hunter2");
  });

  it.each([
    "short",
    "0123456789abcdefghijklmnopqrstu",
    "🦄🐙🦀🐳🐟🐠🐡🦈🐬🐋🦑🦐🦞🐚🪸🐊",
    "a".repeat(64),
    "changeme".repeat(5),
    "changeme-changeme-changeme-changeme",
    "0123456789".repeat(4),
    `${"0".repeat(40)}1`,
    " ".repeat(40),
  ])("refuses the weak NEXTAUTH_SECRET %j by name, and does not repeat it", (NEXTAUTH_SECRET) => {
    const problems = findProblems({ ...base, ...department, NEXTAUTH_SECRET });
    expect(problems).toEqual([expect.stringMatching(/^NEXTAUTH_SECRET (is|has) .*openssl rand -base64 32/)]);
    if (NEXTAUTH_SECRET.trim()) expect(problems.join()).not.toContain(NEXTAUTH_SECRET);
  });

  it("accepts secrets generated by openssl and other tools", () => {
    for (const NEXTAUTH_SECRET of [
      randomBytes(32).toString("base64"),
      randomBytes(16).toString("hex"),
      `${randomUUID()}`,
      "correct horse battery staple, twice",
    ])
      expect(findProblems({ ...base, ...department, NEXTAUTH_SECRET })).toEqual([]);
  });

  it("accepts TRUE as true, and lowercases a header name and an issuer's host", () => {
    const env = readEnv({
      ...base,
      ...department,
      ...provider,
      GLASSIX_REQUIRE_IDENTITY: " TRUE ",
      CLIENT_ADDRESS_HEADER: " X-Real-IP ",
      OIDC_ISSUER: "HTTPS://ID.Example.com:443/realms/Customers/",
      SESSION_MAX_AGE: " 3600 ",
    });
    expect(env.glassix.isIdentityRequired).toBe(true);
    expect(env.clientAddressHeader).toBe("x-real-ip");
    expect(env.oidc?.issuer).toBe("https://id.example.com/realms/Customers");
    expect(env.session.maxAge).toBe(3600);
  });

  it("names every variable whose value is still quoted, without repeating the value", () => {
    const problems = findProblems({
      ...base,
      ...department,
      DATABASE_URL: `"${base.DATABASE_URL}"`,
      NEXTAUTH_SECRET: `'${base.NEXTAUTH_SECRET}'`,
      GLASSIX_REQUIRE_IDENTITY: '"true"',
    });
    expect(problems).toEqual(
      ["DATABASE_URL", "NEXTAUTH_SECRET", "GLASSIX_REQUIRE_IDENTITY"].map((name) =>
        expect.stringContaining(`${name} is in quotation marks`),
      ),
    );
    expect(problems.join()).not.toMatch(/hunter2|more than enough/);
  });

  it("migrates previews only when MIGRATE_PREVIEWS is true", () => {
    const read = (MIGRATE_PREVIEWS: string) => readEnv({ ...base, ...department, MIGRATE_PREVIEWS });
    expect(read("").arePreviewsMigrated).toBe(false);
    expect(read("true").arePreviewsMigrated).toBe(true);
    expect(findProblems({ ...base, ...department, MIGRATE_PREVIEWS: "yes" })).toEqual([
      expect.stringContaining('MIGRATE_PREVIEWS is "yes"'),
    ]);
  });

  it("accepts an identity provider, also one on localhost, and none at all", () => {
    const readOidc = (changes: Record<string, string>) => readEnv({ ...base, ...department, ...changes }).oidc;
    expect(readOidc({})).toBeNull();
    expect(readOidc({ OIDC_ISSUER: "", OIDC_CLIENT_ID: "", OIDC_CLIENT_SECRET: "" })).toBeNull();
    expect(readOidc(provider)).toEqual({
      issuer: "https://id.example.com/realms/customers",
      clientId: "portal",
      clientSecret: "the provider's secret",
      isEmailTrusted: false,
    });
    expect(readOidc({ ...provider, OIDC_TRUST_EMAIL: "true" })?.isEmailTrusted).toBe(true);
    expect(readOidc({ ...provider, OIDC_ISSUER: "https://example.eu.auth0.com/" })?.issuer).toBe(
      "https://example.eu.auth0.com",
    );
    for (const OIDC_ISSUER of ["http://localhost:8080/realms/customers", "http://127.0.0.1:3219"])
      expect(readOidc({ ...provider, OIDC_ISSUER })?.issuer).toBe(OIDC_ISSUER);
  });

  it("sends emails through SMTP_URL, keeps them in a folder in development, and otherwise has none", () => {
    const mail = { SMTP_URL: "smtps://portal:p%40ss@mail.example.com", MAIL_FROM: "Harborlight <portal@example.com>" };
    expect(readEnv({ ...base, ...department, ...mail }).mail).toEqual({
      kind: "smtp",
      url: mail.SMTP_URL,
      from: mail.MAIL_FROM,
    });
    expect(readEnv({ ...base, ...department }).mail).toBeNull();
    expect(readEnv({ ...base, NODE_ENV: "development" }).mail).toEqual({ kind: "folder" });
  });

  it.each([
    [{ SMTP_URL: "smtp://mail.example.com" }, "MAIL_FROM is not set, but SMTP_URL is"],
    [
      { SMTP_URL: "mail.example.com:hunter2", MAIL_FROM: "a@example.com" },
      "SMTP_URL is not an smtp:// or smtps:// address",
    ],
    [{ SMTP_URL: "https://:hunter2@example.com", MAIL_FROM: "a@example.com" }, "SMTP_URL is not an smtp:// or"],
    [{ SMTP_URL: "smtp://a:hunter2@b@example.com", MAIL_FROM: "a@example.com" }, "SMTP_URL is not an smtp:// or"],
    [{ SMTP_URL: "smtp://a:hunter2%@example.com", MAIL_FROM: "a@example.com" }, "SMTP_URL is not an smtp:// or"],
    [{ SMTP_URL: "smtp://mail.example.com", MAIL_FROM: "Harborlight" }, 'MAIL_FROM is "Harborlight". Use an address'],
    [
      { SMTP_URL: "smtp://mail.example.com", MAIL_FROM: "a@example.com", VERCEL: "1" },
      "NEXTAUTH_URL is not set, but SMTP_URL is",
    ],
  ])("refuses %j", (changes, message) => {
    const read = () =>
      readEnv({
        ...base,
        ...department,
        NEXTAUTH_URL: "VERCEL" in changes ? "" : "https://portal.example.com",
        ...changes,
      });
    expect(read).toThrow(message);
    expect(read).not.toThrow("hunter2");
  });

  it("treats an empty variable as unset", () => {
    expect(readEnv({ ...base, ...department, GLASSIX_IDENTITY_TTL: "", GLASSIX_SANDBOX: "" }).glassix.identityTtl).toBe(
      18_000,
    );
  });

  it.each<Refusal>([
    [
      "no database",
      { ...base, ...department, DATABASE_URL: undefined },
      "DATABASE_URL is not set. Example: DATABASE_URL=postgresql://",
    ],
    [
      "a database that is not Postgres",
      { ...base, ...department, DATABASE_URL: "mysql://db/portal" },
      "DATABASE_URL is not a Postgres connection string",
    ],
    ["no session secret", { ...base, ...department, NEXTAUTH_SECRET: "" }, "NEXTAUTH_SECRET is not set"],
    [
      "a short session secret",
      { ...base, ...department, NEXTAUTH_SECRET: "short" },
      "NEXTAUTH_SECRET has 5 characters",
    ],
    [
      "an address without a scheme",
      { ...base, ...department, NEXTAUTH_URL: "portal.example.com" },
      'NEXTAUTH_URL is "portal.example.com"',
    ],
    [
      "a header name with its colon",
      { ...base, ...department, CLIENT_ADDRESS_HEADER: "X-Real-IP:" },
      'CLIENT_ADDRESS_HEADER is "X-Real-IP:"',
    ],
    ["a number with a space in it", { ...base, ...department, SESSION_MAX_AGE: "36 00" }, 'SESSION_MAX_AGE is "36 00"'],
    [
      "a production server without a department",
      base,
      "GLASSIX_API_KEY is not set. Set your department's values, or GLASSIX_SANDBOX=true",
      "GLASSIX_API_SECRET is not set. Set",
      "GLASSIX_SNIPPET_ID is not set. Set",
    ],
    [
      "a key without the secret and the snippet id",
      { ...base, GLASSIX_API_KEY: department.GLASSIX_API_KEY },
      "GLASSIX_API_SECRET is not set, but GLASSIX_API_KEY is. Set all three, or none. Example: GLASSIX_API_SECRET=",
      "GLASSIX_SNIPPET_ID is not set, but GLASSIX_API_KEY is",
    ],
    [
      "all but the secret, in development too",
      { ...base, ...department, NODE_ENV: "development", GLASSIX_API_SECRET: "" },
      "GLASSIX_API_SECRET is not set, but",
    ],
    [
      "a key that is not a UUID",
      { ...base, ...department, GLASSIX_API_KEY: "department-7" },
      "GLASSIX_API_KEY is not a UUID. Example:",
    ],
    [
      "the key as the secret",
      { ...base, ...department, GLASSIX_API_SECRET: department.GLASSIX_API_KEY },
      "GLASSIX_API_SECRET is the same as GLASSIX_API_KEY",
    ],
    [
      "a lifetime under five hours",
      { ...base, ...department, GLASSIX_IDENTITY_TTL: "3600" },
      "GLASSIX_IDENTITY_TTL is 3600 seconds. Only the sandbox allows less than 18000",
    ],
    [
      "a lifetime in milliseconds",
      { ...base, ...department, GLASSIX_IDENTITY_TTL: "18000000" },
      'GLASSIX_IDENTITY_TTL is "18000000". Use a number of seconds from 1 to 2592000',
    ],
    [
      "a lifetime that is not a number",
      { ...base, ...department, GLASSIX_IDENTITY_TTL: "5h" },
      'GLASSIX_IDENTITY_TTL is "5h"',
    ],
    [
      "a switch that is neither on nor off",
      { ...base, ...department, GLASSIX_REQUIRE_IDENTITY: "yes" },
      'GLASSIX_REQUIRE_IDENTITY is "yes"',
    ],
    [
      "an issuer without the client id and secret",
      { ...base, ...department, OIDC_ISSUER: provider.OIDC_ISSUER },
      "OIDC_CLIENT_ID is not set, but OIDC_ISSUER is. Set all three, or none",
      "OIDC_CLIENT_SECRET is not set, but OIDC_ISSUER is",
    ],
    [
      "a provider without its secret",
      { ...base, ...department, ...provider, OIDC_CLIENT_SECRET: " " },
      "OIDC_CLIENT_SECRET is not set, but OIDC_ISSUER and OIDC_CLIENT_ID are. Set all three",
    ],
    ...["http://id.example.com", "id.example.com"].map((OIDC_ISSUER): Refusal => [
      `the issuer ${OIDC_ISSUER}`,
      { ...base, ...department, ...provider, OIDC_ISSUER },
      `OIDC_ISSUER is "${OIDC_ISSUER}". Use the provider's https:// address`,
    ]),
    ...["https://id.example.com?realm=hunter2", "https://a:hunter2@id.example.com"].map((OIDC_ISSUER): Refusal => [
      "an issuer that may contain a secret",
      { ...base, ...department, ...provider, OIDC_ISSUER },
      "OIDC_ISSUER is not valid. Use the provider's https:// address",
    ]),
    ...["widget.js", "http://cdn.example.com/widget.js", "//cdn.example.com/widget.js", "/a.js,"].map(
      (GLASSIX_SCRIPT_URLS): Refusal => [
        `the script ${GLASSIX_SCRIPT_URLS}`,
        { ...base, ...department, GLASSIX_SCRIPT_URLS },
        `GLASSIX_SCRIPT_URLS is "${GLASSIX_SCRIPT_URLS}". Use one or more https:// addresses`,
      ],
    ),
    [
      "the address of the discovery document",
      { ...base, ...department, ...provider, OIDC_ISSUER: "https://id.example.com/.well-known/openid-configuration" },
      "Remove /.well-known and everything after it",
    ],
    [
      "the client id as the client secret",
      { ...base, ...department, ...provider, OIDC_CLIENT_SECRET: provider.OIDC_CLIENT_ID },
      "OIDC_CLIENT_SECRET is the same as OIDC_CLIENT_ID",
    ],
    ["a port above 65535", { ...base, ...department, PORT: "70000" }, 'PORT is "70000"'],
  ])("refuses %s by name", (_, source, ...messages) => {
    expect(findProblems(source)).toEqual(messages.map((message) => expect.stringContaining(message)));
  });

  it("allows tokens that live for seconds in the sandbox, to try out renewal", () => {
    expect(readEnv({ ...base, GLASSIX_SANDBOX: "true", GLASSIX_IDENTITY_TTL: "20" }).glassix.identityTtl).toBe(20);
  });

  it("reports all problems at once, without repeating a secret", () => {
    const problems = findProblems({
      ...base,
      DATABASE_URL: "hunter2",
      NEXTAUTH_SECRET: "hunter2",
      GLASSIX_API_KEY: "hunter2",
      GLASSIX_API_SECRET: "hunter2",
      OIDC_CLIENT_SECRET: "hunter2",
      PORT: "x",
    });
    expect(problems.map((problem) => problem.split(" ")[0])).toEqual([
      "DATABASE_URL",
      "NEXTAUTH_SECRET",
      "GLASSIX_API_KEY",
      "PORT",
      "GLASSIX_SNIPPET_ID",
      "OIDC_ISSUER",
      "OIDC_CLIENT_ID",
      "GLASSIX_API_SECRET",
    ]);
    expect(problems.join()).not.toContain("hunter2");
  });
});
