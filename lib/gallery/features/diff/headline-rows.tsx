/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { HeadCell } from "../../page/data-table.tsx";
import { relativeText, signed } from "./difference-text.ts";
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
