"use client";

import { useRef, useState, useSyncExternalStore, type ReactNode, type SyntheticEvent } from "react";
import type { InspectReport } from "@/app/sandbox/_lib/inspector";
import { FormField, readField, writeField } from "./form-field";
import { InspectFindings } from "./inspect-findings";
import { sendJson } from "./send-json";
import { TokenBuilder, type BuiltToken } from "./token-builder";
import { ToolSection } from "./tool-section";
import { Verdict } from "./verdict";

type Result = { kind: string; summary: ReactNode; report?: InspectReport };

type Props = { apiKey: string; isDeskOpen: boolean };

const SIGNED_OUT = (
  <>
    You are not signed in, so this session has no token. <a href="/login?callbackUrl=/sandbox/inspector">Sign in</a> and
    try again.
  </>
);

const subscribeToNothing = () => () => {};

export function Inspector({ apiKey, isDeskOpen }: Props) {
  const form = useRef<HTMLFormElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const latestRequest = useRef(0);
  const [result, setResult] = useState<Result>({ kind: "none", summary: "No token inspected yet." });
  // Before hydration, the browser would submit the forms itself.
  const isHydrated = useSyncExternalStore(
    subscribeToNothing,
    () => true,
    () => false,
  );
  const isDisabled = !isHydrated || result.kind === "loading";

  async function show(load: () => Promise<Result>) {
    const request = ++latestRequest.current;
    setResult({ kind: "loading", summary: "Inspecting…" });
    const loaded = await load();
    if (request !== latestRequest.current) return;
    setResult(loaded);
    heading.current?.scrollIntoView({ block: "nearest" });
  }

  async function inspect(): Promise<Result> {
    const read = (name: string) => readField(form.current!, `inspect-${name}`);
    const answer = await sendJson<InspectReport>("POST", "/sandbox/api/inspect", {
      // Copied text often ends with a line break. Whitespace inside the token is an error.
      token: read("token").trim(),
      uniqueIdentifier: read("unique-identifier") || undefined,
      apiKey: read("api-key").trim() || undefined,
      apiSecret: read("api-secret") || undefined,
    });
    if (!answer.ok) return { kind: "problem", summary: answer.error };
    return { kind: answer.body.verdict, summary: answer.body.summary, report: answer.body };
  }

  async function inspectSession(): Promise<Result> {
    const answer = await sendJson<{ uniqueIdentifier: string; identityToken: string }>("POST", "/api/glassix-identity");
    if (!answer.ok) return { kind: "problem", summary: answer.code === "unauthenticated" ? SIGNED_OUT : answer.error };
    writeField(form.current!, "inspect-token", answer.body.identityToken);
    writeField(form.current!, "inspect-unique-identifier", answer.body.uniqueIdentifier);
    return inspect();
  }

  function inspectBuilt(built: BuiltToken) {
    writeField(form.current!, "inspect-token", built.identityToken);
    writeField(form.current!, "inspect-unique-identifier", built.uniqueIdentifier);
    writeField(form.current!, "inspect-api-key", built.apiKey);
    writeField(form.current!, "inspect-api-secret", built.apiSecret);
    heading.current?.focus();
    void show(inspect);
  }

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    void show(inspect);
  }

  return (
    <>
      <ToolSection
        id="inspect"
        title="Inspect a token"
        form={
          <form ref={form} onSubmit={submit} className="grid gap-5">
            <FormField
              id="inspect-token"
              label="Identity token"
              rows={9}
              placeholder="eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9…"
            />
            <FormField
              id="inspect-unique-identifier"
              label="uniqueIdentifier of the page"
              hint="The widget option. Leave empty to skip this check."
            />
            <FormField id="inspect-api-key" label="API key" hint="Leave empty to use this server's." />
            <FormField
              id="inspect-api-secret"
              label="API secret"
              type="password"
              hint="Leave empty to use this server's."
            />
            <div className="mt-1 flex flex-wrap gap-3">
              <button disabled={isDisabled} className="button button-primary">
                Inspect
              </button>
              <button
                type="button"
                disabled={isDisabled}
                className="button button-quiet"
                onClick={() => void show(inspectSession)}
              >
                Use this session&apos;s token
              </button>
            </div>
          </form>
        }
      >
        <h2 ref={heading} tabIndex={-1} className="scroll-mt-6 scroll-mb-[40vh]">
          Verdict
        </h2>
        <Verdict role="status" kind={result.kind}>
          {result.summary}
        </Verdict>
        {result.report && <InspectFindings report={result.report} />}
      </ToolSection>
      <TokenBuilder apiKey={apiKey} isDeskOpen={isDeskOpen} isHydrated={isHydrated} onInspect={inspectBuilt} />
    </>
  );
}
