/** Answers as texts that cost a model few tokens. */
import type { Cell } from "../../experiment.ts";
import { csvLine } from "../../files/csv.ts";
import { printable } from "../../files/printable.ts";
import { formatG } from "../../format/numbers.ts";
import type { Answer, Question } from "../questions/question.ts";

/** Of an answer, unless more is asked for. */
export const SHORT_BYTES = 2_000;
export const LONG_BYTES = 64_000;

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** CSV with as many rows as fit into the bytes; a sentence says what is missing. */
export function tableText({ columns, rows }: Table, bytes: number): string {
  const lines = [csvLine(columns.map(printable))];
  let left = bytes - Buffer.byteLength(lines.join(""));
  for (const row of rows) {
    const line = csvLine(row.map(shortCell));
    left -= Buffer.byteLength(line);
    if (left < 0) break;
    lines.push(line);
  }
  const shown = lines.length - 1;
  if (shown < rows.length) lines.push(`${shown} of ${rows.length} rows are shown; ask with rows for more.\n`);
  return lines.join("");
}

/** Names in a pool come from anywhere, and six digits are enough to talk about. */
function shortCell(cell: Cell): Cell {
  if (typeof cell === "string") return printable(cell);
  return typeof cell === "number" && !Number.isInteger(cell) ? Number(formatG(cell)) : cell;
}

/** @param bytes for the whole text */
export function answerText(answer: Answer, bytes: number): string {
  const { question, columns, rows, window, accounting, fingerprint, leftOut, neighbors } = answer;
  const from = window.first === null ? "no step has a time" : `${day(window.first)} to ${day(window.last ?? window.first)}`;
  const notes = [
    `Covers ${from}; ${accounting} reading; pool ${fingerprint.slice(0, 8)}.`,
    ...leftOut,
    question.reading,
    ...(neighbors.length > 0 ? [`Next: ${neighbors.map(({ id }) => id).join(", ")}`] : []),
  ];
  const head = `${question.title} (${question.id})\n`;
  const tail = `${notes.map(printable).join("\n")}\n`;
  const table = { columns: columns.map(({ name }) => name), rows: rows.map((row) => columns.map(({ name }) => row[name] ?? null)) };
  return head + tableText(table, bytes - Buffer.byteLength(head + tail)) + tail;
}

function day(time: string): string {
  return time.slice(0, "2026-01-31".length);
}

/** As one line: what it asks, and what it can be asked with. */
export function questionLine({ id, title, parameters }: Question): string {
  return `${id}: ${title}${parameters.length > 0 ? ` (${parameters.map(({ name }) => name).join(", ")})` : ""}`;
}

/** As many lines as fit. */
export function linesText(lines: readonly string[], bytes: number): string {
  let text = "";
  for (const [i, line] of lines.map(printable).entries()) {
    if (Buffer.byteLength(text) + Buffer.byteLength(line) > bytes) return `${text}… and ${lines.length - i} more\n`;
    text += `${line}\n`;
  }
  return text;
}
