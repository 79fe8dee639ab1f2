/** Figures: what the bill is made of, what caching saves, which lifetime is cheaper, and the bill over time. */
import { amountsOfPeriods, amountsOverTime, largestPeriod } from "../../../lib/chart/amounts-over-time.ts";
import { dollarAxis } from "../../../lib/chart/axes.ts";
import { figure } from "../../../lib/chart/grid.ts";
import { COLORS, costColor } from "../../../lib/chart/palette.ts";
import { quantitative } from "../../../lib/chart/spec.ts";
import { splitBars } from "../../../lib/chart/split-bars.ts";
import { FONT_SIZE } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { money } from "../../../lib/format/numbers.ts";
import { dateOf, periodScale } from "../../../lib/format/periods.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { known } from "../../../lib/stats/known.ts";
import type { Anatomy, Division, Group } from "./anatomy.ts";
import { type Bill, billOf, type Component, totalOf, usd, WRITES } from "./bill.ts";

const PARTS: readonly { readonly name: string; readonly color: string; readonly components: readonly Component[] }[] = [
  { name: "Fresh input", color: costColor("fresh"), components: ["fresh"] },
  { name: "Cache writes", color: costColor("write"), components: WRITES },
  { name: "Cache reads", color: costColor("read"), components: ["read"] },
  { name: "Output", color: costColor("output"), components: ["visible"] },
  { name: "Reasoning", color: costColor("reasoning"), components: ["reasoning"] },
];
const OPEN_WRITES = "Writes at most";
const OPEN_OUTPUT = "Output at most";
const MOST_BARS = 8;
const MOST_DAYS = 120;
/** Room to the right of the longest bar for the text at its end, as a share of the bar. */
const TEXT_ROOM = 0.5;
/** The same above the highest bar. */
const LABEL_ROOM = 1.06;

const ANATOMY_READING = `Each bar is what the steps of a group cost at list prices, best estimate. The pale parts at its end are not certain: what writes of unknown
lifetime cost more if they were for an hour, and what output costs more if it was as long as its characters need. If reads dominate, the length of
contexts is the lever; if writes do, lifetimes and broken prefixes are. Don't quote a bar with a long pale end without its range.`;

/** Null when nothing was paid for. */
export function anatomyFigure({ all, groups }: Anatomy, by: Division, coverage: string): Figure | null {
  const total = totalOf(all.bill);
  if (total.high === 0) return null;
  const named = groups.filter((group) => group.by === by && totalOf(group.bill).high > 0);
  const bars = [...(named.length === 1 ? [] : [all]), ...withinRoom(named, by)];
  const largest = known(PARTS.toSorted((a, b) => pointOf(all.bill, b) - pointOf(all.bill, a))[0]);
  const x = dollarAxis(usd(total.high) * (1 + TEXT_ROOM), { title: "Cost at list prices" });
  const panel = splitBars({
    bars: bars.map(({ name, bill }) => ({ name: name === "all" ? "All" : name, values: barOf(bill) })),
    parts: [...PARTS, { name: OPEN_WRITES, color: costColor("openWrite") }, { name: OPEN_OUTPUT, color: costColor("openOutput") }],
    x,
    label: money,
  });
  const ends = bars.map(({ bill }, rank) => ({ rank, end: usd(totalOf(bill).high), text: rangeText(bill) }));
  const finding = `${largest.name} cost ${money(usd(pointOf(all.bill, largest)))} of ${money(usd(total.point))}`;
  return {
    name: "cost_anatomy",
    title: finding,
    subtitle:
      "Pale: what writes cost more if they were for an hour, and output if it was as long as its text. Next to each bar: the best estimate, and the least and the most that it can be.",
    coverage,
    spec: figure({
      ...panel,
      layer: [
        ...panel.layer,
        {
          data: { values: ends },
          mark: { type: "text", align: "left", dx: 8, fontSize: FONT_SIZE.annotation, color: COLORS.light.muted },
          encoding: {
            y: { field: "rank", type: "ordinal", sort: null },
            x: quantitative("end", x),
            text: { field: "text", type: "nominal" },
          },
        },
      ],
    }),
    caption: `The cost of steps that have a price, by ${by}: fresh input, cache writes, cache reads, output and reasoning. ${finding}. In all: ${rangeText(all.bill)}.`,
    reading: ANATOMY_READING,
    alt: `Stacked bars of cost by component, one for each ${by}, with pale ends for what is not certain. ${finding}.`,
  };
}

function withinRoom(groups: readonly Group[], by: Division): Pick<Group, "name" | "bill">[] {
  if (groups.length <= MOST_BARS) return [...groups];
  const shown = groups.slice(0, MOST_BARS - 1);
  const rest = groups.slice(MOST_BARS - 1);
  return [...shown, { name: `${rest.length} more ${by}s`, bill: billOf(rest.flatMap(({ judged }) => judged)) }];
}

function pointOf(bill: Bill, part: (typeof PARTS)[number]): number {
  return totalOf(bill, part.components).point;
}

function barOf(bill: Bill): Record<string, number> {
  const writes = totalOf(bill, WRITES);
  return {
    ...Object.fromEntries(PARTS.map((part) => [part.name, usd(pointOf(bill, part))])),
    [OPEN_WRITES]: usd(writes.high - writes.point),
    [OPEN_OUTPUT]: usd(bill.visible.high - bill.visible.point),
  };
}

/** `$933.82 ($896.64 to $1,064.01)`. */
function rangeText(bill: Bill): string {
  const { low, high, point } = totalOf(bill);
  const range = money(usd(low)) === money(usd(high)) ? "" : ` (${money(usd(low))} to ${money(usd(high))})`;
  return `${money(usd(point))}${range}`;
}

const OVER_TIME_READING = `One bar per day, or week where there are many days (UTC), split by what was paid for, best estimate. A period without a bar
has no steps with a price: nobody worked, or its transcripts are gone.`;

/** Null when no step that costs anything has a time. */
export function overTimeFigure({ all }: Anatomy, coverage: string): Figure | null {
  const daily = [...groupBy(all.judged, ({ part }) => part.day)].flatMap(([day, judged]) => {
    const bill = billOf(judged);
    return day === null ? [] : PARTS.map((part) => ({ day, name: part.name, value: usd(pointOf(bill, part)) }));
  });
  const days = daily.filter(({ value }) => value > 0).map(({ day }) => day);
  if (days.length === 0) return null;
  const scale = periodScale(Math.min(...days), Math.max(...days), MOST_DAYS);
  const amounts = amountsOfPeriods(daily, scale);
  const largest = known(largestPeriod(amounts));
  const finding = `The most expensive ${scale.unit} ${scale.unit === "day" ? "was" : "began on"} ${dateOf(largest.start)}: ${money(largest.value)}`;
  return {
    name: "cost_anatomy_over_time",
    title: finding,
    subtitle: `Best estimate per ${scale.unit} (UTC) by component.`,
    coverage,
    spec: figure(
      amountsOverTime({
        amounts,
        names: PARTS,
        scale,
        y: dollarAxis(largest.value * LABEL_ROOM, { title: `Cost per ${scale.unit} at list prices` }),
        callout: { start: largest.start, text: `${dateOf(largest.start)}: ${money(largest.value)}` },
      }),
    ),
    caption: `The bill over time by component. ${finding}. Steps without a time are left out.`,
    reading: OVER_TIME_READING,
    alt: `Stacked bars of cost over time by component. ${finding}.`,
  };
}
