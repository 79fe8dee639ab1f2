/**
 * The contract between an experiment and the runner. An experiment declares its question, flags and queries and turns rows into
 * plain data; the runner alone reads files, writes tables, renders figures and embeds sidecars. Nothing of the program is imported here.
 */
import { spawn } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { TopLevelSpec } from "vega-lite";

/** A value of a table cell. `null` and non-finite numbers are written as an empty cell. */
export type Cell = string | number | boolean | null;
export type Row = Readonly<Record<string, Cell>>;

// Queries

/**
 * How a column of a query arrives. A question mark says that it may be NULL; a list of texts is all that a text column may hold.
 * Integers arrive as numbers (one beyond 2^53 throws, a sum becomes the nearest number); cast DECIMAL and TIMESTAMP in SQL.
 */
export type ColumnKind = "text" | "text?" | "number" | "number?" | "boolean" | "boolean?" | readonly (string | null)[] | ListKind<unknown>;
interface ListKind<T> {
  readonly list: true;
  /** Only for the type checker. */
  readonly item?: T;
}

/** A column that holds a list, of structs for example: `listOf<number>()`. */
export function listOf<T>(): ListKind<T> {
  return { list: true };
}

type ValueOf<K> = K extends "text"
  ? string
  : K extends "text?"
    ? string | null
    : K extends "number"
      ? number
      : K extends "number?"
        ? number | null
        : K extends "boolean"
          ? boolean
          : K extends "boolean?"
            ? boolean | null
            : K extends readonly (infer V)[]
              ? V
              : K extends ListKind<infer T>
                ? readonly T[]
                : never;

export type SqlParams = Readonly<Record<string, string | number | boolean | null>>;

/** A query of the experiment's folder and the columns that it returns: checked against the database on every run. */
export interface Query<R = unknown> {
  /** File name, e.g. `query.sql`. */
  readonly file: string;
  readonly columns: Readonly<Record<string, ColumnKind>>;
  /** Only for the type checker. */
  readonly row?: R;
}
/** A row of a query: `type Step = RowOf<typeof STEPS>`. */
export type RowOf<Q> = Q extends Query<infer R> ? R : never;
/** The result of a query column by column: numbers packed, so that tens of millions of them fit into memory. */
export type ColumnsOf<Q> = { readonly [K in keyof RowOf<Q>]: RowOf<Q>[K] extends number ? Float64Array : readonly RowOf<Q>[K][] };

/**
 * Declares the columns of a query once; rows get their type from here.
 *
 * @example
 * const TOOLS = query("query.sql", { tool: "text", calls: "number", latency_ms: "number?", kind: ["mcp", "builtin"] });
 */
export function query<const C extends Readonly<Record<string, ColumnKind>>>(
  file: string,
  columns: C,
): Query<{ readonly [K in keyof C]: ValueOf<C[K]> }> {
  return { file, columns };
}

type NumberColumn<R> = { [K in keyof R]-?: R[K] extends number ? K & string : never }[keyof R];

/** Names of the columns that hold a number in every row. */
export function numberColumns<R>({ columns }: Query<R>): NumberColumn<R>[] {
  const isNumber = (name: string): name is NumberColumn<R> => columns[name] === "number";
  return Object.keys(columns).filter(isNumber);
}

/** What a query that finds nothing counts: 0 in the columns that hold a number in every row, null in those that may be NULL. */
export function noneOf<R>(query: Query<R>): { [K in keyof R as R[K] extends number | null ? K : never]: R[K] };
export function noneOf({ columns }: Query): Row {
  const numbers = Object.entries(columns).filter(([, kind]) => kind === "number" || kind === "number?");
  return Object.fromEntries(numbers.map(([name, kind]) => [name, kind === "number" ? 0 : null]));
}

/** Read access to the pool. SQL sees `rounds`, `tool_calls`, `timing_events` and the relations named in its `-- uses:` line. */
export interface QueryContext {
  /**
   * The rows of a query, with `$name` parameters. The header of the query says how the answers of shards become one (`-- merge:`).
   * @throws when the query's columns differ from those declared
   */
  rows<R>(query: Query<R>, params?: SqlParams): Promise<R[]>;
  /**
   * The same column by column: cheaper for hundreds of thousands of rows.
   * @throws for a NULL in a column that is declared to have a number in every row
   */
  columns<R>(query: Query<R>, params?: SqlParams): Promise<ColumnsOf<Query<R>>>;
  /**
   * How numbers of a query with a row per step, call or event are distributed, in each group of its rows. Only totals and the values at
   * the ranks asked for leave the database, however many rows there are. NULL is left out, and so is a group without values.
   * Groups are in the order of `by`, NULL first; within a group, columns are in the order of `of`.
   */
  distributions<R, const B extends keyof R & string, const C extends ValueColumn<R>>(
    query: Query<R>,
    request: DistributionRequest<B, C>,
    params?: SqlParams,
  ): Promise<Distribution<Pick<R, B>, C>[]>;
  /**
   * How many values of a column are in each bin, and their sum, in each group of rows. Bins are half-open, the last one closed; values
   * outside are left out. Bins without values have no row. Groups are in the order of `by`, bins ascending.
   */
  bins<R, const B extends keyof R & string>(
    query: Query<R>,
    request: BinsRequest<B, ValueColumn<R>>,
    params?: SqlParams,
  ): Promise<Bin<Pick<R, B>>[]>;
  /**
   * At most `most` rows of each group, the same ones in any order of the rows: those whose `key`, unique in the query, has the smallest
   * hash. In the order of the key.
   */
  sample<R>(query: Query<R>, request: SampleRequest<keyof R & string>, params?: SqlParams): Promise<R[]>;
  /**
   * 95% intervals of shares or medians in each group of rows, by drawing sessions again (seeded): steps of a session resemble one another.
   * Sessions are put into at most 256 blocks by hash, and blocks are drawn. The interval is null where there is only one.
   * Groups are in the order of `by`, NULL first; within a group, columns are in the order of `of`.
   */
  intervals<R, const B extends keyof R & string, const C extends ValueColumn<R>>(
    query: Query<R>,
    request: IntervalsRequest<B, C, keyof R & string>,
    params?: SqlParams,
  ): Promise<IntervalOf<Pick<R, B>, C>[]>;
}

/** A column that holds numbers, or NULL. */
export type ValueColumn<R> = { [K in keyof R]-?: R[K] extends number | null ? K & string : never }[keyof R];

export interface DistributionRequest<B, C> {
  /** Columns whose values make the groups; none: all rows are one group. */
  readonly by: readonly B[];
  /** Columns to look at, each for itself. */
  readonly of: readonly C[];
  /** Shares from 0 to 1 of the quantiles that will be read. Default: 1, 5, 10, 25, 50, 75, 90, 95 and 99 %. */
  readonly quantiles?: readonly number[];
  /** For curves: so many values at evenly spaced ranks, the least and the greatest among them, or all if there are fewer. Default: 0. */
  readonly points?: number;
}

/** The values of a column in one group of rows. */
export interface Distribution<G = object, C extends string = string> {
  readonly group: G;
  readonly column: C;
  readonly n: number;
  /** Exact to 12 digits behind the point, whatever the order of the rows. */
  readonly sum: number;
  /** In ascending order, by rank from 0: only those at the ranks asked for are there. `lib/stats` reads quantiles from it as from all values. */
  readonly ascending: ArrayLike<number>;
}

export interface BinsRequest<B, C> {
  readonly by: readonly B[];
  readonly of: C;
  /** Ascending, two at least. */
  readonly edges: readonly number[];
}

/** Values from `edges[bin]` up to the next edge. */
export interface Bin<G = object> {
  readonly group: G;
  readonly bin: number;
  readonly n: number;
  readonly sum: number;
}

export interface SampleRequest<C> {
  readonly by: readonly C[];
  readonly key: C;
  readonly most: number;
}

export interface IntervalsRequest<B, C, S = string> {
  readonly by: readonly B[];
  /** Columns that hold parts, or values that have a median; NULL is left out. */
  readonly of: readonly C[];
  /** The column that the parts are parts of, not negative; without it, intervals are of medians. */
  readonly whole?: C;
  /** The column that names the session. */
  readonly session: S;
}

export interface IntervalOf<G = object, C extends string = string> {
  readonly group: G;
  readonly column: C;
  readonly interval: { readonly lo: number; readonly hi: number } | null;
}

// Tables

/** A column of a table: its value, and what a reader needs to know of it. */
export interface Column<R> {
  readonly of: (row: R) => Cell;
  /** What it means, a phrase without a final period. */
  readonly says: string;
  /** `tokens`, `ms`, `s`, `USD`, `share`, or what is counted: `calls`. Left out for names and texts. */
  readonly unit?: string;
}
export type ColumnType = "text" | "number" | "boolean";

/** What is known of a column besides its values. */
export interface ColumnInfo {
  readonly name: string;
  readonly says: string;
  readonly unit?: string;
  /** Undefined when the table has no value of it. */
  readonly type?: ColumnType;
}

/** A CSV table. Its file is `<name>.csv`; columns are written in the order given. */
export interface Table {
  readonly name: string;
  /** Heading on the experiment's page. */
  readonly title: string;
  /** One or two sentences: grain, units, what to look for. */
  readonly caption?: string;
  readonly columns: readonly ColumnInfo[];
  readonly rows: readonly Row[] | StreamedRows;
}

/** A table whose rows are at hand. */
export interface MemoryTable extends Table {
  readonly rows: readonly Row[];
}

/** Title and caption of a table. */
export type About = Pick<Table, "title" | "caption">;

type FieldColumn<R> = Omit<Column<R>, "of"> & Partial<Pick<Column<R>, "of">>;
/** A column with the name of a field may leave out `of`. Where columns of unknown names are spread in, only `table` itself checks that. */
type Columns<R, Name extends string> = Readonly<Record<string, FieldColumn<R>>> & {
  readonly [N in Name]: N extends keyof R ? FieldColumn<R> : string extends N ? FieldColumn<R> : Column<R>;
};

/**
 * A table of rows in memory. A column is named once, with its value, meaning and unit. Without `of` its value is the field
 * of the same name.
 *
 * @example
 * table("steps_by_model", groups, {
 *   model: { says: "Model of the steps" },
 *   steps: { says: "Agent steps", unit: "steps" },
 *   share: { of: (group) => group.steps / total, says: "Share of all steps", unit: "share" },
 * }, { title: "Steps by model" });
 * @throws when rows have no value for a column without `of`
 */
export function table<R, Name extends string>(
  name: string,
  rows: readonly R[],
  columns: Columns<NoInfer<R>, Name>,
  about: About,
): MemoryTable {
  const entries = Object.entries<FieldColumn<R>>(columns).map(
    ([column, { of = fieldOf(name, column), ...info }]) => [column, { of, ...info }] as const,
  );
  const cells = rows.map((row) => Object.fromEntries(entries.map(([column, { of }]) => [column, of(row)])));
  return {
    name,
    ...about,
    columns: entries.map(([column, { says, unit }]) => {
      const type = typeOf(cells, column) ?? (unit === undefined ? undefined : "number");
      return { name: named(name, column), says, ...(unit === undefined ? {} : { unit }), ...(type === undefined ? {} : { type }) };
    }),
    rows: cells,
  };
}

function fieldOf(name: string, column: string): (row: unknown) => Cell {
  return (row) => {
    const fields: Readonly<Record<string, Cell>> = Object(row);
    const value = fields[column];
    if (value === undefined || (typeof value === "object" && value !== null))
      throw new Error(`table ${name}: the rows have no value called ${column}; give the column an \`of\``);
    return value;
  };
}

/** Whole numbers come first in an object, whatever the order they are written in. */
function named(name: string, column: string): string {
  if (/^\d+$/.test(column)) throw new Error(`table ${name}: a column can't be called ${column}; begin with a letter`);
  return column;
}

function typeOf(rows: readonly Row[], column: string): ColumnType | undefined {
  const types = new Set(rows.map((row) => typeof row[column]));
  if (types.has("string")) return "text";
  if (types.has("number")) return "number";
  return types.has("boolean") ? "boolean" : undefined;
}

/** A query whose result goes to the CSV file without passing through memory. Its columns must match `Table.columns`. */
export interface StreamedRows {
  /** File name of the query in the experiment's folder, e.g. `events.sql`. */
  readonly query: string;
  readonly params?: SqlParams;
}

/** A table that grows with the pool: the rows of a query go to the file as they come. */
export function streamedTable(
  name: string,
  rows: StreamedRows,
  columns: Readonly<Record<string, Omit<ColumnInfo, "name">>>,
  about: About,
): Table {
  return { name, ...about, columns: Object.entries(columns).map(([column, info]) => ({ name: named(name, column), ...info })), rows };
}

// Other outputs

/** Any JSON value written as `<name>` (with extension), indented by two spaces. Non-finite numbers become `null`. */
export interface JsonDocument {
  readonly name: string;
  /** What is in it, a phrase without a final period. */
  readonly says: string;
  readonly value: unknown;
}

/** A text file such as Markdown tables (`.md`) or TeX macros (`.tex`), written as it is with a final newline. */
export interface TextDocument {
  readonly name: string;
  /** What is in it, a phrase without a final period. */
  readonly says: string;
  readonly text: string;
}

/** How much of what there is a figure shows. Its subtitle ends with it: `2,413 of 5,453 calls; the rest report 0 ms.` */
export interface Coverage {
  readonly shown: number;
  readonly of: number;
  /** What is counted, in the plural: `calls`. */
  readonly what: string;
  /** Why the rest is not shown, as the end of a sentence: `report 0 ms`. */
  readonly rest?: string;
}

/**
 * A figure; its file is `<name>.png`. `spec` is complete but for the theme, which the renderer adds, and the heading: title,
 * subtitle and coverage are drawn over a spec without a title.
 */
export interface Figure {
  readonly name: string;
  /** The finding. Its numbers can be read off the figure. */
  readonly title: string;
  /** What is drawn. */
  readonly subtitle?: string;
  /** Or sentences that say it. */
  readonly coverage?: Coverage | string;
  readonly spec: TopLevelSpec;
  /** What is drawn and what to see in it; plain sentences, no markup. */
  readonly caption: string;
  /** For readers who cannot see it: the chart type, the axes and the relation that it shows. */
  readonly alt: string;
  /** How to read it: what the marks are and what a high or low value means, for any pool. Markdown. */
  readonly reading: string;
  /** Names of the tables that the PNG carries. Default: those of at most 64 KiB. Of other tables it has size and hash. */
  readonly tables?: readonly string[];
}

/** A number for the experiment's card, already formatted. */
export interface Headline {
  /** Complete and in words, beginning with a capital: what the number is of. */
  readonly label: string;
  readonly value: string;
  /** Where the published system words it otherwise: what it says. */
  readonly published?: { readonly label?: string; readonly value?: string };
}

/** What `run` returns: plain data. */
export interface ExperimentResult<P = unknown> {
  readonly tables: readonly Table[];
  readonly documents?: readonly JsonDocument[];
  readonly texts?: readonly TextDocument[];
  /** Leave it out when this pool has nothing to show: the tables are written and the page says `empty`. */
  readonly figures?: readonly Figure[];
  readonly headlines?: readonly Headline[];
  /** Plain sentences for the page: what was left out, unpriced models, coverage. */
  readonly notes?: readonly string[];
  /** A sentence for which the run ends with exit status 1, although the results are complete: where a flag asks for that. */
  readonly alarm?: string;
  /** What experiments that need this one receive. */
  readonly provides?: P;
}

// Flags

/** A command-line flag of an experiment. Make it with `integer`, `number`, `text`, `file`, `choice`, `flag` or `list`. */
export interface Flag<T = unknown> {
  readonly type: "number" | "string" | "boolean";
  /** For `--help`, a phrase without a final period. */
  readonly says: string;
  /** Repeatable: `--flag a b` or `--flag a --flag b`. */
  readonly array?: boolean;
  readonly default?: number | string | boolean | readonly number[] | readonly string[];
  readonly choices?: readonly string[];
  /** Inclusive bounds of a number. */
  readonly min?: number;
  readonly max?: number;
  readonly integer?: boolean;
  /** The value names a file, and the option is its text. */
  readonly isFile?: boolean;
  /** Only for the type checker. */
  readonly value?: T;
}
/** A file that a flag names. */
export interface GivenFile {
  /** As it was given. */
  readonly name: string;
  readonly text: string;
}
/** By name in camel case: `minDrop` is `--min-drop` on the command line. */
export type Flags = Readonly<Record<string, Flag>>;
export type OptionsOf<F extends Flags> = { readonly [K in keyof F]: F[K] extends Flag<infer T> ? T : never };

interface Numeric {
  readonly says: string;
  readonly default?: number;
  readonly min?: number;
  readonly max?: number;
}
interface Textual {
  readonly says: string;
  readonly default?: string;
}
/** Without a default, a flag that is not given is `undefined`. */
type Given<D, T> = D extends { readonly default: unknown } ? T : T | undefined;

export function number<const D extends Numeric>(declared: D): Flag<Given<D, number>> {
  return { type: "number", ...declared };
}

export function integer<const D extends Numeric>(declared: D): Flag<Given<D, number>> {
  return { type: "number", integer: true, ...declared };
}

export function text<const D extends Textual>(declared: D): Flag<Given<D, string>> {
  return { type: "string", ...declared };
}

/** A file to read; `undefined` unless given. */
export function file(declared: { readonly says: string }): Flag<GivenFile | undefined> {
  return { type: "string", isFile: true, ...declared };
}

export function choice<const C extends readonly string[], const D extends Textual>(choices: C, declared: D): Flag<Given<D, C[number]>> {
  return { type: "string", choices, ...declared };
}

/** True when given, false otherwise; `--no-name` takes it back. */
export function flag(declared: { readonly says: string; readonly default?: boolean }): Flag<boolean> {
  return { type: "boolean", ...declared };
}

/** Any number of values; none unless given or by default. */
export function list<T extends number | string>(
  of: Flag<T | undefined>,
  declared: { readonly default?: readonly T[] } = {},
): Flag<readonly T[]> {
  const { value: _, default: __, ...rest } = of;
  return { ...rest, array: true, ...declared } as Flag<readonly T[]>;
}

// Experiments

// biome-ignore lint/suspicious/noExplicitAny: an experiment of any result can be needed
export type Needs = Readonly<Record<string, Experiment<any>>>;
export type NeedsOf<N extends Needs> = { readonly [K in keyof N]: N[K] extends Experiment<infer P> ? P : never };

export interface RunContext<F extends Flags = Flags, N extends Needs = Needs> {
  readonly db: QueryContext;
  readonly options: OptionsOf<F>;
  /** What each experiment in `needs` provided. */
  readonly needs: NeedsOf<N>;
  log(message: string): void;
}

/**
 * How output counts are treated that were logged while the response was still streaming (`output_is_final` is false): they are left
 * out of everything, or of the tables where figures and headlines show no output. Or they count as logged, which is too low; `shown as
 * logged` where the runner is to say so in figures and headlines too, not only in notes.
 */
export type UnfinishedOutput = "left out" | "left out of tables" | "shown as logged" | "counted as logged";

export interface ExperimentDefinition<F extends Flags, N extends Needs, P> {
  readonly title: string;
  /** The question it answers, one sentence that ends in a question mark. */
  readonly question: string;
  /** The one sentence for a pool that has nothing to show: "No session in this pool was compacted." */
  readonly empty: string;
  readonly flags?: F;
  /** Experiments whose `provides` this one receives; they run first. */
  readonly needs?: N;
  /** For one that shows output, speed or anything by output: the runner adds how many counts are final. */
  readonly unfinishedOutput?: UnfinishedOutput;
  run(context: RunContext<F, N>): Promise<ExperimentResult<P>>;
}

export interface Experiment<P = unknown> {
  readonly title: string;
  readonly question: string;
  readonly empty: string;
  /** `<category>/<name>`, from the folder. */
  readonly id: string;
  readonly category: string;
  readonly name: string;
  /** Absolute path of the folder. */
  readonly folder: string;
  readonly flags: Flags;
  readonly needs: Needs;
  readonly unfinishedOutput?: UnfinishedOutput;
  // biome-ignore lint/suspicious/noExplicitAny: flags are checked where the experiment is defined; here they are erased
  run(context: RunContext<any, any>): Promise<ExperimentResult<P>>;
}

/**
 * Declares the experiment of a folder. The folder's name is its id. Started as a program
 * (`npx tsx experiments/<category>/<name>/experiment.ts --db … -o …`) the file runs alone with the same flags.
 */
export function defineExperiment<const F extends Flags = Record<never, never>, N extends Needs = Record<never, never>, P = undefined>(
  moduleUrl: string,
  definition: ExperimentDefinition<F, N, P>,
): Experiment<P> {
  const file = fileURLToPath(moduleUrl);
  const folder = path.dirname(file);
  const name = path.basename(folder);
  const category = path.basename(path.dirname(folder));
  if (process.argv[1] === file) handOver(folder);
  return {
    ...definition,
    id: `${category}/${name}`,
    category,
    name,
    folder,
    flags: definition.flags ?? {},
    needs: definition.needs ?? {},
  };
}

/** Lets the program, as a process of its own, run the experiment of a folder with the words of this command line. */
function handOver(folder: string): void {
  const program = fileURLToPath(new URL(`../run-all${path.extname(import.meta.url)}`, import.meta.url));
  const words = [...process.execArgv, program, "experiment", folder, ...process.argv.slice(2)];
  const child = spawn(process.execPath, words, { stdio: "inherit" });
  // A terminal sends Ctrl-C to both; this process waits for the other to clean up.
  process.on("SIGINT", () => undefined).on("SIGTERM", () => child.kill("SIGTERM"));
  child.on("exit", (code) => process.exit(code ?? 1));
}
