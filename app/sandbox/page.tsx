import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { connection } from "next/server";
import { Workshop } from "@/app/sandbox/_components/workshop";
import { env } from "@/lib/env";

export const metadata: Metadata = { title: "Sandbox", robots: { index: false } };

const PAGES = [
  {
    address: "/sandbox/side-by-side",
    holds: "Portal and desk in one view. Begin here: sign in on the left, write in the chat, and see what arrives.",
  },
  { address: "/sandbox/desk", holds: "What the agent sees: tickets, conversations, and what each token carried." },
  {
    address: "/sandbox/inspector",
    holds: "What is right and wrong with a token, rule by rule. It builds tokens, too.",
  },
  { address: "/sandbox/settings", holds: "Required mode, faults, and what is not known of Glassix." },
];

/** What other programs talk to. */
const PARTS = [
  {
    address: "/sandbox/widget.js",
    holds: "The widget's script: the constructor, methods and events that Glassix documents. The same at widget-2.js.",
  },
  { address: "/sandbox/chat", holds: "The chat frame. The widget shows it, and hands it the identity." },
  {
    address: "GET /sandbox/api/tickets/current",
    holds: "The asking customer's newest ticket in the shape of Glassix's REST API; a number for another of theirs.",
  },
  {
    address: "POST /sandbox/api/inspect",
    holds: "What is right and wrong about a token: { token, uniqueIdentifier?, apiKey?, apiSecret? }.",
  },
  {
    address: "POST /sandbox/api/build",
    holds: "A token to try: { uniqueIdentifier?, apiKey?, apiSecret?, lifetime?, claims? }.",
  },
  { address: "GET /sandbox/api/desk/tickets/…", holds: "Any ticket, for whoever may sit at the desk." },
  { address: "GET, PUT /sandbox/api/settings", holds: "What is switched on, for this browser and for all." },
];

export default async function SandboxPage() {
  // The environment belongs to the server that runs, not to the one that builds.
  await connection();
  const { isSandboxOn, glassix } = env();
  if (!isSandboxOn) notFound();

  return (
    <Workshop title="The sandbox" path="/sandbox">
      <p>
        This server does without Glassix. A local stand-in takes the widget, verifies each identity token as Glassix
        would, and keeps the conversations in this server&apos;s own database. No message leaves it. An automatic agent
        answers, until you do at the desk.
      </p>
      <p>
        To talk to Glassix instead, set <code>GLASSIX_API_KEY</code>, <code>GLASSIX_API_SECRET</code> and{" "}
        <code>GLASSIX_SNIPPET_ID</code>, and leave <code>GLASSIX_SANDBOX</code> out.
      </p>

      <Addresses title="Pages" entries={PAGES} areLinks />
      <Addresses title="For programs" entries={PARTS} />

      <h2>This department</h2>
      <dl>
        <div>
          <dt>API key</dt>
          <dd>
            <code>{glassix.apiKey}</code>
          </dd>
        </div>
        <div>
          <dt>Snippet id</dt>
          <dd>
            <code>{glassix.snippetId}</code>
          </dd>
        </div>
        <div>
          <dt>Identity verification</dt>
          <dd>
            {glassix.isIdentityRequired
              ? "Required: a widget without a valid token spins for ever."
              : "Not required: a widget without a token is anonymous."}
          </dd>
        </div>
      </dl>
    </Workshop>
  );
}

type AddressesProps = { title: string; entries: { address: string; holds: string }[]; areLinks?: boolean };

function Addresses({ title, entries, areLinks = false }: AddressesProps) {
  return (
    <>
      <h2>{title}</h2>
      <dl>
        {entries.map(({ address, holds }) => (
          <div key={address}>
            <dt>
              <code>{areLinks ? <a href={address}>{address}</a> : address}</code>
            </dt>
            <dd>{holds}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
