/** What `npm run bench` prints: a heading, lines, and figures beside what they should be. */
export const heading = (text: string) => console.log(`\n${text}`);
export const line = (text: string) => console.log(`  ${text}`);

type Target = { atLeast: number } | { atMost: number };

/** Prints a figure, its target, and whether it holds, which is returned. A figure that could not be measured holds. */
export function judge(name: string, figure: number, target: Target, unit = ""): boolean {
  const [words, limit, holds] =
    "atLeast" in target
      ? ["at least", target.atLeast, !(figure < target.atLeast)]
      : ["at most", target.atMost, !(figure > target.atMost)];
  const digits = unit ? 1 : 2;
  const write = (value: number) => `${value.toFixed(digits)}${unit}`;
  line(`${name.padEnd(66)} ${write(figure).padStart(8)}   ${words} ${write(limit)}: ${holds ? "holds" : "missed"}`);
  return holds;
}

/** Prints a figure that has no target. */
export const tell = (name: string, figure: number) => line(`${name.padEnd(66)} ${figure.toFixed(2).padStart(8)}`);

export const median = (figures: number[]) => figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)]!;
