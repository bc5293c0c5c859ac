import { checkBundles, checkPublicVariables, listSecrets } from "./doctor/environment";
import { findCommand } from "./find-command";
import { ensurePrismaClient, loadEnvironment, run } from "./set-up";

Object.assign(process.env, { NODE_ENV: "production" });
loadEnvironment();
refuse(checkPublicVariables(process.env));
ensurePrismaClient();
await run(process.execPath, [findCommand("next"), "build"]);
const secrets = [...listSecrets(process.env), { name: "a password hash", value: "$argon2id$" }];
refuse([{ name: "The build", ...(await checkBundles(process.cwd(), secrets)) }]);

function refuse(checks: ReturnType<typeof checkPublicVariables>): void {
  const failed = checks.filter(({ status }) => status === "fail");
  for (const { name, found, todo } of failed) console.error(`${name}: ${found}. ${todo}`);
  if (failed.length > 0) process.exit(1);
}
