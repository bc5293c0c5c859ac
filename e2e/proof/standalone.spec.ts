import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { performance } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";
import { Dockerfile, removeImages, runImage, type Image } from "./container";
import { openChat, sendMessage } from "../chat";
import { expect, JOHN, signInByForm, signInByRequest, test } from "../fixtures";
import { runScript, serveDatabase } from "./isolated-portal";

const ADDRESS = "http://localhost:3228";
const SECRETS = { NEXTAUTH_SECRET: "the secret of a portal in a container", GLASSIX_SANDBOX: "true" };

test.use({ baseURL: ADDRESS });

test("the Docker image migrates and serves without development packages, as an unprivileged user, on a read-only file system", async ({
  page,
  request,
}) => {
  test.skip(process.platform === "win32", "The steps of the Dockerfile need Linux.");
  // It includes a full build.
  test.setTimeout(1_800_000);
  const folder = mkdtempSync(path.join(tmpdir(), "portal-container-"));
  chmodSync(folder, 0o755);
  const database = await serveDatabase(path.join(folder, "database"));
  try {
    const dockerfile = new Dockerfile(path.join(folder, "images"));
    const buildStartedAt = performance.now();
    const image = await dockerfile.build("portal");
    console.log(`The image's files: ${seconds(performance.now() - buildStartedAt)}`);
    expect(image.user).toBe("node");
    expect(findDevelopmentPackages(image)).toEqual([]);
    expect(findEngines(image.folder)).toEqual([]);

    const build = await dockerfile.build("build");
    const migrate = async () => {
      const command = runImage(build, { DATABASE_URL: database.url });
      expect(await command.exitCode(), command.output()).toBe(0);
      return command.output();
    };
    expect(await migrate()).toMatch(/^Applied to 127\.0\.0\.1\S*: 2026/m);
    expect(await migrate()).toContain("is up to date.");
    const seed = runScript("seed", { DATABASE_URL: database.url, ...SECRETS });
    expect(await seed.exitCode(), seed.output()).toBe(0);

    const refused = runImage(image, { DATABASE_URL: database.url });
    expect(await refused.exitCode()).toBe(1);
    expect(refused.output()).toContain("NEXTAUTH_SECRET is not set.");

    const settings = { DATABASE_URL: database.url, NEXTAUTH_URL: ADDRESS, PORT: "3228", ...SECRETS };
    const portal = runImage(image, settings);
    try {
      await portal.waitUntilReady();
      const check = runImage(image, { PORT: "3228" }, image.healthcheck);
      expect(await check.exitCode(), check.output()).toBe(0);
      await signInByForm(page, JOHN.email);
      await sendMessage(await openChat(page), "Hello from a container");
      await signInByRequest(request, JOHN.email);
      expect((await (await request.post("/api/glassix-identity")).json()).uniqueIdentifier).toBe(JOHN.uniqueIdentifier);
    } finally {
      await page.close();
      expect(await portal.stop()).toBe(143);
    }
    expect(portal.output()).not.toMatch(/EROFS|EACCES|EPERM|⚠|Error:/);
    expect(portal.output()).not.toContain("at ");

    const started = performance.now();
    const again = runImage(image, settings);
    try {
      while (
        !(await fetch(`${ADDRESS}/api/health`).then(
          ({ ok }) => ok,
          () => false,
        ))
      )
        await setTimeout(10);
      const healthy = performance.now() - started;
      // The earlier session survives the restart.
      expect((await request.post("/api/glassix-identity")).status()).toBe(200);
      console.log(
        `Cold start: ${seconds(healthy)} to the first 200 of /api/health, ${seconds(performance.now() - started)} to the first identity`,
      );
    } finally {
      await again.stop();
    }
  } finally {
    await database.process.stop();
    removeImages(folder);
  }
});

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(2)} s`;

/** The development packages of package.json that an image contains. */
function findDevelopmentPackages({ folder, workdir }: Image): string[] {
  const { devDependencies } = JSON.parse(readFileSync("package.json", "utf8")) as {
    devDependencies: Record<string, string>;
  };
  return Object.keys(devDependencies).filter((name) => existsSync(path.join(folder, workdir, "node_modules", name)));
}

/** Prisma's native engines, which its CLI downloads. */
function findEngines(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
    /(schema-engine|query_engine|query-engine)-[^/]*(linux|debian|darwin|windows|musl)[^/]*$/.test(file),
  );
}
