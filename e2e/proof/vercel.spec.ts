import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { expect, JOHN, PASSWORD, test } from "../fixtures";
import { runScript, serveDatabase } from "./isolated-portal";
import { NEXT_START, startProcess } from "./portal-process";
import { readTestDatabaseUrl } from "../test-database";

const SECRETS = {
  NEXTAUTH_SECRET: "the secret of a portal on Vercel",
  GLASSIX_API_KEY: "",
  GLASSIX_API_SECRET: "",
  GLASSIX_SNIPPET_ID: "",
  GLASSIX_SNIPPET_ID_HE: "",
  GLASSIX_SANDBOX: "true",
};

test("a Vercel build migrates for production, and for a preview only if it has its own database", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "portal-vercel-"));
  const database = await serveDatabase(folder);
  const build = async (settings: Record<string, string>) => {
    const command = runScript("vercel-migrate", { VERCEL: "1", DATABASE_URL: database.url, ...SECRETS, ...settings });
    return { code: await command.exitCode(), output: command.output() };
  };
  const countTables = async () => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query("SELECT count(*)::int AS n FROM pg_tables WHERE schemaname = 'public'");
    await client.end();
    return rows[0].n as number;
  };
  try {
    const preview = await build({ VERCEL_ENV: "preview" });
    expect(preview.code, preview.output).toBe(0);
    expect(preview.output).toContain('Not migrated, because VERCEL_ENV is "preview".');
    expect(await countTables()).toBe(0);

    // A build that could not start fails, and leaves the database unchanged.
    const half = await build({ VERCEL_ENV: "production", GLASSIX_API_KEY: "7cab072d-43d0-4e9d-bb25-2a947696fe8f" });
    expect(half.code).toBe(1);
    expect(half.output).toContain("GLASSIX_SNIPPET_ID is not set, but GLASSIX_API_KEY is");
    expect((await build({ VERCEL_ENV: "production", DATABASE_URL: "" })).output).toContain("DATABASE_URL is not set.");
    expect(await countTables()).toBe(0);

    const ownDatabase = await build({ VERCEL_ENV: "preview", MIGRATE_PREVIEWS: "true" });
    expect(ownDatabase.code, ownDatabase.output).toBe(0);
    expect(ownDatabase.output).toMatch(/^Applied to 127\.0\.0\.1\S*: 2026/m);
    expect(await countTables()).toBeGreaterThan(5);

    const production = await build({ VERCEL_ENV: "production" });
    expect(production.code, production.output).toBe(0);
    expect(production.output).toContain("is up to date.");
  } finally {
    await database.process.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a Vercel deployment works at each of its addresses without NEXTAUTH_URL, with secure sessions (G7)", async () => {
  const portal = startProcess(NEXT_START, {
    NODE_ENV: "production",
    VERCEL: "1",
    VERCEL_ENV: "production",
    VERCEL_URL: "portal-d34db33f.vercel.app",
    VERCEL_PROJECT_PRODUCTION_URL: "portal.example.com",
    NEXTAUTH_URL: "",
    PORT: "3229",
    DATABASE_URL: readTestDatabaseUrl(),
    ...SECRETS,
  });
  try {
    await portal.waitUntilReady();
    for (const host of ["portal.example.com", "portal-d34db33f.vercel.app"]) {
      const jar = new Map<string, string>();
      const send = async (pathname: string, form?: Record<string, string>, headers: Record<string, string> = {}) => {
        const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
        const response = await sendAs(
          host,
          pathname,
          { cookie, ...headers },
          form && String(new URLSearchParams(form)),
        );
        for (const set of response.headers.getSetCookie()) {
          const [name = "", value = ""] = set.split(";")[0]!.split(/=(.*)/);
          expect(name).toMatch(/^__(Host|Secure)-/);
          expect(set).toContain("Secure");
          jar.set(name, value);
        }
        return response;
      };
      const { csrfToken } = await (await send("/api/auth/csrf")).json();
      const credentials = { csrfToken, email: JOHN.email, password: PASSWORD, callbackUrl: "/portal" };
      const signedIn = await send("/api/auth/callback/credentials", credentials);
      expect(signedIn.headers.get("location")).toBe(`https://${host}/portal`);
      expect([...jar.keys()]).toContain("__Secure-next-auth.session-token");

      const page = await send("/portal");
      expect(page.status).toBe(200);
      expect(page.headers.get("content-security-policy")).toContain("upgrade-insecure-requests");
      const mint = (origin: string) => send("/api/glassix-identity", {}, { origin });
      expect((await (await mint(`https://${host}`)).json()).uniqueIdentifier).toBe(JOHN.uniqueIdentifier);
      expect((await mint("https://evil.example")).status).toBe(403);
    }
    expect(portal.output()).not.toContain("NEXTAUTH_URL");
  } finally {
    await portal.stop();
  }
});

/** Sends a request as Vercel's own proxy does for a visitor of `host`, with a form if there is one. */
function sendAs(host: string, pathname: string, headers: Record<string, string>, form?: string): Promise<Response> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: "localhost",
        port: 3229,
        path: pathname,
        method: form === undefined ? "GET" : "POST",
        headers: {
          host,
          "x-forwarded-host": host,
          "x-forwarded-proto": "https",
          "content-type": "application/x-www-form-urlencoded",
          ...headers,
        },
      },
      async (incoming) => {
        const { statusCode: status, headersDistinct } = incoming;
        const pairs = Object.entries(headersDistinct).flatMap(([name, values]) =>
          values!.map((value): [string, string] => [name, value]),
        );
        const body = await incoming.setEncoding("utf8").toArray();
        resolve(new Response(body.join(""), { status, headers: pairs }));
      },
    );
    outgoing.once("error", reject).end(form);
  });
}
