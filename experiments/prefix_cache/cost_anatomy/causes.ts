/** Input that the context held before and that was billed as new, by cause. */
import { query, type RowOf } from "../../../lib/experiment.ts";

export const CAUSES = ["broken", "gap 5-60 min", "gap >= 60 min", "reset", "model change", "tail", "unknown gap"] as const;
export type Cause = (typeof CAUSES)[number];

export const RE_PREFILL = query("causes.sql", {
  provider: "text",
  cause: [...CAUSES, null],
  reason: "text?",
  logs_reasons: "boolean",
  is_priced: "boolean",
  steps: "number",
  tokens: "number",
  nano: "number",
});
export type RePrefill = RowOf<typeof RE_PREFILL>;
