/** An answer as lines for a terminal, as JSON and as CSV. */
import type { Cell, Row } from "../../experiment.ts";
import { csvText } from "../../files/csv.ts";
import { counted } from "../../format/counts.ts";
import { durationCompact, hoursCompact } from "../../format/durations.ts";
import { grouped, money, NONE, percent } from "../../format/numbers.ts";
import { type TextColumn, textTable } from "../../report/layout.ts";
import { note, section, type TextLine } from "../../report/lines.ts";
import { ACCOUNTING_WORDS } from "../../trace/readings.ts";
import type { Answer, Column, Question } from "./question.ts";
import { sparkLine } from "./spark.ts";

/** More rows are in the JSON and the CSV. */
const MOST_ROWS = 40;

/** @param width columns of the terminal; null for any number */
export function answerLines(answer: Answer, width: number | null): TextLine[] {
  const { question, rows, sql } = answer;
  return [
    { kind: "title", text: question.title },
    ...(rows.length === 0 ? [note("Nothing in this pool answers it.")] : [...tableLines(answer, width), ...sparkLines(answer)]),
    ...section("How to read it", [note(question.reading)]),
    ...section("Where it comes from", provenance(answer).map(note)),
    ...section(
      "SQL",
      sql.split("\n").map((text) => ({ kind: "part" as const, text: `  ${text}` })),
    ),
    ...section("Ask next", answer.neighbors.map(lineOf)),
  ];
}

/** The questions that come nearest to one that no question answers. */
export function nearestLines(asked: string, nearest: readonly Question[]): TextLine[] {
  const lines = nearest.map(lineOf);
  return [
    { kind: "title", text: `No question is close enough to ${JSON.stringify(asked)}.` },
    ...(lines.length === 0 ? [note("None shares a word with it. ask --list shows all questions.")] : section("The nearest are", lines)),
  ];
}

export function lineOf({ id, title }: Pick<Question, "id" | "title">): TextLine {
  return note(`  ${id.padEnd(28)}  ${title}`);
}

function tableLines({ columns, rows }: Answer, width: number | null): TextLine[] {
  const shown = rows.slice(0, MOST_ROWS);
  const texts = columns.map(({ name, unit }): TextColumn => {
    const isText = unit === null && shown.some((row) => typeof row[name] === "string");
    return isText ? { title: name, align: "left", least: 12 } : { title: name, align: "right" };
  });
  const cells = shown.map((row) => ({ kind: "row" as const, cells: columns.map((column) => cellText(row[column.name] ?? null, column)) }));
  const table = textTable(texts, cells, width);
  const more = rows.length - shown.length;
  return [...table.lines, ...(more > 0 ? [note(`${counted(more, "more row")}; --csv and --json have all of them.`)] : [])];
}

function cellText(cell: Cell, { unit }: Column): string {
  if (cell === null) return NONE;
  if (typeof cell !== "number") return String(cell);
  if (unit === "USD") return money(cell);
  if (unit === "share") return percent(cell, 1);
  if (unit === "s") return durationCompact(cell);
  if (unit === "h") return hoursCompact(cell);
  return grouped(cell, Number.isInteger(cell) || Math.abs(cell) >= 100 ? 0 : 1);
}

/** The amount that rows are ordered by, the largest first, else the first that they aren't ordered by, as a line of bars in their order. */
function sparkLines({ question, columns, rows }: Answer): TextLine[] {
  const amounts = columns.filter(({ name, unit }) => unit !== null && rows.some((row) => typeof row[name] === "number"));
  const [, order = ""] = /^ORDER BY (.+)(?![\s\S]*\nORDER BY)/m.exec(question.sql) ?? [];
  const [first, ...ordered] = order.split(",").map((each) => each.trim());
  const amount =
    amounts.find(({ name }) => first?.startsWith(`${name} DESC`)) ?? amounts.find(({ name }) => ![first, ...ordered].includes(name));
  if (!amount || rows.length < 3) return [];
  const values = rows.map((row) => numberIn(row, amount.name));
  const known = values.filter((value) => value !== null);
  const [least, most] = [Math.min(...known), Math.max(...known)].map((value) => cellText(value, amount));
  return [note(`${amount.name}  ${sparkLine(values)}  ${least} to ${most}`)];
}

function numberIn(row: Row, column: string): number | null {
  const cell = row[column];
  return typeof cell === "number" ? cell : null;
}

function provenance({ question, parameters, rows, window, accounting, fingerprint, leftOut }: Answer): string[] {
  const changed = question.parameters.filter(({ name, default: usual }) => parameters[name] !== usual);
  const covered =
    window.first === null ? "No steps with a time" : `Steps from ${window.first.slice(0, 16)} to ${window.last?.slice(0, 16)} UTC`;
  return [
    `Question ${question.id}${question.experiment === null ? "" : `, of the experiment ${question.experiment}`}`,
    ...(changed.length > 0 ? [`With ${changed.map(({ name }) => `${name} = ${parameters[name]}`).join(", ")}`] : []),
    `${counted(rows.length, "row")}. ${covered}`,
    `Accounting ${accounting}: ${ACCOUNTING_WORDS[accounting]}`,
    `Pool ${fingerprint}`,
    ...(leftOut.length > 0 ? leftOut.map((sentence) => `Left out: ${sentence}`) : ["Nothing is left out"]),
  ];
}

/** For programs; docs/ask.md describes it. */
export function answerJson({ question, neighbors, ...answer }: Answer) {
  const { id, title, reading, experiment } = question;
  const named = ({ id, title }: Question) => ({ id, title });
  return { question: { id, title, reading, experiment }, ...answer, neighbors: neighbors.map(named) };
}

export function answerCsv({ columns, rows }: Answer): string {
  return csvText(
    columns.map(({ name }) => name),
    rows,
  );
}
