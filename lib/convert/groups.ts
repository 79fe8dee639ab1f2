/** Facts by conversation, however many there are: they are kept in files until all have been read. */
import path from "node:path";
import { appendPlainValues } from "../db/open/column-values.ts";
import { openDuckDb } from "../db/open/connection.ts";
import { quoteLiteral } from "../db/sql.ts";
import { OWNER_ONLY_FILE } from "../files/place.ts";
import { Writer } from "../files/writer.ts";
import { at } from "../stats/known.ts";
import type { Fact } from "./facts.ts";

export class Groups {
  private readonly folder: string;
  private readonly writer: Writer;
  /** Traces that belong together because they name one conversation: each leads to a smaller name, and at last to the smallest. */
  private readonly smaller = new Map<string, string>();
  private readonly traceOf = new Map<string, string>();

  /** @param folder a private one, which the caller removes */
  constructor(folder: string) {
    this.folder = folder;
    this.writer = new Writer(this.file("facts"), OWNER_ONLY_FILE);
  }

  add(fact: Fact): void {
    const { trace, conversation, start } = fact;
    if (!this.smaller.has(trace)) this.smaller.set(trace, trace);
    if (conversation !== null) {
      const other = this.traceOf.get(conversation);
      if (other === undefined) this.traceOf.set(conversation, trace);
      else if (other !== trace) this.join(trace, other);
    }
    this.writer.write(`${JSON.stringify({ trace, start, fact: JSON.stringify(fact) })}\n`);
  }

  /** The facts of one conversation after the other, by their first time. The order in which they were added doesn't matter. */
  async *all(): AsyncGenerator<Fact[]> {
    this.writer.close();
    const roots = new Writer(this.file("groups"), OWNER_ONLY_FILE);
    for (const trace of this.smaller.keys()) roots.write(`${JSON.stringify({ trace, root: this.rootOf(trace) })}\n`);
    roots.close();
    let root: string | null = null;
    let facts: Fact[] = [];
    for await (const [next, text] of this.sorted()) {
      if (next !== root && facts.length > 0) {
        yield facts;
        facts = [];
      }
      root = next;
      facts.push(JSON.parse(text));
    }
    if (facts.length > 0) yield facts;
  }

  close(): void {
    this.writer.abandon();
  }

  private join(one: string, other: string): void {
    const [smallest = "", largest = ""] = [this.rootOf(one), this.rootOf(other)].sort();
    if (smallest !== largest) this.smaller.set(largest, smallest);
  }

  private rootOf(trace: string): string {
    let root = trace;
    for (let next = this.smaller.get(root) ?? root; next !== root; next = this.smaller.get(root) ?? root) root = next;
    this.smaller.set(trace, root);
    return root;
  }

  private async *sorted(): AsyncGenerator<readonly [root: string, fact: string]> {
    const instance = await openDuckDb({ tempDirectory: path.join(this.folder, "spill") }, { folders: [this.folder] });
    const connection = await instance.connect();
    const lines = (name: string, columns: string) =>
      `read_json(${quoteLiteral(this.file(name))}, format = 'newline_delimited', columns = {${columns}})`;
    try {
      const result = await connection.stream(`
        SELECT root, fact
        FROM ${lines("facts", "trace: 'VARCHAR', start: 'BIGINT', fact: 'VARCHAR'")}
        JOIN ${lines("groups", "trace: 'VARCHAR', root: 'VARCHAR'")} USING (trace)
        ORDER BY min(start) OVER (PARTITION BY root) NULLS LAST, root, fact`);
      for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
        const [roots, facts]: [string[], string[]] = [[], []];
        appendPlainValues(roots, chunk, 0, "root");
        appendPlainValues(facts, chunk, 1, "fact");
        for (const [i, root] of roots.entries()) yield [root, at(facts, i)];
      }
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  }

  private file(name: string): string {
    return path.join(this.folder, `${name}.jsonl`);
  }
}
