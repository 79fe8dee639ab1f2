/** The checks of an audit as plain data. Each one counts the rows that fail it; what a count means is up to the reader. */
import { type Headline, type JsonDocument, type Table, type TextDocument, table } from "../experiment.ts";
import { markdownTable } from "../format/markdown.ts";
import { grouped } from "../format/numbers.ts";

export interface Check {
  /** Lower-case words joined by `_`, unique within its audit. */
  readonly name: string;
  /** What is true when no row fails, as one sentence. */
  readonly title: string;
  /** A violation means that the pool, or the way it is read, is broken; a warning is legal but worth a look. */
  readonly level: "violation" | "warning";
  /** How many of `of` fail. */
  readonly count: number;
  /** How many were checked. */
  readonly of: number;
  /** Where to look, or why it happens. */
  readonly detail?: string;
}

/** A check that must hold. @param detail left out when nothing fails */
export function violation(name: string, title: string, count: number, of: number, detail?: string): Check {
  return { name, title, level: "violation", count, of, ...(detail !== undefined && count > 0 && { detail }) };
}

/** A check of what is legal but worth a look. @param detail as above */
export function warning(name: string, title: string, count: number, of: number, detail?: string): Check {
  return { ...violation(name, title, count, of, detail), level: "warning" };
}

export type CheckState = "passed" | "warning" | "violation";

/** Contents of `result.json`. */
export interface ChecksResult {
  /** Whether no check of level `violation` failed. */
  readonly passed: boolean;
  readonly checks: readonly (Check & { readonly state: CheckState })[];
}

export const CHECKS_FILE = "result.json";

export function stateOf({ level, count }: Pick<Check, "level" | "count">): CheckState {
  return count > 0 ? level : "passed";
}

/** `result.json`: a {@link ChecksResult}. */
export function checksDocument(checks: readonly Check[]): JsonDocument & { readonly value: ChecksResult } {
  const judged = checks.map((check) => ({ ...check, state: stateOf(check) }));
  return {
    name: CHECKS_FILE,
    says: "whether no violation was found, and each check with its counts",
    value: { passed: judged.every(({ state }) => state !== "violation"), checks: judged },
  };
}

/** `checks.csv`: one row per check. */
export function checksTable(checks: readonly Check[]): Table {
  return table(
    "checks",
    checks,
    {
      name: { of: (check) => check.name, says: "Check" },
      state: { of: stateOf, says: "`passed`, `warning` or `violation`" },
      level: { of: (check) => check.level, says: "What the check is when it does not hold: `warning` or `violation`" },
      count: { of: (check) => check.count, says: "How many do not satisfy it", unit: "rows" },
      of: { of: (check) => check.of, says: "How many were checked", unit: "rows" },
      title: { of: (check) => check.title, says: "What is checked, in words" },
      detail: { of: (check) => check.detail ?? null, says: "Examples or numbers behind the count" },
    },
    {
      title: "Checks",
      caption: "One row per check: how many rows do not satisfy it, of how many checked. A warning is legal, a violation is not.",
    },
  );
}

/** The checks as a Markdown table, without a final newline. */
function checksMarkdown(checks: readonly Check[]): string {
  return markdownTable({
    header: ["Check", "State", "Offending", "Of", "Detail"],
    align: ["left", "left", "right", "right", "left"],
    rows: checks.map((check) => [check.title, stateOf(check), grouped(check.count), grouped(check.of), check.detail ?? ""]),
  });
}

/** `result_analysis.md`: the parts, separated by empty lines, then the checks. */
export function auditReport(parts: readonly string[], checks: readonly Check[]): TextDocument {
  return {
    name: "result_analysis.md",
    says: "the results as a report",
    text: `${[...parts, "## Checks", checksMarkdown(checks)].join("\n\n")}\n`,
  };
}

/** How many checks passed, and how many violations and warnings there are, if any. */
export function checkHeadlines(checks: readonly Check[]): Headline[] {
  const states = checks.map(stateOf);
  const number = (state: CheckState) => states.filter((other) => other === state).length;
  return [
    { label: "Checks that hold", value: `${number("passed")} of ${checks.length}` },
    ...(number("violation") > 0 ? [{ label: "violations", value: grouped(number("violation")) }] : []),
    ...(number("warning") > 0 ? [{ label: "Warnings", value: grouped(number("warning")) }] : []),
  ];
}
