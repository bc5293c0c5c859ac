import type { ComponentProps } from "react";

// Monochrome: fill and border tell the verdicts apart.
const LOOKS: Record<string, string> = {
  accepted: "border-2 border-ink px-[15px] py-[11px] font-semibold",
  "accepted-with-warnings":
    "striped border-2 border-ink bg-[length:12px_100%] py-[11px] ps-[27px] pe-[15px] font-semibold [--stripe:3px]",
  refused: "border-2 border-ink bg-ink px-[15px] py-[11px] font-semibold text-paper",
  problem: "border border-s-6 border-ink px-4 py-3",
};

type Props = ComponentProps<"p"> & { kind?: string };

export function Verdict({ kind = "", ...props }: Props) {
  return (
    <p
      {...props}
      className={`max-w-none font-mono text-sm ${LOOKS[kind] ?? "border border-dashed border-edge px-4 py-3"}`}
    />
  );
}
