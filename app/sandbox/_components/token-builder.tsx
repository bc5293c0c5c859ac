"use client";

import { useEffect, useRef, useState, type SyntheticEvent } from "react";
import { parseClaims } from "@/app/sandbox/_lib/claims-text";
import { controlClass, FormField, readField } from "./form-field";
import { sendJson } from "./send-json";
import { ToolSection } from "./tool-section";
import { Verdict } from "./verdict";

export type BuiltToken = { identityToken: string; uniqueIdentifier: string; apiKey: string; apiSecret: string };

type Props = {
  apiKey: string;
  isDeskOpen: boolean;
  isHydrated: boolean;
  onInspect: (built: BuiltToken) => void;
};

const FIELDS = ["field1", "field2", "field3", "field4"];

// From Glassix's guide.
const EXAMPLE_IDENTIFIER = "db79e775-81fd-4f2e-8741-9266e920cc32";

const FIELD_OF_CODE: Record<string, string> = {
  "api-secret-missing": "build-api-secret",
  "claims-invalid": "build-claims",
  "lifetime-invalid": "build-lifetime",
};

export function TokenBuilder({ apiKey, isDeskOpen, isHydrated, onInspect }: Props) {
  const form = useRef<HTMLFormElement>(null);
  const output = useRef<HTMLTextAreaElement>(null);
  const [built, setBuilt] = useState<BuiltToken | null>(null);
  const [problem, setProblem] = useState<{ field: string | undefined; error: string } | null>(null);
  const [status, setStatus] = useState("");
  const errorOf = (field: string) => (problem?.field === field ? problem.error : undefined);

  useEffect(() => {
    form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [problem]);

  async function build(event: SyntheticEvent) {
    event.preventDefault();
    const read = (name: string) => readField(form.current!, `build-${name}`);
    setBuilt(null);
    setStatus("");
    setProblem(null);

    const custom = parseClaims(read("claims"));
    if ("problem" in custom) return setProblem({ field: "build-claims", error: custom.problem });
    const fields = FIELDS.map((name) => [name, read(name)]).filter(([, value]) => value !== "");
    const input = {
      uniqueIdentifier: read("unique-identifier"),
      apiKey: read("api-key"),
      apiSecret: read("api-secret"),
    };
    const lifetime = read("lifetime").trim();

    const answer = await sendJson<{ identityToken: string }>("POST", "/sandbox/api/build", {
      ...input,
      lifetime: /^-?\d+$/.test(lifetime) ? Number(lifetime) : lifetime,
      claims: { ...Object.fromEntries(fields), ...custom.claims },
    });
    if (!answer.ok) return setProblem({ field: FIELD_OF_CODE[answer.code], error: answer.error });
    setBuilt({ ...input, ...answer.body });
    setStatus("Token built.");
  }

  async function copy() {
    try {
      await navigator.clipboard.writeText(built!.identityToken);
      setStatus("Copied.");
    } catch {
      // Pages without HTTPS have no clipboard.
      output.current?.select();
      setStatus("Your browser does not allow copying here. The token is selected: press Ctrl+C.");
    }
  }

  return (
    <ToolSection
      id="build"
      title="Build a token"
      form={
        <form ref={form} onSubmit={build} className="grid gap-5">
          <FormField
            id="build-unique-identifier"
            label="uniqueIdentifier"
            defaultValue={EXAMPLE_IDENTIFIER}
            hint="Sets aud. Leave empty to omit it."
          />
          <FormField
            id="build-api-key"
            label="API key"
            defaultValue={apiKey}
            hint="Sets iss. Leave empty to omit it."
          />
          <FormField
            id="build-api-secret"
            label="API secret"
            type="password"
            hint={isDeskOpen ? "Leave empty to use the sandbox's." : "Required, unless you are signed in to the desk."}
            error={errorOf("build-api-secret")}
          />
          <div className="grid grid-cols-2 gap-x-4 gap-y-5 sm:grid-cols-4">
            {FIELDS.map((name, index) => (
              <FormField
                key={name}
                id={`build-${name}`}
                label={name}
                placeholder={["John", "Wick", "premium"][index]}
              />
            ))}
          </div>
          <FormField
            id="build-claims"
            label="Custom claims"
            rows={4}
            placeholder={'{"email": "john.wick@example.com"}'}
            hint='JSON. Overrides the fields above and registered names: {"exp": "soon"} builds a token that is refused.'
            error={errorOf("build-claims")}
          />
          <div className="grid gap-x-4 gap-y-5 sm:grid-cols-2">
            <FormField
              id="build-lifetime"
              label="Lifetime in seconds"
              defaultValue="18000"
              hint="Use a negative number for an expired token."
              error={errorOf("build-lifetime")}
            />
            <FormField
              id="build-algorithm"
              label="Algorithm"
              value="HS256"
              readOnly
              hint="The only accepted algorithm."
            />
          </div>
          <div>
            <button disabled={!isHydrated} className="button button-primary">
              Build
            </button>
          </div>
        </form>
      }
    >
      <h2>Built token</h2>
      {built ? (
        <>
          <textarea
            ref={output}
            aria-label="Built token"
            className={controlClass}
            rows={9}
            readOnly
            value={built.identityToken}
          />
          <div className="mt-4 flex flex-wrap gap-3">
            <button type="button" className="button button-primary" onClick={() => onInspect(built)}>
              Inspect this token
            </button>
            <button type="button" className="button button-quiet" onClick={() => void copy()}>
              Copy
            </button>
          </div>
        </>
      ) : (
        !problem && <Verdict>No token built yet.</Verdict>
      )}
      <p role="status" className="mt-1.5 text-sm/5 text-quiet">
        {status}
      </p>
      {problem && (
        <Verdict role="alert" kind="problem">
          {problem.field ? "Not built. Correct the highlighted field." : problem.error}
        </Verdict>
      )}
    </ToolSection>
  );
}
