/**
 * Compares LCP, TBT and CLS of three pages with the same pages without chat, on Lighthouse's slow phone: with the defaults
 * of CHAT_LOAD, and the customer's page with `idle` as well.
 * "Without chat" is a second build, whose root layout renders no chat: no script of ours or the vendor's, and no notice.
 */
import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { chromium } from "@playwright/test";
import { browserLaunchOptions } from "@/scripts/find-browser";
import { addressAt } from "../../servers";
import { findFreePort } from "../../test-database";
import { startProcess } from "../portal-process";
import { copyProject } from "../project-copy";
import { insertCustomers, makeSessionCookie } from "./customers";
import { ALL_CORES, startDatabase, startPortal } from "./processes";
import { median, printHeading, printLine } from "./report";
import { SCRIPT_KILOBYTES, SCRIPT_TIME, startVendor } from "./vendor";

const ROUNDS = 7;
const METRICS = [
  { name: "LCP", audit: "largest-contentful-paint", digits: 0, unit: " ms" },
  { name: "TBT", audit: "total-blocking-time", digits: 0, unit: " ms" },
  { name: "CLS", audit: "cumulative-layout-shift", digits: 3, unit: "" },
];

// It still waits for the request: a static page would have no nonce, and run no script.
const WITHOUT_CHAT = `
  import { connection } from "next/server";
  export async function PortalChat() { await connection(); return null; }`;

export async function measureLighthouse(): Promise<void> {
  const vendor = await startVendor();
  const copy = copyProject("portal-without-chat");
  try {
    writeFileSync(path.join(copy, "components/portal/portal-chat.tsx"), WITHOUT_CHAT);
    const build = startProcess([process.execPath, "-C", "react-server", "scripts/run.mjs", "build"], {}, copy);
    if ((await build.exitCode()) !== 0) throw new Error(`The build without chat failed:\n${build.output()}`);
    const database = await startDatabase("lighthouse");
    await insertCustomers(database.databaseUrl, 1);
    const env = { GLASSIX_SCRIPT_URLS: vendor.url };
    const portal = await startPortal(database, addressAt(11), { cores: ALL_CORES, env });
    const idle = await startPortal(database, addressAt(13), { cores: ALL_CORES, env: { ...env, CHAT_LOAD: "idle" } });
    const reference = await startPortal(database, addressAt(12), { cores: ALL_CORES, folder: copy });

    printHeading(
      `Lighthouse, a slow phone, ${ROUNDS} runs in turns (the vendor's script: ${SCRIPT_KILOBYTES} kB, ${SCRIPT_TIME} ms)`,
    );
    printLine("Medians, in brackets the spread: the runs without the lowest and the highest");
    for (const { page, name = page, tested = portal } of [
      { page: "/" },
      { page: "/login" },
      { page: "/portal" },
      { page: "/portal", name: "/portal, idle", tested: idle },
    ]) {
      const cookie = page === "/portal" ? await makeSessionCookie(1) : "";
      const withChat: number[][] = [];
      const without: number[][] = [];
      const before = vendor.requests();
      for (let round = 0; round < ROUNDS; round++) {
        for (const [runs, { address }] of [
          [withChat, tested],
          [without, reference],
        ] as const) {
          const measure = () => runLighthouse(address + page, cookie);
          // On a busy machine, Lighthouse sometimes gets no usable trace.
          runs.push(await measure().catch(measure).catch(measure));
        }
      }
      printMetrics(name, withChat, without);
      printLine(
        `${name.padEnd(13)} ${vendor.requests() - before} requests for the vendor's script in ${ROUNDS} runs (and those that were repeated)`,
      );
    }
  } finally {
    vendor.close();
    rmSync(copy, { recursive: true, force: true });
  }
}

/** Measures METRICS in a new browser: without a cache or a session. */
async function runLighthouse(url: string, cookie: string): Promise<number[]> {
  const { default: lighthouse } = await import("lighthouse");
  const port = await findFreePort();
  const { args, ...options } = browserLaunchOptions();
  const browser = await chromium.launch({ ...options, args: [...args, `--remote-debugging-port=${port}`] });
  const result = await lighthouse(url, {
    port,
    onlyAudits: METRICS.map(({ audit }) => audit),
    // By default, Lighthouse computes a slow phone's times from a fast load, and misses what the script delays.
    throttlingMethod: "devtools",
    ...(cookie && { extraHeaders: { cookie } }),
  }).finally(() => browser.close());
  const { audits, runtimeError, finalDisplayedUrl } = result!.lhr;
  const figures = METRICS.flatMap(({ audit }) => audits[audit]?.numericValue ?? []);
  if (figures.length === METRICS.length && finalDisplayedUrl === url) return figures;
  const problem = runtimeError?.message ?? Object.values(audits).find(({ errorMessage }) => errorMessage)?.errorMessage;
  throw new Error(`Lighthouse could not measure ${url}, which led to ${finalDisplayedUrl}: ${problem}`);
}

function printMetrics(page: string, withChat: number[][], without: number[][]): void {
  METRICS.forEach(({ name, digits, unit }, index) => {
    const format = (value: number) => value.toFixed(digits);
    const summarize = (runs: number[][]) => {
      const middle = runs
        .map((figures) => figures[index]!)
        .toSorted((a, b) => a - b)
        .slice(1, -1);
      const [typical, least, most] = [median(middle), middle[0]!, middle.at(-1)!];
      const text = `${format(typical)}${unit} (${format(least)} to ${format(most)})`;
      return { typical, spread: most - least, text: text.padEnd(25) };
    };
    const [one, other] = [summarize(withChat), summarize(without)];
    const difference = one.typical - other.typical;
    const verdict =
      Math.abs(difference) > Math.max(one.spread, other.spread) ? "beyond the spread" : "within the spread";
    const sign = difference < 0 ? "" : "+";
    printLine(
      `${page.padEnd(13)} ${name}  ${one.text} without ${other.text} ${sign}${format(difference)}${unit}: ${verdict}`,
    );
  });
}
