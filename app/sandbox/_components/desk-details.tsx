import type { DeskTicket } from "@/app/sandbox/_lib/desk";
import styles from "./desk.module.css";

const FIELDS = Array.from({ length: 10 }, (_, index) => `field${index + 1}`);

/** What the agent knows of the customer. All of it came out of the identity token. */
export function DeskDetails({ ticket }: { ticket: DeskTicket }) {
  const { details, participants, sandbox } = ticket;
  const fields = FIELDS.map((name) => [name, String(ticket[name as keyof DeskTicket] ?? "")] as const);
  const claims = Object.entries(details.identityTokenClaims).filter(([name]) => !FIELDS.includes(name));
  return (
    <aside className={styles.details} aria-label="Customer">
      <h2>{sandbox.isIdentified ? "Identified" : "Anonymous"}</h2>
      <p>
        {sandbox.isIdentified
          ? "A valid identity token vouches for this customer. What stands below came with it."
          : "No identity token: a browser's cookie, and nothing is known of whoever sits before it."}
      </p>

      {sandbox.isIdentified && (
        <>
          <h3>details.identityTokenClaims</h3>
          <List entries={claims} none="The token carried none." />
        </>
      )}
      <h3>Fields</h3>
      <List entries={fields.filter(([, value]) => value !== "")} none="field1 to field10 are empty." />
      <h3>Ticket</h3>
      <List
        entries={[
          ["id", String(ticket.id)],
          ["participants[0].identifier", participants[0]!.identifier],
          ["open", ticket.open],
          ["close", ticket.close ?? ""],
          ["details.source", [details.source.title, details.source.uri].filter(Boolean).join(", ")],
          ["details.userAgent", details.userAgent],
        ].filter((entry): entry is [string, string] => entry[1] !== "")}
        none=""
      />
      <p>
        <a href={`/sandbox/api/desk/tickets/${ticket.id}`} target="_blank" rel="noreferrer">
          The ticket as JSON
        </a>
      </p>
    </aside>
  );
}

function List({ entries, none }: { entries: (readonly [string, string])[]; none: string }) {
  if (entries.length === 0) return <p>{none}</p>;
  return (
    <dl>
      {entries.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd dir="auto">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
