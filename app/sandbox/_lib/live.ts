import "server-only";
import { db } from "@/lib/db";

/** That something about a ticket is new: a message, its state, what somebody has seen or types. */
export type TicketChange = { id: number; uniqueIdentifier: string | null; visitorId: string | null };

type Watcher = { tell(change: TicketChange): void; fail(error: unknown): void };

const EVERY = 100;

/** A change is found for so many seconds, because changes become visible in another order than they were made in. */
const LOOK_BACK = 5;

/**
 * One look at the database every 100 milliseconds for all who watch in this process, and none while
 * nobody does. Asking, rather than Postgres' LISTEN: that needs a connection of its own, which poolers
 * in transaction mode do not give. Nothing here outlives a request: each process finds all changes itself.
 */
class Lookout {
  private readonly watchers = new Set<Watcher>();
  /** The last revision of each ticket that was told, with the round in which it was seen. */
  private readonly told = new Map<number, { revision: number; round: number }>();
  private round = 0;
  private isLooking = false;

  add(watcher: Watcher): void {
    this.watchers.add(watcher);
    if (!this.isLooking) void this.look();
  }

  remove(watcher: Watcher): void {
    this.watchers.delete(watcher);
  }

  private async look(): Promise<void> {
    this.isLooking = true;
    this.told.clear();
    while (this.watchers.size > 0) {
      try {
        for (const change of await this.findChanges()) this.watchers.forEach((watcher) => watcher.tell(change));
      } catch (error) {
        // They come back, and then hear what they have missed.
        this.watchers.forEach((watcher) => watcher.fail(error));
        this.watchers.clear();
      }
      await new Promise((resolve) => setTimeout(resolve, EVERY));
    }
    this.isLooking = false;
  }

  private async findChanges(): Promise<TicketChange[]> {
    this.round++;
    const rows = await db().$queryRaw<(TicketChange & { revision: number })[]>`
      SELECT "id", "uniqueIdentifier", "visitorId", "revision" FROM "SandboxTicket"
      WHERE "changedAt" > clock_timestamp() - make_interval(secs => ${LOOK_BACK}) ORDER BY "changedAt"`;
    const changes = rows.filter(({ id, revision }) => this.told.get(id)?.revision !== revision);
    for (const { id, revision } of rows) this.told.set(id, { revision, round: this.round });
    for (const [id, { round }] of this.told) if (round !== this.round) this.told.delete(id);
    return changes;
  }
}

// On globalThis: `next dev` evaluates this file again after each change.
const kept = globalThis as { sandboxLookout?: Lookout };

/**
 * Calls `tell` soon after every change of a ticket, until the signal is aborted. What was before, the
 * caller reads itself, after this has been called; a change of the last seconds may be told all the same.
 *
 * @throws what the database throws when it cannot be asked
 */
function watchTickets(tell: (change: TicketChange) => void, signal: AbortSignal): Promise<void> {
  const lookout = (kept.sandboxLookout ??= new Lookout());
  return new Promise((resolve, reject) => {
    const watcher = { tell, fail: reject };
    lookout.add(watcher);
    signal.addEventListener("abort", () => {
      lookout.remove(watcher);
      resolve();
    });
  });
}

/**
 * Reads at once, and again whenever something is new, until the signal is aborted. One reading at a time.
 *
 * @param isMeant which changes are worth a reading
 * @param read answers when the next change comes by itself, in milliseconds since 1970, or null
 * @throws what `read` or the database throws
 */
export async function followChanges(
  isMeant: (change: TicketChange) => boolean,
  signal: AbortSignal,
  read: (change: TicketChange | null) => Promise<number | null>,
): Promise<void> {
  const pending: (TicketChange | null)[] = [null];
  let wake = () => {};
  let timer: ReturnType<typeof setTimeout> | undefined;
  const add = (change: TicketChange | null) => {
    if (!pending.some((known) => known?.id === change?.id)) pending.push(change);
    wake();
  };
  let failure: unknown;
  const watching = watchTickets((change) => isMeant(change) && add(change), signal).catch((error) => {
    failure = error;
    wake();
  });
  signal.addEventListener("abort", () => wake());
  try {
    while (!signal.aborted && !failure) {
      if (pending.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      if (signal.aborted || failure || pending.length === 0) continue;
      const nextAt = await read(pending.shift()!);
      clearTimeout(timer);
      if (nextAt !== null) timer = setTimeout(add, Math.max(nextAt - Date.now(), 0) + 5, null);
    }
    if (failure) throw failure;
  } finally {
    clearTimeout(timer);
    void watching;
  }
}
