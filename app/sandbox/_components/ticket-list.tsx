import type { Ref } from "react";
import type { DeskEntry } from "@/app/sandbox/_lib/desk";
import { sendJson } from "./send-json";

type Props = {
  ref: Ref<HTMLElement>;
  entries: DeskEntry[] | null;
  selectedId: number | null;
  error: string;
  hasPassword: boolean;
  onSelect(id: number): void;
  onError(error: string): void;
};

export function TicketList({ ref, entries, selectedId, error, hasPassword, onSelect, onError }: Props) {
  return (
    <section
      ref={ref}
      aria-label="Tickets"
      className={`min-h-0 overflow-y-auto border-line font-mono text-[13px]/5 text-quiet @min-[1100px]:block @min-[1100px]:border-e ${selectedId === null ? "" : "hidden"}`}
    >
      <h2 className="px-4 py-3.5 text-sm/5 font-semibold text-ink">Tickets</h2>
      {hasPassword && <SignOutButtons onError={onError} />}
      <p role="alert" className="px-4 pb-2 font-sans text-[15px]/5.5 text-bad empty:hidden">
        {error}
      </p>
      {!entries?.length ? (
        <p className="px-4">
          {entries
            ? "No tickets yet. Sign in to the portal as John Wick, open the chat and send a message."
            : "Loading tickets…"}
        </p>
      ) : (
        <ul className="divide-y divide-line border-y border-line">
          {entries.map((entry) => (
            <li key={entry.id}>
              <button
                type="button"
                data-ticket={entry.id}
                onClick={() => onSelect(entry.id)}
                aria-current={entry.id === selectedId ? "true" : undefined}
                className="block w-full cursor-pointer px-4 py-2.5 text-start hover:bg-sunk focus-visible:-outline-offset-3 aria-[current=true]:border-s-3 aria-[current=true]:border-ink aria-[current=true]:bg-sunk aria-[current=true]:ps-[13px]"
              >
                <span className="flex justify-between gap-3">
                  <span dir="auto" className="truncate font-semibold text-ink">
                    {entry.name}
                  </span>
                  <span>#{entry.id}</span>
                </span>
                <span className="block truncate font-sans text-[15px]/5.5 text-ink" dir="auto">
                  {entry.isTyping ? "Typing…" : entry.text}
                </span>
                <span className="flex justify-between gap-3">
                  <span>
                    {entry.isIdentified ? "Identified" : "Anonymous"} · {entry.state}
                  </span>
                  {entry.unread > 0 && (
                    <span className="flex-none rounded-full bg-ink px-2 text-paper">{entry.unread} new</span>
                  )}
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function SignOutButtons({ onError }: { onError(error: string): void }) {
  async function signOut(isEverywhere: boolean) {
    const answer = await sendJson("POST", "/sandbox/api/desk/close", { isEverywhere });
    if (answer.ok || answer.code === "desk-closed") location.reload();
    else onError(answer.error);
  }
  const className = "min-h-8 cursor-pointer rounded-control border border-edge px-2.5 text-ink hover:bg-sunk";
  return (
    <form className="flex flex-wrap gap-2 px-4 pb-3">
      <button className={className} formAction={() => signOut(false)}>
        Sign out of the desk
      </button>
      <button className={className} formAction={() => signOut(true)}>
        Sign out all browsers
      </button>
    </form>
  );
}
