/** What an identity takes with 1,000 customers, and with 1,000,000: two servers, two databases, otherwise the same. */
import { insertCustomers, makeSessionCookie } from "./customers";
import { describeCores, leaveCoreToServers, startDatabase, startPortal } from "./processes";
import { compare, formatResults, race, type Runner } from "./race";
import { heading, judge, line } from "./report";

const FEW = 1_000;
const MANY = 1_000_000;
/** So many of them ask, spread over all. */
const ASKING = 1_000;

export async function measureGrowth(): Promise<void> {
  leaveCoreToServers();
  const runners: Runner[] = [];
  let description = "";
  for (const [index, count] of [FEW, MANY].entries()) {
    const database = await startDatabase(`growth-${count}`);
    await insertCustomers(database.databaseUrl, count);
    description = database.description;
    const cookies = await Promise.all(
      Array.from({ length: ASKING }, (_, asking) => makeSessionCookie(1 + asking * (count / ASKING))),
    );
    runners.push({
      name: `with ${count} customers`,
      servers: [await startPortal(database, `http://localhost:${3221 + index}`)],
      requests: cookies.map((cookie) => ({ method: "POST", path: "/api/glassix-identity", headers: { cookie } })),
    });
  }
  // One after the other: the time of one is what is asked for, not what many make of a core.
  const results = await race(runners, { connections: 1 });

  heading(`Mint time as the tables grow (${description}, one request at a time; ${describeCores()})`);
  formatResults(results).forEach(line);
  const [few, many] = runners.map(({ name }) => name) as [string, string];
  judge("mint time, many customers to few", compare(results, few, many, "perSecond"), { atMost: 1.1 });
}
