/** Groups of steps as `--group-by` chooses them, and everything together. */
import { providerOrder, providerTitle } from "../chart/palette.ts";
import { type Column, choice, type Flags, integer } from "../experiment.ts";
import { shortLabel } from "../format/labels.ts";

export const GROUP_FLAGS = {
  groupBy: choice(["provider", "model", "provider_model"], { default: "provider", says: "What makes a group of steps" }),
  maxGroups: integer({ min: 1, default: 8, says: "Maximum number of groups in a figure, the largest first" }),
} as const satisfies Flags;
export type GroupBy = NonNullable<(typeof GROUP_FLAGS)["groupBy"]["value"]>;

/** For figures that show a sample of pairs of steps. */
export const PAIR_SAMPLE_SIZE = integer({ min: 1, default: 4_000, says: "Maximum number of points in the scatter plot" });

/** The group that holds every row. */
export const ALL = "all";

export function groupColumn<R>(of: (row: R) => string): Column<R> {
  return { of, says: "Provider, model or `provider:model` (see `--group-by`); `all` for every step" };
}

/** Providers in the order of all figures; other groups as they are. */
export function inFigureOrder<G extends { readonly group: string }>(groups: readonly G[], groupBy: GroupBy): G[] {
  if (groupBy !== "provider") return [...groups];
  return providerOrder(groups.map(({ group }) => group)).flatMap((name) => groups.filter(({ group }) => group === name));
}

/** Rows `from` up to and without `to` of a query that is ordered by label. */
export interface RowGroup {
  readonly label: string;
  readonly from: number;
  readonly to: number;
}

/** `all` with every row, then one group for each run of equal labels. A label `all` of the trace itself has no group of its own. */
export function rowGroups(labels: ArrayLike<string>): RowGroup[] {
  const groups: RowGroup[] = [];
  for (let from = 0, to = 1; to <= labels.length; to++) {
    const label = labels[from];
    if (label === undefined || labels[to] === label) continue;
    groups.push({ label, from, to });
    from = to;
  }
  return [{ label: ALL, from: 0, to: labels.length }, ...groups.filter(({ label }) => label !== ALL)];
}

/** Labels of the groups that a figure has room for: most rows first, ties by label; without `all`, unless it is the only one with rows. */
export function largestGroups(sizes: ReadonlyMap<string, number>, most: number): string[] {
  const filled = [...sizes].filter(([, size]) => size > 0);
  const named = filled.filter(([label]) => label !== ALL);
  const ranked = (named.length > 0 ? named : filled).toSorted(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return ranked.slice(0, most).map(([label]) => label);
}

/** The note of a page whose figures have room for some groups only. */
export function leftOutGroups(drawn: number, named: number): string[] {
  return drawn < named ? [`The figures show the ${drawn} largest of ${named} groups; the summary has all of them.`] : [];
}

/** `claude` is shown as `Claude`; names of models stay as they are, cut where they are long. */
export function groupTitle(label: string, groupBy: GroupBy): string {
  return shortLabel(groupBy === "provider" ? providerTitle(label) : label);
}
