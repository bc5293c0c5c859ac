/** Compares the time from the process's start to the first identity with a bare server's time to its first response. */
import { insertCustomers, makeSessionCookie } from "./customers";
import { describeCores, reserveServerCore, startDatabase, startPortal, type Server } from "./processes";
import { startReference } from "./reference";
import { printHeading, checkTarget, printLine, median, printFigure } from "./report";

const ROUNDS = 7;

export async function measureColdStart(): Promise<void> {
  reserveServerCore();
  const database = await startDatabase("cold-start");
  await insertCustomers(database.databaseUrl, 1);
  const headers = { cookie: await makeSessionCookie(1) };
  const post = (path: string) => async (address: string) => {
    const { ok, status } = await fetch(address + path, { method: "POST", headers });
    if (!ok) throw new Error(`${path} responds with ${status}.`);
    return ok;
  };
  const portal: Server[] = [];
  const bare: Server[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const first = await startPortal(database, "http://localhost:3221", { probe: post("/api/glassix-identity") });
    await first.stop();
    const second = await startReference({ probe: post("/constant") });
    await second.stop();
    portal.push(first);
    bare.push(second);
  }

  const ratio = (figure: "startTime" | "startProcessorTime") =>
    median(portal.map((server, round) => server[figure] / bare[round]![figure]));
  const typical = (servers: Server[]) => `${Math.round(median(servers.map(({ startTime }) => startTime)))} ms`;
  printHeading(`Cold start (${describeCores()})`);
  printLine(
    `the portal's first identity after ${typical(portal)}, a bare server's first response after ${typical(bare)}`,
  );
  checkTarget("the portal to a bare server", ratio("startTime"), { atMost: 1.4 });
  printFigure("the same by processor time", ratio("startProcessorTime"));
}
