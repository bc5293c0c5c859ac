/**
 * What an identity costs the server: the portal's endpoint (session, limit, database, signing, a note of it)
 * beside a route handler that returns a constant, beside the least that can mint, and beside the server of Glassix's guide.
 */
import { DEPARTMENT, NEXTAUTH_SECRET } from "../../servers";
import { insertCustomers, makeSessionCookie } from "./customers";
import { describeCores, leaveCoreToServers, startDatabase, startPortal, startServer, type Server } from "./processes";
import { compare, formatResults, race, type Runner } from "./race";
import { startReference } from "./reference";
import { heading, judge, line, tell } from "./report";

// Nobody is to meet the limit of 120 identities a minute, nor to come by so often that the database knows them by heart.
const CUSTOMERS = 10_000;

const PORTAL = "the portal: session, limit, read, signature, note";
const BARE = "a bare route handler: a constant";
const LEAST = "the least: session, a row, signature";
const GUIDE = "the guide's Express example";
const GUIDE_KEY_OBJECT = "the same with a KeyObject";

export async function measureIdentity(): Promise<void> {
  leaveCoreToServers();
  const database = await startDatabase("identity");
  await insertCustomers(database.databaseUrl, CUSTOMERS);
  const cookies = await Promise.all(Array.from({ length: CUSTOMERS }, (_, index) => makeSessionCookie(index + 1)));
  const startGuide = (address: string, SECRET_AS: string) =>
    startServer([process.execPath, "e2e/proof/bench/express-example.mjs"], address, { env: { SECRET_AS } });
  const [portal, bare, least, guide, guideKeyObject] = await Promise.all([
    startPortal(database, "http://localhost:3221"),
    startReference(),
    startReference(
      { env: { DATABASE_URL: database.databaseUrl, NEXTAUTH_SECRET, ...DEPARTMENT } },
      "http://localhost:3224",
    ),
    startGuide("http://localhost:3222", "string"),
    startGuide("http://localhost:3223", "KeyObject"),
  ]);
  const ask = { method: "POST", path: "/api/glassix-identity" } as const;
  const askFor = (path: string) => cookies.map((cookie) => ({ method: "POST", path, headers: { cookie } }) as const);
  const askGuide = {
    ...ask,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email: "john.wick@example.com" }),
  };
  const runners: Runner[] = [
    { name: PORTAL, servers: [portal], requests: askFor(ask.path) },
    { name: BARE, servers: [bare], requests: [{ method: "POST", path: "/constant" }] },
    { name: LEAST, servers: [least], requests: askFor("/least") },
    { name: GUIDE, servers: [guide], requests: [askGuide] },
    { name: GUIDE_KEY_OBJECT, servers: [guideKeyObject], requests: [askGuide] },
  ];
  const results = await race(runners);

  heading(`The identity endpoint (${database.description}, ${CUSTOMERS} customers; ${describeCores()})`);
  formatResults(results).forEach(line);
  judge("requests/s, the portal to a bare handler", compare(results, PORTAL, BARE, "perSecond"), { atLeast: 0.75 });
  tell("the same by processor time", compare(results, BARE, PORTAL, "processorTime"));
  tell("by processor time, the least to a bare handler", compare(results, BARE, LEAST, "processorTime"));
  judge("requests/s, the portal to the least", compare(results, PORTAL, LEAST, "perSecond"), { atLeast: 0.6 });
  judge("the same by processor time", compare(results, LEAST, PORTAL, "processorTime"), { atLeast: 0.6 });
  for (const other of [GUIDE, GUIDE_KEY_OBJECT]) {
    tell(`requests/s, the portal to ${other}`, compare(results, PORTAL, other, "perSecond"));
  }
  const memory = (server: Server) => `${server.peakMemory().toFixed(0)} MB`;
  judge(
    `memory at its peak, the portal ${memory(portal)}, the bare server ${memory(bare)}`,
    portal.peakMemory() / bare.peakMemory(),
    { atMost: 1.5 },
  );
}
