/**
 * Compares the throughput of three instances and of one, with one database. With too few cores for that, it compares
 * the processor time per request, also with three instances that share nothing, because three on one core slow one
 * another down anyway.
 */
import { insertCustomers, makeSessionCookie } from "./customers";
import { CORES, reserveServerCore, startDatabase, startPortal } from "./processes";
import { compare, formatResults, measureInTurns, type Candidate } from "./measure-in-turns";
import { printHeading, checkTarget, printLine } from "./report";

const CUSTOMERS = 10_000;
/** One core for each instance, one for the database, one for the load. */
const hasEnoughCores = CORES >= 5;

const ONE = "one instance";
const THREE = "three instances";
const SEPARATE = "three instances with a database each";

export async function measureInstances(): Promise<void> {
  if (!hasEnoughCores) reserveServerCore();
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
    startPortal(own, `http://localhost:${3221 + number}`, { cores: hasEnoughCores ? String(number) : "0" });
  const servers = await Promise.all([0, 1, 2].map((number) => start(number)));
  const candidates: Candidate[] = [
    { name: ONE, servers: servers.slice(0, 1), requests },
    { name: THREE, servers, requests },
  ];
  if (!hasEnoughCores) {
    const others = [await startFilledDatabase("instances-2"), await startFilledDatabase("instances-3")];
    const separate = await Promise.all(others.map((own, index) => start(index + 3, own)));
    candidates.push({ name: SEPARATE, servers: [servers[0]!, ...separate], requests });
  }
  // Each of the three gets a third of the requests, and so needs a longer warm-up.
  const results = await measureInTurns(candidates, { connections: 18, warmUp: 30 });

  printHeading(
    `Three instances, one database (${database.description}; ${hasEnoughCores ? "a core for each" : "all on one core"})`,
  );
  formatResults(results).forEach(printLine);
  if (hasEnoughCores) {
    checkTarget("requests/s, three to one", compare(results, THREE, ONE, "perSecond"), { atLeast: 2.5 });
    return;
  }
  printLine(`This machine has ${CORES} cores: what a request costs must not grow with the number of instances.`);
  const cost = (one: string, other: string) => compare(results, one, other, "processorTime");
  checkTarget("processor time for each request, three to one", cost(THREE, ONE), { atMost: 1.2 });
  checkTarget("the same, three that share a database to three that share nothing", cost(THREE, SEPARATE), {
    atMost: 1.1,
  });
}
