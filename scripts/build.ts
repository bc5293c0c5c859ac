/**
 * `npm run build`: the Prisma client, then Next, then a look for secrets in what browsers will load. Needs no environment:
 * one build serves many. With `-- --standalone`, `.next/standalone` is then all that a server needs.
 */
import { createHmac } from "node:crypto";
import { checkBundles, checkPublicVariables, listSecrets } from "./doctor/environment";
import { ensurePrismaClient, loadEnvironment, run } from "./set-up";

Object.assign(process.env, { NODE_ENV: "production" });
loadEnvironment();
refuse(checkPublicVariables(process.env));
ensurePrismaClient();
nameFormsForGood();
const standalone = process.argv.includes("--standalone") ? await import("./standalone") : null;
if (standalone) process.env.BUILD_OUTPUT = "standalone";
standalone?.clearStandalone();
await run(process.execPath, ["node_modules/next/dist/bin/next", "build"]);
// A password's hash is no secret of the environment: this is how each of them begins.
const secrets = [...listSecrets(process.env), { name: "a password's hash", value: "$argon2id$" }];
refuse([{ name: "The build", ...(await checkBundles(process.cwd(), secrets)) }]);
await standalone?.completeStandalone();

/**
 * Next names a form's action after a key that it makes up for each build: a form that was open during a
 * deployment could not be sent any more, and what was typed would be lost. With the same key it can.
 */
function nameFormsForGood(): void {
  const { NEXT_SERVER_ACTIONS_ENCRYPTION_KEY, NEXTAUTH_SECRET } = process.env;
  if (NEXT_SERVER_ACTIONS_ENCRYPTION_KEY) return;
  if (NEXTAUTH_SECRET) {
    const key = createHmac("sha256", NEXTAUTH_SECRET).update("server actions").digest("base64");
    process.env.NEXT_SERVER_ACTIONS_ENCRYPTION_KEY = key;
  } else {
    console.warn(
      "Forms that are open while this build replaces another cannot be sent: give each build the same NEXT_SERVER_ACTIONS_ENCRYPTION_KEY. " +
        "Make one with: openssl rand -base64 32",
    );
  }
}

/** Ends the build when a secret would reach a browser. */
function refuse(checks: ReturnType<typeof checkPublicVariables>): void {
  const failed = checks.filter(({ status }) => status === "fail");
  for (const { name, found, todo } of failed) console.error(`${name}: ${found}. ${todo}`);
  if (failed.length > 0) process.exit(1);
}
