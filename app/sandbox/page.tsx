import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { connection } from "next/server";
import type { ReactNode } from "react";
import { SandboxLayout } from "@/app/sandbox/_components/sandbox-layout";
import { env } from "@/lib/env";

export const metadata: Metadata = { title: "Sandbox", robots: { index: false } };

const PAGES = {
  "/sandbox/side-by-side":
    "Portal and desk in one view. Start here: sign in on the left, send a message in the chat, and see it arrive on the right.",
  "/sandbox/desk": "What the agent sees: tickets, conversations, and the claims of each token.",
  "/sandbox/inspector": "Checks a token against every rule, and builds tokens.",
  "/sandbox/mailbox": "The emails that the portal would send, in development without a mail server.",
  "/sandbox/settings": "Required mode, faults, and assumptions about what Glassix does not document.",
};

const ENDPOINTS = {
  "/sandbox/widget.js":
    "The widget script, with the constructor, methods and events that Glassix documents. Also at widget-2.js.",
  "/sandbox/chat": "The chat frame. The widget script shows it and passes it the identity.",
  "GET /sandbox/api/tickets/current":
    "The customer's newest ticket in the format of Glassix's REST API. Use a number for another of their tickets.",
  "POST /sandbox/api/inspect": "Checks a token: { token, uniqueIdentifier?, apiKey?, apiSecret? }.",
  "POST /sandbox/api/build": "Builds a token: { uniqueIdentifier?, apiKey?, apiSecret?, lifetime?, claims? }.",
  "GET /sandbox/api/desk/tickets/…": "Any ticket. Requires access to the desk.",
  "GET, PUT /sandbox/api/settings": "The settings of this browser and of all browsers.",
};

export default async function SandboxPage() {
  await connection();
  const { isSandboxOn, glassix } = env();
  if (!isSandboxOn) notFound();

  return (
    <SandboxLayout title="The sandbox" path="/sandbox">
      <p>
        This server does not use Glassix. A local stand-in serves the widget, verifies identity tokens as Glassix would,
        and stores conversations in this server&apos;s database. Messages never leave the server. An automatic agent
        replies until you do at the desk.
      </p>
      <p className="mt-3">
        To use Glassix, set <Code>GLASSIX_API_KEY</Code>, <Code>GLASSIX_API_SECRET</Code> and{" "}
        <Code>GLASSIX_SNIPPET_ID</Code>, and remove <Code>GLASSIX_SANDBOX</Code>.
      </p>
      <Table
        title="Pages"
        rows={Object.entries(PAGES).map(([address, text]) => [
          <Code key={address}>
            <a href={address}>{address}</a>
          </Code>,
          text,
        ])}
      />
      <Table
        title="Endpoints"
        rows={Object.entries(ENDPOINTS).map(([address, text]) => [<Code key={address}>{address}</Code>, text])}
      />
      <Table
        title="Department"
        rows={[
          ["API key", <Code key="">{glassix.apiKey}</Code>],
          ["Snippet ID", <Code key="">{glassix.snippetId}</Code>],
          ...Object.entries(glassix.snippetIds).map(([language, id]): [string, ReactNode] => [
            `Snippet ID, ${language}`,
            <Code key="">{id}</Code>,
          ]),
          [
            "Identity verification",
            glassix.isIdentityRequired
              ? "Required. A widget without a valid token keeps loading."
              : "Optional. A widget without a token is anonymous.",
          ],
        ]}
      />
    </SandboxLayout>
  );
}

function Code({ children }: { children: ReactNode }) {
  return <code className="text-sm wrap-anywhere">{children}</code>;
}

function Table({ title, rows }: { title: string; rows: [ReactNode, ReactNode][] }) {
  return (
    <>
      <h2 className="mt-10 mb-2 text-sm/5 font-semibold">{title}</h2>
      <dl className="divide-y divide-line border-y border-line">
        {rows.map(([term, description], index) => (
          <div key={index} className="gap-4 py-3 sm:grid sm:grid-cols-[280px_1fr]">
            <dt>{term}</dt>
            <dd className="text-quiet">{description}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
