/**
 * The contract between an experiment and the runner. An experiment declares its question and flags and turns
 * rows into plain data; the runner alone reads files, writes tables, renders figures and embeds sidecars.
 */
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { TopLevelSpec } from "vega-lite";

/** A value of a table cell. `null` and non-finite numbers are written as an empty cell. */
export type Cell = string | number | boolean | null;
export type Row = Readonly<Record<string, Cell>>;

/** A CSV table. Its file is `<name>.csv`; columns are written in the order given. */
export interface Table {
  readonly name: string;
  /** Heading on the experiment's page. */
  readonly title: string;
  /** One or two sentences: grain, units, what to look for. */
  readonly caption?: string;
  readonly columns: readonly string[];
  /** The rows, or (for tables that grow with the pool) a query of the experiment's folder that is streamed to the file. */
  readonly rows: readonly Row[] | StreamedRows;
}

/** A query whose result goes to the CSV file without passing through memory. Its columns must match `Table.columns`. */
export interface StreamedRows {
  /** File name of the query in the experiment's folder, e.g. `events.sql`. */
  readonly query: string;
  readonly params?: SqlParams;
}

/** Any JSON value written as `<name>` (with extension), indented by two spaces. Non-finite numbers become `null`. */
export interface JsonDocument {
  readonly name: string;
  readonly value: unknown;
}

/** A text file such as Markdown tables (`.md`) or TeX macros (`.tex`), written as it is with a final newline. */
export interface TextDocument {
  readonly name: string;
  readonly text: string;
}

/** A figure; its file is `<name>.png`. `spec` is complete but for the theme, which the renderer adds. */
export interface Figure {
  readonly name: string;
  readonly title: string;
  readonly spec: TopLevelSpec;
  /** What is drawn and what to see in it; plain sentences, no markup. */
  readonly caption: string;
  /** For readers who cannot see it: the chart type, the axes and the relation that it shows. */
  readonly alt: string;
}

/** A number for the experiment's card, already formatted. */
export interface Headline {
  readonly label: string;
  readonly value: string;
}

/** What `run` returns. `provides` is what experiments that `need` this one receive. */
export interface ExperimentResult {
  readonly tables: readonly Table[];
  readonly documents?: readonly JsonDocument[];
  readonly texts?: readonly TextDocument[];
  readonly figures: readonly Figure[];
  readonly headlines: readonly Headline[];
  /** Plain sentences for the page: what was left out, unpriced models, empty pools. */
  readonly notes: readonly string[];
  readonly provides?: unknown;
}

/** A command-line flag of an experiment, declared once and used for parsing, help and README checks. */
export interface Flag {
  readonly type: "number" | "string" | "boolean";
  readonly describe: string;
  /** Repeatable: `--flag a b` or `--flag a --flag b`. */
  readonly array?: boolean;
  readonly default?: number | string | boolean | readonly number[] | readonly string[];
  readonly choices?: readonly string[];
  /** Inclusive bounds of a number. */
  readonly min?: number;
  readonly max?: number;
  readonly integer?: boolean;
}
export type Flags = Readonly<Record<string, Flag>>;

type Scalar<F> = F extends { type: "number" }
  ? number
  : F extends { type: "boolean" }
    ? boolean
    : F extends { choices: readonly (infer C)[] }
      ? C
      : string;
type FlagValue<F> = F extends { array: true } ? readonly Scalar<F>[] : Scalar<F>;
type CamelCase<S extends string> = S extends `${infer A}-${infer B}` ? `${A}${Capitalize<CamelCase<B>>}` : S;
/** Parsed flags by camel-cased name; a flag without default is `undefined` when not given (booleans: `false`; arrays: `[]`). */
export type OptionsOf<F extends Flags> = {
  readonly [K in keyof F & string as CamelCase<K>]: F[K] extends { default: unknown } | { type: "boolean" } | { array: true }
    ? FlagValue<F[K]>
    : FlagValue<F[K]> | undefined;
};

export type SqlParams = Readonly<Record<string, string | number | boolean | null>>;

/** Read access to the pool. SQL sees `rounds`, `tool_calls`, `timing_events` and the relations named in its `-- uses:` line. */
export interface QueryContext {
  /**
   * Runs a query of the experiment's folder, e.g. `query.sql`, with `$name` parameters, and returns its rows.
   * Integers arrive as numbers (an integer beyond 2^53 throws); cast DECIMAL and TIMESTAMP in SQL.
   */
  rows<T = Row>(query: string, params?: SqlParams): Promise<T[]>;
  /** The same column by column: cheaper for hundreds of thousands of rows. */
  columns<T extends Record<string, ArrayLike<unknown>>>(query: string, params?: SqlParams): Promise<T>;
}

export interface RunContext<F extends Flags = Flags> {
  readonly db: QueryContext;
  readonly options: OptionsOf<F>;
  /** What each experiment in `needs` provided, by id. */
  readonly needs: Readonly<Record<string, unknown>>;
  log(message: string): void;
}

export interface ExperimentDefinition<F extends Flags = Flags> {
  readonly title: string;
  /** The question it answers, one sentence that ends in a question mark. */
  readonly question: string;
  readonly flags?: F;
  /** Ids of experiments whose `provides` this one receives; they run first. */
  readonly needs?: readonly string[];
  run(context: RunContext<F>): Promise<ExperimentResult>;
}

export interface Experiment extends Omit<ExperimentDefinition, "run"> {
  /** `<category>/<name>`, from the folder. */
  readonly id: string;
  readonly category: string;
  readonly name: string;
  /** Absolute path of the folder. */
  readonly folder: string;
  readonly flags: Flags;
  readonly needs: readonly string[];
  // biome-ignore lint/suspicious/noExplicitAny: flags are checked where the experiment is defined; here they are erased
  run(context: RunContext<any>): Promise<ExperimentResult>;
}

/**
 * Declares the experiment of a folder. The folder's name is its id. Run as a program
 * (`npx tsx experiments/<category>/<name>/experiment.ts --db … -o …`) it runs alone with the same flags.
 */
export function defineExperiment<const F extends Flags>(moduleUrl: string, definition: ExperimentDefinition<F>): Experiment {
  const file = fileURLToPath(moduleUrl);
  const folder = path.dirname(file);
  const name = path.basename(folder);
  const category = path.basename(path.dirname(folder));
  const experiment: Experiment = {
    ...definition,
    id: `${category}/${name}`,
    category,
    name,
    folder,
    flags: definition.flags ?? {},
    needs: definition.needs ?? [],
  };
  if (process.argv[1] === file) void import("./run/standalone.ts").then((program) => program.runStandalone(experiment));
  return experiment;
}
