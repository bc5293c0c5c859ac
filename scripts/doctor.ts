import { parseArgs } from "node:util";
import { check, checkMailServer, checkScript, checkToken, type Check } from "./doctor/checks";
import { checkDatabase, findDatabase } from "./doctor/database";
import { checkBundles, checkVariables, listSecrets, readDepartment } from "./doctor/environment";
import { DATA_FOLDER, loadEnvironment } from "./set-up";

const HELP = `npm run doctor -- [options]

Checks the variables, the build, a token, the database, the clock, the CDNs and the mail
server. Changes nothing. Exit code: 1 if something fails, 2 for an unknown option, otherwise 0.

  --production  check as for npm start, not for npm run dev (also with NODE_ENV=production)
  --json        print { ok, checks: [{ name, status, found, todo }] } and nothing else
                (npm itself prints two lines: npm run --silent doctor -- --json)
  --help        print this text`;

const LABELS = { ok: "✓ ok  ", warn: "! warn", fail: "✗ FAIL", skip: "– skip" };

const options = readOptions();
if (options.help) {
  console.log(HELP);
  process.exit();
}
if (options.production) Object.assign(process.env, { NODE_ENV: "production" });
const inShell = new Set(Object.keys(process.env).filter((name) => process.env[name]));
// The loader lists a variable under its file even where the shell has another value, which wins.
const files = loadEnvironment().map((file) => ({
  ...file,
  env: Object.fromEntries(Object.entries(file.env).filter(([name]) => !inShell.has(name))),
}));
const source = process.env;
const isProduction = source.NODE_ENV === "production";
const env = readDepartment(source);
const smtpUrls = [source.SMTP_URL?.trim() ?? ""].filter((url) => /^smtps?:/.test(url) && URL.canParse(url));
const scriptUrls = env?.glassix.scriptUrls.filter((url) => URL.canParse(url)) ?? [];

// First, because opening the embedded database blocks this process for longer than the other checks' time limits.
const database = await findDatabase(source.DATABASE_URL?.trim(), { isProduction, dataFolder: DATA_FOLDER });
const [bundles, token, data, mailServers, ...scripts] = await Promise.all([
  check("Secrets in the build", () => checkBundles(process.cwd(), listSecrets(source))),
  checkToken(env),
  checkDatabase(database),
  Promise.all(smtpUrls.map(checkMailServer)),
  ...scriptUrls.map(checkScript),
]);
if ("stop" in database) await database.stop();

const sections: Record<string, Check[]> = {
  Environment: [...checkVariables(source, files), bundles],
  Identity: [token, ...scripts],
  Database: data,
  ...(mailServers.length > 0 && { Email: mailServers }),
};
const checks = Object.values(sections).flat();
const isWell = checks.every(({ status }) => status !== "fail");
const report = options.json ? JSON.stringify({ ok: isWell, checks }, null, 2) : formatReport();
process.stdout.write(`${report}\n`, () => process.exit(isWell ? 0 : 1));

function formatReport(): string {
  const nameWidth = Math.max(...checks.map(({ name }) => name.length));
  const indent = nameWidth + 12;
  const textWidth = Math.max(40, (process.stdout.columns || 120) - indent);
  const fold = (text: string) =>
    text.match(new RegExp(`\\S.{0,${textWidth - 1}}(?= |$)|\\S+`, "g"))!.join(`\n${" ".repeat(indent)}`);
  const format = ({ name, status, found, todo }: Check) =>
    `  ${LABELS[status]}  ${name.padEnd(nameWidth)}  ${fold(found)}${todo ? `\n${" ".repeat(indent)}${fold(`→ ${todo}`)}` : ""}`;
  const count = (wanted: Check["status"]) => checks.filter(({ status }) => status === wanted).length;
  return [
    `Checked as for npm ${isProduction ? "start" : "run dev. For npm start: npm run doctor -- --production"}`,
    ...Object.entries(sections).map(([title, checks]) => `\n${title}\n${checks.map(format).join("\n")}`),
    `\n${count("fail")} failed, ${count("warn")} warnings, ${count("ok")} ok, ${count("skip")} skipped.`,
  ].join("\n");
}

function readOptions() {
  const boolean = { type: "boolean" } as const;
  try {
    return parseArgs({ options: { production: boolean, json: boolean, help: boolean } }).values;
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`);
    process.exit(2);
  }
}
