import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { connection } from "next/server";
import { Workshop } from "@/components/sandbox/workshop";
import { env } from "@/lib/env";

export const metadata: Metadata = { title: "Sandbox", robots: { index: false } };

/** What is served where. */
const PARTS = [
  {
    address: "/sandbox/widget.js",
    holds: "The widget's script: the constructor, methods and events that Glassix documents.",
  },
  { address: "/sandbox/chat", holds: "The chat frame. The widget shows it, and hands it the identity." },
  { address: "POST /sandbox/api/connect", holds: "Who the widget's user is, and everything said so far." },
  { address: "GET, POST /sandbox/api/messages", holds: "What was said since, and sending." },
  {
    address: "GET /sandbox/api/tickets/current",
    holds: "The customer's newest ticket in the shape of Glassix's REST API, with details.identityTokenClaims.",
  },
];

export default async function SandboxPage() {
  // The environment belongs to the server that runs, not to the one that builds.
  await connection();
  const { isSandboxOn, isIdentityRequired, glassix } = env();
  if (!isSandboxOn) notFound();

  return (
    <Workshop title="The sandbox">
      <p>
        This server does without Glassix. A local stand-in takes the widget, verifies each identity token as Glassix
        would, and keeps the conversations in this server&apos;s own database. No message leaves this machine, and the
        agent who answers is automatic.
      </p>
      <p>
        To talk to Glassix instead, set <code>GLASSIX_API_KEY</code>, <code>GLASSIX_API_SECRET</code> and{" "}
        <code>GLASSIX_SNIPPET_ID</code>, and leave <code>GLASSIX_SANDBOX</code> out.
      </p>

      <h2>What is served where</h2>
      <dl>
        {PARTS.map(({ address, holds }) => (
          <div key={address}>
            <dt>
              <code>{address}</code>
            </dt>
            <dd>{holds}</dd>
          </div>
        ))}
      </dl>

      <h2>This department</h2>
      <dl>
        <div>
          <dt>API key</dt>
          <dd>
            <code>{glassix.apiKey}</code>
          </dd>
        </div>
        <div>
          <dt>Identity verification</dt>
          <dd>
            {isIdentityRequired
              ? "Required: a widget without a valid token spins for ever."
              : "Not required: a widget without a token is anonymous."}
          </dd>
        </div>
      </dl>
    </Workshop>
  );
}
