import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { percent } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import { categoryOf, FUNCTION_CATEGORIES, PLANNING_CATEGORIES } from "./categories.ts";
import { categoriesFigure } from "./charts.ts";
import {
  byRange,
  type CategorySums,
  categoryLatencies,
  foldInto,
  planningQuantiles,
  type RangeSums,
  TAIL,
  TOOLS,
  type Tool,
} from "./measure.ts";
import { analysis, functionTable, planningTable, rangeTable, toolTable } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Tool calls by category",
  question: "What kinds of work do agents call tools for, and in which kinds, and in how few calls, does the time go?",
  empty: "No tool call in this pool.",
  async run({ db }) {
    const tools = await db.rows(TOOLS);
    const quantiles = await planningQuantiles(db);
    const ranges = byRange(await db.rows(TAIL));
    const functions = foldInto(FUNCTION_CATEGORIES, tools);
    const planning = foldInto(PLANNING_CATEGORIES, tools);
    const results = {
      tables: [functionTable(functions), toolTable(tools), planningTable(planning, quantiles), rangeTable(ranges)],
      texts: [
        {
          name: "result_analysis.md",
          says: "calls and time by category and by latency, as text tables",
          text: analysis(functions, ranges, tools),
        },
      ],
    };
    const calls = tools.reduce((sum, tool) => sum + tool.calls, 0);
    if (calls === 0) return results;
    const hasLatencies = quantiles.length > 0;
    return {
      ...results,
      figures: hasLatencies ? [categoriesFigure(await categoryLatencies(db, tools))] : [],
      headlines: headlines(planning, ranges),
      notes: [...(hasLatencies ? [] : ["No figure: none of the calls has a positive latency."]), ...unsortedNotes(tools, calls)],
    };
  },
});

function headlines(categories: readonly CategorySums[], ranges: readonly RangeSums[]): Headline[] {
  const most = at(
    categories.toSorted((a, b) => b.calls - a.calls),
    0,
  );
  const slowest = at(ranges, -1);
  return [
    { label: `Calls: ${most.category.label.toLowerCase()}`, value: percent(most.callShare) },
    { label: "Calls over 1 min", value: percent(slowest.callShare, 1) },
    { label: "Time in calls over 1 min", value: percent(slowest.timeShare) },
  ];
}

function unsortedNotes(tools: readonly Tool[], calls: number): string[] {
  const unsorted = tools.filter(({ tool }) => categoryOf(tool, PLANNING_CATEGORIES) === "other");
  const count = unsorted.reduce((sum, tool) => sum + tool.calls, 0);
  const names = [...new Set(unsorted.map(({ tool }) => tool))];
  if (names.length === 0) return [];
  const shown = names.slice(0, 12).join(", ");
  return [
    `Not in any category list and counted as Other: ${names.length} tools with ${percent(count / calls, 1)} of the calls (${shown}${names.length > 12 ? ", …" : ""}).`,
  ];
}
