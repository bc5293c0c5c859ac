import type { DeskTicket } from "@/app/sandbox/_lib/desk";

const FIELDS = Array.from({ length: 10 }, (_, index) => `field${index + 1}`);

export function DeskDetails({ ticket }: { ticket: DeskTicket }) {
  const { details, participants, sandbox } = ticket;
  const fields = FIELDS.map((name) => [name, ticket[name as keyof DeskTicket]] as const);
  const claims = Object.entries(details.identityTokenClaims).filter(([name]) => !FIELDS.includes(name));
  return (
    <aside
      aria-label="Customer"
      className="min-w-0 border-line px-4 pt-3.5 pb-8 @max-[639px]:border-t @min-[640px]:overflow-y-auto @min-[640px]:border-s"
    >
      <h2 className="text-sm/5 font-semibold">{sandbox.isIdentified ? "Identified" : "Anonymous"}</h2>
      <p className="mt-1 text-quiet">
        {sandbox.isIdentified
          ? "A valid identity token identifies this customer. The values below come from it."
          : "No identity token. Only a cookie identifies this browser."}
      </p>
      {sandbox.isIdentified && (
        <List title="details.identityTokenClaims" entries={claims} emptyText="The token has no custom claims." />
      )}
      <List title="Fields" entries={fields} emptyText="field1 to field10 are empty." />
      <List
        title="Ticket"
        entries={[
          ["id", ticket.id],
          ["participants[0].identifier", participants[0]!.identifier],
          ["culture", ticket.culture],
          ["open", ticket.open],
          ["close", ticket.close],
          ["details.source", [details.source.title, details.source.uri].filter(Boolean).join(", ")],
          ["details.userAgent", details.userAgent],
        ]}
      />
      <p className="mt-1 text-quiet underline underline-offset-3">
        <a href={`/sandbox/api/desk/tickets/${ticket.id}`} target="_blank" rel="noreferrer">
          Ticket as JSON
        </a>
      </p>
    </aside>
  );
}

type ListProps = { title: string; entries: (readonly [string, unknown])[]; emptyText?: string };

function List({ title, entries, emptyText }: ListProps) {
  const filled = entries.filter(([, value]) => value !== "" && value != null);
  return (
    <>
      <h3 className="mt-5 mb-1 text-[13px]/5 font-semibold">{title}</h3>
      {filled.length === 0 && <p>{emptyText}</p>}
      <dl>
        {filled.map(([name, value]) => (
          <div key={name} className="border-t border-line py-1.5">
            <dt className="font-mono text-[12px]/5 text-quiet">{name}</dt>
            <dd dir="auto" className="text-start wrap-anywhere">
              {String(value)}
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}
