/** What changed between two finished runs, as data. */
import type {
  ExperimentArtifacts,
  ExperimentRun,
  FigureArtifact,
  FileRecord,
  RunReport,
  TableArtifact,
} from "../../../artifacts/artifacts.ts";
import { known } from "../../../stats/known.ts";
import { type TextChange, textChange } from "./numbers.ts";
import { diffTables, isEmpty, type TableDiff, type TableRows } from "./tables.ts";

export interface ComparableRun {
  readonly report: RunReport;
  /** Rows of a table without its header; null when they are too many to be compared one by one. */
  readonly rowsOf: (experiment: string, table: TableArtifact) => TableRows["rows"] | null;
}

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

/** A figure whose chart or size differs, or that was drawn by other versions. */
export interface FigureDiff extends Pair<FigureArtifact> {
  readonly name: string;
  readonly title: string;
  /** The chart itself differs, with its data; if not, only the picture may. */
  readonly chart: boolean;
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

export function compareRuns(before: ComparableRun, after: ComparableRun): RunDiff {
  const versions = namesOf(Object.keys(before.report.versions), Object.keys(after.report.versions)).flatMap((name) => {
    const pair = { before: before.report.versions[name] ?? null, after: after.report.versions[name] ?? null };
    return pair.before === pair.after ? [] : [{ name, ...pair }];
  });
  const runOf = ({ report }: ComparableRun, id: string) => report.experiments.find((run) => run.id === id) ?? null;
  const ids = namesOf(
    before.report.experiments.map(({ id }) => id),
    after.report.experiments.map(({ id }) => id),
  );
  const changed: ExperimentDiff[] = [];
  const same: string[] = [];
  for (const id of ids) {
    const diff = compareExperiments(id, runOf(before, id), runOf(after, id), before, after, versions.length > 0);
    if (diff) changed.push(diff);
    else same.push(id);
  }
  return { changed, same, versions, samePool: before.report.pool.fingerprint === after.report.pool.fingerprint };
}

/** Null when nothing differs. */
function compareExperiments(
  id: string,
  a: ExperimentRun | null,
  b: ExperimentRun | null,
  before: ComparableRun,
  after: ComparableRun,
  otherVersions: boolean,
): ExperimentDiff | null {
  const [x, y] = [a?.artifacts ?? null, b?.artifacts ?? null];
  const diff: ExperimentDiff = {
    id,
    title: y?.title ?? x?.title ?? id,
    states: { before: a?.state ?? null, after: b?.state ?? null },
    flags: x && y && x.flags.join("\0") !== y.flags.join("\0") ? { before: x.flags, after: y.flags } : null,
    headlines: x && y ? compareHeadlines(x, y) : [],
    tables: x && y ? compareTables(id, x, y, before, after) : [],
    figures: x && y ? compareFigures(x, y, otherVersions) : [],
    documents: x && y ? differingFiles(x.documents, y.documents) : [],
  };
  const differs =
    diff.states.before !== diff.states.after ||
    diff.flags !== null ||
    [diff.headlines, diff.tables, diff.figures, diff.documents].some((list) => list.length > 0);
  return differs ? diff : null;
}

function compareHeadlines(a: ExperimentArtifacts, b: ExperimentArtifacts): HeadlineDiff[] {
  return pairsOf(a.headlines, b.headlines, ({ label }) => label).flatMap(([label, x, y]) => {
    const pair = { label, before: x?.value ?? null, after: y?.value ?? null };
    if (pair.before === pair.after) return [];
    return [{ ...pair, change: pair.before !== null && pair.after !== null ? textChange(pair.before, pair.after) : null }];
  });
}

function compareTables(
  id: string,
  a: ExperimentArtifacts,
  b: ExperimentArtifacts,
  before: ComparableRun,
  after: ComparableRun,
): NamedTableDiff[] {
  return pairsOf(a.tables, b.tables, ({ name }) => name).flatMap(([name, x, y]): NamedTableDiff[] => {
    const pair = { name, title: (y ?? x)?.title ?? name, before: x, after: y };
    if (!x || !y) return [{ ...pair, diff: null }];
    if (x.sha256 === y.sha256) return [];
    const [rowsBefore, rowsAfter] = [before.rowsOf(id, x), after.rowsOf(id, y)];
    if (!rowsBefore || !rowsAfter) return [{ ...pair, diff: null }];
    const diff = diffTables({ columns: columnNames(x), rows: rowsBefore }, { columns: columnNames(y), rows: rowsAfter });
    return isEmpty(diff) ? [] : [{ ...pair, diff }];
  });
}

/** A figure carries tables and code, so its file may differ while the chart is the same. */
function compareFigures(a: ExperimentArtifacts, b: ExperimentArtifacts, otherVersions: boolean): FigureDiff[] {
  return pairsOf(a.figures, b.figures, ({ name }) => name).flatMap(([name, x, y]) => {
    const chart = x?.spec.sha256 !== y?.spec.sha256 || x?.width !== y?.width || x?.height !== y?.height;
    const differs = chart || (otherVersions && x?.sha256 !== y?.sha256);
    return differs ? [{ name, title: (y ?? x)?.title ?? name, before: x, after: y, chart }] : [];
  });
}

/** Says the same as the headlines. */
const HEADLINES_FILE = "headline.json";

function differingFiles(a: readonly FileRecord[], b: readonly FileRecord[]): string[] {
  return pairsOf(a, b, ({ file }) => file).flatMap(([file, x, y]) => (x?.sha256 === y?.sha256 || file === HEADLINES_FILE ? [] : [file]));
}

/** In the order of the later list, then what only the earlier has. Of equal names the n-th belong together. */
function pairsOf<T>(before: readonly T[], after: readonly T[], nameOf: (item: T) => string): [string, T | null, T | null][] {
  const [a, b] = [byName(before, nameOf), byName(after, nameOf)];
  return namesOf([...a.keys()], [...b.keys()]).map((key) => {
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

function namesOf(before: readonly string[], after: readonly string[]): string[] {
  return [...new Set([...after, ...before])];
}

function columnNames({ columns }: TableArtifact): string[] {
  return columns.map(({ name }) => name);
}
