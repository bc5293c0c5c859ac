"use client";

import { useRef, useState, useSyncExternalStore, type SyntheticEvent } from "react";
import type { InspectReport } from "@/app/sandbox/_lib/inspector";
import { InspectFindings } from "./inspect-findings";
import styles from "./inspector.module.css";
import { sendJson } from "./send-json";
import { TokenBuilder, type BuiltToken } from "./token-builder";
import { readField, ToolField, writeField } from "./tool-field";

type Result =
  | { kind: "nothing" | "working" }
  | { kind: "report"; report: InspectReport }
  | { kind: "signed-out" }
  | { kind: "problem"; error: string };

type Props = {
  /** This server's own. */
  apiKey: string;
  isDeskOpen: boolean;
};

const subscribeToNothing = () => () => {};

/** Judges tokens, and builds some to judge. What is typed lives in the page's fields alone. */
export function Inspector({ apiKey, isDeskOpen }: Props) {
  const form = useRef<HTMLFormElement>(null);
  const verdict = useRef<HTMLHeadingElement>(null);
  const latest = useRef(0);
  const [result, setResult] = useState<Result>({ kind: "nothing" });
  // Until the page is alive its buttons are off: the browser must not send these forms itself.
  const isAlive = useSyncExternalStore(
    subscribeToNothing,
    () => true,
    () => false,
  );
  const isWorking = result.kind === "working";

  /** Shows what `work` finds out, unless something newer was asked in the meantime. */
  async function show(work: () => Promise<Result>) {
    const number = ++latest.current;
    setResult({ kind: "working" });
    const found = await work();
    if (number !== latest.current) return;
    setResult(found);
    verdict.current?.scrollIntoView({ block: "nearest" });
  }

  async function inspect(): Promise<Result> {
    const answer = await sendJson<InspectReport>("POST", "/sandbox/api/inspect", {
      // Copying brings line ends along. White space inside is judged.
      token: readField(form.current!, "inspect-token").trim(),
      uniqueIdentifier: readField(form.current!, "inspect-unique-identifier") || undefined,
      apiKey: readField(form.current!, "inspect-api-key").trim() || undefined,
      apiSecret: readField(form.current!, "inspect-api-secret") || undefined,
    });
    return answer.ok ? { kind: "report", report: answer.body } : { kind: "problem", error: answer.error };
  }

  async function takeSessions(): Promise<Result> {
    const answer = await sendJson<{ uniqueIdentifier: string; identityToken: string }>("POST", "/api/glassix-identity");
    if (!answer.ok)
      return answer.code === "unauthenticated" ? { kind: "signed-out" } : { kind: "problem", error: answer.error };
    writeField(form.current!, "inspect-token", answer.body.identityToken);
    writeField(form.current!, "inspect-unique-identifier", answer.body.uniqueIdentifier);
    return inspect();
  }

  /** Against what it was made with: whoever built it with a secret of their own means that one. */
  function inspectBuilt(built: BuiltToken) {
    writeField(form.current!, "inspect-token", built.identityToken);
    writeField(form.current!, "inspect-unique-identifier", built.uniqueIdentifier);
    writeField(form.current!, "inspect-api-key", built.apiKey);
    writeField(form.current!, "inspect-api-secret", built.apiSecret);
    verdict.current?.focus();
    void show(inspect);
  }

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    void show(inspect);
  }

  return (
    <div className={styles.inspector}>
      <section aria-labelledby="inspect" className={styles.tool}>
        <div className={styles.typed}>
          <h2 id="inspect">Inspect a token</h2>
          <form ref={form} onSubmit={submit} className={styles.form}>
            <ToolField
              id="inspect-token"
              label="Identity token"
              rows={9}
              placeholder="eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9…"
            />
            <ToolField
              id="inspect-unique-identifier"
              label="uniqueIdentifier of the page"
              hint="The widget's option. Left empty: not judged."
            />

            <ToolField id="inspect-api-key" label="API key" hint="Left empty: this server's own." />
            <ToolField
              id="inspect-api-secret"
              label="API secret"
              type="password"
              hint="Left empty: this server's own."
            />

            <div className={styles.buttons}>
              <button disabled={!isAlive || isWorking} className={styles.primary}>
                Inspect
              </button>
              <button
                type="button"
                disabled={!isAlive || isWorking}
                className={styles.secondary}
                onClick={() => void show(takeSessions)}
              >
                Take this session&apos;s
              </button>
            </div>
          </form>
        </div>
        <div>
          <h2 ref={verdict} tabIndex={-1}>
            Verdict
          </h2>
          <p
            role="status"
            className={styles.verdict}
            data-verdict={result.kind === "report" ? result.report.verdict : result.kind}
          >
            <Summary result={result} />
          </p>
          {result.kind === "report" && <InspectFindings report={result.report} />}
        </div>
      </section>
      <TokenBuilder apiKey={apiKey} isDeskOpen={isDeskOpen} isAlive={isAlive} onInspect={inspectBuilt} />
    </div>
  );
}

function Summary({ result }: { result: Result }) {
  switch (result.kind) {
    case "nothing":
      return "Nothing inspected yet.";
    case "working":
      return "Looking…";
    case "report":
      return result.report.summary;
    case "problem":
      return result.error;
    case "signed-out":
      return (
        <>
          Nobody is signed in, so this session has no token. <a href="/login?callbackUrl=/sandbox/inspector">Sign in</a>{" "}
          and come back.
        </>
      );
  }
}
