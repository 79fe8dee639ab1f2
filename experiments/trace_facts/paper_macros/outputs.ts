/** The macros as a table, as Markdown and as TeX. */
import { type Table, type TextDocument, table } from "../../../lib/experiment.ts";
import { markdownTable } from "../../../lib/format/markdown.ts";
import type { Macro } from "./macros.ts";

const MISSING = "--";

export function macroTable(macros: readonly Macro[]): Table {
  return table(
    "paper_macros",
    macros,
    {
      name: { says: "Name of the macro; the spelling is the paper's" },
      value: { says: "As quoted; empty where the pool has nothing to compute it from" },
      unit: { says: "What the number counts; empty when the value says so itself" },
      scope: { says: "`merged` (all providers), `claude`, `codex`, or `claude and codex` (the lower of the two)" },
      basis: { says: "The precise figure in words" },
      raw: { says: "The number before rounding; shares in percent" },
    },
    { title: "Quoted numbers", caption: "One row per number that the paper quotes." },
  );
}

export function macroMarkdown(macros: readonly Macro[]): TextDocument {
  return {
    name: "paper_macros.md",
    says: "the quoted numbers with their titles, for reading",
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
    says: "macros for LaTeX (package `xspace`); one without a value is a comment",
    text: ["% Numbers of this pool; generated, so change the data or the code instead.", ...lines].join("\n"),
  };
}

function texValue(value: string): string {
  return value.replace("%", "\\%").replace(/x$/, "$\\times$");
}
