/**
 * `npm run checklist -- --url https://…`: the testing checklist of Glassix's guide, step 5, as a program. It
 * drives a browser through a deployment of this portal, says of each of the six points whether it holds,
 * and writes a report. What does not show from outside is not passed but said.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "@playwright/test";
import { drive, type Customer } from "./checklist-drive";
import { judgePoints } from "./checklist-points";
import { countVerdicts, exitCodeOf, formatOutcome, toHtml, toJson, type Outcome } from "./checklist-report";
import { browserLaunchOptions, ensureBrowser } from "./find-browser";

const HELP = `npm run checklist -- [options]

Drives a browser through the six points of the testing checklist in Glassix's guide, against a running
deployment of this portal, with the sandbox or with a Glassix department, and writes a report. It takes
less than 90 seconds.

  --url ADDRESS     the portal. Default: http://localhost:3000
  --first EMAIL     a customer. Default: john.wick@example.com
  --second EMAIL    another customer. Default: jane.doe@example.com
  --report FOLDER   where report.html and report.json go. Default: .data/checklist
  --headed          shows the browser
  --help            shows this

  CHECKLIST_PASSWORD           the first customer's password. Default: the demo customers'
  CHECKLIST_SECOND_PASSWORD    the second customer's. Default: the same as the first's

It signs in three times and out once. In the sandbox it leaves one message in the first customer's chat;
in a Glassix department it writes nothing.

Exit code 0: no point failed; "not seen" has to be looked at by hand. 1: a point failed. 2: the checklist
could not be carried out to its end.`;

const OPTIONS = {
  url: { type: "string" },
  first: { type: "string" },
  second: { type: "string" },
  report: { type: "string" },
  headed: { type: "boolean" },
  help: { type: "boolean" },
} as const;

const DEMO_PASSWORD = "Portal-demo-1";
const DEMO_CUSTOMERS = { first: "john.wick@example.com", second: "jane.doe@example.com" };

/** The command line or the environment asks for what cannot be. */
class UsageError extends Error {}

try {
  process.exitCode = await main();
} catch (error) {
  // A missing browser says all there is to say; so does a wrong option.
  console.error((error as Error).message.split("\n")[0]);
  process.exitCode = 2;
}

async function main(): Promise<number> {
  const options = readOptions();
  if (options === "help") {
    console.log(HELP);
    return 0;
  }
  const { address, customers, reportFolder, isHeaded } = options;
  ensureBrowser();
  const startedAt = new Date();
  const browser = await chromium.launch({ ...browserLaunchOptions(), headless: !isHeaded });
  const { facts, screenshots, problem } = await drive({ browser, address, customers }).finally(() => browser.close());
  const outcome: Outcome = {
    address,
    widget: facts?.widget ?? null,
    startedAt,
    duration: (Date.now() - startedAt.getTime()) / 1000,
    customers: customers.map(({ email }) => email),
    points: judgePoints(facts),
    problem,
  };
  const report = path.join(reportFolder, "report.html");
  mkdirSync(reportFolder, { recursive: true });
  writeFileSync(report, toHtml(outcome, screenshots));
  writeFileSync(path.join(reportFolder, "report.json"), toJson(outcome));
  console.log(`${formatOutcome(outcome)}\n\n${countVerdicts(outcome.points)}. Report: ${report}`);
  return exitCodeOf(outcome);
}

function readOptions() {
  const { values, positionals, tokens } = parseArgs({
    // Not strict: its own messages do not say which options there are.
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: OPTIONS,
  });
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const option = OPTIONS[token.name as keyof typeof OPTIONS];
    if (!option) throw new UsageError(`There is no option ${token.rawName}. --help shows those that there are.`);
    if (option.type === "string" && !token.value)
      throw new UsageError(`${token.rawName} needs a value. --help shows which.`);
    if (option.type === "boolean" && token.value !== undefined)
      throw new UsageError(`${token.rawName} takes no value. Leave out "${token.value}".`);
  }
  // Not repeated: somebody may have put a password here.
  if (positionals.length > 0) throw new UsageError("There is a word without an option before it. --help shows them.");
  const { url, first, second, report, headed, help } = values as Partial<Record<keyof typeof OPTIONS, string>>;
  if (help) return "help";
  return {
    address: readAddress(url ?? "http://localhost:3000"),
    customers: readCustomers(first ?? DEMO_CUSTOMERS.first, second ?? DEMO_CUSTOMERS.second),
    reportFolder: report ?? ".data/checklist",
    isHeaded: Boolean(headed),
  };
}

function readAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new UsageError(`--url is "${text}", which is no web address. Example: --url https://portal.example.com`);
  if (url.username || url.password) throw new UsageError("--url holds a user name or a password. Leave them out.");
  return url.origin;
}

function readCustomers(first: string, second: string): [Customer, Customer] {
  if (first.toLowerCase() === second.toLowerCase())
    throw new UsageError(`--first and --second are both ${first}. The checklist needs two customers.`);
  const password = process.env.CHECKLIST_PASSWORD;
  const demo = Object.values(DEMO_CUSTOMERS);
  const stranger = [first, second].find((email) => !demo.includes(email.toLowerCase()));
  if (stranger && !password)
    throw new UsageError(`CHECKLIST_PASSWORD is not set. It is needed for ${stranger}, who is no demo customer.`);
  return [
    { email: first, password: password || DEMO_PASSWORD },
    { email: second, password: process.env.CHECKLIST_SECOND_PASSWORD || password || DEMO_PASSWORD },
  ];
}
