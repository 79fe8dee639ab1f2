import { isObject, jsonText } from "../files/json.ts";

/**
 * The spec of a figure as indented JSON with a final newline, each row of its data on one line: with many rows it is a third as
 * long as with a line per field, and can still be read and compared line by line.
 */
export function specText(spec: unknown): string {
  const rows: string[] = [];
  const outline = jsonText(spec, (key, value) => {
    if (key !== "values" || !isRows(value)) return value;
    rows.push(value.map((row) => JSON.stringify(row)).join(",\n"));
    return [MARK];
  });
  const parts = outline.split(`"${MARK}"`);
  // A text of the spec that is the mark itself.
  if (parts.length !== rows.length + 1) return jsonText(spec);
  return parts.map((part, i) => part + (rows[i] ?? "")).join("");
}

const MARK = "rows of data come here";

function isRows(value: unknown): value is readonly object[] {
  return Array.isArray(value) && value.length > 0 && value.every(isObject);
}
