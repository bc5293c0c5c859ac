import "server-only";
import { z } from "zod";
import { WIDGET_FAILURE_CAUSES, type WidgetFailureCause } from "./causes";

/** One word of the list, and nothing else. */
const report = z.strictObject({ cause: z.enum(WIDGET_FAILURE_CAUSES) });

/** The cause in a browser's report, or null for what is none. */
export function parseReport(body: string): WidgetFailureCause | null {
  try {
    return report.parse(JSON.parse(body)).cause;
  } catch {
    return null;
  }
}
