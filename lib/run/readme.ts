/**
 * The part of an experiment's README that its declarations know: title, question, flags, figures, tables with every column. What is
 * written by hand comes between the question and the marker.
 */
import { README_MARKER } from "../artifacts/readme-marker.ts";
import type { Experiment, Figure, Flag, JsonDocument, Table, TextDocument } from "../experiment.ts";
import type { Result } from "./compute.ts";
import { flagName } from "./flags.ts";

/** Headings of the hand-written part that every README has, in this order. */
export const README_HEADINGS = ["## Data", "## Method", "## Limits"] as const;

/** A README with its generated parts as the experiment declares them; `result` is of a pool that has something to show. */
export function withGeneratedParts(readme: string, experiment: Experiment, result: Result): string {
  const parts = [
    `# ${experiment.title}`,
    experiment.question,
    handWritten(readme),
    README_MARKER,
    ...section("Figures", figureParts(result.figures)),
    ...section("Tables", result.tables.flatMap(tableParts)),
    ...section("Other files", otherFiles([...result.documents, ...result.texts])),
    ...section("Flags", flagTable(experiment)),
  ];
  return `${parts.filter(Boolean).join("\n\n")}\n`;
}

/** What is between the question, which is the first paragraph, and the marker. */
function handWritten(readme: string): string {
  const body = readme.split(README_MARKER, 1)[0] ?? "";
  return body.trim().split("\n\n").slice(2).join("\n\n");
}

function section(title: string, parts: readonly string[]): string[] {
  return parts.length > 0 ? [`## ${title}`, ...parts] : [];
}

/** Figures that are read the same way, such as one per session, share an entry. */
function figureParts(figures: readonly Figure[]): string[] {
  return grouped(figures, ({ reading }) => reading).flatMap(([reading, group]) => [
    `### ${groupName(group.map(({ name }) => `${name}.png`))}`,
    reading,
  ]);
}

function tableParts({ name, title, caption, columns }: Table): string[] {
  const rows = columns.map((column) => [`\`${column.name}\``, column.unit ?? "", column.says]);
  return [`### \`${name}.csv\``, [`${title}.`, caption].filter(Boolean).join(" "), tableOf(["column", "unit", "meaning"], rows)];
}

function otherFiles(documents: readonly (JsonDocument | TextDocument)[]): string[] {
  if (documents.length === 0) return [];
  const groups = grouped(documents, ({ says }) => says);
  return [groups.map(([says, group]) => `- ${groupName(group.map(({ name }) => name))}: ${says}`).join("\n")];
}

function flagTable({ flags }: Experiment): string[] {
  const rows = Object.entries(flags).map(([key, flag]) => [`\`--${flagName(key)}\``, kindOf(flag), defaultOf(flag), flag.says]);
  return rows.length > 0 ? [tableOf(["flag", "value", "default", "meaning"], rows)] : [];
}

function kindOf({ type, integer, choices, isFile, array, min, max }: Flag): string {
  if (type === "boolean") return "";
  const bounds = [min === undefined ? [] : [`at least ${min}`], max === undefined ? [] : [`at most ${max}`]].flat().join(", ");
  const kind = choices
    ? choices.map((choice) => `\`${choice}\``).join(", ")
    : isFile
      ? "file"
      : type === "string"
        ? "text"
        : integer
          ? "integer"
          : "number";
  return [array ? `${kind}, repeatable` : kind, bounds].filter(Boolean).join(", ");
}

function defaultOf({ default: value, type }: Flag): string {
  if (type === "boolean" && value === undefined) return "off";
  return [value ?? []].flat().map(String).join(" ");
}

/** Cells are Markdown, as they are in `says`; padded as the formatter of the project pads them. */
function tableOf(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [header, ...rows].map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = header.map((_, i) => Math.max(3, ...cells.map((row) => [...(row[i] ?? "")].length)));
  const line = (row: readonly string[], fill: string) => `| ${widths.map((width, i) => padded(row[i] ?? "", width, fill)).join(" | ")} |`;
  const [head = [], ...body] = cells;
  return [line(head, " "), line([], "-"), ...body.map((row) => line(row, " "))].join("\n");
}

function padded(text: string, width: number, fill: string): string {
  return text + fill.repeat(width - [...text].length);
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): [key: string, items: T[]][] {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return [...groups];
}

const MOST_NAMED = 3;

/** Names in backticks; of many that end the same way, the ending. */
function groupName(names: readonly string[]): string {
  if (names.length <= MOST_NAMED) return names.map((name) => `\`${name}\``).join(", ");
  return `\`*${commonEnding(names)}\``;
}

function commonEnding([first = "", ...rest]: readonly string[]): string {
  let length = first.length;
  while (rest.some((name) => !name.endsWith(first.slice(first.length - length)))) length--;
  return first.slice(first.length - length);
}
