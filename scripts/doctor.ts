/** `npm run doctor`: looks at an environment before customers do, and says of each thing what is wrong with it. */
import { parseArgs } from "node:util";
import { examine } from "./doctor/examine";
import { formatJson, formatReport, isWell } from "./doctor/report";
import { DATA_FOLDER, loadEnvironment } from "./set-up";

const HELP = `npm run doctor -- [options]

Looks at the variables, the build, a token of its own, the database, the clock and the
network, and says what to do about what is wrong. Changes nothing. Ends with 1 when
something fails, with 0 otherwise, also when there are warnings; with 2 for an option
that it does not know.

  --production       judge it as npm start would, not as npm run dev would
                     (also when NODE_ENV=production)
  --date-url=<url>   compare the clock with the Date header of this address
  --json             print { ok, checks: [{ name, status, found, todo }] } and nothing else
                     (npm itself prints two lines: npm run --silent doctor -- --json)
  --help             this text`;

const options = readOptions();
if (options.production) Object.assign(process.env, { NODE_ENV: "production" });
const files = loadEnvironment();

const sections = await examine({
  source: { ...process.env },
  files,
  root: process.cwd(),
  dataFolder: DATA_FOLDER,
  nodeVersion: process.versions.node,
  dateUrl: options["date-url"],
});
const report = options.json
  ? formatJson(sections)
  : formatReport(sections, {
      isProduction: process.env.NODE_ENV === "production",
      hasColour: process.stdout.isTTY && !process.env.NO_COLOR,
      columns: process.stdout.columns || 120,
    });
// What has not answered in time may still keep this process alive.
process.stdout.write(`${report}\n`, () => process.exit(isWell(sections) ? 0 : 1));

function readOptions() {
  try {
    const { values } = parseArgs({
      args: process.argv.slice(2),
      options: {
        production: { type: "boolean" },
        json: { type: "boolean" },
        help: { type: "boolean" },
        "date-url": { type: "string" },
      },
    });
    const dateUrl = values["date-url"];
    if (dateUrl !== undefined && !(URL.canParse(dateUrl) && /^https?:/i.test(dateUrl)))
      throw new Error(`--date-url is "${dateUrl}", which is no address. Example: --date-url=https://www.example.com`);
    if (values.help) {
      console.log(HELP);
      process.exit(0);
    }
    return values;
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`);
    process.exit(2);
  }
}
