import type { ReactNode } from "react";
import "../sandbox.css";

const PAGES = [
  ["/sandbox", "Sandbox"],
  ["/sandbox/side-by-side", "Side by side"],
  ["/sandbox/desk", "Desk"],
  ["/sandbox/inspector", "Inspector"],
  ["/sandbox/mailbox", "Mailbox"],
  ["/sandbox/settings", "Settings"],
  ["/portal", "Portal"],
] as const;

const WITHOUT_JAVASCRIPT = ["/sandbox", "/sandbox/mailbox"];

const TEXT = "mx-auto box-content px-4 pt-10 pb-24 sm:px-8 lg:px-12 [&_a]:underline [&_a]:underline-offset-3";
const WINDOW = "flex min-h-0 flex-1 flex-col [@media(height<300px)]:min-h-90";
const MAIN = {
  text: `${TEXT} max-w-[728px]`,
  wide: `${TEXT} max-w-[1200px]`,
  // Fills the window: its controls are where the chat and the timeline would be.
  window: WINDOW,
  // The same inside another sandbox page, without a header.
  frame: WINDOW,
};

type Props = {
  title: string;
  path: (typeof PAGES)[number][0];
  layout?: keyof typeof MAIN;
  children: ReactNode;
};

export function SandboxLayout({ title, path, layout = "text", children }: Props) {
  const fillsWindow = MAIN[layout] === WINDOW;
  return (
    <div
      lang="en"
      dir="ltr"
      className={`sandbox bg-paper text-ink ${fillsWindow ? "fills-window relative flex h-dvh flex-col overflow-x-hidden overflow-y-auto" : "flex-1"}`}
    >
      {layout !== "frame" && (
        <header className="border-b border-line font-mono">
          <p className="striped max-w-none bg-[length:100%_6px] px-4 pt-3.5 pb-1 text-center text-[12px]/4.5">
            Sandbox: a stand-in for Glassix
          </p>
          <nav
            aria-label="Sandbox"
            className="flex flex-wrap gap-x-5 px-4 pb-2 text-[13px]/5 text-quiet decoration-2 underline-offset-6 sm:justify-center"
          >
            {PAGES.map(([address, name]) => (
              // Not <Link>: its cache would show outdated tickets and settings.
              <a
                key={address}
                href={address}
                aria-current={address === path ? "page" : undefined}
                className="py-1 hover:text-ink hover:underline aria-[current=page]:text-ink aria-[current=page]:underline"
              >
                {name}
              </a>
            ))}
          </nav>
        </header>
      )}
      <main id="content" className={MAIN[layout]}>
        <h1 className={fillsWindow ? "sr-only" : "mb-4 text-xl font-semibold"}>{title}</h1>
        {!WITHOUT_JAVASCRIPT.includes(path) && (
          <noscript>
            <p className={fillsWindow ? "p-4" : "mb-4"}>This page needs JavaScript.</p>
          </noscript>
        )}
        {children}
      </main>
    </div>
  );
}
