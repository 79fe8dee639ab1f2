/** Two to four sessions as text for terminals. */
import { counted } from "../../format/counts.ts";
import { durationCompact } from "../../format/durations.ts";
import { grouped, money, NONE, percent } from "../../format/numbers.ts";
import { known } from "../../stats/known.ts";
import { ratio } from "../../stats/ratio.ts";
import type { Accounting } from "../../trace/readings.ts";
import { MOST_ALIGNED, requestAt, sumsOfRequest, wordOf } from "../../trace/session-diff/compare.ts";
import { METRIC_NAMES, METRICS, type Metric } from "../../trace/session-diff/metrics.ts";
import { type ComparedPair, type Comparison, FEWEST_RANKED, type Side } from "../../trace/session-diff/read.ts";
import { partingTexts, upper } from "../../trace/session-diff/words.ts";
import { shortModel } from "../columns.ts";
import { shortTarget } from "../context/target.ts";
import { type TextColumn, type TextRow, textTable } from "../layout.ts";
import { note, section, type TextLine, titleAndProject } from "../lines.ts";
import type { Session } from "../usage.ts";
import type { EditedFile } from "./edits.ts";

export interface DiffFacts {
  readonly comparison: Comparison;
  /** What transcripts say of sessions, by id. */
  readonly about: ReadonlyMap<string, Session>;
  readonly edits: readonly EditedFile[];
}

export interface DiffOptions {
  /** Rows of each list. */
  readonly top: number;
  readonly accounting: Accounting;
}

const NUMBER = { align: "right" } as const;

/** @param width columns of the terminal; null for any number */
export function diffLines(facts: DiffFacts, options: DiffOptions, width: number | null): TextLine[] {
  const { sides, pairs } = facts.comparison;
  return [
    { kind: "title", text: `${sides.length === 2 ? "Two" : grouped(sides.length)} sessions (accounting: ${options.accounting})` },
    ...sides.map((side) => note(sideText(side, facts.about))),
    ...section("Numbers", numbersTable(facts.comparison, width)),
    ...pairs.flatMap((pair) => pairLines(pair, options, width)),
    ...section("Edited files", editsTable(facts, options, width)),
    { kind: "heading", text: "What these numbers are" },
    ...notesOf(facts).map(note),
  ];
}

/** `A claude:985c…, Fix the shop, shop: opus-4-6, from 2026-01-05 10:00 UTC` */
function sideText(side: Side, about: ReadonlyMap<string, Session>): string {
  const { facts, id } = side;
  const named = [id, ...titleAndProject(about.get(id))].join(", ");
  const models = facts.models.split(" ").map(shortModel).join(", ");
  const from = facts.from_us === null ? "" : `, from ${new Date(facts.from_us / 1000).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  return `${upper(side)} ${named}: ${models}${from}`;
}

function numbersTable({ sides, pairs, medians }: Comparison, width: number | null): readonly TextLine[] {
  const ranked = sides.filter(({ ranks }) => ranks.size > 0);
  const columns: TextColumn[] = [
    { title: "Metric", align: "left", least: 16 },
    ...sides.map((side) => ({ title: upper(side), ...NUMBER })),
    ...pairs.map(({ other }) => ({ title: `${upper(other)} / A`, ...NUMBER, leaveOut: 3 })),
    ...ranked.map((side) => ({ title: `${upper(side)} above`, ...NUMBER, leaveOut: 2 })),
    { title: `Median of ${known(sides[0]).facts.provider}`, ...NUMBER, leaveOut: 4 },
  ];
  const rows = METRIC_NAMES.map((metric): TextRow => {
    const median = medians.get(metric);
    return {
      kind: "row",
      cells: [
        METRICS[metric].title,
        ...sides.map((side) => metricText(side, metric)),
        ...pairs.map(({ a, other }) => timesText(a, other, metric)),
        ...ranked.map(({ ranks }) => percent(ranks.get(metric) ?? null)),
        median === undefined ? "" : METRICS[metric].text(median),
      ],
    };
  });
  return textTable(columns, rows, width).lines;
}

function metricText({ facts }: Side, metric: Metric): string {
  const value = facts[metric];
  return value === null ? NONE : METRICS[metric].text(value);
}

function timesText(a: Side, other: Side, metric: Metric): string {
  const [of, value] = [a.facts[metric], other.facts[metric]];
  const times = of === null || value === null ? null : ratio(value, of);
  return times === null ? NONE : `${grouped(times, times < 100 ? 2 : 0)}x`;
}

function pairLines(pair: ComparedPair, { top }: DiffOptions, width: number | null): TextLine[] {
  const { a, other, comparison } = pair;
  const hidden = comparison.pairs.length - top;
  return [
    { kind: "heading", text: `Requests of ${upper(a)} and ${upper(other)}` },
    ...requestsTable(pair, top, width),
    ...(hidden > 0 ? [note(`${counted(hidden, "row")} more; --top shows them.`)] : []),
    { kind: "heading", text: `Where ${upper(a)} and ${upper(other)} part` },
    ...partingTexts(a, other, comparison).map(note),
  ];
}

function requestsTable({ a, other, comparison }: ComparedPair, top: number, width: number | null): readonly TextLine[] {
  const word = { align: "left", least: 14, keep: "start" } as const;
  const columns: TextColumn[] = [
    { title: upper(a), ...NUMBER },
    { title: upper(other), ...NUMBER },
    { title: "Alike", ...NUMBER },
    { title: `${upper(a)} does`, ...word },
    { title: `${upper(other)} does`, ...word },
    { title: `${upper(a)} cost`, ...NUMBER, leaveOut: 2 },
    { title: `${upper(other)} cost`, ...NUMBER, leaveOut: 2 },
    { title: `${upper(a)} time`, ...NUMBER, leaveOut: 3 },
    { title: `${upper(other)} time`, ...NUMBER, leaveOut: 3 },
    { title: `${upper(a)} failed`, ...NUMBER, leaveOut: 4 },
    { title: `${upper(other)} failed`, ...NUMBER, leaveOut: 4 },
  ];
  const rows = comparison.pairs.slice(0, top).map(({ aligned, similarity }): TextRow => {
    const requests = [requestAt(a, aligned.a), requestAt(other, aligned.b)];
    const sums = requests.map((request) => request && sumsOfRequest(request));
    return {
      kind: "row",
      cells: [
        ...requests.map((request) => (request ? grouped(request.request) : NONE)),
        similarity === null ? "" : percent(similarity),
        ...requests.map((request) => (request ? wordOf(request) : "")),
        ...sums.map((sum) => (sum ? costText(sum.costUsd) : "")),
        ...sums.map((sum) => (sum && sum.activeS !== null ? durationCompact(sum.activeS) : "")),
        ...sums.map((sum) => (sum ? grouped(sum.errors) : "")),
      ],
    };
  });
  return textTable(columns, rows, width).lines;
}

function costText(usd: number | null): string {
  return usd === null ? "unpriced" : money(usd);
}

function editsTable({ comparison: { sides }, edits }: DiffFacts, { top }: DiffOptions, width: number | null): readonly TextLine[] {
  if (edits.length === 0) return [];
  const columns: TextColumn[] = [
    { title: "File", align: "left", least: 20, keep: "end" },
    ...sides.map((side) => ({ title: `${upper(side)} edits`, ...NUMBER })),
  ];
  const rows = edits.slice(0, top).map(
    ({ file, edits: counts }): TextRow => ({
      kind: "row",
      cells: [shortTarget(file), ...sides.map(({ letter }) => (counts.has(letter) ? grouped(known(counts.get(letter))) : ""))],
    }),
  );
  const hidden = edits.length - top;
  return [...textTable(columns, rows, width).lines, ...(hidden > 0 ? [note(`${counted(hidden, "file")} more; --top shows them.`)] : [])];
}

function notesOf({ comparison: { sides } }: DiffFacts): string[] {
  const ranked = sides.filter(({ ranks }) => ranks.size > 0);
  const unpriced = sides.filter(({ facts }) => facts.unpriced_steps > 0);
  const long = sides.filter(({ requests }) => requests.length > MOST_ALIGNED);
  return [
    ranked.length > 0
      ? "Above: the share of the other sessions of the provider here that have less; those with as much count half."
      : `Ranks are left out: they take single sessions of a provider with at least ${FEWEST_RANKED} sessions here.`,
    "Alike: requests by what their steps do, not by what was asked. A pair with a request of one step may be alike by chance.",
    "Costs are at list prices. Output as logged may be too low; at least: by its characters.",
    ...unpriced.map((side) => `${upper(side)}: ${counted(side.facts.unpriced_steps, "step")} without a price cost nothing here.`),
    ...long.map((side) => `${upper(side)}: only the first ${grouped(MOST_ALIGNED)} requests are aligned.`),
  ];
}
