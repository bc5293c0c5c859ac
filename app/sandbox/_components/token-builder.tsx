"use client";

import { useEffect, useRef, useState, type SyntheticEvent } from "react";
import { parseClaims } from "@/app/sandbox/_lib/claims-text";
import styles from "./inspector.module.css";
import { sendJson } from "./send-json";
import { readField, ToolField } from "./tool-field";

/** A token, and what was typed to make it. */
export type BuiltToken = { identityToken: string; uniqueIdentifier: string; apiKey: string; apiSecret: string };

type Props = {
  apiKey: string;
  isDeskOpen: boolean;
  isAlive: boolean;
  onInspect: (built: BuiltToken) => void;
};

const FIELDS = ["field1", "field2", "field3", "field4"];

// The guide's own example customer.
const EXAMPLE = "db79e775-81fd-4f2e-8741-9266e920cc32";

/** The field that an answer of the server is about. */
const FIELD_OF_CODE: Record<string, string> = {
  "api-secret-missing": "build-api-secret",
  "claims-invalid": "build-claims",
  "lifetime-invalid": "build-lifetime",
};

/** Builds tokens, also such as Glassix would refuse: the inspector tells what it makes of them. */
export function TokenBuilder({ apiKey, isDeskOpen, isAlive, onInspect }: Props) {
  const form = useRef<HTMLFormElement>(null);
  const token = useRef<HTMLTextAreaElement>(null);
  const [isWorking, setWorking] = useState(false);
  const [built, setBuilt] = useState<BuiltToken | null>(null);
  const [problem, setProblem] = useState<{ field: string | undefined; error: string } | null>(null);
  const [said, setSaid] = useState("");
  const errorOf = (field: string) => (problem?.field === field ? problem.error : undefined);

  useEffect(() => {
    form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [problem]);

  async function build(event: SyntheticEvent) {
    event.preventDefault();
    const read = (id: string) => readField(form.current!, id);
    setBuilt(null);
    setSaid("");
    setProblem(null);

    const custom = parseClaims(read("build-claims"));
    if ("problem" in custom) return setProblem({ field: "build-claims", error: custom.problem });
    const fields = FIELDS.map((name) => [name, read(`build-${name}`)]).filter(([, value]) => value !== "");
    const typed = {
      uniqueIdentifier: read("build-unique-identifier"),
      apiKey: read("build-api-key"),
      apiSecret: read("build-api-secret"),
    };
    const lifetime = read("build-lifetime").trim();

    setWorking(true);
    const answer = await sendJson<{ identityToken: string }>("POST", "/sandbox/api/build", {
      ...typed,
      lifetime: /^-?\d+$/.test(lifetime) ? Number(lifetime) : lifetime,
      claims: { ...Object.fromEntries(fields), ...custom.claims },
    });
    setWorking(false);
    if (!answer.ok) return setProblem({ field: FIELD_OF_CODE[answer.code], error: answer.error });
    setBuilt({ ...typed, ...answer.body });
    setSaid("The token is built.");
  }

  async function copy() {
    try {
      await navigator.clipboard.writeText(built!.identityToken);
      setSaid("Copied.");
    } catch {
      // Browsers keep the clipboard from pages without HTTPS.
      token.current?.select();
      setSaid("This browser does not let the page copy. The token is selected: copy it from there.");
    }
  }

  return (
    <section aria-labelledby="build" className={styles.tool}>
      <div className={styles.typed}>
        <h2 id="build">Build a token</h2>
        <form ref={form} onSubmit={build} className={styles.form}>
          <ToolField
            id="build-unique-identifier"
            label="uniqueIdentifier"
            defaultValue={EXAMPLE}
            hint="Becomes aud. Left empty: no aud."
          />

          <ToolField id="build-api-key" label="API key" defaultValue={apiKey} hint="Becomes iss. Left empty: no iss." />
          <ToolField
            id="build-api-secret"
            label="API secret"
            type="password"
            hint={
              isDeskOpen
                ? "Left empty: the sandbox's own."
                : "Needed. While the desk is open (/sandbox/desk), left empty means the sandbox's own."
            }
            error={errorOf("build-api-secret")}
          />

          <div className={styles.fields}>
            {FIELDS.map((name, index) => (
              <ToolField
                key={name}
                id={`build-${name}`}
                label={name}
                placeholder={["John", "Wick", "premium"][index]}
              />
            ))}
          </div>
          <ToolField
            id="build-claims"
            label="Custom claims"
            rows={4}
            placeholder={'{"email": "john.wick@example.com"}'}
            hint='JSON. A registered name wins over the fields above: {"exp": "soon"} makes a token that is refused.'
            error={errorOf("build-claims")}
          />
          <div className={styles.pair}>
            <ToolField
              id="build-lifetime"
              label="Lifetime in seconds"
              defaultValue="18000"
              hint="Below zero: it has expired."
              error={errorOf("build-lifetime")}
            />
            <ToolField
              id="build-algorithm"
              label="Algorithm"
              value="HS256"
              readOnly
              hint="The only one that is accepted."
            />
          </div>
          <div className={styles.buttons}>
            <button disabled={!isAlive || isWorking} className={styles.primary}>
              Build
            </button>
          </div>
        </form>
      </div>
      <div>
        <h2>Built token</h2>
        {built ? (
          <>
            <textarea
              ref={token}
              aria-label="Built token"
              className={styles.control}
              rows={9}
              readOnly
              value={built.identityToken}
            />
            <div className={styles.buttons}>
              <button type="button" className={styles.primary} onClick={() => onInspect(built)}>
                Inspect it
              </button>
              <button type="button" className={styles.secondary} onClick={() => void copy()}>
                Copy
              </button>
            </div>
          </>
        ) : (
          !isWorking && !problem && <p className={styles.verdict}>Nothing built yet.</p>
        )}
        <p role="status" className={styles.said}>
          {said}
        </p>
        {problem && (
          <p role="alert" className={styles.verdict} data-verdict="problem">
            {problem.field ? "Not built. See the field that is marked." : problem.error}
          </p>
        )}
      </div>
    </section>
  );
}
