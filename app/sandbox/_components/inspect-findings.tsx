import type { InspectReport } from "@/app/sandbox/_lib/inspector";

const TAGS = {
  pass: { text: "pass", look: "border-edge px-2 font-semibold" },
  fail: { text: "fail", look: "border-ink bg-ink px-2 font-semibold text-paper" },
  warn: { text: "warn", look: "striped border-ink bg-[length:8px_100%] ps-4 pe-2 font-semibold [--stripe:2px]" },
  skip: { text: "skipped", look: "border-dashed border-edge px-2 text-quiet" },
};

export function InspectFindings({ report: { details, against } }: { report: InspectReport }) {
  return (
    <>
      <p className="mt-1.5 text-sm/5 text-quiet">
        Checked with API key <code className="text-[13px]">{against.apiKey}</code>,{" "}
        {against.apiSecret === "own" ? "this server's API secret" : "the API secret you entered"},{" "}
        {against.uniqueIdentifier === null ? "no uniqueIdentifier" : "the page's uniqueIdentifier"}, at{" "}
        <code className="text-[13px]">{new Date(against.now * 1000).toISOString().replace(".000", "")}</code>.
      </p>
      {details && (
        <>
          <h3>Rules</h3>
          <ol className="border-b border-line">
            {details.findings.map((finding) => (
              <li
                key={finding.code}
                className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 gap-y-1 border-t border-line py-3 sm:grid-cols-[96px_minmax(0,1fr)]"
              >
                <h4 className="text-sm/6 font-semibold sm:order-1">{finding.title}</h4>
                <span
                  className={`self-start justify-self-start border py-px font-mono text-[12px]/5 ${TAGS[finding.verdict].look}`}
                >
                  {TAGS[finding.verdict].text}
                </span>
                <dl className="order-2 col-span-2 sm:col-span-1 sm:col-start-2">
                  <Fact name="found" value={finding.found} className="font-mono text-[13px]/5.5" />
                  <Fact name="expected" value={finding.wanted} />
                  {"fix" in finding && <Fact name="fix" value={finding.fix} />}
                </dl>
              </li>
            ))}
          </ol>
          <Meter {...details.identityClaims} />
          <div className="gap-x-4 sm:grid sm:grid-cols-[minmax(0,2fr)_minmax(0,5fr)]">
            <JsonRecord title="Header" record={details.header} />
            <JsonRecord title="Claims" record={details.claims} />
          </div>
        </>
      )}
    </>
  );
}

function Fact({ name, value, className = "text-sm" }: { name: string; value: string; className?: string }) {
  return (
    <div className="grid grid-cols-[60px_minmax(0,1fr)] gap-2">
      <dt className="font-mono text-[12px]/5.5 text-quiet">{name}</dt>
      <dd className={className}>{value}</dd>
    </div>
  );
}

function JsonRecord({ title, record }: { title: string; record: Record<string, unknown> }) {
  return (
    <div>
      <h3>{title}</h3>
      <pre className="border border-line bg-surface px-4 py-3 text-[13px]/5 wrap-anywhere whitespace-pre-wrap">
        {formatRecord(record)}
      </pre>
    </div>
  );
}

function Meter({ length, limit }: { length: number; limit: number }) {
  const left = limit - length;
  return (
    <>
      <h3 id="identity-claims-length">Identity claims</h3>
      <div
        role="meter"
        aria-labelledby="identity-claims-length"
        aria-valuemin={0}
        aria-valuemax={limit}
        aria-valuenow={Math.min(length, limit)}
        aria-valuetext={`${length} of ${limit} characters`}
        className="h-3 border border-ink p-0.5"
      >
        <span
          className="block h-full bg-ink forced-colors:bg-[CanvasText]"
          style={{ width: `${Math.min(100, (length / limit) * 100)}%` }}
        />
      </div>
      <p className="mt-1.5 text-sm/5 text-quiet">
        {length} of {limit} characters as JSON: {left < 0 ? `${-left} too many.` : `${left} left.`}
      </p>
    </>
  );
}

/** One claim per line, even if it is nested. */
function formatRecord(record: Record<string, unknown>): string {
  const lines = Object.entries(record).map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  return lines.length === 0 ? "{}" : `{\n${lines.join(",\n")}\n}`;
}
