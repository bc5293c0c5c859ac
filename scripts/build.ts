/** `npm run build`: the Prisma client, then Next, then a look for secrets in what browsers will load. Needs no environment: one build serves many. */
import { checkBundles } from "./doctor/bundle";
import { listSecrets } from "./doctor/secrets";
import { checkPublicVariables } from "./doctor/variables";
import { ensurePrismaClient, loadEnvironment, run } from "./set-up";

Object.assign(process.env, { NODE_ENV: "production" });
loadEnvironment();
refuse(checkPublicVariables(process.env));
ensurePrismaClient();
await run(process.execPath, ["node_modules/next/dist/bin/next", "build"]);
// A password's hash is no secret of the environment: this is how each of them begins.
const secrets = [...listSecrets(process.env), { name: "a password's hash", value: "scrypt$17$" }];
refuse([{ name: "The build", ...(await checkBundles(process.cwd(), secrets)) }]);

/** Ends the build when a secret would reach a browser. */
function refuse(checks: ReturnType<typeof checkPublicVariables>): void {
  const failed = checks.filter(({ status }) => status === "fail");
  for (const { name, found, todo } of failed) console.error(`${name}: ${found}. ${todo}`);
  if (failed.length > 0) process.exit(1);
}
