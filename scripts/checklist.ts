import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { parseArgs } from "node:util";
import { ensureBrowser } from "./find-browser";
import { findCommand } from "./find-command";

const HELP = `npm run checklist -- [options]

Drives a browser through the six points of the testing checklist in Glassix's guide against a running deployment of
this portal, with the sandbox or with a Glassix department, and writes a report. A last point, which is not in the
guide, checks the accessibility of the page with the chat open.

  --url ADDRESS     the portal. Default: http://localhost:3000
  --first EMAIL     a customer. Default: john.wick@example.com
  --second EMAIL    another customer. Default: jane.doe@example.com
  --report FOLDER   where report.html and report.json go. Default: .data/checklist
  --headed          shows the browser
  --help            prints this text

  CHECKLIST_PASSWORD           the first customer's password. Default: the demo customers'
  CHECKLIST_SECOND_PASSWORD    the second customer's. Default: the same as the first's

It signs in about ten times. In the sandbox it leaves one message in the first customer's chat; in a Glassix
department it writes nothing.

Exit code 0: no point failed; check what was "not seen" by hand. 1: a point failed. 2: the checklist could not run.`;

process.exit(main());

function main(): number {
  const { url, first, second, report = ".data/checklist", headed, help } = readOptions();
  if (help) {
    console.log(HELP);
    return 0;
  }
  ensureBrowser();
  const summary = `${report}/report.json`;
  rmSync(summary, { force: true });
  const options = { CHECKLIST_URL: url, CHECKLIST_FIRST: first, CHECKLIST_SECOND: second, CHECKLIST_REPORT: report };
  const playwright = [findCommand("playwright", "@playwright/test"), "test", "--config", "e2e/checklist"];
  const { status } = spawnSync(process.execPath, [...playwright, ...(headed ? ["--headed"] : [])], {
    stdio: "inherit",
    env: { ...process.env, ...options },
  });
  const hasRun = existsSync(summary) && JSON.parse(readFileSync(summary, "utf8")).problem === null;
  return hasRun ? (status ?? 2) : 2;
}

function readOptions() {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  try {
    const { values } = parseArgs({
      options: { url: text, first: text, second: text, report: text, headed: flag, help: flag },
    });
    const { url = "http://localhost:3000", first, second } = values;
    if (!URL.canParse(url)) throw new Error(`--url is "${url}", which is not a web address.`);
    if ((first || second) && !process.env.CHECKLIST_PASSWORD)
      throw new Error("CHECKLIST_PASSWORD is not set. Customers other than the demo customers need it.");
    return { ...values, url: new URL(url).origin };
  } catch (error) {
    console.error(`${(error as Error).message} Use --help to list the options.`);
    process.exit(2);
  }
}
