/** Tables of text that fit a terminal. */
import stringWidth from "string-width";
import { printable } from "../files/printable.ts";

export interface TextColumn {
  readonly title: string;
  readonly align: "left" | "right";
  /** Of a text that is cut. Default: the start. */
  readonly keep?: "start" | "end";
  /** Columns to which its texts may be cut; without it they never are. */
  readonly least?: number;
  /** Columns with a larger number are left out earlier, those of one number together; those without one stay. */
  readonly leaveOut?: number;
}

export type LineKind = "head" | "rule" | "row" | "part" | "total";

/** A row has a cell for each column; a rule has none. */
export interface TextRow {
  readonly kind: LineKind;
  readonly cells: readonly string[];
}

interface TextTable {
  readonly lines: readonly { readonly kind: LineKind; readonly text: string }[];
  /** Titles of the columns that don't fit. */
  readonly leftOut: readonly string[];
}

const GAP = "  ";

/**
 * Columns that may be left out are, where they are empty or don't fit.
 * @param width columns of the terminal; null for as wide as it gets. A table whose columns all have to stay may be wider
 */
export function textTable(columns: readonly TextColumn[], rows: readonly TextRow[], width: number | null): TextTable {
  const safe = rows.map(({ kind, cells }) => ({ kind, cells: cells.map(printable) }));
  const all = columns.map((column, index) => ({ ...column, index, width: widthOf(column.title, safe, index) }));
  const used = all.filter(({ leaveOut = 0, index }) => leaveOut === 0 || safe.some(({ cells }) => cells[index]));
  const fitting = fitted(used, width ?? Number.POSITIVE_INFINITY);
  const shown = [{ kind: "head" as const, cells: columns.map(({ title }) => title) }, ...safe];
  return {
    lines: shown.map(({ kind, cells }) => ({ kind, text: kind === "rule" ? rule(fitting) : line(fitting, cells) })),
    leftOut: used.filter(({ index }) => fitting.every((column) => column.index !== index)).map(({ title }) => title),
  };
}

interface Placed extends TextColumn {
  readonly index: number;
  readonly width: number;
}

function widthOf(title: string, rows: readonly TextRow[], index: number): number {
  return rows.reduce((width, { cells }) => Math.max(width, stringWidth(cells[index] ?? "")), stringWidth(title));
}

/** Texts are cut before columns are left out, the longest texts first. */
function fitted(columns: readonly Placed[], width: number): Placed[] {
  const excess = columns.reduce((sum, column) => sum + column.width, GAP.length * (columns.length - 1)) - width;
  const spare = columns.reduce((sum, column) => sum + spareOf(column), 0);
  const most = Math.max(...columns.map(({ leaveOut = 0 }) => leaveOut));
  if (excess <= spare || most === 0) return narrowed(columns, Math.min(excess, spare));
  return fitted(
    columns.filter(({ leaveOut = 0 }) => leaveOut < most),
    width,
  );
}

function spareOf({ width, least }: Placed): number {
  return Math.max(0, width - (least ?? width));
}

function narrowed(columns: readonly Placed[], excess: number): Placed[] {
  if (excess <= 0) return [...columns];
  const widest = columns.reduce((a, b) => (spareOf(b) > 0 && (spareOf(a) === 0 || b.width > a.width) ? b : a));
  return narrowed(
    columns.map((column) => (column === widest ? { ...column, width: column.width - 1 } : column)),
    excess - 1,
  );
}

function rule(columns: readonly Placed[]): string {
  return columns.map(({ width }) => "─".repeat(width)).join(GAP);
}

function line(columns: readonly Placed[], cells: readonly string[]): string {
  return columns
    .map((column) => padded(column, cells[column.index] ?? ""))
    .join(GAP)
    .trimEnd();
}

function padded({ align, keep, width }: Placed, text: string): string {
  const cut = cutToWidth(text, width, keep);
  const space = " ".repeat(Math.max(0, width - stringWidth(cut)));
  return align === "left" ? cut + space : space + cut;
}

const graphemes = new Intl.Segmenter();

/** Cut between characters as people see them; an ellipsis takes the place of what is cut. */
function cutToWidth(text: string, width: number, keep: TextColumn["keep"] = "start"): string {
  if (stringWidth(text) <= width) return text;
  const characters = Array.from(graphemes.segment(text), ({ segment }) => segment);
  if (keep === "end") characters.reverse();
  const kept: string[] = [];
  let left = width - 1;
  for (const character of characters) {
    left -= stringWidth(character);
    if (left < 0) break;
    kept.push(character);
  }
  return keep === "end" ? `…${kept.reverse().join("")}` : `${kept.join("")}…`;
}
