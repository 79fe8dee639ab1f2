/** What changed between two finished runs, as data. */
import path from "node:path";
import type { ExperimentArtifacts, ExperimentRun, FigureArtifact, FileRecord, TableArtifact } from "../../../artifacts/artifacts.ts";
import { known } from "../../../stats/known.ts";
import type { FinishedRun } from "../../request.ts";
import { type TextChange, textChange } from "./numbers.ts";
import { pictureDifference } from "./pictures.ts";
import { rowsOf } from "./read.ts";
import { diffTables, isEmpty, type TableDiff } from "./tables.ts";

/** Something that two runs have under one name, or only one of them. */
export interface Pair<T> {
  readonly before: T | null;
  readonly after: T | null;
}

export interface HeadlineDiff extends Pair<string> {
  readonly label: string;
  readonly change: TextChange | null;
}

export interface NamedTableDiff extends Pair<TableArtifact> {
  readonly name: string;
  readonly title: string;
  /** Null when only one run has the table, and when it is too long. */
  readonly diff: TableDiff | null;
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
  readonly headlines: readonly HeadlineDiff[];
  readonly tables: readonly NamedTableDiff[];
  readonly figures: readonly FigureDiff[];
  /** Names of other files that differ, or that only one run has. */
  readonly documents: readonly string[];
}

export interface RunDiff {
  /** In the order of the later run, then those that only the earlier has; what did not change is left out. */
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
    changed: compared.filter(differs),
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
  return {
    flags: a.flags.join("\0") === b.flags.join("\0") ? null : { before: a.flags, after: b.flags },
    headlines: compareHeadlines(a, b),
    tables: compareTables(a, b),
    figures: await compareFigures(a, b, otherVersions),
    documents: differingFiles(a.documents, b.documents),
  };
}

const NOTHING = { flags: null, headlines: [], tables: [], figures: [], documents: [] };

function differs({ states, flags, headlines, tables, figures, documents }: ExperimentDiff): boolean {
  return states.before !== states.after || flags !== null || [headlines, tables, figures, documents].some((list) => list.length > 0);
}

function compareHeadlines(a: ExperimentArtifacts, b: ExperimentArtifacts): HeadlineDiff[] {
  return pairsOf(a.headlines, b.headlines, ({ label }) => label).flatMap(([label, x, y]) =>
    x?.value === y?.value
      ? []
      : [{ label, before: x?.value ?? null, after: y?.value ?? null, change: x && y ? textChange(x.value, y.value) : null }],
  );
}

function compareTables(a: Output, b: Output): NamedTableDiff[] {
  return pairsOf(a.tables, b.tables, ({ name }) => name).flatMap(([name, x, y]): NamedTableDiff[] => {
    const pair = { name, title: (y ?? x)?.title ?? name, before: x, after: y };
    if (!x || !y) return [{ ...pair, diff: null }];
    if (x.sha256 === y.sha256) return [];
    const [before, after] = [rowsOf(a.folder, x), rowsOf(b.folder, y)];
    const diff = before && after && diffTables(before, after);
    return diff && isEmpty(diff) ? [] : [{ ...pair, diff }];
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

/** Says the same as the headlines. */
const HEADLINES_FILE = "headline.json";

function differingFiles(a: readonly FileRecord[], b: readonly FileRecord[]): string[] {
  return pairsOf(a, b, ({ file }) => file).flatMap(([file, x, y]) => (x?.sha256 === y?.sha256 || file === HEADLINES_FILE ? [] : [file]));
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
