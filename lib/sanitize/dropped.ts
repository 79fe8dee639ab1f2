/** Sanitizes rows in a browser: what `sanitize` does with a file, with everything that is held in memory. */
import { bytesOf } from "../files/bytes.ts";
import { Pseudonyms } from "../trace/pseudonym.ts";
import { learnWords } from "./names.ts";
import { Problems } from "./problems.ts";
import { type Changes, type Checked, checkRows, publishedRows } from "./publish.ts";
import { rowsIn } from "./rows.ts";
import { exactClock } from "./times.ts";

export interface SanitizedDrop extends Omit<Checked, "lines"> {
  /** Keys and values that the schema has no place for. */
  readonly left: ReturnType<Problems["list"]>;
  readonly changes: Changes;
  /** Lines of the published trace; null when there are findings. */
  readonly lines: readonly Uint8Array<ArrayBuffer>[] | null;
}

const TRACE = "rounds.jsonl";
const KEY_BYTES = 32;

/**
 * The rows of a trace as they may be published, read back by the gate.
 *
 * @param names that may not be seen, of which the rows need not have any: `names` of the report
 * @param key secret of the pseudonyms; default: random bytes
 * @throws UserError for a line that is not a JSON object
 */
export async function sanitizeDropped(
  rows: AsyncIterable<Uint8Array>,
  {
    names: given = [],
    key = crypto.getRandomValues(new Uint8Array(KEY_BYTES)),
  }: { readonly names?: readonly string[]; readonly key?: Uint8Array } = {},
): Promise<SanitizedDrop> {
  const kept: ReadonlySet<string> = new Set();
  const rules = { pseudonyms: new Pseudonyms(key), kept, clock: exactClock, coarse: false };
  const names = new Set<string>();
  for (const name of given) learnWords(name, names);
  const left = new Problems();
  const lines: Uint8Array<ArrayBuffer>[] = [];
  for await (const { text } of publishedRows(rowsIn(rows, TRACE), TRACE, { rules, names, left })) lines.push(bytesOf(`${text}\n`));
  const checked = await checkRows([{ name: TRACE, rows: rowsIn(each(lines), TRACE), place: "row" }], names, kept);
  return { ...checked, left: left.list(), changes: left, lines: checked.findings.length === 0 ? lines : null };
}

async function* each(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
