/** Reports as tables for terminals, as JSON and as CSV. */
import type { Period } from "../collect/days.ts";
import type { Cell } from "../experiment.ts";
import { csvText } from "../files/csv.ts";
import { printable } from "../files/printable.ts";
import type { Accounting } from "../trace/readings.ts";
import { type Amounts, amountsOf } from "./amounts.ts";
import { AMOUNTS, cellsOf, fieldsOf, MODELS, shortModel } from "./columns.ts";
import { type Coverage, coverageOf } from "./coverage.ts";
import { type TextColumn, type TextRow, textTable } from "./layout.ts";
import { notesOf } from "./notes.ts";
import { TOOL_COLUMNS, toolFieldsOf, toolTotal } from "./tools.ts";
import type { PoolUsage } from "./usage.ts";
import type { ViewName } from "./view-names.ts";
import { type Clock, type Group, groupsOf, type StepView, viewOf } from "./views.ts";

export type Order = "asc" | "desc";

export interface Report extends PoolUsage {
  readonly view: ViewName;
  readonly accounting: Accounting;
  /** A part for each model of a row. */
  readonly breakdown: boolean;
  /** By time or by amount. Default: the oldest and the largest first. */
  readonly order: Order | undefined;
  readonly clock: Clock;
}

export interface ReportLine {
  readonly kind: TextRow["kind"] | "title" | "note";
  readonly text: string;
}

/** A table that fits a terminal, null for any width, and what there is to know of its numbers. */
export function reportLines(report: Report, width: number | null): ReportLine[] {
  const coverage = coverageOf(report, report.clock.timezone);
  const title: ReportLine = { kind: "title", text: titleOf(report, coverage) };
  const { rows, lines, leftOut } = report.view === "tool" ? toolTable(report, width) : stepTable(report, report.view, width);
  if (rows === 0) return [title, { kind: "note", text: "Nothing to report: the history has no steps, or the filters leave none." }];
  const narrow = leftOut.length > 0 ? [`Not shown at this width: ${leftOut.join(", ")}. --json and --csv have all.`] : [];
  const notes = [...narrow, ...notesOf(coverage, report.accounting)];
  return [title, ...lines, ...notes.map((text): ReportLine => ({ kind: "note", text }))];
}

function titleOf({ view, accounting, clock }: Report, { firstDay, lastDay }: Coverage): string {
  const says = view === "tool" ? "by tool" : viewOf(view).says;
  const days = firstDay === null ? "" : `, ${[...new Set([firstDay, lastDay])].join(" to ")}`;
  return `Usage ${says}${days} (${clock.timezone}, accounting: ${accounting})`;
}

function stepTable(report: Report, view: StepView, width: number | null) {
  const headings = viewOf(view).headings.map((heading): TextColumn => ({ ...heading, align: "left" }));
  const amountColumns = view === "model" ? AMOUNTS : [MODELS, ...AMOUNTS];
  const cells = (amounts: Amounts) => amountColumns.map(({ of }) => of(amounts));
  const named = (name: string, amounts: Amounts) => [name, ...headings.slice(1).map(() => ""), ...cells({ ...amounts, models: [] })];
  const rows = groupsIn(report, view).flatMap(({ labels, amounts, parts }): TextRow[] => [
    { kind: "row", cells: [...labels, ...cells(amounts)] },
    ...(report.breakdown ? parts : []).map(
      (part): TextRow => ({ kind: "part", cells: named(`  └─ ${shortModel(part.model)}`, part.amounts) }),
    ),
  ]);
  const table = textTable([...headings, ...amountColumns], withTotal(rows, named("Total", totalOf(report, view))), width);
  return { rows: rows.length, ...table };
}

function toolTable({ tools, order }: Report, width: number | null) {
  const names: TextColumn[] = [
    { title: "Tool", align: "left", least: 16 },
    { title: "Agent", align: "left", leaveOut: 4 },
  ];
  const rows = inOrder(tools, "desc", order).map(
    (tool): TextRow => ({ kind: "row", cells: [tool.tool, tool.provider, ...TOOL_COLUMNS.map(({ of }) => of(tool))] }),
  );
  const total = toolTotal(tools);
  const table = textTable([...names, ...TOOL_COLUMNS], withTotal(rows, ["Total", "", ...TOOL_COLUMNS.map(({ of }) => of(total))]), width);
  return { rows: rows.length, ...table };
}

function withTotal(rows: readonly TextRow[], cells: readonly string[]): TextRow[] {
  const rule: TextRow = { kind: "rule", cells: [] };
  return [rule, ...rows, rule, { kind: "total", cells }];
}

function groupsIn(report: Report, view: StepView): readonly Group[] {
  return inOrder(groupsOf(view, report, report.clock), viewOf(view).by === "time" ? "asc" : "desc", report.order);
}

function inOrder<T>(items: readonly T[], order: Order, wanted: Order | undefined): readonly T[] {
  return wanted === undefined || wanted === order ? items : [...items].reverse();
}

/** Of the steps that are in some group: not all are a helper's. */
function totalOf({ usage, sessions }: Report, view: StepView): Amounts {
  return amountsOf(view === "helper" ? usage.filter(({ session_id }) => sessions.get(session_id)?.is_helper) : usage);
}

/** What `--json` prints; docs/report.md describes it. */
export function reportJson(report: Report, { sinceMs, untilMs }: Period) {
  const { view, accounting, clock } = report;
  const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  return {
    report: view,
    accounting,
    timezone: clock.timezone,
    since: iso(sinceMs),
    until: iso(untilMs),
    ...(view === "tool" ? toolFields(report) : stepFields(report, view)),
    coverage: coverageOf(report, clock.timezone),
  };
}

function stepFields(report: Report, view: StepView) {
  const rows = groupsIn(report, view).map(({ names, amounts, parts }) => {
    const modelBreakdowns = parts.map((part) => {
      const { modelsUsed: _, ...fields } = fieldsOf(part.amounts);
      return { modelName: part.model, ...fields };
    });
    return { ...names, ...fieldsOf(amounts), ...(report.breakdown ? { modelBreakdowns } : {}) };
  });
  return { rows, totals: fieldsOf(totalOf(report, view)) };
}

function toolFields({ tools, order }: Report) {
  const rows = inOrder(tools, "desc", order).map((tool) => ({ tool: tool.tool, provider: tool.provider, ...toolFieldsOf(tool) }));
  return { rows, totals: toolFieldsOf(toolTotal(tools)) };
}

/** Lines of CSV: a row for each group, or for each model of each group; no total, and nothing at all without rows. */
export function reportCsv(report: Report): string[] {
  const rows = report.view === "tool" ? toolFields(report).rows : csvRows(report, report.view);
  const [first] = rows;
  if (!first) return [];
  return csvText(Object.keys(first), rows.map(onOneLine)).trimEnd().split("\n");
}

function onOneLine(row: Readonly<Record<string, Cell>>): Readonly<Record<string, Cell>> {
  return Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, typeof cell === "string" ? printable(cell) : cell]));
}

function csvRows(report: Report, view: StepView): Readonly<Record<string, Cell>>[] {
  return groupsIn(report, view).flatMap(({ names, amounts, parts }) =>
    report.breakdown ? parts.map((part) => ({ ...names, ...cellsOf(part.amounts) })) : [{ ...names, ...cellsOf(amounts) }],
  );
}
