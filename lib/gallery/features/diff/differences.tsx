/** @jsxRuntime automatic @jsxImportSource preact */
import { grouped, percent } from "../../../format/numbers.ts";
import type { HeadCell } from "../../page/data-table.tsx";
import { type HeadlineDiff, numberNames } from "./headlines.ts";
import type { NumberChange } from "./numbers.ts";
import { differenceText, isShare } from "./units.ts";

export const HEADLINE_HEAD: readonly HeadCell[] = [
  "Headline",
  { numeric: "Before" },
  { numeric: "After" },
  { numeric: "Difference" },
  { numeric: "Effect" },
];

export function HeadlineCells({ headline: { label, before, after, changes, effect } }: { readonly headline: HeadlineDiff }) {
  return (
    <>
      <td>{label}</td>
      <td class="numeric">{before ?? "none"}</td>
      <td class="numeric">{after ?? "none"}</td>
      <td class="numeric">{changesText({ label, after, changes })}</td>
      <td class="numeric">{effectText(effect)}</td>
    </>
  );
}

/** What changed; of several numbers each with what it is. */
function changesText({ label, after, changes }: Pick<HeadlineDiff, "label" | "after" | "changes">): string {
  const names = numberNames(label, after ?? "");
  const texts = changes.map((change, i) => {
    const part = changes.length > 1 ? (names[i]?.part ?? "") : "";
    return part === "" ? changeText(change) : `${part}: ${changeText(change)}`;
  });
  return texts.filter((_, i) => changes[i]?.difference !== 0).join(", ");
}

/** From here on a multiple is easier to read than a percentage. */
const MANYFOLD = 10;

/** `+1,500 steps (+50%)`, `+1,997 (667x)`; shares have points only. */
export function changeText({ before, after, difference, unit }: NumberChange): string {
  const text = differenceText(difference, unit);
  if (isShare(unit) || before === 0) return text;
  if (after / before >= MANYFOLD) return `${text} (${grouped(after / before)}x)`;
  return `${text} (${difference < 0 ? "" : "+"}${percent(difference / Math.abs(before))})`;
}

export function effectText(effect: number | null): string {
  return effect === null ? "" : percent(effect);
}

/** What the effect is, for those who read it. */
export function AboutEffect() {
  return (
    <p class="caption">
      The effect of a number is its difference divided by the larger of the two values: 0% if nothing changed, 50% if it doubled or halved,
      100% from or to zero, more only where the sign changed. Of shares and percentages it is the difference in points. A column's effect is
      the sum of the differences of its rows over the sum of the larger values, so that small numbers count little; only rows that both runs
      have take part. A table has the mean of its columns of numbers, and an experiment the effect of its most different headline or table.
      What is not a number is compared as text and has no effect.
    </p>
  );
}
