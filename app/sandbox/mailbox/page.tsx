import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { connection } from "next/server";
import { SandboxLayout } from "@/app/sandbox/_components/sandbox-layout";
import { readMailbox, splitAtLinks } from "@/app/sandbox/_lib/mailbox";
import { env } from "@/lib/env";

export const metadata: Metadata = { title: "Sandbox mailbox", robots: { index: false } };

const timeFormat = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });

export default async function MailboxPage() {
  await connection();
  const { isSandboxOn, mail, siteUrl } = env();
  if (!isSandboxOn) notFound();
  const messages = mail?.kind === "folder" ? await readMailbox() : null;
  return (
    <SandboxLayout title="Mailbox" path="/sandbox/mailbox">
      <p>
        {messages
          ? "The newest emails from this portal. Development sends none: it keeps them in .data/mail."
          : "This server does not keep messages. Development without SMTP_URL does."}
      </p>
      {messages?.length === 0 && (
        <p className="mt-3">
          No emails yet. They appear here when you confirm or change your email address, or forget your password. Reload
          the page to see new ones. Registration needs no email unless SMTP_URL is set.
        </p>
      )}
      {messages?.map(({ id, to, subject, text, sentAt }) => (
        <article key={id} className="mt-10 border-t border-ink pt-3 wrap-anywhere" dir="auto">
          <h2 className="text-sm/5 font-semibold">{subject}</h2>
          <p className="mt-1 font-mono text-[13px]/5 text-quiet">
            To {to} · <time dateTime={sentAt.toISOString()}>{timeFormat.format(sentAt)}</time>
          </p>
          <p className="mt-3 whitespace-pre-wrap">
            {splitAtLinks(text.trim(), siteUrl).map((part, index) => (
              <span key={index}>{part.isLink ? <a href={part.text}>{part.text}</a> : part.text}</span>
            ))}
          </p>
        </article>
      ))}
    </SandboxLayout>
  );
}
