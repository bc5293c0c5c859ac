/** Three instances beside one, with one database. Where there are too few cores for that, what a request costs each. */
import { insertCustomers, makeSessionCookie } from "./customers";
import { CORES, leaveCoreToServers, startDatabase, startPortal } from "./processes";
import { compare, formatResults, race } from "./race";
import { heading, judge, line } from "./report";

const CUSTOMERS = 10_000;
/** One for each instance, one for the database, one for the load. */
const hasRoom = CORES >= 5;

export async function measureInstances(): Promise<void> {
  if (!hasRoom) leaveCoreToServers();
  const database = await startDatabase("instances");
  await insertCustomers(database.databaseUrl, CUSTOMERS);
  const requests = (
    await Promise.all(Array.from({ length: CUSTOMERS }, (_, index) => makeSessionCookie(index + 1)))
  ).map((cookie) => ({ method: "POST", path: "/api/glassix-identity", headers: { cookie } }) as const);
  const servers = await Promise.all(
    [0, 1, 2].map((number) =>
      startPortal(database, `http://localhost:${3221 + number}`, { cores: hasRoom ? String(number) : "0" }),
    ),
  );
  const results = await race(
    [
      { name: "one instance", servers: servers.slice(0, 1), requests },
      { name: "three instances", servers, requests },
    ],
    // Each of the three gets a third of what warms up the one.
    { connections: 18, warmUp: 30 },
  );

  heading(
    `Three instances, one database (${database.description}; ${hasRoom ? "a core for each" : "all on one core"})`,
  );
  formatResults(results).forEach(line);
  if (hasRoom)
    judge("requests/s, three to one", compare(results, "three instances", "one instance", "perSecond"), {
      atLeast: 2.5,
    });
  else {
    line(`This machine has ${CORES} cores: what a request costs must not grow with the number of instances.`);
    judge(
      "processor time for each request, three to one",
      compare(results, "three instances", "one instance", "processorTime"),
      { atMost: 1.2 },
    );
  }
}
