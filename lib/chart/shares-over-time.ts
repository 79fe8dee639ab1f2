/** Shares of a whole over days or weeks: one stacked bar per period, a color per name. */
import { shortLabel } from "../format/labels.ts";
import { dateOf, dateTicks } from "../format/periods.ts";
import { shareAxis } from "./axes.ts";
import { figure } from "./grid.ts";
import { stacked, startsOf } from "./period-bars.ts";
import { SQUARES } from "./series.ts";
import { labelLookup, type Panel, quantitative, type Spec } from "./spec.ts";
import { COLORS, PANEL, seriesColor } from "./theme.ts";
import { figureTitle } from "./titles.ts";

export interface PeriodAmount {
  /** First day of the period as `2026-01-31`. */
  readonly period: string;
  /** What the shares are of: a model, a tool. */
  readonly name: string;
  /** Not negative. */
  readonly amount: number;
}

export interface SharesOverTimeOptions {
  readonly rows: readonly PeriodAmount[];
  /** What a row's `period` is the first day of: how wide its bar is. */
  readonly period: keyof typeof DAYS;
  readonly title: string;
  readonly subtitle?: string;
  /** Title of the vertical axis, e.g. `Share of steps`. */
  readonly y: string;
  /** Names with a color of their own, the largest first. All other names, and one that is `other`, are the gray `other`. Default 6. */
  readonly most?: number;
}

const DAYS = { day: 1, week: 7 };
const MOST_NAMES = 6;
export const OTHER = "other";
const HEIGHT = 360;
const MS_PER_DAY = 86_400_000;

/**
 * A figure of its own: pass it as a `spec`. Needs at least one row with an amount.
 * @throws Error for periods whose bars would overlap
 */
export function sharesOverTime({ rows, period, title, subtitle, y, most = MOST_NAMES }: SharesOverTimeOptions): Spec {
  const names = largestNames(rows, most);
  const amounts = amountsByDay(rows, names);
  checkApart([...amounts.keys()], period);
  return figure(panel(sharesOf(amounts, names), names, y, DAYS[period]), figureTitle(title, subtitle));
}

/** The names with a place of their own, by total amount, then by name; with `other` at the end where names are left. */
export function largestNames(rows: readonly Pick<PeriodAmount, "name" | "amount">[], most = MOST_NAMES): string[] {
  const totals = new Map<string, number>();
  for (const { name, amount } of rows) totals.set(name, (totals.get(name) ?? 0) + amount);
  const ranked = [...totals].sort(([a, x], [b, z]) => z - x || (a < b ? -1 : 1)).map(([name]) => name);
  const largest = ranked.filter((name) => name !== OTHER).slice(0, most);
  return largest.length === ranked.length ? largest : [...largest, OTHER];
}

type AmountsByDay = ReadonlyMap<number, ReadonlyMap<string, number>>;

/** By first day of the period (counted since 1970-01-01), then by name. */
function amountsByDay(rows: readonly PeriodAmount[], names: readonly string[]): AmountsByDay {
  const amounts = new Map<number, Map<string, number>>();
  for (const { period, name, amount } of rows) {
    const day = Date.parse(`${period}T00:00:00Z`) / MS_PER_DAY;
    const own = amounts.get(day) ?? new Map<string, number>();
    const shown = names.includes(name) ? name : OTHER;
    amounts.set(day, own.set(shown, (own.get(shown) ?? 0) + amount));
  }
  return amounts;
}

function checkApart(days: readonly number[], period: keyof typeof DAYS): void {
  const sorted = days.toSorted((a, b) => a - b);
  const near = sorted.find((day, i) => day - (sorted[i - 1] ?? -Infinity) < DAYS[period]);
  if (near !== undefined) throw new Error(`The period of ${dateOf(near)} begins less than a ${period} after the one before it.`);
}

/** In each period from the bottom in the order of the names. */
function sharesOf(amounts: AmountsByDay, names: readonly string[]) {
  return [...amounts].flatMap(([start, own]) => {
    const total = [...own.values()].reduce((sum, amount) => sum + amount, 0);
    return names.map((name) => ({ name, start, value: (own.get(name) ?? 0) / total })).filter(({ value }) => value > 0);
  });
}

function panel(shares: ReturnType<typeof sharesOf>, names: readonly string[], title: string, width: number): Panel {
  // The legend reads from top to bottom as the bars do.
  const entries = names.map((name, i) => ({ name, color: nameColor(name, i) })).reverse();
  const order = entries.map(({ name }) => name);
  const labels = order.map((name) => shortLabel(name));
  const days = shares.map(({ start }) => start);
  const [from, to] = [Math.min(...days), Math.max(...days) + width];
  return {
    width: PANEL.width,
    height: HEIGHT,
    data: { values: stacked(shares, width) },
    mark: { type: "bar", binSpacing: 1 },
    encoding: {
      x: startsOf({ from, to, width, ticks: dateTicks(from, to, width) }),
      x2: { field: "end" },
      y: quantitative("from", shareAxis({ title, ticks: [0, 0.25, 0.5, 0.75, 1] })),
      y2: { field: "to" },
      color: {
        field: "name",
        type: "nominal",
        sort: order,
        scale: { domain: order, range: entries.map(({ color }) => color) },
        legend: { title: null, ...SQUARES, orient: "right", direction: "vertical", labelExpr: labelLookup(order, labels) },
      },
    },
  };
}

/** Colors that stay apart next to each other; the gray belongs to `other`. */
const NAME_COLORS = [0, 3, 2, 1, 6, 7, 5];

/** The color of a name by its place among the largest. */
export function nameColor(name: string, index: number): string {
  return name === OTHER ? COLORS.light.neutral : seriesColor(NAME_COLORS[index % NAME_COLORS.length] ?? 0);
}
