import type { Check } from "./check";
import type { Section } from "./examine";

/** A symbol and a word, so that it reads without colour too. */
const LABELS = { ok: "✓ ok  ", warn: "! warn", fail: "✗ FAIL", skip: "– skip" };
const COLOURS = { ok: 32, warn: 33, fail: 31, skip: 90 };

export type ReportOptions = { isProduction: boolean; hasColour: boolean; columns: number };

/** The report for people: one line for each check, what to do below it, a summary at the end. */
export function formatReport(sections: Section[], { isProduction, hasColour, columns }: ReportOptions): string {
  const checks = sections.flatMap(({ checks }) => checks);
  const paint = (colour: number, text: string) => (hasColour ? `\u001b[${colour}m${text}\u001b[0m` : text);
  const nameWidth = Math.max(...checks.map(({ name }) => name.length));
  const indent = 2 + LABELS.ok.length + 2 + nameWidth + 2;
  const fold = (text: string) => wrap(text, Math.max(40, columns - indent)).join(`\n${" ".repeat(indent)}`);
  const formatCheck = ({ name, status, found, todo }: Check) =>
    `  ${paint(COLOURS[status], LABELS[status])}  ${name.padEnd(nameWidth)}  ${fold(found)}` +
    (todo ? `\n${" ".repeat(indent)}${fold(`→ ${todo}`)}` : "");
  return [
    isProduction
      ? "Judged as npm start would take it."
      : "Judged as npm run dev would take it. As npm start would: npm run doctor -- --production",
    ...sections.map(({ title, checks }) => `\n${paint(1, title)}\n${checks.map(formatCheck).join("\n")}`),
    `\n${summarise(checks)}`,
  ].join("\n");
}

/** The report for programs. */
export function formatJson(sections: Section[]): string {
  const checks = sections.flatMap(({ checks }) => checks);
  return JSON.stringify({ ok: isWell(sections), checks }, null, 2);
}

/** Whether nothing fails. Warnings are for people to weigh. */
export function isWell(sections: Section[]): boolean {
  return sections.every(({ checks }) => checks.every(({ status }) => status !== "fail"));
}

function summarise(checks: Check[]): string {
  const count = (status: Check["status"]) => checks.filter((check) => check.status === status).length;
  const failures = count("fail");
  return `${failures === 0 ? "Nothing fails" : `${failures} ${failures === 1 ? "fails" : "fail"}`}: ${count("ok")} ok, ${count("warn")} to weigh, ${count("skip")} skipped.`;
}

function wrap(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines.at(-1)!;
    if (last && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last ? `${last} ${word}` : word;
  }
  return lines;
}
