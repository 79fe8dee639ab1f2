/** What changed between two finished runs, as data. */
import path from "node:path";
import type { ExperimentArtifacts, ExperimentRun, FigureArtifact, FileRecord, TableArtifact } from "../../../artifacts/artifacts.ts";
import { DATA_PACKAGE_FILE } from "../../../artifacts/datapackage.ts";
import { known } from "../../../stats/known.ts";
import type { FinishedRun } from "../../request.ts";
import { type DiffChart, headlineCharts, tableCharts } from "./charts.ts";
import { type HeadlineDiff, headlineChanges } from "./headlines.ts";
import { effectOf } from "./numbers.ts";
import { pictureDifference } from "./pictures.ts";
import { rowsOf } from "./read.ts";
import { diffTables, isEmpty, type TableDiff } from "./tables.ts";

/** Something that two runs have under one name, or only one of them. */
export interface Pair<T> {
  readonly before: T | null;
  readonly after: T | null;
}

export interface NamedTableDiff extends Pair<TableArtifact> {
  readonly name: string;
  readonly title: string;
  /** Null when only one run has the table, and when it is too long. */
  readonly diff: TableDiff | null;
  readonly charts: readonly DiffChart[];
  /** Columns of numbers that differ and have no chart. */
  readonly notDrawn: readonly string[];
}

/** A figure whose chart or size differs, or that other versions drew otherwise. */
export interface FigureDiff extends Pair<FigureArtifact> {
  readonly name: string;
  readonly title: string;
  /** The chart itself differs, with its data; if not, only the picture does. */
  readonly chart: boolean;
  /** Share of its pixels that differ; null when only one run has it. */
  readonly share: number | null;
}

export interface ExperimentDiff {
  readonly id: string;
  readonly title: string;
  readonly states: Pair<ExperimentRun["state"]>;
  /** Flags of the two runs, when they differ. */
  readonly flags: Pair<readonly string[]> | null;
  /** Of its headline or table with the largest; null when nothing in it is compared by value. */
  readonly effect: number | null;
  /** The largest effect first. */
  readonly headlines: readonly HeadlineDiff[];
  readonly headlineCharts: readonly DiffChart[];
  /** The largest effect first. */
  readonly tables: readonly NamedTableDiff[];
  /** Titles of tables without a difference. */
  readonly sameTables: readonly string[];
  readonly figures: readonly FigureDiff[];
  /** Names of other files that differ, or that only one run has. */
  readonly documents: readonly string[];
}

export interface RunDiff {
  /** Those that ended differently or are in one run only first, then the largest effect first; what did not change is left out. */
  readonly changed: readonly ExperimentDiff[];
  /** Ids of experiments without a difference. */
  readonly same: readonly string[];
  /** Values that differ, by name of what they are of. */
  readonly versions: readonly (Pair<string> & { readonly name: string })[];
  /** Both runs read the same rows. */
  readonly samePool: boolean;
}

export async function compareRuns(before: FinishedRun, after: FinishedRun): Promise<RunDiff> {
  const [a, b] = [before.report, after.report];
  const versions = pairsOf(Object.entries(a.versions), Object.entries(b.versions), ([name]) => name).flatMap(([name, x, y]) =>
    x?.[1] === y?.[1] ? [] : [{ name, before: x?.[1] ?? null, after: y?.[1] ?? null }],
  );
  const compared: ExperimentDiff[] = [];
  for (const [id, x, y] of pairsOf(a.experiments, b.experiments, (run) => run.id)) {
    const [earlier, later] = [outputOf(x, before), outputOf(y, after)];
    compared.push({
      id,
      title: later?.title ?? earlier?.title ?? id,
      states: { before: x?.state ?? null, after: y?.state ?? null },
      ...(earlier && later ? await compareOutputs(earlier, later, versions.length > 0) : NOTHING),
    });
  }
  return {
    changed: compared.filter(differs).sort((x, y) => Number(endedOtherwise(y)) - Number(endedOtherwise(x)) || byEffect(x, y)),
    same: compared.filter((experiment) => !differs(experiment)).map(({ id }) => id),
    versions,
    samePool: a.pool.fingerprint === b.pool.fingerprint,
  };
}

/** What an experiment left, and where. */
interface Output extends ExperimentArtifacts {
  readonly folder: string;
}

function outputOf(run: ExperimentRun | null, { out }: FinishedRun): Output | null {
  return run?.artifacts ? { ...run.artifacts, folder: path.join(out, run.id) } : null;
}

async function compareOutputs(a: Output, b: Output, otherVersions: boolean) {
  const headlines = compareHeadlines(a, b);
  const tables = compareTables(a, b);
  const names = new Set(a.tables.map(({ name }) => name));
  return {
    flags: a.flags.join("\0") === b.flags.join("\0") ? null : { before: a.flags, after: b.flags },
    effect: largestOf([...headlines.map(({ effect }) => effect), ...tables.map(({ diff }) => diff?.effect ?? null)]),
    headlines,
    headlineCharts: headlineCharts(headlines),
    tables: tables.toSorted((x, y) => byEffect(x.diff ?? NO_EFFECT, y.diff ?? NO_EFFECT)),
    sameTables: b.tables
      .filter((table) => names.has(table.name) && !tables.some(({ name }) => name === table.name))
      .map(({ title }) => title),
    figures: await compareFigures(a, b, otherVersions),
    documents: differingFiles(a.documents, b.documents),
  };
}

const NOTHING = { flags: null, effect: null, headlines: [], headlineCharts: [], tables: [], sameTables: [], figures: [], documents: [] };

function largestOf(effects: readonly (number | null)[]): number | null {
  return effects.reduce((largest, effect) => (effect === null ? largest : Math.max(largest ?? 0, effect)), null);
}

const NO_EFFECT = { effect: null };

interface WithEffect {
  readonly effect: number | null;
}

/** The largest first. */
export function byEffect(a: WithEffect, b: WithEffect): number {
  return (b.effect ?? -1) - (a.effect ?? -1);
}

function endedOtherwise({ states }: Pick<ExperimentDiff, "states">): boolean {
  return states.before !== states.after;
}

function differs({ states, flags, headlines, tables, figures, documents }: ExperimentDiff): boolean {
  return endedOtherwise({ states }) || flags !== null || [headlines, tables, figures, documents].some((list) => list.length > 0);
}

function compareHeadlines(a: ExperimentArtifacts, b: ExperimentArtifacts): HeadlineDiff[] {
  return pairsOf(a.headlines, b.headlines, ({ label }) => withoutCounts(label))
    .filter(([, x, y]) => x?.value !== y?.value)
    .map(([, x, y]) => {
      const changes = x && y ? headlineChanges(x.value, y.value) : [];
      return { label: known(y ?? x).label, before: x?.value ?? null, after: y?.value ?? null, changes, effect: effectOf(changes) };
    })
    .sort(byEffect);
}

/** `Claude median (9,891 of 9,923 calls)` is the same headline in any pool. */
function withoutCounts(label: string): string {
  return label.replace(/\d[\d,]*(?= (?:of|calls|requests|sessions|steps)\b)/g, "#");
}

function compareTables(a: Output, b: Output): NamedTableDiff[] {
  return pairsOf(a.tables, b.tables, ({ name }) => name).flatMap(([name, x, y]): NamedTableDiff[] => {
    const pair = { name, title: (y ?? x)?.title ?? name, before: x, after: y };
    if (!x || !y) return [{ ...pair, diff: null, charts: [], notDrawn: [] }];
    if (x.sha256 === y.sha256) return [];
    const [before, after] = [rowsOf(a.folder, x), rowsOf(b.folder, y)];
    if (!before || !after) return [{ ...pair, diff: null, charts: [], notDrawn: [] }];
    const aligned = diffTables(before, after);
    const { pairs, numbers, keyUnits, ...diff } = aligned;
    return isEmpty(diff) ? [] : [{ ...pair, diff, ...tableCharts(aligned) }];
  });
}

/** A figure carries tables and code, so its file may differ while the chart is the same. */
async function compareFigures(a: Output, b: Output, otherVersions: boolean): Promise<FigureDiff[]> {
  const compared = pairsOf(a.figures, b.figures, ({ name }) => name).map(async ([name, x, y]): Promise<FigureDiff[]> => {
    const pair = { name, title: (y ?? x)?.title ?? name, before: x, after: y };
    if (!x || !y) return [{ ...pair, chart: true, share: null }];
    const chart = x.spec.sha256 !== y.spec.sha256 || x.width !== y.width || x.height !== y.height;
    if (!chart && (!otherVersions || x.sha256 === y.sha256)) return [];
    const share = await pictureDifference({ folder: a.folder, figure: x }, { folder: b.folder, figure: y });
    return chart || share > 0 ? [{ ...pair, chart, share }] : [];
  });
  return (await Promise.all(compared)).flat();
}

/** They say the same as the headlines and the tables. */
const REPEATING: readonly string[] = ["headline.json", DATA_PACKAGE_FILE];

function differingFiles(a: readonly FileRecord[], b: readonly FileRecord[]): string[] {
  return pairsOf(a, b, ({ file }) => file).flatMap(([file, x, y]) => (x?.sha256 === y?.sha256 || REPEATING.includes(file) ? [] : [file]));
}

/** In the order of the later list, then what only the earlier has. Of equal names the n-th belong together. */
function pairsOf<T>(before: readonly T[], after: readonly T[], nameOf: (item: T) => string): [string, T | null, T | null][] {
  const [a, b] = [byName(before, nameOf), byName(after, nameOf)];
  return [...new Set([...b.keys(), ...a.keys()])].map((key) => {
    const [x, y] = [a.get(key) ?? null, b.get(key) ?? null];
    return [nameOf(known(y ?? x)), x, y];
  });
}

function byName<T>(items: readonly T[], nameOf: (item: T) => string): Map<string, T> {
  const seen = new Map<string, number>();
  return new Map(
    items.map((item) => {
      const name = nameOf(item);
      const count = seen.get(name) ?? 0;
      seen.set(name, count + 1);
      return [`${count}:${name}`, item];
    }),
  );
}
