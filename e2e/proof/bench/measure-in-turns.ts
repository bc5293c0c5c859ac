/** Measures several servers under the same load in turns, so that other load on the machine affects all of them. */
import autocannon, { type Request } from "autocannon";
import type { Server } from "./processes";
import { median } from "./report";

export type Candidate = { name: string; servers: Server[]; requests: Request[] };

/** One candidate's turn in one round. */
export type Turn = {
  perSecond: number;
  /** Milliseconds of the servers' processor time per request. */
  processorTime: number;
  /** The share of time in which the servers' processors were busy. Well below 1, something else was the bottleneck. */
  busy: number;
};

export type Results = Record<string, Turn[]>;

/** Warms up all candidates, and measures them in turns: A, B, C, A, B, C. Fails when a single request does. */
export async function measureInTurns(
  candidates: Candidate[],
  { warmUp = 10, rounds = 5, seconds = 4, connections = 16 } = {},
): Promise<Results> {
  for (const candidate of candidates) await measureTurn(candidate, warmUp, connections);
  const results: Results = Object.fromEntries(candidates.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const candidate of candidates)
      results[candidate.name]!.push(await measureTurn(candidate, seconds, connections));
  }
  return results;
}

async function measureTurn(
  { name, servers, requests }: Candidate,
  seconds: number,
  allConnections: number,
): Promise<Turn> {
  const connections = Math.ceil(allConnections / servers.length);
  const readProcessorTime = () => servers.reduce((sum, server) => sum + server.processorTime(), 0);
  const [before, start] = [readProcessorTime(), performance.now()];
  const results = await Promise.all(
    servers.map((server) => {
      let clientCount = 0;
      const first = Math.floor(Math.random() * requests.length);
      const shuffled = [...requests.slice(first), ...requests.slice(0, first)];
      return autocannon({
        url: server.address,
        connections,
        duration: seconds,
        // Every connection sends this one before `setupClient` is called.
        requests: shuffled.slice(0, 1),
        // Each connection has its own customers, so that no customer has two requests at once.
        setupClient(client) {
          const clientIndex = clientCount++;
          const share = shuffled.filter((_, index) => index % connections === clientIndex);
          if (share.length > 0) client.setRequests(share);
        },
      });
    }),
  );
  const [used, took] = [readProcessorTime() - before, performance.now() - start];
  for (const { errors, timeouts, non2xx } of results) {
    if (errors + non2xx > 0)
      throw new Error(
        `${name}: ${non2xx} requests were refused, ${errors} failed, ${timeouts} of them by taking too long.`,
      );
  }
  const count = results.reduce((sum, result) => sum + result["2xx"], 0);
  return { perSecond: count / (took / 1000), processorTime: used / count, busy: used / took / servers.length };
}

/** The ratio of a figure of one candidate to that of another: the median of the rounds. */
export const compare = (results: Results, one: string, other: string, figure: keyof Turn) =>
  median(results[one]!.map((turn, round) => turn[figure] / results[other]![round]![figure]));

/** Formats one line per candidate. */
export const formatResults = (results: Results) =>
  Object.entries(results).map(([name, turns]) => {
    const medianOf = (figure: keyof Turn) => median(turns.map((turn) => turn[figure]));
    return `${name.padEnd(48)} ${medianOf("perSecond").toFixed(0).padStart(6)} requests/s   ${medianOf("processorTime").toFixed(2).padStart(5)} ms of processor time each   busy ${(medianOf("busy") * 100).toFixed(0).padStart(3)} %`;
  });
