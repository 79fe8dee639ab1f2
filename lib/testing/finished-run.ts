/** A small finished run on disk, for tests of the gallery. */

import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import sharp from "sharp";
import type { ExperimentArtifacts, ExperimentRun, FigureArtifact, FileRecord, RunReport, TableArtifact } from "../artifacts/artifacts.ts";
import type { Roots } from "../artifacts/experiment-folders.ts";
import type { ColumnType } from "../experiment.ts";
import { sha256 } from "../files/hash.ts";

export interface Fixture {
  readonly out: string;
  readonly roots: Roots;
  /** Writes an experiment's outputs and gives its entry of the report. */
  add(experiment: ExperimentLiteral): Promise<ExperimentRun>;
  /** Writes a file of an experiment's own folder. */
  source(id: string, file: string, text: string): void;
}

interface ExperimentLiteral {
  readonly id: string;
  readonly title?: string;
  readonly question?: string;
  readonly figures?: readonly {
    readonly name: string;
    readonly title?: string;
    readonly caption?: string;
    readonly reading?: string;
    readonly width?: number;
    readonly height?: number;
    /** Text of its Vega-Lite spec. */
    readonly spec?: string;
    readonly svg?: string;
  }[];
  /** CSV text by table name. */
  readonly tables?: Readonly<Record<string, string>>;
  /** Text by file name. */
  readonly documents?: Readonly<Record<string, string>>;
  readonly headlines?: ExperimentArtifacts["headlines"];
  readonly notes?: readonly string[];
  readonly flags?: readonly string[];
}

export async function withRun<T>(use: (run: Fixture) => Promise<T>): Promise<T> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "trace-atlas-gallery-"));
  try {
    return await use(fixtureIn(folder));
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

export function reportOf(experiments: readonly ExperimentRun[], pool: Partial<RunReport["pool"]> = {}): RunReport {
  return {
    versions: { "trace-atlas": "0.1.0", vega: "6.4.0" },
    pool: {
      name: "sample",
      rounds: 1300,
      sessions: 20,
      toolCalls: 1500,
      timingEvents: 6000,
      users: 3,
      transcripts: 0,
      accounting: "published",
      prices: null,
      labels: null,
      providers: ["claude", "codex"],
      stepsByProvider: { claude: 900, codex: 400 },
      windows: {
        claude: { first: "2026-01-30T10:00:00.000000Z", last: "2026-02-01T09:00:00.000000Z" },
        codex: { first: "2026-01-31T08:00:00.000000Z", last: "2026-02-02T11:00:00.000000Z" },
      },
      firstTime: "2026-01-30T10:00:00.000000Z",
      lastTime: "2026-02-02T11:00:00.000000Z",
      synthetic: true,
      isPrivate: false,
      fingerprint: "0123456789abcdef0123456789abcdef",
      ...pool,
    },
    experiments,
  };
}

function fixtureIn(folder: string): Fixture {
  const out = path.join(folder, "out");
  const experiments = path.join(folder, "experiments");
  fs.mkdirSync(out);
  return {
    out,
    roots: [experiments],
    add: (experiment) => write(out, experiment),
    source: (id, file, text) => {
      fs.mkdirSync(path.join(experiments, id), { recursive: true });
      fs.appendFileSync(path.join(experiments, id, "experiment.ts"), "");
      fs.writeFileSync(path.join(experiments, id, file), text);
    },
  };
}

async function write(out: string, literal: ExperimentLiteral): Promise<ExperimentRun> {
  const {
    id,
    title = "A title",
    question = "Is it?",
    figures = [],
    tables = {},
    documents = {},
    headlines = [],
    notes = [],
    flags = [],
  } = literal;
  const [category, name] = id.split("/") as [string, string];
  const folder = path.join(out, id);
  fs.mkdirSync(folder, { recursive: true });
  const artifacts: ExperimentArtifacts = {
    id,
    category,
    name,
    title,
    question,
    key: "key",
    fingerprint: "0123456789abcdef0123456789abcdef",
    reading: { accounting: "published", prices: null, labels: null },
    flags,
    tables: Object.entries(tables).map(([table, csv]) => writeTable(folder, table, csv)),
    figures: await Promise.all(figures.map((figure) => writeFigure(folder, figure))),
    documents: Object.entries(documents).map(([file, text]) => writeRecord(folder, file, text)),
    headlines,
    notes,
    alarm: null,
    queries: [],
  };
  return { id, state: "done", artifacts };
}

function writeTable(folder: string, name: string, csv: string): TableArtifact {
  const [header = "", ...rows] = csv.trimEnd().split("\n");
  return {
    ...writeRecord(folder, `${name}.csv`, csv),
    name,
    title: `Table ${name}`,
    caption: null,
    columns: header.split(",").map((name, i) => ({ name, says: `Meaning of ${name}`, type: typeOf(rows.map((row) => row.split(",")[i])) })),
    rows: rows.length,
  };
}

function typeOf(cells: readonly (string | undefined)[]): ColumnType {
  return cells.every((cell) => Number.isFinite(Number(cell))) ? "number" : "text";
}

type FigureLiteral = NonNullable<ExperimentLiteral["figures"]>[number];

async function writeFigure(
  folder: string,
  {
    name,
    title = "A figure",
    caption = "What is drawn.",
    reading = "Taller bars are larger.",
    width = 600,
    height = 300,
    spec: specText = '{ "mark": "bar" }\n',
    svg = '<svg xmlns="http://www.w3.org/2000/svg"/>\n',
  }: FigureLiteral,
): Promise<FigureArtifact> {
  const png = await sharp({ create: { width, height, channels: 3, background: "#4878e0" } })
    .png()
    .toBuffer();
  const spec = writeRecord(folder, `${name}.vl.json`, specText);
  return {
    ...writeRecord(folder, `${name}.png`, png),
    name,
    title,
    caption,
    alt: `Bar chart of ${name}`,
    reading,
    id: "ab12cd34ef",
    width,
    height,
    spec,
    turnsDark: true,
    svg: writeRecord(folder, `${name}.svg`, svg),
  };
}

function writeRecord(folder: string, file: string, content: string | Uint8Array): FileRecord {
  fs.writeFileSync(path.join(folder, file), content);
  return { file, bytes: Buffer.byteLength(content), sha256: sha256(content) };
}
