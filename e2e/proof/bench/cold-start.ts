/** From the start of the process to the first identity, beside a bare server's way to its first constant answer. */
import { insertCustomers, makeSessionCookie } from "./customers";
import { describeCores, leaveCoreToServers, startDatabase, startPortal, type Server } from "./processes";
import { startReference } from "./reference";
import { heading, judge, line, median, tell } from "./report";

const ROUNDS = 7;

export async function measureColdStart(): Promise<void> {
  leaveCoreToServers();
  const database = await startDatabase("cold-start");
  await insertCustomers(database.databaseUrl, 1);
  const headers = { cookie: await makeSessionCookie(1) };
  const post = (path: string) => async (address: string) => {
    const { ok, status } = await fetch(address + path, { method: "POST", headers });
    if (!ok) throw new Error(`${path} answers ${status}.`);
    return ok;
  };
  const portal: Server[] = [];
  const bare: Server[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const first = await startPortal(database, "http://localhost:3221", { ask: post("/api/glassix-identity") });
    await first.stop();
    const second = await startReference({ ask: post("/constant") });
    await second.stop();
    portal.push(first);
    bare.push(second);
  }

  const ratio = (figure: "startTime" | "startProcessorTime") =>
    median(portal.map((server, round) => server[figure] / bare[round]![figure]));
  const typical = (servers: Server[]) => `${Math.round(median(servers.map(({ startTime }) => startTime)))} ms`;
  heading(`Cold start (${describeCores()})`);
  line(`the portal's first identity after ${typical(portal)}, a bare server's first answer after ${typical(bare)}`);
  judge("the portal to a bare server", ratio("startTime"), { atMost: 1.4 });
  tell("the same by processor time", ratio("startProcessorTime"));
}
