/** The contract of an extractor: records of one transcript in, in file order, rows out. */
import type { JsonObject } from "../trace/exact-json.ts";
import type { Extracted } from "./row.ts";

export interface Extractor {
  /** One record. Never throws: what it does not know it counts. */
  push(record: JsonObject): void;
  /** The rows so far. Does not end the extractor: after more records it can be asked again. */
  result(): Extracted;
  /**
   * All it knows, as text: an extractor made from it goes on as if it had read the records itself.
   * Pending input is part of it, so a file that grows is read on from where it ended.
   */
  save(): string;
}
