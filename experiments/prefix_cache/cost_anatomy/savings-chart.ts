/** Figures: from a bill without a cache to the one that was billed, and which lifetime would be cheaper. */
import { decimalSteps, dollarAxis, shareAxis } from "../../../lib/chart/axes.ts";
import { figure, grid, withHeading } from "../../../lib/chart/grid.ts";
import { COLORS, costColor } from "../../../lib/chart/palette.ts";
import { rankAxis } from "../../../lib/chart/ranked-bars.ts";
import { type DataLayer, type LayeredPanel, type Panel, quantitative, withRows } from "../../../lib/chart/spec.ts";
import { FONT_SIZE, PANEL } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { counted } from "../../../lib/format/counts.ts";
import { grouped, money, percent } from "../../../lib/format/numbers.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { sumOf, sumsOf } from "../../../lib/stats/sum.ts";
import type { Anatomy } from "./anatomy.ts";
import { billOf, INPUT, pricedParts, sumsOfParts, totalOf, usd } from "./bill.ts";
import { CAUSES, type Cause } from "./causes.ts";
import type { ReturnBin } from "./policies.ts";

const BAR_STEP = 34;
const WATERFALL_READING = `Above: what the input of all steps would have cost without a cache, what reads from the cache saved, what writes to it cost more than
fresh input, and what was billed. Below: what was billed for input that the context held before, by likely cause, down to the bill if nothing had
been billed twice. Pauses call for longer lifetimes or shorter contexts; \`broken\` calls for finding what changes the prefix.`;

/** Dollars. */
interface Stair {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly color: string;
}

/** Null without a price or without any input. */
export function waterfallFigure({ all, causes }: Anatomy, coverage: string): Figure | null {
  const sums = sumsOfParts(pricedParts(all.judged));
  const withoutCache = usd(sums.no_cache_nano);
  const billed = usd(totalOf(billOf(all.judged), INPUT).point);
  if (withoutCache === 0) return null;
  const afterReads = withoutCache - usd(sums.no_cache_read_nano - sums.read_nano);
  const lost = CAUSES.map((cause) => ({
    cause,
    dollars: usd(
      sumOf(
        causes.filter((row) => row.cause === cause),
        (row) => row.nano,
      ),
    ),
  }));
  const twice = sumOf(lost, ({ dollars }) => dollars);
  const finding = `Caching cut the input bill from ${money(withoutCache)} to ${money(billed)}`;
  const above: Stair[] = [
    { name: "Without a cache", from: 0, to: withoutCache, color: COLORS.light.neutral },
    { name: "Cache reads save", from: withoutCache, to: afterReads, color: costColor("read") },
    { name: "Cache writes cost", from: afterReads, to: billed, color: costColor("write") },
    { name: "Billed", from: 0, to: billed, color: COLORS.light.text },
  ];
  const below = billedTwice(billed, lost);
  return {
    name: "cost_anatomy_savings",
    title: finding,
    subtitle: "Cost of input.",
    coverage,
    spec: grid(
      [
        withHeading(waterfall(above, null), "From no cache to the bill", { over: "plot" }),
        ...(below.length > 0
          ? [
              withHeading(
                waterfall(below, "Cost of input at list prices"),
                `Billed for input that the context held before: ${money(twice)}`,
                { over: "plot" },
              ),
            ]
          : []),
      ],
      { spacing: 26 },
    ),
    caption: `${finding}. Of that, ${money(twice)} (${percent(ratio(twice, billed), 1)}) was for input that the context held before and that was billed as new.`,
    reading: WATERFALL_READING,
    alt: `Two waterfalls of dollars: from the input bill without a cache to the one billed, and from that, by cause, to one in which nothing is billed twice. ${finding}.`,
  };
}

const CAUSE_TITLES: Readonly<Record<Cause, string>> = {
  broken: "Prefix broken",
  "gap 5-60 min": "Pause of 5 to 60 min",
  "gap >= 60 min": "Pause of an hour or more",
  reset: "Context reset",
  "model change": "Model change",
  tail: "Tail behind the last cache point",
  "unknown gap": "Unknown pause",
};

/** The causes from the most expensive down, each starting where the one before ends. */
function billedTwice(billed: number, lost: readonly { readonly cause: Cause; readonly dollars: number }[]): Stair[] {
  const found = lost.filter(({ dollars }) => dollars > 0).toSorted((a, b) => b.dollars - a.dollars);
  if (found.length === 0) return [];
  const stairs = found.map(({ cause, dollars }, i) => {
    const from = billed - sumOf(found.slice(0, i), (each) => each.dollars);
    return { name: CAUSE_TITLES[cause], from, to: from - dollars, color: costColor("fresh") };
  });
  const rest = billed - sumOf(found, ({ dollars }) => dollars);
  return [
    { name: "Billed", from: 0, to: billed, color: COLORS.light.text },
    ...stairs,
    { name: "If nothing was billed twice", from: 0, to: rest, color: COLORS.light.neutral },
  ];
}

function waterfall(stairs: readonly Stair[], title: string | null): LayeredPanel {
  const x = dollarAxis(Math.max(...stairs.flatMap(({ from, to }) => [from, to])) * TEXT_ROOM, { title });
  const rows = stairs.map((stair, rank) => ({
    rank,
    ...stair,
    right: Math.max(stair.from, stair.to),
    text: stair.from === 0 ? money(stair.to) : `${stair.to < stair.from ? "-" : "+"}${money(Math.abs(stair.to - stair.from))}`,
  }));
  const y = { field: "rank", ...rankAxis(stairs.map(({ name }) => name)) };
  const layers: DataLayer[] = [
    {
      data: { values: rows },
      mark: { type: "bar", height: { band: 0.7 } },
      encoding: { y, x: quantitative("from", x), x2: { field: "to" }, color: { field: "color", type: "nominal", scale: null } },
    },
    {
      data: { values: rows },
      mark: { type: "text", align: "left", dx: 6, fontSize: FONT_SIZE.annotation, color: COLORS.light.muted },
      encoding: { y, x: quantitative("right", x), text: { field: "text", type: "nominal" } },
    },
  ];
  return { width: PANEL.width, height: { step: BAR_STEP }, layer: layers };
}

/** Room to the right of the longest bar for its text. */
const TEXT_ROOM = 1.12;

const POLICIES_READING = `Sessions are grouped by how much of their context comes back after a pause of 5 to 60 minutes. The dots are the change of their input bill
if all cache writes were for 5 minutes, and if all were for an hour: left of the line is cheaper than billed. Pauses within 5 minutes cost nothing
either way, and after an hour both caches are gone; between them an hour is worth its price where enough comes back.`;

/** Upper ends of the groups of sessions, in tenths. */
const GROUPS = [0, 1, 2, 3, 4, 6, 10] as const;

/** Null when no session has a model that bills writes by lifetime. */
export function policiesFigure({ returns }: Anatomy, coverage: string): Figure | null {
  if (returns.length === 0) return null;
  const all = rowOf("All sessions", returns);
  const groups = GROUPS.flatMap((to, i) => {
    const from = GROUPS[i - 1];
    const members = returns.filter(({ bin }) => bin <= to && (from === undefined || bin > from));
    const name = from === undefined ? "None returns" : `${percent(from / 10)} to ${percent(to / 10)}`;
    return members.length === 0 ? [] : [rowOf(name, members)];
  });
  const finding = `An hour would be the cheaper cache lifetime for ${grouped(all.hour_sessions)} of ${counted(all.sessions, "session")}`;
  return {
    name: "cost_anatomy_lifetimes",
    title: finding,
    subtitle:
      "Change of the input bill, by the share of tokens that return after five minutes to an hour; the counts are sessions for which an hour is cheaper.",
    coverage,
    spec: figure(dumbbells([all, ...groups])),
    caption: `The input bill of the same tokens if all cache writes were for 5 minutes or all for an hour, against the best estimate of what was billed. ${finding}.`,
    reading: POLICIES_READING,
    alt: `Pairs of dots over groups of sessions by the share of tokens that return after a pause: change of the input bill with 5-minute and 1-hour writes. ${finding}.`,
  };
}

function rowOf(name: string, bins: readonly ReturnBin[]) {
  const sums = sumsOf(bins, ["sessions", "hour_sessions", "observed_nano", "all_5m_nano", "all_1h_nano"]);
  return { ...sums, name: `${name}: ${grouped(sums.hour_sessions)} of ${grouped(sums.sessions)}` };
}

const FIVE_MINUTES = "All writes for 5 minutes";
const AN_HOUR = "All writes for an hour";

/** The axis reaches at least this far to either side. */
const LEAST_CHANGE = 0.01;
/** For the size of the dots. */
const ROOM_AT_ENDS = 0.03;
const MOST_TICKS = 8;

/** Round numbers, zero among them. */
function ticksAround(low: number, high: number): number[] {
  const step = decimalSteps((high - low) / MOST_TICKS);
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => (first + i) * step);
}

function dumbbells(rows: readonly ReturnType<typeof rowOf>[]): Panel {
  const ends = rows.map((row, rank) => ({
    rank,
    short: row.all_5m_nano / row.observed_nano - 1,
    hour: row.all_1h_nano / row.observed_nano - 1,
  }));
  const dots = ends.flatMap(({ rank, short, hour }) => [
    { rank, change: short, policy: FIVE_MINUTES },
    { rank, change: hour, policy: AN_HOUR },
  ]);
  const changes = dots.map(({ change }) => change);
  const [low, high] = [Math.min(-LEAST_CHANGE, ...changes), Math.max(LEAST_CHANGE, ...changes)];
  const room = ROOM_AT_ENDS * (high - low);
  const x = shareAxis({ title: "Change of the input bill", domain: [low - room, high + room], ticks: ticksAround(low, high) });
  const y = { field: "rank", ...rankAxis(rows.map(({ name }) => name)) };
  const layers: DataLayer[] = [
    {
      data: { values: [{ zero: 0 }] },
      mark: { type: "rule", strokeDash: [5, 4], strokeWidth: 1.5, color: COLORS.light.text },
      encoding: { x: quantitative("zero", x) },
    },
    {
      data: { values: ends },
      mark: { type: "rule", strokeWidth: 3, color: COLORS.light.axis },
      encoding: { y, x: quantitative("short", x), x2: { field: "hour" } },
    },
    {
      data: { values: dots },
      mark: { type: "circle", size: 160, opacity: 1 },
      encoding: {
        y,
        x: quantitative("change", x),
        color: {
          field: "policy",
          type: "nominal",
          scale: { domain: [FIVE_MINUTES, AN_HOUR], range: [costColor("write"), costColor("hourWrite")] },
          legend: { title: null, orient: "top", direction: "horizontal" },
        },
      },
    },
  ];
  return { width: PANEL.width, height: { step: BAR_STEP }, layer: withRows(layers) };
}
