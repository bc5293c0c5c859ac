import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { SMTPServer } from "smtp-server";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { VARIABLES } from "@/lib/env";
import { findRunningDatabase, startEmbeddedPostgres, type EmbeddedPostgres } from "@/prisma/embedded-postgres";
import { checkScript, checkToken, judgeClock, type Check } from "./doctor/checks";
import { checkDatabase, findDatabase } from "./doctor/database";
import { checkBundles, checkPublicVariables, checkVariables, listSecrets, readDepartment } from "./doctor/environment";

const temporary = mkdtempSync(path.join(tmpdir(), "doctor-"));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

const department = {
  GLASSIX_API_KEY: "1c2d3e4f-0a0b-4111-8222-333344445555",
  GLASSIX_API_SECRET: "Zk3+x/9_a7b2QpLm0tVwYs8d",
  GLASSIX_SNIPPET_ID: "dr0123456789abcdef01",
};
const production = {
  NODE_ENV: "production",
  DATABASE_URL: "postgresql://portal:hunter2%23hunter2@db.example.com:5432/portal?sslmode=verify-full",
  NEXTAUTH_SECRET: "k3v9Q2mZ7pX1sW8dR5tY0uI4oP6aL3jH",
  NEXTAUTH_URL: "https://portal.example.com",
  CLIENT_ADDRESS_HEADER: "x-real-ip",
  SMTP_URL: "smtps://portal:hunter2%23hunter2@mail.example.com",
  MAIL_FROM: "portal@example.com",
  ...department,
};

type Source = Record<string, string | undefined>;
const findCheck = (checks: Check[], name: string) => checks.find((check) => check.name === name);
const findFaults = (checks: Check[]) => checks.filter(({ status }) => status === "fail" || status === "warn");

describe("the variables", () => {
  it("pass for a department in production, and no secret is shown", () => {
    const checks = checkVariables(production, []);
    expect(findFaults(checks)).toEqual([]);
    expect(findCheck(checks, "DATABASE_URL")?.found).toBe("db.example.com:5432/portal");
    for (const secret of ["hunter2", production.NEXTAUTH_SECRET, department.GLASSIX_API_SECRET])
      expect(JSON.stringify(checks)).not.toContain(secret);
  });

  it("pass in development where nothing is set", () => {
    expect(findFaults(checkVariables({}, []))).toEqual([]);
  });

  it.each<[what: string, source: Source, name: string, status: string, found: string, todo: string]>([
    ["no database", { DATABASE_URL: "" }, "DATABASE_URL", "fail", "is not set", "DATABASE_URL=postgresql://"],
    [
      "no department",
      { ...department, GLASSIX_SNIPPET_ID: "" },
      "GLASSIX_SNIPPET_ID",
      "fail",
      "is not set",
      "Example: ",
    ],
    [
      "a short lifetime",
      { GLASSIX_IDENTITY_TTL: "60" },
      "GLASSIX_IDENTITY_TTL",
      "fail",
      "60",
      "GLASSIX_IDENTITY_TTL=18000",
    ],
    ["http", { NEXTAUTH_URL: "http://portal.example.com" }, "NEXTAUTH_URL", "warn", '"Secure"', "https://"],
    ["no mail server", { SMTP_URL: "" }, "SMTP_URL", "warn", "nor reset their password", "smtps://"],
    ["no client address", { CLIENT_ADDRESS_HEADER: "" }, "CLIENT_ADDRESS_HEADER", "warn", "per address", "x-real-ip"],
    [
      "the key of Glassix's guide",
      { GLASSIX_API_KEY: "7cab072d-43d0-4e9d-bb25-2a947696fe8f" },
      "GLASSIX_API_KEY",
      "fail",
      "is the example",
      "your own",
    ],
    ["a demo", { GLASSIX_SANDBOX: "true" }, "GLASSIX_SANDBOX", "warn", "no agent", "remove it"],
    [
      "a misspelt variable",
      { GLASSIX_API_SECRECT: "x" },
      "GLASSIX_API_SECRECT",
      "warn",
      "nothing reads it",
      "spelling",
    ],
    [
      "a public variable that contains a secret",
      { NEXT_PUBLIC_CHAT: `key:${department.GLASSIX_API_SECRET}` },
      "NEXT_PUBLIC_CHAT",
      "fail",
      "contains GLASSIX_API_SECRET",
      "replace the secret",
    ],
  ])("name %s", (_, changes, name, status, found, todo) => {
    const line = findCheck(checkVariables({ ...production, ...changes }, []), name);
    expect(line).toMatchObject({ status, found: expect.stringContaining(found), todo: expect.stringContaining(todo) });
    expect(JSON.stringify(line)).not.toContain(department.GLASSIX_API_SECRET);
  });

  it.each([
    ["A=x$y", "x", true],
    ["A=x#y", "x", true],
    ["A=x\\$y", "x$y", false],
    ["A='x#y' # why", "x#y", false],
    ["export A = x # why\r\n", "x", false],
    ["A=old\nA=new", "new", false],
  ])("reveal whether the loader changed the written value: %j", (line, value, isChanged) => {
    const contents = line.replaceAll("A", "OTEL_SERVICE_NAME");
    const source = { ...production, OTEL_SERVICE_NAME: value };
    const check = findCheck(
      checkVariables(source, [{ path: ".env.local", contents, env: source }]),
      "OTEL_SERVICE_NAME",
    );
    expect(check).toMatchObject(
      isChanged
        ? { status: "warn", found: "The value is not what is written in .env.local." }
        : { status: "ok", found: `${value} (.env.local)` },
    );
  });
});

describe("the build (G11)", () => {
  const build = (files: Record<string, string>) => {
    const root = mkdtempSync(path.join(temporary, "build-"));
    for (const [file, text] of Object.entries({ ".next/BUILD_ID": "1", ...files })) {
      mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      writeFileSync(path.join(root, file), text);
    }
    return root;
  };
  const secrets = listSecrets(production);

  it("is skipped when there is none", async () => {
    expect(await checkBundles(temporary, secrets)).toMatchObject({ status: "skip", todo: "Run npm run build first." });
  });

  it("passes if no file that browsers load contains a secret", async () => {
    const root = build({ ".next/static/a.js": "let a", ".next/server/app/page.js": production.NEXTAUTH_SECRET });
    expect(await checkBundles(root, secrets)).toMatchObject({ status: "ok" });
  });

  it.each([
    [".next/static/chunks/a.js", `x("${department.GLASSIX_API_SECRET}")`, "GLASSIX_API_SECRET"],
    [".next/static/chunks/a.js.map", "hunter2%23hunter2", "DATABASE_URL"],
    [".next/server/app/index.html", Buffer.from(production.NEXTAUTH_SECRET).toString("base64"), "NEXTAUTH_SECRET"],
    [".next/server/app/index.segments/_full.segment.rsc", production.NEXTAUTH_SECRET, "NEXTAUTH_SECRET"],
    ["public/env.txt", production.NEXTAUTH_SECRET, "NEXTAUTH_SECRET"],
  ])("fails for %s with %s", async (file, text, name) => {
    expect(await checkBundles(build({ [file]: text }), secrets)).toMatchObject({
      status: "fail",
      found: `${file} contains ${name}.`,
      todo: expect.stringContaining("replace the secret"),
    });
  });

  it("ignores public variables without a secret", () => {
    expect(checkPublicVariables({ ...production, NEXT_PUBLIC_GREETING: "hello" })).toEqual([]);
  });
});

describe("the identity token", () => {
  it("is minted and verified for a department, even if other variables are invalid", async () => {
    const check = await checkToken(readDepartment({ ...production, DATABASE_URL: "", NEXTAUTH_URL: "nowhere" }));
    expect(check).toMatchObject({ status: "ok", found: expect.stringContaining("only Glassix knows") });
    expect(JSON.stringify(check)).not.toMatch(/ey[\w-]+\./);
  });

  it("is the sandbox's without a department", async () => {
    expect(await checkToken(readDepartment({}))).toMatchObject({
      status: "ok",
      found: expect.stringContaining("sandbox"),
    });
  });

  it("is skipped if the department's variables are invalid", async () => {
    expect(await checkToken(readDepartment({ ...production, GLASSIX_API_KEY: "no" }))).toMatchObject({
      status: "skip",
    });
  });
});

describe("the network", () => {
  const servers: Server[] = [];
  afterEach(() => servers.splice(0).forEach((server) => server.close()));
  async function serve(body: string, headers: Record<string, string> = {}, status = 200) {
    const server = createServer((_, response) => response.writeHead(status, headers).end(body)).listen(0, "127.0.0.1");
    servers.push(server);
    await once(server, "listening");
    return `http://127.0.0.1:${(server.address() as net.AddressInfo).port}/widget.js`;
  }
  const script = "class GlassixWidgetClient {}";
  const later = (seconds: number) => ({ date: new Date(Date.now() + seconds * 1000).toUTCString() });

  it("only warns when the widget script's address returns something else or nothing", async () => {
    expect(await checkScript(await serve(script))).toMatchObject({ status: "ok" });
    for (const [url, found] of [
      [await serve("<h1>Log in</h1>"), "The response is not the widget's script."],
      [await serve(script, {}, 403), "The response status is 403."],
      ["http://127.0.0.1:45999/widget.js", expect.stringContaining("ECONNREFUSED")],
    ] as const)
      expect(await checkScript(url)).toMatchObject({
        status: "warn",
        found,
        todo: expect.stringMatching(/^Customers'/),
      });
  });

  it("fails when the mail server cannot be reached or refuses the sign-in, and hides the password", async () => {
    const server = new SMTPServer({
      disabledCommands: ["STARTTLS"],
      onAuth: ({ password }, _, done) =>
        password === "right" ? done(null, { user: "portal" }) : done(new Error("No.")),
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as net.AddressInfo;
    const verify = async (authority: string) => {
      vi.resetModules();
      const { checkMailServer } = await import("./doctor/checks");
      return checkMailServer(`smtp://${authority}`);
    };
    expect(await verify(`portal:right@127.0.0.1:${port}`)).toMatchObject({ status: "ok" });
    const refused = await verify(`portal:hunter2@127.0.0.1:${port}`);
    expect(refused).toMatchObject({ status: "fail", found: expect.stringContaining("Invalid login") });
    expect(JSON.stringify(refused)).not.toContain("hunter2");
    server.close();
    expect(await verify(`127.0.0.1:${port}`)).toMatchObject({
      status: "fail",
      found: expect.stringContaining("ECONNREFUSED"),
      todo: expect.stringContaining("SMTP_URL"),
    });
  });

  it("compares the clock with the server's, even behind a cache", async () => {
    expect(await checkScript(await serve(script, later(30)))).toMatchObject({ status: "warn" });
    expect(await checkScript(await serve(script, later(-3600)))).toMatchObject({ status: "fail" });
    expect(await checkScript(await serve(script, { ...later(-600), age: "600" }))).toMatchObject({ status: "ok" });
  });

  it.each([
    [3.2, "ok", /^within 5 s of a server$/],
    [30, "warn", /^This clock is 30 s behind the clock of a server\.$/],
    [-30, "warn", /^This clock is 30 s ahead of the clock of a server\.$/],
    [-3600, "fail", /^This clock is 3600 s ahead of/],
  ])("judges a clock that differs by %d s", (offset, status, found) => {
    expect(judgeClock("a server", offset)).toMatchObject({ status, found: expect.stringMatching(found) });
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

  const runChecks = async (databaseUrl = embedded.databaseUrl) =>
    checkDatabase(await findDatabase(databaseUrl, { isProduction: true, dataFolder }));
  const run = async (sql: string) => {
    const client = new pg.Client({ connectionString: embedded.databaseUrl });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };

  it("fails without migrations", async () => {
    const checks = await runChecks();
    expect(checks.map(({ name, status }) => [name, status])).toEqual([
      ["Database", "ok"],
      ["Migrations", "fail"],
      ["Trigger on User", "fail"],
      ["Clock of the database", "ok"],
    ]);
    expect(findCheck(checks, "Migrations")!.todo).toContain("npm run db:migrate");
  });

  describe("once it is migrated", () => {
    beforeAll(async () => {
      expect(await runScript("migrate", [], { DATABASE_URL: embedded.databaseUrl })).toMatchObject({ code: 0 });
    }, 60_000);

    it("passes", async () => {
      expect(findFaults(await runChecks())).toEqual([]);
    });

    it("fails while the trigger is disabled, and the statement that it prints fixes it (G12)", async () => {
      await run('ALTER TABLE "User" DISABLE TRIGGER "User_uniqueIdentifier_is_permanent"');
      const line = findCheck(await runChecks(), "Trigger on User");
      expect(line).toMatchObject({ status: "fail", found: expect.stringContaining("is disabled") });
      await run(line!.todo!.split(";")[0]!);
      expect(findFaults(await runChecks())).toEqual([]);
    });

    it("fails with a trigger that refuses nothing, and without one (G12)", async () => {
      const migration = readFileSync("prisma/migrations/20261122090000_portal/migration.sql", "utf8");
      const [definition] = /CREATE FUNCTION "refuseUnique[\s\S]*?"refuseUniqueIdentifierChange"\(\);/.exec(migration)!;
      const nothing = "RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$";
      await run(`CREATE OR REPLACE FUNCTION "refuseUniqueIdentifierChange"() ${nothing}`);
      expect(findCheck(await runChecks(), "Trigger on User")).toMatchObject({
        status: "fail",
        found: expect.stringMatching(/no longer refuses/),
      });
      await run('DROP FUNCTION "refuseUniqueIdentifierChange" CASCADE');
      expect(findCheck(await runChecks(), "Trigger on User")).toMatchObject({
        status: "fail",
        found: expect.stringMatching(/is missing/),
      });
      await run(definition);
      expect(findFaults(await runChecks())).toEqual([]);
    });

    it("names the next step if it does not respond, and hides the password", async () => {
      const silent = net.createServer((socket) => socket.on("error", () => {})).listen(0, "127.0.0.1");
      await once(silent, "listening");
      for (const port of [1, (silent.address() as net.AddressInfo).port]) {
        const checks = await runChecks(`postgresql://portal:hunter2@127.0.0.1:${port}/portal`);
        expect(checks.map(({ status }) => status)).toEqual(["fail", "skip", "skip", "skip"]);
        expect(checks[0]!.todo).toBeTruthy();
        expect(JSON.stringify(checks)).not.toContain("hunter2");
      }
      silent.close();
    });

    it("is the running embedded one in development, and none is created", async () => {
      const development = { isProduction: false, dataFolder };
      expect(await findDatabase(undefined, development)).toMatchObject({ databaseUrl: embedded.databaseUrl });
      const none = await findDatabase(undefined, { ...development, dataFolder: path.join(temporary, "none") });
      expect(none).toMatchObject({ status: "skip", todo: "npm run dev creates it." });
      const missing = await findDatabase(undefined, { isProduction: true, dataFolder });
      expect(missing).toMatchObject({ status: "skip", todo: "Set DATABASE_URL first." });
    });

    const secrets = { NEXTAUTH_SECRET: `${randomUUID()}aA1`, GLASSIX_API_SECRET: `${randomUUID()}-bB2` };

    it("makes the command print only JSON and exit with 0 if nothing fails", async () => {
      const { NEXTAUTH_SECRET } = secrets;
      const { code, output } = await runScript("doctor", ["--json"], {
        NEXTAUTH_SECRET,
        DATABASE_URL: embedded.databaseUrl,
      });
      const report = JSON.parse(output);
      expect(report.checks.filter(({ status }: Check) => status === "fail")).toEqual([]);
      expect([code, report.ok]).toEqual([0, true]);
      expect(findCheck(report.checks, "Trigger on User")).toMatchObject({ status: "ok" });
      expect(findCheck(report.checks, "Identity token")).toMatchObject({ status: "ok" });
      expect(output).not.toContain(NEXTAUTH_SECRET);
    });

    it("makes the command exit with 1 if a check fails, with advice and without secrets", async () => {
      const { code, output } = await runScript("doctor", ["--production"], {
        ...secrets,
        GLASSIX_API_KEY: secrets.GLASSIX_API_SECRET,
        GLASSIX_SNIPPET_ID: "dr0123456789abcdef01",
        DATABASE_URL: embedded.databaseUrl.replace("postgres@", "postgres:hunter2-hunter2@"),
      });
      expect(code).toBe(1);
      expect(output).toContain("✗ FAIL  GLASSIX_API_KEY");
      expect(output).toContain("→ Example: GLASSIX_API_KEY=");
      expect(output).toMatch(/^\d+ failed, \d+ warnings, \d+ ok, \d+ skipped\.$/m);
      for (const secret of [...Object.values(secrets), "hunter2-hunter2"]) expect(output).not.toContain(secret);
    });

    it("lets the command print its help, and refuse an unknown option", async () => {
      const help = { code: 0, output: expect.stringContaining("--production") };
      expect(await runScript("doctor", ["--help"], {})).toMatchObject(help);
      expect(await runScript("doctor", ["--prod"], {})).toMatchObject({ code: 2, output: "" });
    });

    it("is opened when no process has it open, and closed again", async () => {
      await embedded.stop();
      isStopped = true;
      const database = await findDatabase(undefined, { isProduction: false, dataFolder });
      expect((await checkDatabase(database)).map(({ status }) => status)).toEqual(["ok", "ok", "ok", "ok"]);
      if ("stop" in database) await database.stop();
      expect(await findRunningDatabase(dataFolder)).toBeNull();
    });
  });
});

/** Asynchronous, because this process serves the database. Empty variables override those of a developer's `.env.local`. */
async function runScript(name: string, args: string[], settings: Source) {
  const empty = Object.fromEntries(VARIABLES.map(({ name }) => [name, ""]));
  const child = spawn(process.execPath, ["-C", "react-server", "scripts/run.mjs", name, ...args], {
    env: { ...process.env, ...empty, ...settings } as NodeJS.ProcessEnv,
    stdio: ["ignore", "pipe", "ignore"],
  });
  let output = "";
  child.stdout.on("data", (chunk) => (output += chunk));
  const [code] = (await once(child, "close")) as [number];
  return { code, output };
}
