/** @jsxRuntime automatic @jsxImportSource preact */

import { grouped } from "../../../format/numbers.ts";
import { shortNumber } from "../../atlas/csv-head.ts";
import type { HeadCell } from "../../page/data-table.tsx";
import type { NumberChange } from "./numbers.ts";
import type { HeadlineDiff } from "./runs.ts";

export const HEADLINE_HEAD: readonly HeadCell[] = [
  "Headline",
  { numeric: "Before" },
  { numeric: "After" },
  { numeric: "Difference" },
  { numeric: "Relative" },
];

export function HeadlineCells({ headline: { label, before, after, change } }: { readonly headline: HeadlineDiff }) {
  const numbers = change?.numbers ?? [];
  const moved = numbers.filter(({ absolute }) => absolute !== 0);
  return (
    <>
      <td>{label}</td>
      <td class="numeric">{before ?? "none"}</td>
      <td class="numeric">{after ?? "none"}</td>
      <td class="numeric">{moved.map(({ absolute }) => `${signed(absolute)}${change?.percent ? " points" : ""}`).join(", ")}</td>
      <td class="numeric">{moved.map(relativeText).join(", ")}</td>
    </>
  );
}

/** With its sign, to six digits: the rest of a difference of printed numbers is noise. */
export function signed(value: number): string {
  const text = shortNumber(String(Number(Math.abs(value).toPrecision(6))));
  const digits = /^\d+$/.test(text) ? grouped(Number(text)) : text;
  return value < 0 ? `−${digits}` : `+${digits}`;
}

export function relativeText({ relative }: NumberChange): string {
  if (relative === null) return "from 0";
  const percent = Math.abs(100 * relative);
  const text = percent >= 1000 ? grouped(Math.round(percent)) : percent >= 0.1 ? percent.toFixed(1) : percent.toPrecision(2);
  return `${relative < 0 ? "−" : "+"}${text}%`;
}
