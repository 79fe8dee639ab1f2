/**
 * How the answers of a pool's shards become one. A query says it in its header, in one or several lines that name each of its columns once:
 *
 * - `-- merge: key(provider, bin) sum(steps, tokens) max(longest_us) min(first_us)`: rows with equal keys become one. They are ordered by
 *   the keys, ascending and NULL first, or as an ending `by steps DESC, provider` says
 * - `-- merge: key() sum(steps)`: a query with one row
 * - `-- merge: top 20 by cost_nano DESC, round_pk`: the first rows of all; `top $most` takes the number from a parameter, NULL for all.
 *   The order, too, may use parameters
 * - `-- merge: top 5 of provider by cost_nano DESC, round_pk`: the first rows of each group, ordered by group (NULL first)
 * - `-- merge: all by round_pk`: all rows, in order
 * - `-- merge: same`: about what all shards have in common, so the whole pool answers at once
 */
import type { SqlParams } from "../../experiment.ts";
import { known } from "../../stats/known.ts";
import { quoteName } from "../sql.ts";

const FOLDS = ["sum", "max", "min"] as const;
type Fold = (typeof FOLDS)[number];

export type Merge =
  | { readonly form: "key"; readonly keys: readonly string[]; readonly folds: ReadonlyMap<string, Fold>; readonly by: readonly string[] }
  | { readonly form: "top"; readonly most: string; readonly of: readonly string[]; readonly by: readonly string[] }
  | { readonly form: "all"; readonly by: readonly string[] }
  | { readonly form: "same" };

const HEADER = /^--\s*merge:(.*)$/i;
const COMMENT = /^--(.*)$/;
const KEY = /^key\((?<keys>[^()]*)\)(?<folds>(?:\s*\w+\([^()]*\))*)(?:\s+by\s+(?<by>.+))?$/;
const FOLD = /(\w+)\(([^()]*)\)/g;
const TOP = /^top\s+(?<most>\d+|\$\w+)(?:\s+of\s+(?<of>.+?))?\s+by\s+(?<by>.+)$/;
const ALL = /^all\s+by\s+(?<by>.+)$/;
const NAME = /^[A-Za-z_]\w*$/;
const EXAMPLE = "write, for example, key(provider) sum(steps), top 20 by calls DESC, tool, all by round_pk, or same";

/**
 * What the `-- merge:` lines of a query say; null without any.
 * @param file of the query, for messages
 * @throws Error that names file and line
 */
export function mergeOf(sql: string, file: string): Merge | null {
  const lines = sql.split("\n");
  const first = lines.findIndex((line) => HEADER.test(line));
  if (first === -1) return null;
  const words = headerFrom(lines, first);
  return parse(words, (problem) => new Error(`${file}:${first + 1}: the merge "${words}" ${problem}.`));
}

/** Its lines as one. An open parenthesis goes on in the next line of the comment. */
function headerFrom(lines: readonly string[], first: number): string {
  const words: string[] = [];
  for (const line of lines.slice(first)) {
    const isOpen = /\([^)]*$/.test(words.join(" "));
    const [, text] = HEADER.exec(line) ?? (isOpen ? COMMENT.exec(line) : null) ?? [];
    if (text !== undefined) words.push(text.trim());
    else if (isOpen) break;
  }
  return words.join(" ");
}

type Refusal = (problem: string) => Error;

function parse(words: string, refusal: Refusal): Merge {
  if (words === "same") return { form: "same" };
  const key = KEY.exec(words)?.groups;
  if (key) return keyMerge(key, refusal);
  const top = TOP.exec(words)?.groups;
  if (top) return { form: "top", most: known(top.most), of: top.of === undefined ? [] : namesIn(top.of, refusal), by: [known(top.by)] };
  const all = ALL.exec(words)?.groups;
  if (all) return { form: "all", by: [known(all.by)] };
  throw refusal(`can't be read; ${EXAMPLE}`);
}

function keyMerge({ keys: keyText = "", folds: foldText = "", by }: Readonly<Record<string, string | undefined>>, refusal: Refusal): Merge {
  const keys = namesIn(keyText, refusal);
  const folds = new Map<string, Fold>();
  for (const [, name, columns = ""] of foldText.matchAll(FOLD)) {
    const fold = FOLDS.find((known) => known === name);
    if (!fold) throw refusal(`has ${name}(), but columns can be merged by ${FOLDS.join("(), ")}() only`);
    for (const column of namesIn(columns, refusal)) {
      if (folds.has(column) || keys.includes(column)) throw refusal(`names the column ${column} twice`);
      folds.set(column, fold);
    }
  }
  return { form: "key", keys, folds, by: by === undefined ? keys.map((name) => `${quoteName(name)} NULLS FIRST`) : [by] };
}

function namesIn(text: string, refusal: Refusal): string[] {
  const names = text.trim() === "" ? [] : text.split(",").map((name) => name.trim());
  const odd = names.find((name) => !NAME.test(name));
  if (odd !== undefined) throw refusal(`names ${JSON.stringify(odd)}, which is not the name of a column`);
  if (new Set(names).size < names.length) throw refusal(`names the column ${names.find((name, i) => names.indexOf(name) < i)} twice`);
  return names;
}

/** A query and, if its header can't say how answers become one, the SQL that makes it of the rows of all in the table `parts`. */
export interface MergedQuery {
  readonly sql: string;
  readonly merge: { readonly file: string; readonly sql: string };
}

/** A column of the table `parts`, with its SQL type. */
export interface PartColumn {
  readonly name: string;
  readonly type: string;
}

/**
 * SQL that makes one answer of the rows in the table `parts`.
 * @param file of the query, for messages
 * @throws Error for a column that a merge by keys does not name, and for a sum of floating-point numbers, which depends on their order
 */
export function mergeSql(merge: Merge, columns: readonly PartColumn[], file: string, params: SqlParams = {}): string {
  if (merge.form !== "key") return orderedSql(merge, params);
  const selected = columns.map(({ name, type }) => {
    const fold = merge.folds.get(name);
    if (fold === undefined && !merge.keys.includes(name)) throw new Error(`${file}: its merge does not name the column ${name}`);
    if (fold === "sum" && /^(FLOAT|DOUBLE)/.test(type))
      throw new Error(
        `${file}: its merge sums ${name}, a ${type}; sums of floating-point numbers depend on their order, so return an integer, such as nano-dollars or microseconds`,
      );
    return fold === undefined ? quoteName(name) : `${fold}(${quoteName(name)}) AS ${quoteName(name)}`;
  });
  const missing = [...merge.keys, ...merge.folds.keys()].find((name) => !columns.some((column) => column.name === name));
  if (missing !== undefined) throw new Error(`${file} does not return the column ${missing} that its merge names`);
  const groups = merge.keys.length === 0 ? "" : ` GROUP BY ${merge.keys.map(quoteName).join(", ")}`;
  return `SELECT ${selected.join(", ")} FROM parts${groups}${orderBy(merge.by)}`;
}

/** The same for one part, whose rows are merged already: they only have to be in order. */
export function orderedSql(merge: Merge, params: SqlParams = {}): string {
  if (merge.form === "same") return "FROM parts";
  if (merge.form !== "top") return `FROM parts${orderBy(merge.by)}`;
  const most = merge.most.startsWith("$") ? params[merge.most.slice(1)] : merge.most;
  if (most === null || most === undefined) return `FROM parts${orderBy(merge.by)}`;
  if (merge.of.length === 0) return `FROM parts${orderBy(merge.by)} LIMIT ${Number(most)}`;
  const groups = merge.of.map(quoteName);
  const first = groups.map((name) => `${name} NULLS FIRST`);
  return `FROM parts QUALIFY row_number() OVER (PARTITION BY ${groups.join(", ")}${orderBy(merge.by)}) <= ${Number(most)}${orderBy([...first, ...merge.by])}`;
}

function orderBy(terms: readonly string[]): string {
  return terms.length === 0 ? "" : ` ORDER BY ${terms.join(", ")}`;
}
