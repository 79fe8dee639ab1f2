/** Writes what an experiment returned: tables, documents, figures and their sidecars. */
import fs from "node:fs";
import path from "node:path";
import type { ExperimentArtifacts, FigureArtifact, FileRecord, TableArtifact } from "../artifacts/artifacts.ts";
import { recordOf } from "../artifacts/artifacts-file.ts";
import { DATA_PACKAGE_FILE, dataPackage } from "../artifacts/datapackage.ts";
import { publishedHeadlines } from "../artifacts/headlines.ts";
import { plottedEntries } from "../artifacts/plotted-rows.ts";
import { specText } from "../artifacts/spec-text.ts";
import { turnsDark } from "../chart/palette.ts";
import { headed } from "../chart/titles.ts";
import type { Pool, PoolSummary } from "../db/open/pool.ts";
import type { Experiment, Figure, Table } from "../experiment.ts";
import { csvChunks } from "../files/csv.ts";
import { sha256 } from "../files/hash.ts";
import { jsonText } from "../files/json.ts";
import { readHead } from "../files/read.ts";
import type { RenderPool } from "../render/pool.ts";
import { prepareSpec } from "../render/prepare-spec.ts";
import { codeText } from "../sidecar/code.ts";
import { described, embedPrepared, type PreparedEntry, prepareEntries, type SidecarEntry } from "../sidecar/embed.ts";
import { figureId } from "../sidecar/figure-id.ts";
import { CODE_KEY } from "../sidecar/keys.ts";
import { type Computed, type Result, withMerge } from "./compute.ts";
import type { Plan } from "./plan.ts";
import { Staging } from "./staging.ts";

const HEADLINE_FILE = "headline.json";
const RENDER_SCALE = 2;
const TABLES = "data/";
/** Bytes of a table that a figure carries without naming it. */
const LARGEST_SHARED_TABLE = 64 * 1024;

/** What all experiments of a run share. */
export interface RunEnvironment {
  readonly pool: Pool;
  readonly summary: PoolSummary;
  readonly renderer: RenderPool;
  readonly versions: Readonly<Record<string, string>>;
}

/** Writes what an experiment returned and returns the record of it. The folder is left as it was when anything fails. */
export async function publish(
  plan: Plan,
  result: Computed,
  env: RunEnvironment,
  log: (message: string) => void,
): Promise<ExperimentArtifacts> {
  checkNames(plan.experiment, result);
  const staging = new Staging(plan.folder);
  try {
    const tables: TableArtifact[] = [];
    for (const table of result.tables) tables.push(await writeTable(plan, table, staging, env.pool));
    const documents = await writeDocuments(plan.experiment, result, tables, staging);
    const carried = await prepareEntries(carriedEntries(plan, result, tables, staging));
    const library = hashesOfLibrary(plan);
    const write = (figure: Figure) => writeFigure(plan, figure, { carried, library }, staging, env, log);
    const figures = await Promise.all(result.figures.map(write));
    const { experiment } = plan;
    const artifacts: ExperimentArtifacts = {
      id: experiment.id,
      category: experiment.category,
      name: experiment.name,
      title: experiment.title,
      question: experiment.question,
      key: plan.key,
      fingerprint: env.summary.fingerprint,
      reading: plan.reading,
      flags: plan.flags,
      tables,
      figures,
      documents,
      headlines: result.headlines,
      notes: result.notes,
      alarm: result.alarm ?? null,
      queries: result.queries,
    };
    await staging.commit(artifacts);
    return artifacts;
  } finally {
    staging.discard();
  }
}

function checkNames(experiment: Experiment, result: Result): void {
  const names = [
    ...result.tables.map((table) => `${table.name}.csv`),
    ...result.figures.flatMap((figure) => [".png", ".vl.json", ".svg"].map((ending) => `${figure.name}${ending}`)),
    ...result.documents.map((document) => document.name),
    ...result.texts.map((text) => text.name),
    DATA_PACKAGE_FILE,
  ];
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice) throw new Error(`${experiment.id} returns ${twice} twice`);
  const odd = names.find((name) => !/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(name));
  if (odd) throw new Error(`${experiment.id} returns a file called ${JSON.stringify(odd)}; use letters, digits, _ . and -`);
}

async function writeTable(plan: Plan, table: Table, staging: Staging, pool: Pool): Promise<TableArtifact> {
  const file = `${table.name}.csv`;
  const rows = await writeRows(plan, table, staging.path(file), pool, staging);
  return {
    ...(await recordOf(staging.folder, file)),
    name: table.name,
    title: table.title,
    caption: table.caption ?? null,
    columns: table.columns,
    rows,
  };
}

async function writeRows({ experiment, watch }: Plan, table: Table, full: string, pool: Pool, staging: Staging): Promise<number> {
  if ("query" in table.rows) {
    const { query, params } = table.rows;
    const count = await watch.query(() => pool.copyCsv(withMerge(experiment, query), full, params, query));
    const header = firstLine(full);
    if (header !== namesOf(table).join(","))
      throw new Error(`${table.rows.query} returns columns ${header}, but table ${table.name} declares ${namesOf(table).join(",")}`);
    return count;
  }
  staging.writeAll(path.basename(full), csvChunks(namesOf(table), table.rows));
  return table.rows.length;
}

function namesOf(table: Table): string[] {
  return table.columns.map(({ name }) => name);
}

function firstLine(file: string): string {
  return readHead(file, LONGEST_HEADER_BYTES).toString().split("\n", 1)[0] ?? "";
}

const LONGEST_HEADER_BYTES = 64 * 1024;

async function writeDocuments(
  experiment: Experiment,
  result: Result,
  tables: readonly TableArtifact[],
  staging: Staging,
): Promise<FileRecord[]> {
  const documents = [
    ...result.documents.map((document) => ({ name: document.name, text: jsonText(document.value) })),
    ...result.texts.map((document) => ({
      name: document.name,
      text: document.text.endsWith("\n") ? document.text : `${document.text}\n`,
    })),
    ...(result.headlines.length > 0 ? [{ name: HEADLINE_FILE, text: jsonText(publishedHeadlines(result.headlines)) }] : []),
    ...(tables.length > 0 ? [{ name: DATA_PACKAGE_FILE, text: jsonText(dataPackage({ ...experiment, tables })) }] : []),
  ];
  for (const document of documents) staging.write(document.name, document.text);
  return Promise.all(documents.map((document) => recordOf(staging.folder, document.name)));
}

/** README, code and tables: the same in every figure of the experiment. */
function carriedEntries(plan: Plan, { figures }: Result, tables: readonly TableArtifact[], staging: Staging): SidecarEntry[] {
  const readme = path.join(plan.experiment.folder, "README.md");
  const isCarried = ({ name, bytes }: TableArtifact) =>
    figures.some((figure) => (figure.tables ? figure.tables.includes(name) : bytes <= LARGEST_SHARED_TABLE));
  return [
    ...(fs.existsSync(readme) ? [{ key: "readme", text: fs.readFileSync(readme, "utf8") }] : []),
    { key: CODE_KEY, text: codeText(plan.sources.filter(({ isLibrary }) => !isLibrary)) },
    ...tables.map((table) => ({ key: `${TABLES}${table.file}`, file: staging.path(table.file), stub: !isCarried(table) })),
  ];
}

/** What is in no figure's own tables goes with its name, size and hash. */
function carriedBy({ tables }: Figure, carried: readonly PreparedEntry[]): PreparedEntry[] {
  const isOwn = ({ key, outline }: PreparedEntry) =>
    !key.startsWith(TABLES) ||
    (tables ? tables.some((name) => key === `${TABLES}${name}.csv`) : outline.extent.bytes <= LARGEST_SHARED_TABLE);
  return carried.map((entry) => (isOwn(entry) ? entry : described(entry)));
}

/** What the figures of an experiment share. */
interface Shared {
  readonly carried: readonly PreparedEntry[];
  readonly library: Readonly<Record<string, string>>;
}

function hashesOfLibrary({ sources }: Plan): Record<string, string> {
  return Object.fromEntries(sources.filter(({ isLibrary }) => isLibrary).map(({ path, text }) => [path, sha256(text)]));
}

async function writeFigure(
  plan: Plan,
  figure: Figure,
  { carried, library }: Shared,
  staging: Staging,
  env: RunEnvironment,
  log: (message: string) => void,
): Promise<FigureArtifact> {
  const spec = prepareSpec({ name: `${plan.experiment.id}/${figure.name}`, spec: headed(figure.spec, figure) });
  const id = figureId({ experiment: plan.experiment.id, figure: figure.name, spec, fingerprint: env.summary.fingerprint });
  const footer = footerText(plan.experiment, id, env.summary);
  const image = await env.renderer.render({
    name: `${plan.experiment.id}/${figure.name}`,
    spec,
    footer,
    scale: RENDER_SCALE,
    withSvg: true,
  });
  plan.watch.drew(image.drawMs);
  for (const problem of image.problems) log(`figure ${figure.name}: ${problem}`);
  const text = specText(spec);
  const manifest = {
    experiment: plan.experiment.id,
    figure: figure.name,
    figureId: id,
    footer,
    scale: RENDER_SCALE,
    flags: plan.flags,
    fingerprint: env.summary.fingerprint,
    accounting: env.summary.accounting,
    synthetic: env.summary.synthetic,
    versions: env.versions,
    library,
  };
  const own = [{ key: "spec.vl.json", text }, ...plottedEntries({ ...spec })];
  const write = (ending: string, content: string | Uint8Array): FileRecord => {
    const file = `${figure.name}${ending}`;
    staging.write(file, content);
    return { file, bytes: Buffer.byteLength(content), sha256: sha256(content) };
  };
  return {
    ...write(".png", embedPrepared(image.png, carriedBy(figure, carried), own, manifest)),
    name: figure.name,
    title: figure.title,
    caption: figure.caption,
    alt: figure.alt,
    reading: figure.reading,
    id,
    width: image.width,
    height: image.height,
    spec: write(".vl.json", text),
    turnsDark: turnsDark(text),
    svg: image.svg === null ? null : write(".svg", image.svg),
  };
}

function footerText(experiment: Experiment, id: string, summary: PoolSummary): string {
  const parts = [experiment.id, `figure ${id}`, `pool ${summary.fingerprint.slice(0, 10)}`];
  if (summary.accounting === "counted") parts.push("counted reading");
  return [...parts, ...(summary.synthetic ? ["synthetic sample"] : [])].join("  ·  ");
}
