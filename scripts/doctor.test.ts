import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { startEmbeddedPostgres, type EmbeddedPostgres } from "@/prisma/embedded-postgres";
import { checkBundles } from "./doctor/bundle";
import { check, ok, type Check } from "./doctor/check";
import { judgeClock } from "./doctor/clock";
import { checkDatabase, findDatabase } from "./doctor/database";
import { isChangedByLoader } from "./doctor/env-files";
import { checkNetwork } from "./doctor/network";
import { formatJson, formatReport, isWell } from "./doctor/report";
import { hideSecrets, listForms, listSecrets } from "./doctor/secrets";
import { checkToken } from "./doctor/token";
import { checkNode, checkVariables, readDepartment, VARIABLES } from "./doctor/variables";

const temporary = mkdtempSync(path.join(tmpdir(), "doctor-"));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

const department = {
  GLASSIX_API_KEY: "1C2D3E4F-0a0b-4111-8222-333344445555",
  GLASSIX_API_SECRET: "Zk3+x/9_a7b2QpLm0tVwYs8d",
  GLASSIX_SNIPPET_ID: "dr0123456789abcdef01",
};
const TWICE = "v8Kp3xWq9ZrT5mYb2NcJ7dLs4hGf6RtA";
const production = {
  NODE_ENV: "production",
  DATABASE_URL: "postgresql://portal:hunter2%23hunter2@db.example.com:5432/portal?sslpassword=another-secret-1",
  NEXTAUTH_SECRET: "k3v9Q2mZ7pX1sW8dR5tY0uI4oP6aL3jH",
  NEXTAUTH_URL: "https://portal.example.com",
  CLIENT_ADDRESS_HEADER: "x-real-ip",
  ...department,
};

type Source = Record<string, string | undefined>;
const variables = (source: Source, files: { path: string; contents: string; env: Source }[] = []) =>
  checkVariables({ source, files });
const named = (checks: Check[], name: string) => checks.find((check) => check.name === name);
const faults = (checks: Check[]) => checks.filter(({ status }) => status === "fail" || status === "warn");

describe("the variables", () => {
  it("are all well for a department in production, and no secret is shown", () => {
    const checks = variables(production);
    expect(faults(checks)).toEqual([]);
    expect(named(checks, "DATABASE_URL")?.found).toBe("postgresql://portal:…@db.example.com:5432/portal");
    const text = JSON.stringify(checks);
    for (const secret of ["hunter2", "another-secret-1", production.NEXTAUTH_SECRET, department.GLASSIX_API_SECRET])
      expect(text).not.toContain(secret);
  });

  it("are well on Vercel, which repeats each of its own variables under a public name", () => {
    const VERCEL_AUTOMATION_BYPASS_SECRET = "kW1n0Pq8sT3vX6zB9dF2hJ5l";
    const own = { ...production, NEXTAUTH_URL: "", VERCEL: "1", VERCEL_AUTOMATION_BYPASS_SECRET };
    const repeated = { NEXT_PUBLIC_VERCEL_AUTOMATION_BYPASS_SECRET: VERCEL_AUTOMATION_BYPASS_SECRET };
    expect(faults(variables({ ...own, ...repeated }))).toEqual([]);
    expect(faults(variables({ ...own, NEXT_PUBLIC_VERCEL_AUTOMATION_BYPASS_SECRET: "another" }))).toHaveLength(1);
    expect(faults(variables({ ...own, ...repeated, MIGRATE_PREVIEWS: "true", VERCEL_ENV: "production" }))).toEqual([
      expect.objectContaining({ name: "MIGRATE_PREVIEWS", status: "warn" }),
    ]);
  });

  it("are well on a developer's machine where nothing is set", () => {
    const checks = variables({});
    expect(faults(checks)).toEqual([]);
    expect(named(checks, "GLASSIX_SANDBOX")).toMatchObject({ status: "ok", found: "on: no department is set" });
    expect(named(checks, "DATABASE_URL")).toMatchObject({ status: "ok", found: expect.stringContaining(".data") });
  });

  it("are those of .env.example", () => {
    const example = readFileSync(".env.example", "utf8");
    expect(VARIABLES).toEqual([...example.matchAll(/^# ([A-Z_]+)=/gm)].map(([, name]) => name));
  });

  it.each<[what: string, source: Source, name: string, status: string, found: string, todo: string]>([
    ["no database", { DATABASE_URL: "" }, "DATABASE_URL", "fail", "is not set", "DATABASE_URL=postgresql://"],
    ["no session secret", { NEXTAUTH_SECRET: "" }, "NEXTAUTH_SECRET", "fail", "is not set", "openssl rand"],
    [
      "a short session secret",
      { NEXTAUTH_SECRET: "k3v9Q2mZ7pX1sW8dR" },
      "NEXTAUTH_SECRET",
      "fail",
      "17",
      "openssl rand",
    ],
    [
      "one secret for two things",
      { NEXTAUTH_SECRET: TWICE, GLASSIX_API_SECRET: TWICE },
      "NEXTAUTH_SECRET",
      "fail",
      "same as GLASSIX_API_SECRET",
      "openssl rand",
    ],
    [
      "no client address",
      { CLIENT_ADDRESS_HEADER: "" },
      "CLIENT_ADDRESS_HEADER",
      "warn",
      "for each address",
      "your proxy",
    ],
    [
      "an idle limit that never comes",
      { SESSION_IDLE_TIMEOUT: "43200" },
      "SESSION_IDLE_TIMEOUT",
      "warn",
      "ends before",
      "shorter",
    ],
    [
      "a session that lives for a second",
      { SESSION_MAX_AGE: "1" },
      "SESSION_MAX_AGE",
      "fail",
      "",
      "SESSION_MAX_AGE=43200",
    ],
    ["http", { NEXTAUTH_URL: "http://portal.example.com" }, "NEXTAUTH_URL", "warn", "without Secure", "https://"],
    ["no address", { NEXTAUTH_URL: "" }, "NEXTAUTH_URL", "warn", "without Secure", "https://"],
    [
      "half an address",
      { NEXTAUTH_URL: "portal.example.com" },
      "NEXTAUTH_URL",
      "fail",
      "portal.example.com",
      "https://",
    ],
    ["half a department", { GLASSIX_SNIPPET_ID: "" }, "GLASSIX_SNIPPET_ID", "fail", "is not set", "Set all three"],
    [
      "no department",
      { GLASSIX_API_KEY: "", GLASSIX_API_SECRET: "", GLASSIX_SNIPPET_ID: "" },
      "GLASSIX_API_SECRET",
      "fail",
      "are not set",
      "GLASSIX_SANDBOX=true",
    ],
    [
      "a key of another form",
      { GLASSIX_API_KEY: "department-7" },
      "GLASSIX_API_KEY",
      "fail",
      "12 characters",
      "API page",
    ],
    [
      "key and secret in each other's place",
      { GLASSIX_API_KEY: department.GLASSIX_API_SECRET, GLASSIX_API_SECRET: department.GLASSIX_API_KEY },
      "GLASSIX_API_KEY",
      "fail",
      "not a UUID, but GLASSIX_API_SECRET is one",
      "changed places",
    ],
    [
      "the key twice",
      { GLASSIX_API_SECRET: department.GLASSIX_API_KEY.toLowerCase() },
      "GLASSIX_API_SECRET",
      "fail",
      "same as GLASSIX_API_KEY",
      "the other value",
    ],
    [
      "the key of Glassix's guide",
      { GLASSIX_API_KEY: "7cab072d-43d0-4e9d-bb25-2a947696fe8f" },
      "GLASSIX_API_KEY",
      "fail",
      "example of Glassix's guide",
      "API page",
    ],
    ["a secret cut short", { GLASSIX_API_SECRET: "Zk3+x" }, "GLASSIX_API_SECRET", "warn", "5 characters", "#"],
    [
      "a secret in quotes",
      { GLASSIX_API_SECRET: '"Zk3+x/9_a7b2QpLm0"' },
      "GLASSIX_API_SECRET",
      "fail",
      "quotation",
      "Leave them out",
    ],
    [
      "a whole snippet",
      { GLASSIX_SNIPPET_ID: "<script>" },
      "GLASSIX_SNIPPET_ID",
      "fail",
      "8 characters",
      "snippetId alone",
    ],
    [
      "another snippet id",
      { GLASSIX_SNIPPET_ID: "my-snippet" },
      "GLASSIX_SNIPPET_ID",
      "warn",
      "look like",
      "snippetId",
    ],
    [
      "a short lifetime",
      { GLASSIX_IDENTITY_TTL: "3600" },
      "GLASSIX_IDENTITY_TTL",
      "fail",
      "3600",
      "GLASSIX_IDENTITY_TTL=18000",
    ],
    ["a long lifetime", { GLASSIX_IDENTITY_TTL: "172800" }, "GLASSIX_IDENTITY_TTL", "warn", "48 hours", "taken back"],
    ["no yes or no", { GLASSIX_REQUIRE_IDENTITY: "yes" }, "GLASSIX_REQUIRE_IDENTITY", "fail", '"yes"', "=true"],
    ["both", { GLASSIX_SANDBOX: "true" }, "GLASSIX_SANDBOX", "warn", "the sandbox wins", "Take GLASSIX_SANDBOX away"],
    [
      "a misspelt variable",
      { GLASSIX_API_SECRECT: "x" },
      "GLASSIX_API_SECRECT",
      "warn",
      "nothing reads it",
      "spelling",
    ],
    [
      "a public secret's name",
      { NEXT_PUBLIC_DB_PASSWORD: "x" },
      "NEXT_PUBLIC_DB_PASSWORD",
      "fail",
      "name of a secret",
      "Rename",
    ],
    ["a public token", { NEXT_PUBLIC_MAP_TOKEN: "x" }, "NEXT_PUBLIC_MAP_TOKEN", "warn", "name of a token", "rename it"],
    [
      "a public value with a secret in it",
      { NEXT_PUBLIC_CHAT: `key:${Buffer.from(`x${department.GLASSIX_API_SECRET}y`).toString("base64")}` },
      "NEXT_PUBLIC_CHAT",
      "fail",
      "holds GLASSIX_API_SECRET",
      "replace the secret",
    ],
  ])("name %s", (_, changes, name, status, found, todo) => {
    const line = named(variables({ ...production, ...changes }), name);
    expect(line).toMatchObject({ status, found: expect.stringContaining(found), todo: expect.stringContaining(todo) });
    expect(JSON.stringify(line)).not.toContain(department.GLASSIX_API_SECRET);
  });

  it("say when the loader has cut a secret at # or replaced a $", () => {
    const contents = 'GLASSIX_API_SECRET=Zk3+x/9_a7b2QpLm0#rest\nNEXTAUTH_SECRET="k3v9Q2mZ7pX1#sW8dR5tY0uI4oP6aL3jH"\n';
    const source = {
      ...production,
      GLASSIX_API_SECRET: "Zk3+x/9_a7b2QpLm0",
      NEXTAUTH_SECRET: "k3v9Q2mZ7pX1#sW8dR5tY0uI4oP6aL3jH",
    };
    const file = { path: ".env.local", contents, env: source };
    const checks = variables(source, [file]);
    expect(named(checks, "GLASSIX_API_SECRET")).toMatchObject({
      status: "warn",
      found: "What arrives is not what is written in .env.local.",
      todo: "Quote a value that holds #, and write \\$ for $.",
    });
    expect(named(checks, "NEXTAUTH_SECRET")).toMatchObject({ status: "ok", found: "33 characters (.env.local)" });

    const cut = {
      path: ".env.local",
      contents: "NEXTAUTH_SECRET=k3v9$Q2mZ7pX1sW8dR5tY0",
      env: { NEXTAUTH_SECRET: "k3v9" },
    };
    expect(named(variables({ ...production, ...cut.env }, [cut]), "NEXTAUTH_SECRET")).toMatchObject({
      status: "fail",
      found: "What arrives is not what is written in .env.local.",
    });

    expect(isChangedByLoader("A=x$y", "A", "x")).toBe(true);
    expect(isChangedByLoader("A=x\\$y", "A", "x$y")).toBe(false);
    expect(isChangedByLoader("A='x#y' # why", "A", "x#y")).toBe(false);
    expect(isChangedByLoader("export A = x # why\r\n", "A", "x")).toBe(false);
    expect(isChangedByLoader("A=old\nA=new", "A", "new")).toBe(false);
  });

  it("name a Node that is too old, or without security fixes", () => {
    expect(checkNode("20.18.0", false)).toMatchObject({ status: "fail", todo: "Install Node 20.19 or newer." });
    expect(checkNode("20.19.0", true, new Date("2026-05-02"))).toMatchObject({ status: "warn" });
    expect(checkNode("20.19.0", true, new Date("2026-04-02"))).toMatchObject({ status: "ok" });
    expect(checkNode("20.19.0", false, new Date("2026-05-02"))).toMatchObject({ status: "ok" });
  });
});

describe("secrets", () => {
  it("are found in every form in which a page may carry them", () => {
    const value = 'a"b<c>&d/é+f';
    const forms = listForms(value);
    for (const text of [
      value,
      JSON.stringify({ value }),
      JSON.stringify(JSON.stringify({ value })),
      `?x=${encodeURIComponent(value)}`,
      "a&quot;b&lt;c&gt;&amp;d/é+f",
      Buffer.from(value).toString("hex"),
      ...["", "1", "12", "123"].flatMap((before) =>
        (["base64", "base64url"] as const).map((encoding) => Buffer.from(`${before}${value}after`).toString(encoding)),
      ),
    ])
      expect(
        forms.some((form) => text.includes(form)),
        text,
      ).toBe(true);
  });

  it("are taken out of what others say", () => {
    const secrets = listSecrets({ DATABASE_URL: "postgresql://portal:hunter2%23hunter2@db/portal" });
    expect(hideSecrets('no "hunter2#hunter2" and no hunter2%23hunter2', secrets)).toBe('no "…" and no …');
  });
});

describe("the build", () => {
  const build = (files: Record<string, string>) => {
    const root = mkdtempSync(path.join(temporary, "build-"));
    for (const [file, text] of Object.entries({ ".next/BUILD_ID": "1", ...files })) {
      mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      writeFileSync(path.join(root, file), text);
    }
    return root;
  };
  const secrets = listSecrets(production);

  it("is skipped where there is none", async () => {
    expect(await checkBundles(temporary, secrets)).toMatchObject({
      status: "skip",
      todo: "Run npm run build, then this again.",
    });
  });

  it("is well when no file holds a secret, whatever the server's own files hold", async () => {
    const root = build({
      ".next/static/chunks/a.js": "let a",
      ".next/server/app/page.js": production.NEXTAUTH_SECRET,
    });
    expect(await checkBundles(root, secrets)).toMatchObject({ status: "ok", found: expect.stringMatching(/^1 files/) });
  });

  it.each([
    [".next/static/chunks/a.js", `x("${department.GLASSIX_API_SECRET}")`, "GLASSIX_API_SECRET"],
    [".next/static/chunks/a.js.map", "hunter2#hunter2", "the password in DATABASE_URL"],
    [
      ".next/server/app/index.html",
      Buffer.from(`.${production.NEXTAUTH_SECRET}.`).toString("base64"),
      "NEXTAUTH_SECRET",
    ],
    [".next/server/app/index.segments/_full.segment.rsc", production.NEXTAUTH_SECRET, "NEXTAUTH_SECRET"],
    ["public/env.txt", "sslpassword=another-secret-1", "the password in DATABASE_URL"],
  ])("fails for %s with %s", async (file, text, name) => {
    const outcome = await checkBundles(build({ [file]: text }), secrets);
    expect(outcome).toMatchObject({
      status: "fail",
      found: `${file} holds ${name}.`,
      todo: expect.stringContaining("replace the secret"),
    });
  });

  it("says which secrets are too short to look for", async () => {
    const outcome = await checkBundles(
      build({}),
      listSecrets({ DATABASE_URL: "postgresql://portal:portal@db/portal" }),
    );
    expect(outcome).toMatchObject({ status: "warn", found: expect.stringContaining("Not looked for: the password") });
  });
});

describe("the identity token", () => {
  const token = (source: Source) => checkToken(readDepartment({ source, files: [] }));

  it("is minted and verified for a department, also while other variables are wrong", async () => {
    const checks = await token({ ...production, DATABASE_URL: "", NEXTAUTH_URL: "nowhere" });
    expect(checks.map(({ status }) => status)).toEqual(["ok", "ok"]);
    expect(JSON.stringify(checks)).not.toMatch(/ey[\w-]+\./);
  });

  it("is the sandbox's without a department, and a short life is something to weigh", async () => {
    expect((await token({})).map(({ status }) => status)).toEqual(["ok", "ok"]);
    expect((await token({ GLASSIX_IDENTITY_TTL: "60" }))[0]).toMatchObject({
      status: "warn",
      found: "Lifetime: It lives for 60 seconds.",
      todo: expect.stringContaining("18000"),
    });
  });

  it("is skipped when the department's variables cannot be used", async () => {
    for (const line of await token({ ...production, GLASSIX_API_KEY: "department-7" }))
      expect(line).toMatchObject({ status: "skip", todo: "Mend the variables that fail first." });
  });
});

describe("the network", () => {
  const servers: (Server | net.Server)[] = [];
  afterEach(() => servers.splice(0).forEach((server) => server.close()));
  const serve = async (body: string, headers: Record<string, string> = {}, status = 200) => {
    const server = createServer((_, response) =>
      response.writeHead(status, { connection: "close", ...headers }).end(body),
    );
    servers.push(server.listen(0, "127.0.0.1"));
    await once(server, "listening");
    return `http://127.0.0.1:${(server.address() as net.AddressInfo).port}/`;
  };
  /** Where nobody is; a port that fetch does not refuse by itself. */
  const nobody = "http://127.0.0.1:2/widget.js";
  const script = "window.GlassixWidgetClient = class {}";
  const later = (seconds: number) => ({ date: new Date(Date.now() + seconds * 1000).toUTCString() });

  it("is not asked for the sandbox", async () => {
    const { cdns, clock } = await checkNetwork({ scriptUrls: [], origin: "http://localhost:3000" });
    expect([...cdns, ...clock].map(({ status }) => status)).toEqual(["skip", "skip"]);
    expect(clock[0]?.todo).toContain("--date-url");
  });

  it("tells a widget's script from another answer and from none, and blames no server for it", async () => {
    const scriptUrls = [await serve(script), await serve("<h1>Log in</h1>"), await serve(script, {}, 403), nobody];
    const { cdns } = await checkNetwork({ scriptUrls, origin: null });
    expect(cdns.map(({ status, found }) => [status, found])).toEqual([
      ["ok", "the widget's script is there"],
      ["warn", "What it answers is not the widget's script."],
      ["warn", "It answers 403."],
      ["warn", expect.stringContaining("ECONNREFUSED")],
    ]);
    for (const { todo } of cdns.slice(1)) expect(todo).toMatch(/^Customers' browsers load http.*, not this server/);
  });

  it("gives up an address that is silent", async () => {
    const silent = net.createServer(() => {});
    servers.push(silent.listen(0, "127.0.0.1"));
    await once(silent, "listening");
    const url = `http://127.0.0.1:${(silent.address() as net.AddressInfo).port}/`;
    const startedAt = Date.now();
    const { cdns } = await checkNetwork({ scriptUrls: [url], origin: null });
    expect(cdns[0]).toMatchObject({ status: "warn", found: expect.stringContaining("No answer within 5 seconds") });
    expect(Date.now() - startedAt).toBeLessThan(15_000);
  });

  it.each([
    [0, "ok", /^within 1 s of a cache$/],
    [3.2, "ok", /^within 4 s of a cache$/],
    [30, "warn", /^This clock is 30 s behind that of a cache\.$/],
    [-30, "warn", /^This clock is 30 s ahead of that of a cache\.$/],
    [-3600, "fail", /^This clock is 3600 s ahead of/],
  ])("judges a clock that differs by %d s", async (secondsAhead, status, found) => {
    const outcome = judgeClock({ whose: "a cache", secondsAhead });
    expect(outcome).toMatchObject({ status, found: expect.stringMatching(found) });
    if (status !== "ok") expect(outcome.todo).toContain("NTP");
    const dateUrl = await serve("", later(secondsAhead));
    expect((await checkNetwork({ scriptUrls: [], dateUrl, origin: null })).clock[0]).toMatchObject({ status });
  });

  it("takes what a cache repeats for as old as it is", async () => {
    const dateUrl = await serve("", { ...later(-600), age: "600" });
    expect((await checkNetwork({ scriptUrls: [], dateUrl, origin: null })).clock[0]).toMatchObject({ status: "ok" });
  });

  it("says when the named address does not tell the time", async () => {
    const { clock } = await checkNetwork({ scriptUrls: [], dateUrl: nobody, origin: null });
    expect(clock[0]).toMatchObject({ status: "warn", todo: "Name another address with --date-url." });
  });
});

describe("the database", { timeout: 120_000 }, () => {
  let embedded: EmbeddedPostgres;
  const dataFolder = path.join(temporary, "data");
  beforeAll(async () => {
    embedded = await startEmbeddedPostgres(dataFolder);
    await embedded.ready;
  }, 120_000);
  let isStopped = false;
  afterAll(() => (isStopped ? undefined : embedded?.stop()));

  const examine = async (databaseUrl = embedded.databaseUrl) => {
    const database = await findDatabase(databaseUrl, { isProduction: true, dataFolder });
    const { database: checks, clock } = await checkDatabase(database, { isForCustomers: true });
    return [...checks, ...clock];
  };
  const run = async (sql: string) => {
    const client = new pg.Client({ connectionString: embedded.databaseUrl });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  const migration = () => readFileSync("prisma/migrations/20261122090000_portal/migration.sql", "utf8");

  it("fails in every line that a database without migrations cannot keep", async () => {
    const checks = await examine();
    expect(named(checks, "Database")).toMatchObject({ status: "ok" });
    expect(named(checks, "Migrations")).toMatchObject({
      status: "fail",
      found: expect.stringContaining("20261122090000_portal"),
      todo: expect.stringContaining("npm run db:migrate"),
    });
    expect(named(checks, "Unique identifiers")).toMatchObject({ status: "fail", todo: "Run npm run db:migrate." });
    expect(named(checks, "Trigger on User")).toMatchObject({
      status: "fail",
      todo: expect.stringContaining("migration.sql"),
    });
    expect(named(checks, "Clock and the database")).toMatchObject({ status: "ok" });
  });

  describe("once it is migrated", () => {
    beforeAll(async () => {
      expect(await runScript("migrate", [], { DATABASE_URL: embedded.databaseUrl })).toMatchObject({ code: 0 });
    }, 60_000);

    it("is well", async () => {
      expect(faults(await examine())).toEqual([]);
    });

    it("fails while the trigger is disabled, and what it says to do mends it", async () => {
      await run('ALTER TABLE "User" DISABLE TRIGGER "User_uniqueIdentifier_is_permanent"');
      const line = named(await examine(), "Trigger on User");
      expect(line).toMatchObject({ status: "fail", found: expect.stringContaining("is disabled") });
      await run(line!.todo!.split(";")[0]!);
      expect(faults(await examine())).toEqual([]);
    });

    it("fails without the trigger, and with one that refuses nothing", async () => {
      const [, definition] =
        /(CREATE FUNCTION "refuseUnique[\s\S]*?EXECUTE FUNCTION "refuseUniqueIdentifierChange"\(\);)/.exec(
          migration(),
        )!;
      await run('DROP TRIGGER "User_uniqueIdentifier_is_permanent" ON "User"');
      expect(named(await examine(), "Trigger on User")).toMatchObject({
        status: "fail",
        found: expect.stringContaining("There is no trigger"),
        todo: expect.stringContaining("migration.sql"),
      });
      await run('DROP FUNCTION "refuseUniqueIdentifierChange"');
      await run(definition!);
      expect(faults(await examine())).toEqual([]);

      await run(
        'CREATE OR REPLACE FUNCTION "refuseUniqueIdentifierChange"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$',
      );
      expect(named(await examine(), "Trigger on User")).toMatchObject({
        status: "fail",
        found: expect.stringContaining("no longer refuses"),
      });
      await run(definition!.split("CREATE TRIGGER")[0]!.replace("CREATE", "CREATE OR REPLACE"));
      expect(faults(await examine())).toEqual([]);
    });

    it.each([
      ["may be NULL", 'ALTER TABLE "User" ALTER COLUMN "uniqueIdentifier" DROP NOT NULL', "fail"],
      ["may have the same", 'DROP INDEX "User_uniqueIdentifier_key"', "fail"],
      ["its default is missing", 'ALTER TABLE "User" ALTER COLUMN "uniqueIdentifier" DROP DEFAULT', "warn"],
    ])("names a column that %s, and what it says to do mends it", async (found, sql, status) => {
      await run(sql);
      const line = named(await examine(), "Unique identifiers");
      expect(line).toMatchObject({ status, found: expect.stringContaining(found) });
      await run(line!.todo!.slice(line!.todo!.indexOf("ALTER TABLE")));
      expect(faults(await examine())).toEqual([]);
    });

    it("names demo customers who can sign in", async () => {
      await run(
        `INSERT INTO "User" ("email", "firstName", "lastName", "passwordHash") VALUES ('jane.doe@example.com', 'Jane', 'Doe', 'x')`,
      );
      expect(named(await examine(), "Demo customers")).toMatchObject({
        status: "warn",
        found: expect.stringContaining("jane.doe@example.com can sign in"),
        todo: expect.stringContaining("disabledAt"),
      });
      await run('DELETE FROM "User"');
    });

    it("says what to do when nobody answers, or nobody says a word, and asks no further", async () => {
      const silent = net.createServer((socket) => socket.on("error", () => {})).listen(0, "127.0.0.1");
      await once(silent, "listening");
      const startedAt = Date.now();
      for (const port of [1, (silent.address() as net.AddressInfo).port]) {
        const checks = await examine(`postgresql://portal:hunter2@127.0.0.1:${port}/portal`);
        expect(checks[0]).toMatchObject({
          name: "Database",
          status: "fail",
          todo: expect.stringContaining("host and port"),
        });
        expect(checks.slice(1).map(({ status }) => status)).toEqual(["skip", "skip", "skip", "skip"]);
        expect(JSON.stringify(checks)).not.toContain("hunter2");
      }
      silent.close();
      expect(Date.now() - startedAt).toBeLessThan(15_000);
    });

    it("is the embedded one in development: the running one, and none is made", async () => {
      const found = await findDatabase(undefined, { isProduction: false, dataFolder });
      expect(found).toMatchObject({ isThere: true, databaseUrl: embedded.databaseUrl });
      const absent = await findDatabase(undefined, { isProduction: false, dataFolder: path.join(temporary, "none") });
      expect(absent).toMatchObject({ isThere: false, outcome: { status: "skip", todo: "npm run dev makes it." } });
      const missing = await findDatabase(undefined, { isProduction: true, dataFolder });
      expect(missing).toMatchObject({ isThere: false, outcome: { status: "skip", todo: "Set DATABASE_URL first." } });
    });

    const secrets = { NEXTAUTH_SECRET: `${randomUUID()}aA1`, GLASSIX_API_SECRET: `${randomUUID()}-bB2` };
    const sandbox = {
      NODE_ENV: "",
      NEXTAUTH_URL: "",
      GLASSIX_API_KEY: "",
      GLASSIX_API_SECRET: "",
      GLASSIX_SNIPPET_ID: "",
    };

    it("the command prints nothing but JSON, ends with 0 when nothing fails, and shows no secret", async () => {
      const { code, output } = await runScript("doctor", ["--json"], {
        ...sandbox,
        NEXTAUTH_SECRET: secrets.NEXTAUTH_SECRET,
        DATABASE_URL: embedded.databaseUrl,
      });
      const report = JSON.parse(output);
      expect(Object.keys(report)).toEqual(["ok", "checks"]);
      expect(report.checks.filter(({ status }: Check) => status === "fail")).toEqual([]);
      expect([code, report.ok]).toEqual([0, true]);
      expect(named(report.checks, "Trigger on User")).toMatchObject({ status: "ok" });
      expect(named(report.checks, "Identity token")).toMatchObject({ status: "ok" });
      expect(output).not.toContain(secrets.NEXTAUTH_SECRET);
      expect(output).not.toMatch(/ey[\w-]+\.ey/);
    });

    it("the command ends with 1 when something fails, says what to do, and shows no secret", async () => {
      const { code, output } = await runScript("doctor", ["--production"], {
        ...sandbox,
        ...secrets,
        // In each other's place.
        GLASSIX_API_KEY: secrets.GLASSIX_API_SECRET,
        GLASSIX_API_SECRET: randomUUID(),
        GLASSIX_SNIPPET_ID: "dr0123456789abcdef01",
        DATABASE_URL: embedded.databaseUrl.replace("postgres@", "postgres:hunter2-hunter2@"),
      });
      expect(code).toBe(1);
      expect(output).toContain("✗ FAIL  GLASSIX_API_KEY");
      expect(output).toMatch(/→ The two have changed places/);
      expect(output).toMatch(/^\d+ fails?: \d+ ok, \d+ to weigh, \d+ skipped\.$/m);
      for (const secret of [...Object.values(secrets), "hunter2-hunter2"]) expect(output).not.toContain(secret);
      expect(output).not.toContain("\u001b[");
    });

    it("the command explains itself, and refuses what it does not know", async () => {
      expect(await runScript("doctor", ["--help"], {})).toMatchObject({
        code: 0,
        output: expect.stringContaining("--date-url"),
      });
      expect(await runScript("doctor", ["--prod"], {})).toMatchObject({ code: 2, output: "" });
      expect(await runScript("doctor", ["--date-url=here"], {})).toMatchObject({ code: 2, output: "" });
    });

    it("is opened when nobody has it open, and left as it was", async () => {
      await embedded.stop();
      isStopped = true;
      const found = await findDatabase(undefined, { isProduction: false, dataFolder });
      const { database: checks } = await checkDatabase(found, { isForCustomers: false });
      expect(checks.map(({ status }) => status)).toEqual(["ok", "ok", "ok", "ok"]);
      if (found.isThere) await found.stop();
      expect(existsSync(path.join(dataFolder, "lock.json"))).toBe(false);
    });
  });
});

describe("the report", () => {
  const well: Check = { name: "Node.js", status: "ok", found: "24.1.0" };
  const failed: Check = {
    name: "PORT",
    status: "fail",
    found: "is 0",
    todo: "Write a number that is not nought, and so on and on.",
  };
  const options = { isProduction: true, hasColour: false, columns: 60 };

  it("stands in columns, with a word for each symbol, and folds what is too long", () => {
    expect(formatReport([{ title: "Environment", checks: [well, failed] }], options))
      .toBe(`Judged as npm start would take it.

Environment
  ✓ ok    Node.js  24.1.0
  ✗ FAIL  PORT     is 0
                   → Write a number that is not nought, and
                   so on and on.

1 fails: 1 ok, 0 to weigh, 0 skipped.`);
  });

  it("is coloured where that is wanted", () => {
    expect(formatReport([{ title: "", checks: [failed] }], { ...options, hasColour: true })).toContain(
      "\u001b[31m✗ FAIL\u001b[0m",
    );
  });

  it("is well unless something fails", () => {
    const weighed: Check = { name: "PORT", status: "warn", found: "", todo: "" };
    expect(isWell([{ title: "", checks: [well, weighed] }])).toBe(true);
    expect(isWell([{ title: "", checks: [well, failed] }])).toBe(false);
    expect(JSON.parse(formatJson([{ title: "", checks: [failed] }]))).toEqual({ ok: false, checks: [failed] });
  });

  it("has a line also for a check that breaks or hangs", async () => {
    const broken = await check("Broken", () => Promise.reject(new Error("It broke.\n    at somewhere")));
    expect(broken).toMatchObject({ status: "fail", found: "It broke.", todo: expect.stringContaining("Mend") });
    vi.useFakeTimers();
    const hanging = check("Hanging", () => new Promise(() => {}), "Look at it.");
    await vi.advanceTimersByTimeAsync(5_000);
    vi.useRealTimers();
    expect(await hanging).toEqual({
      name: "Hanging",
      status: "fail",
      found: "No answer within 5 seconds.",
      todo: "Look at it.",
    });
    expect(await check("Well", () => ok("yes"))).toEqual({ name: "Well", status: "ok", found: "yes" });
  });
});

/** Never the synchronous kind: this process serves the database. */
async function runScript(name: string, args: string[], env: Record<string, string>) {
  const child = spawn(process.execPath, ["-C", "react-server", "scripts/run.mjs", name, ...args], {
    env: { ...process.env, ...env } as NodeJS.ProcessEnv,
    stdio: ["ignore", "pipe", "ignore"],
  });
  let output = "";
  child.stdout.on("data", (chunk) => (output += chunk));
  const [code] = (await once(child, "close")) as [number];
  return { code, output };
}
