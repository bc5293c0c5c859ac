/**
 * What a sign-in, an identity, a page cost in CPU time, of the portal and of its PostgreSQL, and whether three
 * instances pay more for it than one. CPU time, because it hardly depends on what else the machine does.
 *
 *     TEST_POSTGRES=/usr/lib/postgresql/15/bin node -C react-server scripts/run.mjs ../e2e/measure-cost
 *
 * Linux alone: it reads /proc. See docs/scaling.md.
 */
import { readdirSync, readFileSync } from "node:fs";
import { JOHN, PASSWORD } from "../fixtures";
import { Visitor } from "./mixed-traffic";
import { startOwnPortal, type OwnPortal } from "./own-portal";

const CUSTOMERS = 60;
/** At the same time, at each instance. */
const TOGETHER = 6;
/** Linux counts CPU time in these, whatever the processor. */
const TICKS_PER_SECOND = 100;

if (!process.env.TEST_POSTGRES) throw new Error("Set TEST_POSTGRES to the folder of PostgreSQL's programs.");
const own = await startOwnPortal("3234");
try {
  await own.sql(
    `INSERT INTO "User" ("email", "firstName", "lastName", "passwordHash")
     SELECT 'load-' || n || '@example.com', 'Load', 'Tester', (SELECT "passwordHash" FROM "User" WHERE "email" = $1)
     FROM generate_series(1, ${CUSTOMERS}) n`,
    [JOHN.email],
  );
  await measure(own);
} finally {
  await own.stop();
}

async function measure(own: OwnPortal): Promise<void> {
  const welcome = (count: number) =>
    Array.from({ length: count }, (_, index) => new Visitor(own.address, [], index + 1));
  const visitors = welcome(CUSTOMERS);
  const signIn = async (visitor: Visitor) => {
    const form = await visitor.openForm("page", "/login", "email");
    form!.set("email", `load-${visitor.index}@example.com`);
    form!.set("password", PASSWORD);
    const { location } = await visitor.ask("sign in", "/login", { method: "POST", body: form! });
    if (!location.endsWith("/portal")) throw new Error(`Customer ${visitor.index} cannot sign in.`);
  };
  const open = (path: string) => async (visitor: Visitor) => {
    const { status } = await visitor.ask("page", path);
    if (status !== 200) throw new Error(`${path} answered ${status}.`);
  };
  // Whoever is signed in is sent on from it.
  const openLogin = () => open("/login")(new Visitor(own.address, [], 0));
  const mint = async (visitor: Visitor) => {
    if (!(await visitor.mint())) throw new Error("No identity.");
  };
  // Whatever is compiled, cached or connected at its first use.
  const warm = welcome(TOGETHER);
  await doAll(warm, 1, signIn);
  for (const act of [openLogin, open("/portal"), open("/api/auth/session"), mint]) await doAll(warm, 10, act);

  const note = (what: string, rounds: number, act: (visitor: Visitor) => Promise<void>) =>
    measureCost(what, own, [own.portal.pid], rounds * CUSTOMERS, () => doAll(visitors, rounds, act));
  await note("the login page", 5, openLogin);
  await note("sign in, with the login page", 1, signIn);
  await note("the overview, /portal", 5, open("/portal"));
  await note("a session, /api/auth/session", 10, open("/api/auth/session"));
  await note("an identity", 10, mint);

  const others = await Promise.all(["3235", "3236"].map((port) => own.startAnother(port)));
  const instances = [
    { address: own.address, pid: own.portal.pid },
    ...others.map(({ pid }, index) => ({ address: `http://localhost:${3235 + index}`, pid })),
  ];
  for (const [what, act] of [
    ["the overview", open("/portal")],
    ["an identity", mint],
  ] as const) {
    const measureWith = async (some: typeof instances) => {
      await own.sql(`TRUNCATE "RateLimit"`);
      visitors.forEach((visitor, index) => (visitor.address = some[index % some.length]!.address));
      const pids = some.map(({ pid }) => pid);
      const name = `${what}, ${some.length > 1 ? "all three" : `instance ${instances.indexOf(some[0]!) + 1}`}`;
      await measureCost(name, own, pids, 5 * CUSTOMERS, () => doAll(visitors, 5, act, TOGETHER * some.length));
    };
    // The new ones are slow until they have been compiled as well as the first one.
    for (const { address } of instances)
      await doAll(
        visitors.map((visitor) => Object.assign(visitor, { address })),
        5,
        act,
      );
    // Each alone, and all together, in turn: whatever else the machine does meets both.
    for (let round = 0; round < 2; round++) {
      for (const instance of instances) await measureWith([instance]);
      await measureWith(instances);
    }
  }
}

/** Each of them, so many times. */
async function doAll(
  visitors: Visitor[],
  rounds: number,
  act: (visitor: Visitor) => Promise<void>,
  together = TOGETHER,
): Promise<void> {
  const queue = Array.from({ length: rounds }, () => visitors).flat();
  await Promise.all(
    Array.from({ length: together }, async () => {
      for (let visitor = queue.shift(); visitor; visitor = queue.shift()) await act(visitor);
    }),
  );
}

/** Prints the CPU milliseconds that something takes, each time. */
async function measureCost(what: string, own: OwnPortal, portals: number[], times: number, act: () => Promise<void>) {
  const read = () => [sumTicks(portals), sumTicks([own.databasePid()])];
  const before = read();
  await act();
  const [portal, postgres] = read().map((ticks, index) =>
    (((ticks - before[index]!) / TICKS_PER_SECOND / times) * 1000).toFixed(2).padStart(7),
  );
  console.log(`${what.padEnd(34)}${times} times`.padEnd(45), `portal ${portal} ms   PostgreSQL ${postgres} ms`);
}

/** The CPU time of these processes, of what they have started, and of what has ended of that. */
function sumTicks(pids: number[]): number {
  const processes = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        // After the name, which may hold anything, in brackets.
        const fields = readFileSync(`/proc/${name}/stat`, "utf8")
          .replace(/^.*\) /s, "")
          .split(" ")
          .map(Number);
        return [
          { pid: Number(name), parent: fields[1]!, ticks: fields.slice(11, 15).reduce((sum, ticks) => sum + ticks) },
        ];
      } catch {
        // It has just ended.
        return [];
      }
    });
  const family = new Set(pids);
  for (let size = 0; size !== family.size;) {
    size = family.size;
    for (const { pid, parent } of processes) if (family.has(parent)) family.add(pid);
  }
  return processes.filter(({ pid }) => family.has(pid)).reduce((sum, { ticks }) => sum + ticks, 0);
}
