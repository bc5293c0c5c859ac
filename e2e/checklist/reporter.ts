import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { FullConfig, FullResult, Reporter, Suite, TestCase } from "@playwright/test/reporter";
import { FIRST, SECOND } from "./customers";

type Verdict = "pass" | "FAIL" | "not seen";
/** `number` is the guide's, null for a point of our own. `vendor` are faults in the widget, which fail nothing. */
type Point = { number: number | null; title: string; verdict: Verdict; evidence: string; vendor: string[] };

const MARKS: Record<Verdict, string> = { pass: "✓ pass", FAIL: "✗ FAIL", "not seen": "– not seen" };

const VENDOR = "In the vendor's widget: report it to Glassix.";
const titleOf = ({ number, title }: Point) => (number === null ? title : `${number}. ${title}`);

/** Prints the points, and writes report.html and report.json. Neither contains a password or a token. */
export default class ChecklistReporter implements Reporter {
  #reportFolder: string;
  #config!: FullConfig;
  #suite!: Suite;
  /** Errors outside of a test. */
  #errors: string[] = [];

  constructor({ reportFolder }: { reportFolder: string }) {
    this.#reportFolder = reportFolder;
  }

  onBegin(config: FullConfig, suite: Suite): void {
    this.#config = config;
    this.#suite = suite;
  }

  onError(error: { message?: string }): void {
    this.#errors.push(firstLine(error.message));
  }

  onEnd({ startTime, duration }: FullResult): void {
    const tests = (project: string) =>
      this.#suite.suites.filter(({ title }) => title === project).flatMap((suite) => suite.allTests());
    const [setup] = tests("setup");
    const problem = firstLine(setup?.results[0]?.error?.message) || this.#errors[0] || null;
    const points = tests("points").map(toPoint);
    const widget = findAnnotation(setup, "widget");
    const chat = widget === "sandbox" ? "with the sandbox" : widget ? "with a Glassix department" : "not reached";
    const address = this.#config.projects[0]!.use.baseURL!;
    const time = `${startTime.toISOString().slice(0, 16).replace("T", " ")} UTC`;
    const count = (verdict: Verdict) => points.filter((point) => point.verdict === verdict).length;
    const total = `${count("pass")} passed, ${count("FAIL")} failed, ${count("not seen")} not seen`;
    const heading = `The guide's testing checklist at ${address}, ${chat}, ${time}`;
    const customers = [FIRST.email, SECOND.email];

    const report = path.join(this.#reportFolder, "report.html");
    const screenshots = tests("points").map((test) => {
      const file = test.results[0]?.attachments.find(({ contentType }) => contentType === "image/png")?.path;
      return file ? readFileSync(file).toString("base64") : null;
    });
    mkdirSync(this.#reportFolder, { recursive: true });
    writeFileSync(report, toHtml([heading, `Customers: ${customers.join(", ")}`, total, problem], points, screenshots));
    writeFileSync(
      path.join(this.#reportFolder, "report.json"),
      `${JSON.stringify({ startedAt: startTime, duration: duration / 1000, address, widget, customers, points, problem }, null, 2)}\n`,
    );
    // Playwright's own files about a failed test may contain what was typed into its page.
    rmSync(path.join(this.#reportFolder, "pages"), { recursive: true, force: true });

    const lines = points.flatMap((point) => [
      `${MARKS[point.verdict].padEnd(12)}${titleOf(point)}`,
      ...[point.evidence, ...point.vendor.map((finding) => `${VENDOR} ${finding}`)].map(
        (line) => `${" ".repeat(15)}${line}`,
      ),
    ]);
    console.log(
      [heading, "", ...lines, ...(problem ? ["", problem] : []), "", `${total}. Report: ${report}`].join("\n"),
    );
  }
}

function toPoint(test: TestCase, index: number): Point {
  const result = test.results[0];
  const point = {
    number: test.tags.includes("@not-in-guide") ? null : index + 1,
    title: test.title,
    vendor: findAnnotations(test, "vendor"),
  };
  if (!result || result.status === "skipped" || result.status === "interrupted")
    return {
      ...point,
      verdict: "not seen",
      evidence: findAnnotation(test, "skip") ?? "The checklist ended before this point.",
    };
  if (result.status === "passed")
    return { ...point, verdict: "pass", evidence: findAnnotation(test, "evidence") ?? "" };
  return { ...point, verdict: "FAIL", evidence: firstLine(result.error?.message) };
}

const findAnnotations = (test: TestCase | undefined, type: string) =>
  (test?.results[0]?.annotations ?? []).flatMap((annotation) =>
    annotation.type === type ? [annotation.description ?? ""] : [],
  );

const findAnnotation = (test: TestCase | undefined, type: string) => findAnnotations(test, type)[0] ?? null;

/** The test's own message. The lines after it are Playwright's details of the assertion. */
const firstLine = (message = "") =>
  stripVTControlCharacters(message)
    .replace(/^\w*Error: /, "")
    .split("\n")[0]!;

function toHtml(head: (string | null)[], points: Point[], screenshots: (string | null)[]): string {
  const sections = points.map((point, index) => {
    const { verdict, evidence, vendor } = point;
    const image = screenshots[index];
    const findings = vendor.map((finding) => `\n    <p>${VENDOR} ${escape(finding)}</p>`).join("");
    return `
    <h2>${escape(titleOf(point))}</h2>
    <p class="${verdict}"><strong>${MARKS[verdict]}</strong></p>
    <p>${escape(evidence)}</p>${findings}${image ? `\n    <img src="data:image/png;base64,${image}" alt="The page at the end of this point" />` : ""}`;
  });
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="robots" content="noindex" />
    <title>Testing checklist</title>
    <style>
      body { max-width: 50rem; margin: 3rem auto; padding: 0 1.5rem; font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
      h2 { margin: 2.5rem 0 0; font-size: 1.125rem; break-after: avoid; }
      p { margin: 0.5rem 0 0; }
      img { display: block; width: 100%; margin-top: 1rem; border: 1px solid #d9dedf; }
      .pass { color: #17663a; }
      .FAIL { color: #a3201d; }
    </style>
  </head>
  <body>
    <h1>Testing checklist</h1>
    <p>The six points of Glassix's guide to chat widget identity verification, step 5, and one that is not in the guide, as a browser saw them from outside.</p>
    ${head.flatMap((line) => (line ? [`<p>${escape(line)}</p>`] : [])).join("\n    ")}${sections.join("")}
  </body>
</html>
`;
}

const escape = (text: string) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
