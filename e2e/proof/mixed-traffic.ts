import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { JOHN, PASSWORD } from "../fixtures";
import { median } from "./bench/report";
import type { IsolatedPortal } from "./isolated-portal";

const CUSTOMERS = 8;
const API_KEY = "7cab072d-43d0-4e9d-bb25-2a947696fe8f";

/** How often customers perform each action, out of 34. */
const ACTION_WEIGHTS = { page: 12, session: 5, mint: 5, message: 7, file: 3, "sign in": 1, register: 1 } as const;
type Kind = keyof typeof ACTION_WEIGHTS;

export type TrafficFigures = {
  /** `status` is 0 without a response. `time` is in milliseconds. */
  requests: { kind: Kind; status: number; time: number }[];
  /** Successful actions before and after the disturbance. */
  succeeded: Record<Kind, { before: number; after: number }>;
  /** Confirmed writes that are missing in the database. */
  lost: string[];
  /** Writes that are in the database more than once. */
  duplicated: string[];
  confirmed: number;
};

/** A customer's write, with a unique text. */
type Write = {
  table: '"Claim"' | 'sandbox."Message"' | '"User"';
  column: string;
  text: string;
  isConfirmed: boolean;
};

/**
 * Lets customers use a portal as fast as it responds, for so many seconds plus the duration of the disturbance.
 *
 * @param address of the portal, or of the proxy in front of it
 * @param disturb is called halfway through
 */
export async function runTraffic(
  { sql }: Pick<IsolatedPortal, "sql">,
  address: string,
  seconds: number,
  disturb: () => Promise<unknown>,
): Promise<TrafficFigures> {
  await sql(
    `WITH customer AS (
       INSERT INTO "User" ("email", "firstName", "lastName", "passwordHash")
       SELECT 'load-' || n || '@example.com', 'Load', 'Tester', (SELECT "passwordHash" FROM "User" WHERE "email" = $1)
       FROM generate_series(1, ${CUSTOMERS}) n RETURNING "id", "email"),
     -- They file far more claims than the limit allows.
     uncounted AS (
       INSERT INTO "RateLimit" ("key", "points", "expire")
       SELECT 'file-claim:' || "id", -1000000, extract(epoch FROM now() + interval '1 day') * 1000 FROM customer)
     INSERT INTO "Policy" ("userId", "number", "product", "insured", "premiumCents", "deductibleCents", "startsOn", "endsOn")
     SELECT "id", 'HL-H-9' || lpad(substring("email" from '[0-9]+'), 5, '0'), 'home', 'A house', 1, 1, now() - interval '1 year', now() + interval '1 year'
     FROM customer`,
    [JOHN.email],
  );
  const traffic = new Traffic(address);
  const visitors: Visitor[] = [];
  for (let index = 1; index <= CUSTOMERS; index++) visitors.push(await traffic.signInVisitor(index));
  const customers = visitors.map((visitor) => traffic.visit(visitor));
  await setTimeout(seconds * 500);
  traffic.disturbedAt = Date.now();
  await disturb();
  traffic.recoveredAt = Date.now();
  traffic.end = traffic.recoveredAt + seconds * 500;
  await Promise.all(customers);

  const lost: string[] = [];
  const duplicated: string[] = [];
  for (const { table, column, text, isConfirmed } of traffic.writes) {
    const [row] = await sql(`SELECT count(*)::int AS count FROM ${table} WHERE "${column}" = $1`, [text]);
    if (isConfirmed && row!.count === 0) lost.push(`${table}: ${text}`);
    if (Number(row!.count) > 1) duplicated.push(`${table}: ${text}`);
  }
  const { requests, succeeded, writes } = traffic;
  return { requests, succeeded, lost, duplicated, confirmed: writes.filter(({ isConfirmed }) => isConfirmed).length };
}

/** For each kind: requests, responses by status, and the median and 99th percentile of their times. */
export function formatTraffic({ requests, confirmed, lost, duplicated }: TrafficFigures): string {
  const rows = (Object.keys(ACTION_WEIGHTS) as Kind[]).map((kind) => {
    const ofKind = requests.filter((request) => request.kind === kind);
    const times = ofKind.map(({ time }) => time).sort((a, b) => a - b);
    const statuses = new Map<number, number>();
    for (const { status } of ofKind) statuses.set(status, (statuses.get(status) ?? 0) + 1);
    const byStatus = [...statuses].sort().map(([status, count]) => `${status}: ${count}`);
    const p99 = times[Math.floor(times.length * 0.99)] ?? 0;
    return `  ${kind.padEnd(10)}${String(ofKind.length).padStart(6)} requests   p50 ${String(Math.round(median(times))).padStart(5)} ms   p99 ${String(Math.round(p99)).padStart(5)} ms   ${byStatus.join(", ")}`;
  });
  return [
    `${requests.length} requests from ${CUSTOMERS} customers`,
    ...rows,
    `  ${confirmed} writes confirmed, ${lost.length} lost, ${duplicated.length} duplicated`,
  ].join("\n");
}

class Traffic {
  readonly requests: TrafficFigures["requests"] = [];
  readonly succeeded = Object.fromEntries(
    Object.keys(ACTION_WEIGHTS).map((kind) => [kind, { before: 0, after: 0 }]),
  ) as TrafficFigures["succeeded"];
  readonly writes: Write[] = [];
  disturbedAt = Infinity;
  recoveredAt = Infinity;
  end = Infinity;
  private queue: Kind[] = [];
  constructor(private readonly address: string) {}

  /** Signs one of the customers in. */
  async signInVisitor(index: number): Promise<Visitor> {
    const visitor = new Visitor(this.address, this.requests, index);
    if (!(await visitor.signIn())) throw new Error(`Customer ${index} cannot sign in.`);
    return visitor;
  }

  async visit(visitor: Visitor): Promise<void> {
    const actions: Record<Kind, () => Promise<boolean>> = {
      page: () =>
        visitor
          .send("page", pick(["/portal", "/portal/policies", "/portal/claims", "/portal/account", "/"]))
          .then(isOk),
      session: () => visitor.send("session", "/api/auth/session").then(isOk),
      mint: () => visitor.mint().then(Boolean),
      message: () => this.sendMessage(visitor),
      file: () => this.fileInsuranceClaim(visitor),
      "sign in": () => visitor.signIn(),
      register: () => this.register(),
    };
    while (!this.isOver()) {
      const kind = this.next();
      const startedAt = Date.now();
      const isDone = await actions[kind]();
      if (isDone && startedAt < this.disturbedAt) this.succeeded[kind].before++;
      if (isDone && startedAt > this.recoveredAt) this.succeeded[kind].after++;
      if (!isDone) await setTimeout(200);
    }
  }

  /** Draws the next action: in random order, but each as often as its weight. */
  private next(): Kind {
    if (this.queue.length === 0)
      this.queue = (Object.keys(ACTION_WEIGHTS) as Kind[]).flatMap((kind) =>
        Array<Kind>(ACTION_WEIGHTS[kind]).fill(kind),
      );
    return this.queue.splice(Math.floor(Math.random() * this.queue.length), 1)[0]!;
  }

  private isOver = () => Date.now() > this.end;

  /** Retries until the write is confirmed, as people and the chat do. */
  private async write(table: Write["table"], column: string, text: string, attempt: () => Promise<boolean>) {
    const entry: Write = { table, column, text, isConfirmed: false };
    this.writes.push(entry);
    while (!entry.isConfirmed && !this.isOver()) {
      entry.isConfirmed = await attempt();
      if (!entry.isConfirmed) await setTimeout(200);
    }
    return entry.isConfirmed;
  }

  private async sendMessage(visitor: Visitor): Promise<boolean> {
    const identity = await visitor.mint();
    if (!identity) return false;
    const [clientId, text] = [randomUUID(), `Is my floor covered? ${randomUUID()}`];
    return this.write('sandbox."Message"', "text", text, async () =>
      isOk(
        await visitor.send("message", "/sandbox/api/messages", {
          method: "POST",
          headers: {
            "Content-Type": "application/json",
            "X-Glassix-Api-Key": API_KEY,
            "X-Glassix-Unique-Identifier": identity.uniqueIdentifier,
            Authorization: `Bearer ${identity.identityToken}`,
          },
          body: JSON.stringify({ clientId, text }),
        }),
      ),
    );
  }

  private async fileInsuranceClaim(visitor: Visitor): Promise<boolean> {
    const form = await visitor.openForm("file", "/portal/claims/new", "formId");
    if (!form) return false;
    const title = `Burst pipe ${randomUUID()}`;
    form.set("policy", `HL-H-9${String(visitor.index).padStart(5, "0")}`);
    form.set("incidentOn", new Date(Date.now() - 86_400_000).toISOString().slice(0, 10));
    form.set("title", title);
    form.set("description", "Under the kitchen sink, and the floor is wet.");
    form.set("estimated", "");
    return this.write('"Claim"', "title", title, async () =>
      /\/portal\/claims\/C-\d+$/.test((await visitor.send("file", "/portal/claims/new", post(form))).location),
    );
  }

  private async register(): Promise<boolean> {
    const visitor = new Visitor(this.address, this.requests, 0);
    const form = await visitor.openForm("register", "/register", "firstName");
    if (!form) return false;
    const email = `new-${randomUUID()}@example.com`;
    const fields = { firstName: "New", lastName: "Customer", email, password: "a password of my own" };
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    return this.write('"User"', "email", email, async () => {
      const { location, text } = await visitor.send("register", "/register", post(form));
      return location !== "" || text.includes("There is already an account with this email address");
    });
  }
}

type VisitorResponse = { status: number; location: string; text: string };

/** A headless client that keeps cookies and records how long each response takes. */
class Visitor {
  private readonly cookies = new Map<string, string>();
  constructor(
    public address: string,
    private readonly requests: TrafficFigures["requests"],
    /** Which of the customers it is. */
    readonly index: number,
  ) {}

  async send(kind: Kind, path: string, init: RequestInit = {}): Promise<VisitorResponse> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const startedAt = performance.now();
    const record = (status: number) => this.requests.push({ kind, status, time: performance.now() - startedAt });
    try {
      const response = await fetch(this.address + path, {
        redirect: "manual",
        signal: AbortSignal.timeout(30_000),
        ...init,
        headers: { ...(init.headers as Record<string, string>), cookie, origin: this.address },
      });
      const text = await response.text();
      // NextAuth also responds with 401 when it cannot reach the database.
      record(text.includes("error=Unavailable") ? 503 : response.status);
      for (const set of response.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(set)!;
        this.cookies.set(name!, value!);
      }
      return { status: response.status, location: response.headers.get("location") ?? "", text };
    } catch {
      record(0);
      return { status: 0, location: "", text: "" };
    }
  }

  async signIn(): Promise<boolean> {
    const email = `load-${this.index}@example.com`;
    const { text } = await this.send("sign in", "/api/auth/csrf");
    if (!text.startsWith("{")) return false;
    const body = new URLSearchParams({
      csrfToken: JSON.parse(text).csrfToken,
      email,
      password: PASSWORD,
      json: "true",
    });
    return isOk(await this.send("sign in", "/api/auth/callback/credentials", { method: "POST", body }));
  }

  async mint(): Promise<{ uniqueIdentifier: string; identityToken: string } | null> {
    const response = await this.send("mint", "/api/glassix-identity", { method: "POST" });
    return isOk(response) ? JSON.parse(response.text) : null;
  }

  /** The form of a page that has this field, as a browser without JavaScript would send it. */
  async openForm(kind: Kind, path: string, field: string): Promise<FormData | null> {
    const { text } = await this.send(kind, path);
    const html = text.split("<form").find((part) => part.includes(`name="${field}"`));
    if (!html) return null;
    const form = new FormData();
    for (const [, name, value = ""] of html.matchAll(/<input type="hidden" name="([^"]*)"(?: value="([^"]*)")?/g))
      form.set(name!, value.replaceAll("&quot;", '"').replaceAll("&#x27;", "'").replaceAll("&amp;", "&"));
    return form;
  }
}

const post = (body: FormData): RequestInit => ({ method: "POST", body });
const isOk = ({ status }: VisitorResponse) => status === 200;
const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(Math.random() * items.length)]!;
