/** Several servers under the same load, in turns, so that what else the machine does meets all of them. */
import autocannon, { type Request } from "autocannon";
import type { Server } from "./processes";
import { median } from "./report";

export type Runner = { name: string; servers: Server[]; requests: Request[] };

/** One runner's turn in one round. */
export type Lap = {
  perSecond: number;
  /** Milliseconds of the servers' processors for each request. */
  processorTime: number;
  /** The share of the time in which the servers' processors were busy: well below 1, something else was the bottleneck. */
  busy: number;
};

export type Results = Record<string, Lap[]>;

/** Warms all up, and lets them run in turns: A, B, C, A, B, C. Fails when a single request does. */
export async function race(
  runners: Runner[],
  { warmUp = 10, rounds = 5, seconds = 4, connections = 16 } = {},
): Promise<Results> {
  for (const runner of runners) await runLap(runner, warmUp, connections);
  const results: Results = Object.fromEntries(runners.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const runner of runners) results[runner.name]!.push(await runLap(runner, seconds, connections));
  }
  return results;
}

async function runLap({ name, servers, requests }: Runner, seconds: number, allConnections: number): Promise<Lap> {
  const connections = Math.ceil(allConnections / servers.length);
  const readProcessorTime = () => servers.reduce((sum, server) => sum + server.processorTime(), 0);
  const [before, start] = [readProcessorTime(), performance.now()];
  const answers = await Promise.all(
    servers.map((server) => {
      let made = 0;
      const first = Math.floor(Math.random() * requests.length);
      const shuffled = [...requests.slice(first), ...requests.slice(0, first)];
      return autocannon({
        url: server.address,
        connections,
        duration: seconds,
        // Sent by every connection before `setupClient` is asked.
        requests: shuffled.slice(0, 1),
        // Each connection has customers of its own: nobody asks twice at once.
        setupClient(client) {
          const mine = made++;
          const share = shuffled.filter((_, index) => index % connections === mine);
          if (share.length > 0) client.setRequests(share);
        },
      });
    }),
  );
  const [used, took] = [readProcessorTime() - before, performance.now() - start];
  for (const { errors, timeouts, non2xx } of answers) {
    if (errors + non2xx > 0)
      throw new Error(
        `${name}: ${non2xx} requests were refused, ${errors} failed, ${timeouts} of them by taking too long.`,
      );
  }
  const count = answers.reduce((sum, answer) => sum + answer["2xx"], 0);
  return { perSecond: count / (took / 1000), processorTime: used / count, busy: used / took / servers.length };
}

/** How many times as much of something the one has as the other: the median of the rounds. */
export const compare = (results: Results, one: string, other: string, figure: keyof Lap) =>
  median(results[one]!.map((lap, round) => lap[figure] / results[other]![round]![figure]));

/** One line for each runner. */
export const formatResults = (results: Results) =>
  Object.entries(results).map(([name, laps]) => {
    const of = (figure: keyof Lap) => median(laps.map((lap) => lap[figure]));
    return `${name.padEnd(48)} ${of("perSecond").toFixed(0).padStart(6)} requests/s   ${of("processorTime").toFixed(2).padStart(5)} ms of processor each   busy ${(of("busy") * 100).toFixed(0).padStart(3)} %`;
  });
