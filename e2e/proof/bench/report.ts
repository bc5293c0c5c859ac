/** Prints the output of `npm run bench`: headings, lines, and figures with their targets. */
export const printHeading = (text: string) => console.log(`\n${text}`);
export const printLine = (text: string) => console.log(`  ${text}`);

type Target = { atLeast: number } | { atMost: number };

/** Prints a figure and its target, and returns whether it is met. A figure that could not be measured counts as met. */
export function checkTarget(name: string, figure: number, target: Target, unit = ""): boolean {
  const [words, limit, isMet] =
    "atLeast" in target
      ? ["at least", target.atLeast, !(figure < target.atLeast)]
      : ["at most", target.atMost, !(figure > target.atMost)];
  const digits = unit ? 1 : 2;
  const write = (value: number) => `${value.toFixed(digits)}${unit}`;
  printLine(
    `${name.padEnd(66)} ${write(figure).padStart(8)}   ${words} ${write(limit)}: ${isMet ? "holds" : "missed"}`,
  );
  return isMet;
}

/** Prints a figure that has no target. */
export const printFigure = (name: string, figure: number) =>
  printLine(`${name.padEnd(66)} ${figure.toFixed(2).padStart(8)}`);

export const median = (figures: number[]) => figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)]!;
