/** Compares the time to mint with 1,000 and with 1,000,000 customers, on two equal servers with a database each. */
import { insertCustomers, makeSessionCookie } from "./customers";
import { describeCores, reserveServerCore, startDatabase, startPortal } from "./processes";
import { compare, formatResults, measureInTurns, type Candidate } from "./measure-in-turns";
import { printHeading, checkTarget, printLine } from "./report";

const FEW = 1_000;
const MANY = 1_000_000;
/** How many of the customers send requests, evenly spread. */
const ACTIVE = 1_000;

export async function measureGrowth(): Promise<void> {
  reserveServerCore();
  const candidates: Candidate[] = [];
  let description = "";
  for (const [index, count] of [FEW, MANY].entries()) {
    const database = await startDatabase(`growth-${count}`);
    await insertCustomers(database.databaseUrl, count);
    description = database.description;
    const cookies = await Promise.all(
      Array.from({ length: ACTIVE }, (_, index) => makeSessionCookie(1 + index * (count / ACTIVE))),
    );
    candidates.push({
      name: `with ${count} customers`,
      servers: [await startPortal(database, `http://localhost:${3221 + index}`)],
      requests: cookies.map((cookie) => ({ method: "POST", path: "/api/glassix-identity", headers: { cookie } })),
    });
  }
  // One connection, because this measures the latency of one request, not throughput.
  const results = await measureInTurns(candidates, { connections: 1 });

  printHeading(`Mint time as the tables grow (${description}, one request at a time; ${describeCores()})`);
  formatResults(results).forEach(printLine);
  const [few, many] = candidates.map(({ name }) => name) as [string, string];
  checkTarget("mint time, many customers to few", compare(results, few, many, "perSecond"), { atMost: 1.1 });
}
