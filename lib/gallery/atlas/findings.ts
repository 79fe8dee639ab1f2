/** Which findings the home page and the pages of categories show. */
import type { Sheet, SheetFigure } from "./atlas.ts";

/** Experiments whose first figure says something that most readers ask about; the first of them that a run has are shown. */
const ASKED_FIRST = [
  "prefix_cache/cost_anatomy",
  "session/session_timing_distribution",
  "session/context_delta_attribution",
  "prefix_cache/timeout_miss_pattern",
  "tool_calls/tool_time_by_kind",
  "session/session_cost_distribution",
  "tool_calls/error_recovery",
  "llm_generation/output_tokens",
  "human_in_the_loop/human_input_wait",
];

export interface Finding {
  readonly sheet: Sheet;
  readonly figure: SheetFigure;
}

/** The first figures of experiments, those asked about most first, then in the order of the atlas. */
export function findingsOf(sheets: readonly Sheet[], most: number): Finding[] {
  const first = ASKED_FIRST.flatMap((id) => sheets.filter((sheet) => sheet.id === id));
  return [...new Set([...first, ...sheets])]
    .flatMap((sheet) => {
      const figure = sheet.state.kind === "shown" ? sheet.figures[0] : undefined;
      return figure ? [{ sheet, figure }] : [];
    })
    .slice(0, most);
}
