/** The summary as rows: one for each number. */
import type { Row, Table } from "../../../lib/experiment.ts";
import type { Section } from "./summary.ts";

const DEFINITION = /(^|_)definition$/;
const PROSE_SECTIONS = ["total_input_growth_reduction_buckets"];

export function longTable(scopes: Readonly<Record<string, Section>>): Table {
  return {
    name: "overview_summary",
    title: "Every number of the summary",
    caption: "One row per scope and number; the section is its place in summary.json. Seconds, tokens and counts.",
    columns: ["scope", "section", "key", "value"],
    rows: Object.entries(scopes).flatMap(([scope, section]) => rowsOf(scope, [], section)),
  };
}

function rowsOf(scope: string, path: readonly string[], section: Section): Row[] {
  const isNamed = path[0]?.startsWith("rounds_by_") ?? false;
  return Object.entries(section).flatMap(([key, value]) => {
    if (value !== null && typeof value === "object") return PROSE_SECTIONS.includes(key) ? [] : rowsOf(scope, [...path, key], value);
    if (!isNamed && DEFINITION.test(key)) return [];
    return [{ scope, section: path.join("."), key, value }];
  });
}
