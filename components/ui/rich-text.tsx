import type { ReactNode } from "react";

/** For `t.rich`: <bdi> around what people wrote, in either direction, and <sr> around what only screen readers say. */
export const tags = {
  bdi: (chunks: ReactNode) => <bdi>{chunks}</bdi>,
  sr: (chunks: ReactNode) => <span className="sr-only">{chunks}</span>,
};
