import type { noticeOf } from "@/lib/widget/machine";

type Link = { text: string; href: string };

/** Other ways to reach a person, for when the chat is not one. */
export type Help = { phone: Link; email: Link };

type Props = { help: Help; notice: ReturnType<typeof noticeOf> };

/** What stands in the chat's corner when the chat does not. */
export function ChatStatus({ help, notice }: Props) {
  return (
    // Always in the page: a screen reader announces what changes inside, not what arrives with it.
    <div role="status" className="fixed right-4 bottom-4 z-40 max-w-[min(18rem,calc(100vw-2rem))] text-sm print:hidden">
      {notice === "unavailable" ? (
        <div className="rounded-card border border-line bg-surface px-4 py-3 shadow-float">
          <p className="font-medium">Chat is unavailable</p>
          <p className="mt-1 leading-6 text-quiet">
            Call{" "}
            <a className="link whitespace-nowrap" href={help.phone.href}>
              {help.phone.text}
            </a>{" "}
            or write to{" "}
            <a className="link whitespace-nowrap" href={help.email.href}>
              {help.email.text}
            </a>
            .
          </p>
        </div>
      ) : notice === "sign-in" ? (
        <a
          className="flex min-h-11 items-center rounded-full border border-edge bg-surface px-5 font-medium shadow-float transition-colors duration-150 hover:bg-sunk"
          href="/login"
        >
          Sign in to chat
        </a>
      ) : null}
    </div>
  );
}
