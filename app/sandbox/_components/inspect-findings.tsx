import type { InspectReport } from "@/app/sandbox/_lib/inspector";
import styles from "./inspector.module.css";

const WORDS = { pass: "pass", fail: "fail", warn: "warn", skip: "not judged" };

/** Everything that was found: what the token holds, and each rule's verdict. */
export function InspectFindings({ report: { details, against } }: { report: InspectReport }) {
  return (
    <>
      <p className={styles.against}>
        Judged against API key <code>{against.apiKey}</code>,{" "}
        {against.apiSecret === "own" ? "this server's own API secret" : "the API secret that was typed"},{" "}
        {against.uniqueIdentifier === null ? "no uniqueIdentifier" : "the page's uniqueIdentifier"}, at{" "}
        <code>{new Date(against.now * 1000).toISOString().replace(".000", "")}</code>.
      </p>
      {details && (
        <>
          <h3>Rules</h3>
          <ol className={styles.findings}>
            {details.findings.map((finding) => (
              <li key={finding.code}>
                <span className={styles.tag} data-verdict={finding.verdict}>
                  {WORDS[finding.verdict]}
                </span>
                <h4>{finding.title}</h4>
                <dl className={styles.facts}>
                  <div>
                    <dt>found</dt>
                    <dd className={styles.found}>{finding.found}</dd>
                  </div>
                  <div>
                    <dt>wanted</dt>
                    <dd>{finding.wanted}</dd>
                  </div>
                  {"fix" in finding && (
                    <div>
                      <dt>fix</dt>
                      <dd>{finding.fix}</dd>
                    </div>
                  )}
                </dl>
              </li>
            ))}
          </ol>
          <Meter {...details.identityClaims} />
          <div className={styles.parts}>
            <Part title="Header" record={details.header} />
            <Part title="Claims" record={details.claims} />
          </div>
        </>
      )}
    </>
  );
}

function Part({ title, record }: { title: string; record: Record<string, unknown> }) {
  return (
    <div>
      <h3>{title}</h3>
      <pre className={styles.json}>{formatRecord(record)}</pre>
    </div>
  );
}

function Meter({ length, limit }: { length: number; limit: number }) {
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
        className={styles.meter}
      >
        <span style={{ width: `${Math.min(100, (length / limit) * 100)}%` }} />
      </div>
      <p className={styles.hint}>
        {length} of {limit} characters as JSON
        {length > limit ? `: ${length - limit} too many.` : `: ${limit - length} left.`}
      </p>
    </>
  );
}

/** A claim a line. A value stays in one line, however it is nested: Glassix wants strings. */
function formatRecord(record: Record<string, unknown>): string {
  const lines = Object.entries(record).map(([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  return lines.length === 0 ? "{}" : `{\n${lines.join(",\n")}\n}`;
}
