import "server-only";
import { query, type Ticket } from "./schema";

/** A ticket in which something is new: a message, its state, what somebody has seen or types. */
export type TicketChange = Pick<Ticket, "id" | "ownerId" | "isIdentified">;

type Watcher = { tell(change: TicketChange): void; fail(error: unknown): void };

const POLL_EVERY = 100;

/**
 * One query every 100 milliseconds for all watchers in this process, and none without watchers. Not LISTEN: that
 * needs a connection of its own, which a pooler in transaction mode does not give.
 */
class ChangePoller {
  private readonly watchers = new Set<Watcher>();
  /** The last revision of each ticket that was told. */
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
        // Their clients connect again, and then get what they have missed.
        this.watchers.forEach((watcher) => watcher.fail(error));
        this.watchers.clear();
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_EVERY));
    }
    this.isPolling = false;
  }

  private async findChanges(): Promise<TicketChange[]> {
    // Five seconds, because a change that was made earlier may be committed later.
    const rows = await query<TicketChange & { revision: number }>`
      SELECT "id", "ownerId", "isIdentified", "revision" FROM sandbox."Ticket"
      WHERE "changedAt" > clock_timestamp() - interval '5 seconds' ORDER BY "changedAt"`;
    const changes = rows.filter(({ id, revision }) => this.told.get(id) !== revision);
    this.told = new Map(rows.map(({ id, revision }) => [id, revision]));
    return changes;
  }
}

// On globalThis: Next bundles this file more than once, and `next dev` evaluates it again after each change.
const globalForSandbox = globalThis as { sandboxPoller?: ChangePoller };

/**
 * Reads at once, and again whenever something is new, until the signal is aborted. One reading at a time.
 *
 * @param isMeant which changes are worth a reading
 * @param read returns when the next change comes by itself, in milliseconds since 1970, or null
 * @throws what `read` or the database throws
 */
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
