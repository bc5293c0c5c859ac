/** The checklist's outcome for people (a terminal, a page to print) and for programs. Knows no secret, so it can show none. */
import type { Point, Verdict } from "./checklist-points";

export type Outcome = {
  /** The portal's origin. */
  address: string;
  /** Null: the portal was not reached. */
  widget: "sandbox" | "department" | null;
  startedAt: Date;
  /** Seconds. */
  duration: number;
  customers: string[];
  points: Point[];
  /** Why it could not be carried out to its end. */
  problem: string | null;
};

const MARKS: Record<Verdict, string> = { pass: "✓ pass", fail: "✗ FAIL", "not seen": "– not seen" };

/** "5 passed, 0 failed, 1 not seen" */
export function countVerdicts(points: Point[]): string {
  const count = (verdict: Verdict) => points.filter((point) => point.verdict === verdict).length;
  return `${count("pass")} passed, ${count("fail")} failed, ${count("not seen")} not seen`;
}

/** 0: no point failed. 1: one did. 2: it could not be carried out to its end. */
export function exitCodeOf({ points, problem }: Outcome): 0 | 1 | 2 {
  if (problem) return 2;
  return points.some(({ verdict }) => verdict === "fail") ? 1 : 0;
}

/** The header and one line for each point, with its evidence below. */
export function formatOutcome(outcome: Outcome): string {
  const lines = outcome.points.flatMap(({ number, title, verdict, evidence }) => [
    `${MARKS[verdict].padEnd(12)}${number}. ${title}`,
    `${" ".repeat(15)}${evidence}`,
  ]);
  return [describe(outcome), "", ...lines, ...(outcome.problem ? ["", outcome.problem] : [])].join("\n");
}

function describe({ address, widget, startedAt }: Outcome): string {
  const where =
    widget === null ? "not reached" : widget === "sandbox" ? "with the sandbox" : "with a Glassix department";
  return `The guide's testing checklist at ${address}, ${where}, ${formatTime(startedAt)}`;
}

export function toJson({ startedAt, ...outcome }: Outcome): string {
  return `${JSON.stringify({ startedAt: startedAt.toISOString(), ...outcome }, null, 2)}\n`;
}

/** One page without anything beside it: to mail, to print, to keep with a review. */
export function toHtml(outcome: Outcome, screenshots: Record<number, Buffer>): string {
  const { address, widget, startedAt, duration, customers, points, problem } = outcome;
  const facts = [
    ["Portal", address],
    ["Chat", widget === null ? "not reached" : widget === "sandbox" ? "the sandbox" : "a Glassix department"],
    ["Customers", customers.join(", ")],
    ["When", `${formatTime(startedAt)}, in ${Math.round(duration)} s`],
    ["Outcome", countVerdicts(points)],
  ];
  const sections = points.map(({ number, title, verdict, evidence }) => {
    const image = screenshots[number]?.toString("base64");
    return `
    <section>
      <h2>${number}. ${escape(title)}</h2>
      <p class="verdict ${verdict.replace(" ", "-")}">${MARKS[verdict]}</p>
      <p>${escape(evidence)}</p>${image ? `\n      <img src="data:image/jpeg;base64,${image}" alt="The page when this was looked at" />` : ""}
    </section>`;
  });
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="robots" content="noindex" />
    <title>Testing checklist: ${escape(address)}</title>
    <style>${STYLES}</style>
  </head>
  <body>
    <h1>Testing checklist</h1>
    <p>The six points of Glassix's guide to chat widget identity verification, step 5, as a browser saw them from outside.</p>
    <dl>${facts.map(([name, value]) => `<div><dt>${name}</dt><dd>${escape(value!)}</dd></div>`).join("")}</dl>${problem ? `\n    <p class="problem">Not carried out to its end: ${escape(problem)}</p>` : ""}
    <table>
      <tbody>${points.map(({ number, title, verdict }) => `<tr><td>${number}. ${escape(title)}</td><td class="verdict ${verdict.replace(" ", "-")}">${MARKS[verdict]}</td></tr>`).join("")}</tbody>
    </table>${sections.join("")}
  </body>
</html>
`;
}

const STYLES = `
  :root { color-scheme: light; font: 16px/1.5 system-ui, sans-serif; color: #16262e; background: #fff; }
  body { max-width: 50rem; margin: 3rem auto; padding: 0 1.5rem; }
  h1 { font-size: 1.75rem; line-height: 1.2; margin: 0; }
  h2 { font-size: 1.125rem; margin: 0; }
  p { margin: 0.5rem 0 0; }
  dl { margin: 1.5rem 0; }
  dl div { display: flex; gap: 1rem; }
  dt { flex: 0 0 6rem; color: #56656c; }
  dd { margin: 0; overflow-wrap: anywhere; }
  table { width: 100%; border-collapse: collapse; }
  td { padding: 0.5rem 0; border-top: 1px solid #d9dedf; vertical-align: top; }
  td:last-child { text-align: right; white-space: nowrap; padding-left: 1rem; }
  section { margin-top: 2.5rem; padding-top: 1.5rem; border-top: 1px solid #d9dedf; break-inside: avoid; overflow-wrap: anywhere; }
  img { display: block; width: 100%; margin-top: 1rem; border: 1px solid #d9dedf; border-radius: 4px; }
  .verdict { font-weight: 600; }
  .pass { color: #17663a; }
  .fail, .problem { color: #a3201d; }
  .not-seen { color: #56656c; }
`;

function formatTime(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function escape(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}
