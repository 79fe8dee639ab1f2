/** The macros as a table, as Markdown and as TeX. */
import type { Table, TextDocument } from "../../../lib/experiment.ts";
import { markdownTable } from "../../../lib/format/markdown.ts";
import type { Macro } from "./macros.ts";

const MISSING = "--";

export function macroTable(macros: readonly Macro[]): Table {
  return {
    name: "paper_macros",
    title: "Quoted numbers",
    caption: "Value: as quoted; basis: the precise figure; raw: the number before rounding, shares in percent.",
    columns: ["name", "value", "unit", "scope", "basis", "raw"],
    rows: macros.map(({ name, value, unit, scope, basis, raw }) => ({ name, value, unit, scope, basis, raw })),
  };
}

export function macroMarkdown(macros: readonly Macro[]): TextDocument {
  return {
    name: "paper_macros.md",
    text: markdownTable({
      header: ["Macro", "Number", "Value", "Basis"],
      align: ["left", "left", "right", "left"],
      rows: macros.map(({ name, title, value, unit, basis }) => [
        name,
        title,
        value === null ? MISSING : `${value} ${unit}`.trim(),
        basis ?? MISSING,
      ]),
    }),
  };
}

/** Macros for LaTeX with the `xspace` package. One without a value is left out, so that a text that uses it does not compile unnoticed. */
export function macroTex(macros: readonly Macro[]): TextDocument {
  const lines = macros.map(({ name, value, basis, scope }) =>
    value === null
      ? `% \\${name}: nothing to compute it from in this pool (${scope})`
      : `\\newcommand{\\${name}}{${texValue(value)}\\xspace}  % ${basis}`,
  );
  return {
    name: "paper_macros.tex",
    text: ["% Numbers of this pool; generated, so change the data or the code instead.", ...lines].join("\n"),
  };
}

function texValue(value: string): string {
  return value.replace("%", "\\%").replace(/x$/, "$\\times$");
}
