import type { ReactNode } from "react";

type Props = { id: string; title: string; form: ReactNode; children: ReactNode };

/** A form and its result: below each other, or side by side where there is room. */
export function ToolSection({ id, title, form, children }: Props) {
  return (
    <section
      aria-labelledby={id}
      className="mt-10 grid grid-cols-1 border-t border-ink lg:grid-cols-[minmax(0,5fr)_minmax(0,6fr)] lg:gap-x-16 [&_h2]:mt-6 [&_h2]:mb-5 [&_h2]:text-lg/6 [&_h2]:font-semibold [&_h3]:mt-8 [&_h3]:mb-2 [&_h3]:text-sm/5 [&_h3]:font-semibold"
    >
      <div className="lg:[@media(height>=800px)]:sticky lg:[@media(height>=800px)]:top-0 lg:[@media(height>=800px)]:self-start">
        <h2 id={id}>{title}</h2>
        {form}
      </div>
      <div>{children}</div>
    </section>
  );
}
