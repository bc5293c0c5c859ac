import "server-only";
import { query, type Ticket } from "./schema";

export type TicketChange = Pick<Ticket, "id" | "ownerId" | "isIdentified">;

type Watcher = { tell(change: TicketChange): void; fail(error: unknown): void };

const POLL_EVERY = 100;

/** One query for all watchers. Not LISTEN, which does not work through a pooler in transaction mode. */
class ChangePoller {
  private readonly watchers = new Set<Watcher>();
  private told = new Map<number, number>();
  private isPolling = false;

  watch(watcher: Watcher): () => void {
    this.watchers.add(watcher);
    if (!this.isPolling) void this.poll();
    return () => void this.watchers.delete(watcher);
  }

  private async poll(): Promise<void> {
    this.isPolling = true;
    this.told.clear();
    while (this.watchers.size > 0) {
      try {
        for (const change of await this.findChanges()) this.watchers.forEach((watcher) => watcher.tell(change));
      } catch (error) {
        // Their clients reconnect, and then receive what they missed.
        this.watchers.forEach((watcher) => watcher.fail(error));
        this.watchers.clear();
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_EVERY));
    }
    this.isPolling = false;
  }

  private async findChanges(): Promise<TicketChange[]> {
    // Five seconds, because an earlier change may be committed later.
    const rows = await query<TicketChange & { revision: number }>`
      SELECT "id", "ownerId", "isIdentified", "revision" FROM sandbox."Ticket"
      WHERE "changedAt" > clock_timestamp() - interval '5 seconds' ORDER BY "changedAt"`;
    const changes = rows.filter(({ id, revision }) => this.told.get(id) !== revision);
    this.told = new Map(rows.map(({ id, revision }) => [id, revision]));
    return changes;
  }
}

const globalForSandbox = globalThis as { sandboxPoller?: ChangePoller };

/** @param read returns when the next change without a request happens, in milliseconds since 1970, or null */
export async function followChanges(
  isMeant: (change: TicketChange) => boolean,
  signal: AbortSignal,
  read: (change: TicketChange | null) => Promise<number | null>,
): Promise<void> {
  const pending = new Map<number | undefined, TicketChange | null>([[undefined, null]]);
  let failure: unknown;
  let wake = () => {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  const add = (change: TicketChange | null) => {
    pending.set(change?.id, change);
    wake();
  };
  const stop = (globalForSandbox.sandboxPoller ??= new ChangePoller()).watch({
    tell: (change) => isMeant(change) && add(change),
    fail(error) {
      failure = error;
      wake();
    },
  });
  signal.addEventListener("abort", () => wake());
  try {
    while (!signal.aborted && !failure) {
      const [next] = pending;
      if (!next) {
        await new Promise<void>((resolve) => (wake = resolve));
        continue;
      }
      pending.delete(next[0]);
      const nextAt = await read(next[1]);
      clearTimeout(timer);
      if (nextAt !== null) timer = setTimeout(add, Math.max(nextAt - Date.now(), 0) + 5, null);
    }
    if (failure) throw failure;
  } finally {
    stop();
    clearTimeout(timer);
  }
}
