import "server-only";
import { metrics, SpanStatusCode, trace, type Attributes, type Counter, type Histogram } from "@opentelemetry/api";

/**
 * What the portal counts and traces. Costs next to nothing where no telemetry is exported: OpenTelemetry's
 * API then does nothing at all (lib/telemetry-export.ts turns it on). Attributes are words of fixed lists:
 * never an id, an e-mail, an address or a text that somebody typed. docs/watching.md lists them all.
 */
const NAME = "portal";

export type SignInMethod = "password" | "provider";

/** Counts one sign-in. */
export const countSignIn = (method: SignInMethod): void => signIns().add(1, { "portal.sign_in.method": method });

/** Counts one sign-in that did not work. @param cause a code of the portal: "refused", "locked", "unavailable" … */
export const countSignInFailure = (method: SignInMethod, cause: string): void =>
  signInFailures().add(1, { "portal.sign_in.method": method, "error.type": cause });

/** Counts one identity minted. */
export const countMinted = (): void => mints().add(1);

/** Counts one identity refused. @param code the endpoint's own */
export const countRefusal = (code: string): void => refusals().add(1, { "error.type": code });

/** Records how many seconds an identity had left when its successor was minted. */
export const recordRenewal = (secondsLeft: number): void => renewals().record(secondsLeft);

/** Counts one chat that a browser could not show. @param cause one of lib/widget-failure/causes.ts */
export const countWidgetFailure = (cause: string): void => widgetFailures().add(1, { "error.type": cause });

/**
 * Does some work in a span of its own.
 *
 * @param name the same for all work of this kind: no ids in it
 * @throws what the work throws. The span learns the error's name alone: messages may quote anything
 */
export async function traced<Result>(
  name: string,
  attributes: Attributes,
  work: () => Promise<Result>,
): Promise<Result> {
  return trace.getTracer(NAME).startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work();
    } catch (error) {
      span.setAttribute("error.type", error instanceof Error ? error.name : "unknown");
      span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** The id of the trace that this is part of, for the log; undefined where nothing is traced. */
export const readTraceId = (): string | undefined => trace.getActiveSpan()?.spanContext().traceId;

// Made at the first use: what is made before the export has started counts nothing for ever.
const meter = () => metrics.getMeter(NAME);
function once<Instrument>(make: () => Instrument): () => Instrument {
  let made: Instrument | undefined;
  return () => (made ??= make());
}
const counter = (name: string, unit: string, description: string) =>
  once((): Counter => meter().createCounter(name, { unit, description }));

const signIns = counter("portal.sign_ins", "{sign_in}", "Sign-ins that worked");
const signInFailures = counter("portal.sign_in.failures", "{failure}", "Sign-ins that did not work");
const mints = counter("portal.identity.mints", "{identity}", "Identities minted");
const refusals = counter("portal.identity.refusals", "{refusal}", "Requests for an identity that were refused");
const widgetFailures = counter(
  "portal.widget.failures",
  "{failure}",
  "Chats that a browser could not show, as browsers report them",
);
const renewals = once((): Histogram =>
  meter().createHistogram("portal.identity.renewal.lead_time", {
    unit: "s",
    description: "What an identity had left when its successor was minted",
    // From the last moment to a fifth of five hours, which is when it should happen, and what lies beyond.
    advice: { explicitBucketBoundaries: [0, 10, 60, 300, 600, 900, 1800, 3000, 3600, 7200, 18_000] },
  }),
);
