/**
 * Compares the cost of an identity at the portal's endpoint (session, limit, database, signature, audit) with a route
 * handler that returns a constant, with a minimal minting handler, and with the server of Glassix's guide.
 */
import { DEPARTMENT, NEXTAUTH_SECRET } from "../../servers";
import { insertCustomers, makeSessionCookie } from "./customers";
import { describeCores, reserveServerCore, startDatabase, startPortal, startServer, type Server } from "./processes";
import { compare, formatResults, measureInTurns, type Candidate } from "./measure-in-turns";
import { startReference } from "./reference";
import { printHeading, checkTarget, printLine, printFigure } from "./report";

// Enough that nobody reaches the limit of 120 identities a minute, and that the database cannot cache every row.
const CUSTOMERS = 10_000;

const PORTAL = "the portal: session, limit, read, signature, audit";
const BARE = "a bare route handler: a constant";
const MINIMAL = "the minimal handler: session, a row, signature";
const GUIDE = "the guide's Express example";
const GUIDE_KEY_OBJECT = "the same with a KeyObject";

export async function measureIdentity(): Promise<void> {
  reserveServerCore();
  const database = await startDatabase("identity");
  await insertCustomers(database.databaseUrl, CUSTOMERS);
  const cookies = await Promise.all(Array.from({ length: CUSTOMERS }, (_, index) => makeSessionCookie(index + 1)));
  const startGuide = (address: string, SECRET_AS: string) =>
    startServer([process.execPath, "e2e/proof/bench/express-example.mjs"], address, { env: { SECRET_AS } });
  const [portal, bare, minimal, guide, guideKeyObject] = await Promise.all([
    startPortal(database, "http://localhost:3221"),
    startReference(),
    startReference(
      { env: { DATABASE_URL: database.databaseUrl, NEXTAUTH_SECRET, ...DEPARTMENT } },
      "http://localhost:3224",
    ),
    startGuide("http://localhost:3222", "string"),
    startGuide("http://localhost:3223", "KeyObject"),
  ]);
  const target = { method: "POST", path: "/api/glassix-identity" } as const;
  const buildRequests = (path: string) =>
    cookies.map((cookie) => ({ method: "POST", path, headers: { cookie } }) as const);
  const guideRequest = {
    ...target,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email: "john.wick@example.com" }),
  };
  const candidates: Candidate[] = [
    { name: PORTAL, servers: [portal], requests: buildRequests(target.path) },
    { name: BARE, servers: [bare], requests: [{ method: "POST", path: "/constant" }] },
    { name: MINIMAL, servers: [minimal], requests: buildRequests("/least") },
    { name: GUIDE, servers: [guide], requests: [guideRequest] },
    { name: GUIDE_KEY_OBJECT, servers: [guideKeyObject], requests: [guideRequest] },
  ];
  const results = await measureInTurns(candidates);

  printHeading(`The identity endpoint (${database.description}, ${CUSTOMERS} customers; ${describeCores()})`);
  formatResults(results).forEach(printLine);
  checkTarget("requests/s, the portal to a bare handler", compare(results, PORTAL, BARE, "perSecond"), {
    atLeast: 0.75,
  });
  printFigure("the same by processor time", compare(results, BARE, PORTAL, "processorTime"));
  printFigure("by processor time, the minimal handler to a bare one", compare(results, BARE, MINIMAL, "processorTime"));
  checkTarget("requests/s, the portal to the minimal handler", compare(results, PORTAL, MINIMAL, "perSecond"), {
    atLeast: 0.6,
  });
  checkTarget("the same by processor time", compare(results, MINIMAL, PORTAL, "processorTime"), { atLeast: 0.6 });
  for (const other of [GUIDE, GUIDE_KEY_OBJECT]) {
    printFigure(`requests/s, the portal to ${other}`, compare(results, PORTAL, other, "perSecond"));
  }
  const memory = (server: Server) => `${server.peakMemory().toFixed(0)} MB`;
  checkTarget(
    `memory at its peak, the portal ${memory(portal)}, the bare server ${memory(bare)}`,
    portal.peakMemory() / bare.peakMemory(),
    { atMost: 1.5 },
  );
}
