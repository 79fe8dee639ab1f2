/** Records of a file: a line of JSON each, or a single document of JSON. */
import { FILE_START, type Line, MAX_WHOLE_LINE_BYTES, readLines } from "../files/lines.ts";
import { STDIN } from "../files/stdio.ts";
import { unpackedBytes } from "../files/unpacked.ts";
import { HugeRecordParser, isObject, type Json, type JsonObject, parseJson } from "../trace/exact-json.ts";

const BLANK = /^\s*$/;
const LINE_FEED = Uint8Array.of(10);

/**
 * The objects of a file, those in lists included; null for each line that is not JSON or not an object.
 * @param file `-` is standard input
 * @throws UserError for a file that can't be read
 */
export async function* recordsIn(file: string, mayBeDocument = true): AsyncGenerator<JsonObject | null> {
  let document: HugeRecordParser | null = null;
  let seen = 0;
  for await (const lines of readLines(unpackedBytes(file), FILE_START, MAX_WHOLE_LINE_BYTES))
    for (const line of lines) {
      if (document === null && isBlank(line)) continue;
      const value = document === null && line.part === "whole" ? parseJson(line.bytes) : undefined;
      // A first line that is not JSON begins a document of several lines.
      if (value === undefined && seen === 0 && mayBeDocument) document ??= new HugeRecordParser();
      if (document) {
        document.push(line.bytes);
        if (line.part === "whole" || line.part === "last") document.push(LINE_FEED);
      } else if (line.part === "whole" || line.part === "last") yield* objectsOf(value);
      seen++;
    }
  const value = document?.end();
  if (value !== undefined) yield* objectsOf(value);
  // The first line was damaged.
  else if (document && file !== STDIN) yield* recordsIn(file, false);
  else if (document) yield null;
}

function isBlank({ bytes, part }: Line): boolean {
  return part === "whole" && bytes.length < 100 && BLANK.test(new TextDecoder().decode(bytes));
}

function* objectsOf(value: Json | undefined): Generator<JsonObject | null> {
  // A page of an API has its records under `data`.
  const unwrapped = isObject(value) && Array.isArray(value.data) ? value.data : value;
  if (Array.isArray(unwrapped)) for (const item of unwrapped) yield isObject(item) ? item : null;
  else yield isObject(unwrapped) ? unwrapped : null;
}
