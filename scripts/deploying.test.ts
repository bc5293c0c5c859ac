import { existsSync, readFileSync } from "node:fs";
import { validate } from "dockerfile-utils";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { readEnv } from "@/lib/env";

const dockerfile = readFileSync("Dockerfile", "utf8");
const stages = dockerfile.split(/^(?=FROM )/m).slice(1);
const last = stages.at(-1)!;

describe("the Dockerfile", () => {
  it("has no mistake that its linter knows", () => {
    expect(validate(dockerfile)).toEqual([]);
    expect(validate(dockerfile.replace("WORKDIR /app", "WORKDIR app\nMAINTAINER nobody")).length).toBeGreaterThan(0);
  });

  it("starts from one image, with its version", () => {
    const images = stages.map((stage) => /^FROM (\S+) AS (\S+)\n/.exec(stage)!).map(([, image]) => image);
    expect(images).toEqual([expect.stringMatching(/^node:\d+\.\d+\.\d+-\w+-slim$/), "base", "base"]);
  });

  it("copies what there is", () => {
    const copies = [...dockerfile.matchAll(/^COPY (?!--from)(.+)$/gm)].flatMap(([, list]) =>
      list!.split(" ").slice(0, -1),
    );
    expect(copies.length).toBeGreaterThan(0);
    for (const source of copies) expect(existsSync(source), source).toBe(true);
  });

  it("takes no secret as an argument or a variable, which would stay in the image", () => {
    expect(dockerfile).not.toMatch(/^ARG /m);
    for (const [, list] of dockerfile.matchAll(/^ENV (.+)$/gm))
      expect(list).not.toMatch(/SECRET|KEY|PASSWORD|DATABASE/);
    const ignored = readFileSync(".dockerignore", "utf8").split("\n");
    for (const name of [".env*", ".data", ".git", "node_modules"]) expect(ignored).toContain(name);
  });

  it("ends in an image that is nobody's, holds the finished build alone, and says whether it is well", () => {
    expect(last).toMatch(/^USER node$/m);
    expect([...last.matchAll(/^COPY .+$/gm)].map(([copy]) => copy)).toEqual([
      "COPY --from=build /app/.next/standalone ./",
    ]);
    expect(last).toMatch(/^HEALTHCHECK [^]*\/api\/health/m);
    expect(last).not.toMatch(/^RUN /m);
    expect(last.trimEnd().split("\n").at(-1)).toBe('CMD ["node", "server.js"]');
  });
});

describe("compose.yaml", () => {
  const { services, volumes } = parse(readFileSync("compose.yaml", "utf8"), { merge: true });
  const { portal, migrate, postgres } = services;

  it("starts Postgres, then migrates, and only when that has succeeded serves", () => {
    expect(postgres.healthcheck.test).toContain("pg_isready");
    expect(migrate.depends_on).toEqual({ postgres: { condition: "service_healthy" } });
    expect(migrate.restart).toBe("no");
    expect(portal.depends_on.migrate).toEqual({ condition: "service_completed_successfully" });
  });

  it.each(["portal", "migrate"])("runs %s from the same image, with nothing to write to and no rights", (name) => {
    const { build, image, read_only, tmpfs, cap_drop, security_opt } = services[name];
    expect({ build, image, read_only, tmpfs, cap_drop, security_opt }).toEqual({
      build: ".",
      image: "portal",
      read_only: true,
      tmpfs: ["/tmp"],
      cap_drop: ["ALL"],
      security_opt: ["no-new-privileges:true"],
    });
    expect(services[name].user).toBeUndefined();
  });

  it("keeps the database in a volume, and its port to itself", () => {
    expect(Object.keys(volumes)).toContain(postgres.volumes[0].split(":")[0]);
    expect(postgres.image).toMatch(/^postgres:\d+\.\d+/);
    expect(postgres.ports).toBeUndefined();
    expect(portal.ports).toEqual(["127.0.0.1:3000:3000"]);
  });

  it("has no password in it", () => {
    expect(postgres.environment.POSTGRES_PASSWORD).toMatch(/^\$\{POSTGRES_PASSWORD:\?/);
    expect(portal.environment.DATABASE_URL).toContain("${POSTGRES_PASSWORD}");
  });
});

describe("the deploy buttons in README", () => {
  const readme = readFileSync("README.md", "utf8");
  const addresses = [...readme.matchAll(/\((https:\/\/vercel\.com\/new\/clone\?[^)]+)\)/g)].map(
    ([, url]) => new URL(url!),
  );
  const database = { DATABASE_URL: "postgresql://portal:password@db.example.com:5432/portal" };

  it.each(addresses.map((url) => [url.searchParams.get("env")!, url] as const))(
    "ask for all that a server needs: %s",
    (names, { searchParams }) => {
      const defaults = JSON.parse(searchParams.get("envDefaults") ?? "{}");
      const examples: Record<string, string> = { GLASSIX_API_KEY: "1c2d3e4f-0a0b-4111-8222-333344445555" };
      const filled = names
        .split(",")
        .map((name) => [name, defaults[name] ?? examples[name] ?? `a-long-enough-value-for-${name}`]);
      const environment = { NODE_ENV: "production", VERCEL: "1", ...database, ...Object.fromEntries(filled) };
      expect(readEnv(environment).isSandboxOn).toBe(defaults.GLASSIX_SANDBOX === "true");
      for (const name of names.split(",")) {
        expect(() => readEnv({ ...environment, [name]: "" })).toThrow(name);
        expect(searchParams.get("envDescription")).toMatch(/NEXTAUTH_SECRET/);
      }
      expect(JSON.parse(searchParams.get("stores")!)).toEqual([
        { type: "integration", integrationSlug: "neon", productSlug: "neon", protocol: "storage" },
      ]);
    },
  );

  it("are a demo and a department", () => expect(addresses).toHaveLength(2));

  it("lead to a build that migrates after it has built", () => {
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8"));
    expect(scripts["vercel-build"]).toMatch(/^npm run build && .* vercel-migrate$/);
  });
});
