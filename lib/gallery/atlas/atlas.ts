/** Reads everything that pages show from a run's folder and the experiments' own files. */

import fs from "node:fs";
import path from "node:path";
import type {
  ExperimentArtifacts,
  ExperimentRun,
  FigureArtifact,
  FileRecord,
  RunReport,
  TableArtifact,
} from "../../artifacts/artifacts.ts";
import { outputRecords } from "../../artifacts/artifacts-file.ts";
import { DATA_PACKAGE_FILE } from "../../artifacts/datapackage.ts";
import { experimentFolder, experimentIds } from "../../artifacts/experiment-folders.ts";
import type { Headline } from "../../experiment.ts";
import { UserError } from "../../files/errors.ts";
import type { PackedSize } from "../features/ask/engine-files.ts";
import { anchorOf, downloadOf, type Link, linkFrom, pageOf, RELATIONS } from "../links.ts";
import type { GalleryRequest } from "../request.ts";
import { type ChartFiles, chartFiles } from "./chart-files.ts";
import { type CodeFile, EXPERIMENTS, readCode } from "./code-files.ts";
import { type Cost, readCost } from "./cost.ts";
import { type CsvHead, readCsvHead } from "./csv-head.ts";
import { type Overview, readOverview } from "./overview.ts";
import { type Picture, thumbnailOf } from "./pictures.ts";
import { type Readme, renderDocument, renderReadme, type SafeHtml } from "./readme.ts";
import { type Section, sectionsOf } from "./sections.ts";
import { readVolume, type Volume } from "./volume.ts";
import { categoryWords, readableName } from "./words.ts";

/** Rows of a table that its page shows. */
export const PREVIEW_ROWS = 50;
/** Documents are shown up to this size and offered as files beyond it. */
const SHOWN_DOCUMENT_BYTES = 200_000;
const SHOWN_TEXT_LINES = 60;
/** The top of the page shows the same. */
const HEADLINES_FILE = "headline.json";

export interface Atlas {
  readonly pool: RunReport["pool"];
  readonly versions: RunReport["versions"];
  readonly overview: Overview | null;
  readonly volume: Volume | null;
  readonly cost: Cost | null;
  readonly categories: readonly Category[];
  /** All sheets in reading order. */
  readonly sheets: readonly Sheet[];
  /** Ids of the experiments whose pages have something to show. */
  readonly shown: ReadonlySet<string>;
  /** Entries of the navigation besides the experiments. */
  readonly places: readonly Place[];
  /** Address that the gallery will be published at, with a slash at the end; null when it isn't known. */
  readonly baseUrl: string | null;
  /** The database engine that pages run. */
  readonly engine: PackedSize;
}

/** An entry of the navigation. */
export interface Place {
  readonly title: string;
  /** Path of the page in the gallery. */
  readonly page: string;
}

export interface Category {
  readonly id: string;
  readonly letter: string;
  readonly title: string;
  readonly about: string;
  readonly sheets: readonly Sheet[];
}

/** What one experiment's page shows. */
export interface Sheet {
  readonly id: string;
  readonly category: string;
  readonly name: string;
  /** Place in the atlas: letter of the category and number in it, e.g. `A3`. */
  readonly mark: string;
  readonly title: string;
  readonly question: string | null;
  /** Path of its page in the gallery. */
  readonly page: string;
  readonly state: SheetState;
  readonly flags: readonly string[];
  readonly headlines: readonly Headline[];
  readonly notes: readonly string[];
  readonly thumbnail: Picture | null;
  readonly figures: readonly SheetFigure[];
  readonly tables: readonly SheetTable[];
  readonly documents: readonly SheetDocument[];
  /** Every file the experiment wrote. */
  readonly files: readonly FileRecord[];
  readonly readme: Readme | null;
  readonly code: readonly CodeFile[];
}

/** Whether there is something to look at; if not, a sentence that says why. */
export type SheetState = { readonly kind: "shown" } | { readonly kind: "empty" | "failed" | "skipped"; readonly sentence: string };

export interface SheetFigure extends FigureArtifact {
  readonly chart: ChartFiles;
  /** Its `reading` as HTML. */
  readonly guide: SafeHtml;
}

export interface SheetTable extends TableArtifact {
  readonly head: CsvHead;
}

export interface SheetDocument extends FileRecord {
  readonly content:
    | { readonly kind: "markdown"; readonly body: SafeHtml }
    | { readonly kind: "text"; readonly text: string; readonly cut: boolean }
    | { readonly kind: "download" };
}

/** A finished run, and where READMEs and code are. */
export type AtlasSource = Pick<GalleryRequest, "out" | "report" | "roots">;

export async function readAtlas(source: AtlasSource, places: readonly Place[], baseUrl: string | null, engine: PackedSize): Promise<Atlas> {
  const { report, out } = source;
  const runs = new Map(report.experiments.map((run) => [run.id, run]));
  const sections = sectionsOf(allIds(source)).filter(({ ids }) => ids.some((id) => runs.has(id)));
  const categories = await Promise.all(sections.map((section) => readCategory(section, runs, source)));
  const sheets = categories.flatMap((category) => category.sheets);
  return {
    pool: report.pool,
    versions: report.versions,
    overview: readOverview(out, report),
    volume: readVolume(out, report),
    cost: readCost(out, report),
    categories,
    sheets,
    shown: new Set(sheets.filter(({ state }) => state.kind === "shown").map(({ id }) => id)),
    places,
    baseUrl,
    engine,
  };
}

/** Experiments of every folder one after the other, so that those from elsewhere move none; then those that only the run has. */
function allIds({ roots, report }: AtlasSource): string[] {
  return [...new Set([...roots.flatMap((root) => experimentIds([root])), ...report.experiments.map(({ id }) => id)])];
}

type Runs = ReadonlyMap<string, ExperimentRun>;

async function readCategory({ category, letter, ids }: Section, runs: Runs, source: AtlasSource): Promise<Category> {
  const marked = ids.flatMap((id, i) => {
    const run = runs.get(id);
    return run ? [{ run, mark: `${letter}${i + 1}` }] : [];
  });
  const sheets = await Promise.all(marked.map(({ run, mark }) => readSheet(run, mark, new Set(runs.keys()), source)));
  return { id: category, letter, ...categoryWords(category), sheets };
}

async function readSheet(run: ExperimentRun, mark: string, ids: ReadonlySet<string>, source: AtlasSource): Promise<Sheet> {
  const { artifacts } = run;
  const [category = "", name = ""] = run.id.split("/");
  const outputs = path.join(source.out, run.id);
  const code = readCode(run.id, source.roots);
  const readme = readReadme(run, code, ids, source);
  const shown = {
    tables: artifacts?.tables ?? [],
    figures: (artifacts?.figures ?? []).map((figure) => readFigure(outputs, figure)),
    documents: (artifacts?.documents ?? []).filter((record) => record.file !== HEADLINES_FILE),
  };
  return {
    id: run.id,
    category,
    name,
    mark,
    title: artifacts?.title ?? readme?.title ?? readableName(name),
    question: artifacts?.question ?? null,
    page: pageOf(run.id),
    state: stateOf(run, source.report.pool.rounds),
    flags: artifacts?.flags ?? [],
    headlines: artifacts?.headlines ?? [],
    notes: artifacts?.notes ?? [],
    thumbnail: shown.figures[0] ? thumbnailOf(run.id, shown.figures[0]) : null,
    figures: shown.figures,
    tables: await Promise.all(shown.tables.map(async (table) => ({ ...table, head: await readCsvHead(outputs, table, PREVIEW_ROWS) }))),
    documents: shown.documents.map((record) => readDocument(outputs, record)),
    files: artifacts ? outputRecords(artifacts) : [],
    readme,
    code,
  };
}

function stateOf({ state, error, artifacts }: ExperimentRun, poolSteps: number): SheetState {
  if (artifacts && hasContent(artifacts, poolSteps)) return { kind: "shown" };
  if (artifacts)
    return {
      kind: "empty",
      sentence: poolSteps === 0 ? "The pool has no agent steps." : "The experiment ran, but this pool has no data for it.",
    };
  if (state === "skipped") return { kind: "skipped", sentence: error ?? "The experiment was not started." };
  return { kind: "failed", sentence: error ?? "The experiment failed without a message." };
}

/**
 * Documents and headlines of an empty pool are dashes and zeros, so only pictures and rows count there. The file that describes the
 * tables does not count.
 */
function hasContent({ figures, tables, documents, headlines }: ExperimentArtifacts, poolSteps: number): boolean {
  const drawn = figures.length > 0 || tables.some((table) => table.rows > 0);
  const hasWords = documents.some(({ file }) => file !== DATA_PACKAGE_FILE) || headlines.length > 0;
  return drawn || (poolSteps > 0 && hasWords);
}

function readReadme(run: ExperimentRun, code: readonly CodeFile[], ids: ReadonlySet<string>, source: AtlasSource): Readme | null {
  const folder = experimentFolder(run.id, source.roots);
  if (folder === null) return null;
  const file = path.join(folder, "README.md");
  if (!fs.existsSync(file)) return null;
  const files = new Map((run.artifacts ? outputRecords(run.artifacts) : []).map((record) => [record.file, record]));
  const resolve = (href: string) => readmeLink(run.id, href, { files, code, ids }, linkFrom(pageOf(run.id)));
  return renderReadme(fs.readFileSync(file, "utf8"), resolve, run.artifacts?.question);
}

interface Known {
  readonly files: ReadonlyMap<string, FileRecord>;
  readonly code: readonly CodeFile[];
  readonly ids: ReadonlySet<string>;
}

/** Relative links of a README point into the project; here the same things are on pages. */
function readmeLink(id: string, href: string, known: Known, link: Link): string | null {
  const target = path.posix.join(id, href.split("#", 1)[0] ?? "").replace(/\/(README\.md)?$/, "");
  if (target !== id && known.ids.has(target)) return link(pageOf(target));
  const code = known.code.find((file) => file.path === path.posix.join(EXPERIMENTS, target));
  if (code) return link(code.shared ? RELATIONS : pageOf(id), anchorOf("code", code.name));
  const record = path.posix.dirname(target) === id ? known.files.get(path.posix.basename(target)) : undefined;
  return record ? link(downloadOf(id, record)) : null;
}

function readFigure(outputs: string, figure: FigureArtifact): SheetFigure {
  const spec = path.join(outputs, figure.spec.file);
  return { ...figure, chart: chartFiles(spec, readExisting(spec), figure.name), guide: renderDocument(figure.reading) };
}

function readExisting(file: string): string {
  if (fs.existsSync(file)) return fs.readFileSync(file, "utf8");
  throw new UserError(`${file} is listed in artifacts.json but is missing; run again with --force.`);
}

function readDocument(outputs: string, record: FileRecord): SheetDocument {
  if (record.bytes > SHOWN_DOCUMENT_BYTES) return { ...record, content: { kind: "download" } };
  const text = fs.readFileSync(path.join(outputs, record.file), "utf8");
  if (record.file.endsWith(".md")) return { ...record, content: { kind: "markdown", body: renderDocument(text) } };
  const lines = text.trimEnd().split("\n");
  return { ...record, content: { kind: "text", text: lines.slice(0, SHOWN_TEXT_LINES).join("\n"), cut: lines.length > SHOWN_TEXT_LINES } };
}
