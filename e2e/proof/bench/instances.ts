/**
 * Three instances beside one, with one database. Where there are too few cores for that, what a request costs each;
 * and, because three on one core are in one another's way whatever they share, what it costs three that share nothing.
 */
import { insertCustomers, makeSessionCookie } from "./customers";
import { CORES, leaveCoreToServers, startDatabase, startPortal } from "./processes";
import { compare, formatResults, race, type Runner } from "./race";
import { heading, judge, line } from "./report";

const CUSTOMERS = 10_000;
/** One for each instance, one for the database, one for the load. */
const hasRoom = CORES >= 5;

const ONE = "one instance";
const THREE = "three instances";
const APART = "three instances with a database each";

export async function measureInstances(): Promise<void> {
  if (!hasRoom) leaveCoreToServers();
  const requests = (
    await Promise.all(Array.from({ length: CUSTOMERS }, (_, index) => makeSessionCookie(index + 1)))
  ).map((cookie) => ({ method: "POST", path: "/api/glassix-identity", headers: { cookie } }) as const);
  const startFilledDatabase = async (name: string) => {
    const database = await startDatabase(name);
    await insertCustomers(database.databaseUrl, CUSTOMERS);
    return database;
  };
  const database = await startFilledDatabase("instances");
  const start = (number: number, own = database) =>
    startPortal(own, `http://localhost:${3221 + number}`, { cores: hasRoom ? String(number) : "0" });
  const servers = await Promise.all([0, 1, 2].map((number) => start(number)));
  const runners: Runner[] = [
    { name: ONE, servers: servers.slice(0, 1), requests },
    { name: THREE, servers, requests },
  ];
  if (!hasRoom) {
    const others = [await startFilledDatabase("instances-2"), await startFilledDatabase("instances-3")];
    const apart = await Promise.all(others.map((own, index) => start(index + 3, own)));
    runners.push({ name: APART, servers: [servers[0]!, ...apart], requests });
  }
  // Each of the three gets a third of what warms up the one.
  const results = await race(runners, { connections: 18, warmUp: 30 });

  heading(
    `Three instances, one database (${database.description}; ${hasRoom ? "a core for each" : "all on one core"})`,
  );
  formatResults(results).forEach(line);
  if (hasRoom) {
    judge("requests/s, three to one", compare(results, THREE, ONE, "perSecond"), { atLeast: 2.5 });
    return;
  }
  line(`This machine has ${CORES} cores: what a request costs must not grow with the number of instances.`);
  const cost = (one: string, other: string) => compare(results, one, other, "processorTime");
  judge("processor time for each request, three to one", cost(THREE, ONE), { atMost: 1.2 });
  judge("the same, three that share a database to three that share nothing", cost(THREE, APART), { atMost: 1.1 });
}
