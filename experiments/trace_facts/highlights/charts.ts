import { figure } from "../../../lib/chart/grid.ts";
import { sequentialRamp } from "../../../lib/chart/palette.ts";
import { shownDays, startsOf } from "../../../lib/chart/period-bars.ts";
import { explicitTicks, type Panel } from "../../../lib/chart/spec.ts";
import { PANEL } from "../../../lib/chart/theme.ts";
import { counted } from "../../../lib/format/counts.ts";
import { dateOf, periodScale } from "../../../lib/format/periods.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { at } from "../../../lib/stats/known.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { type Activity, hourText } from "./highlights.ts";

/** More days than this are drawn as weeks. */
const MOST_DAYS = 120;
const HOURS = 24;
const HOUR_PX = 12;
const COLORS_OF_RAMP = 6;

/** Steps by day, or week, and hour of the day. @param activity at least one row */
export function calendarFigure(activity: readonly Activity[], total: number) {
  const days = activity.map(({ day }) => day);
  const scale = periodScale(Math.min(...days), Math.max(...days), MOST_DAYS);
  const cells = [...groupBy(activity, ({ day, hour }) => scale.startOf(day) * HOURS + hour).values()].map((rows) => {
    const { day, hour } = at(rows, 0);
    const start = scale.startOf(day);
    return { start, end: start + scale.width, hour, until: hour + 1, steps: sumOf(rows, ({ steps }) => steps) };
  });
  const most = cells.reduce((largest, cell) => (cell.steps > largest.steps ? cell : largest), at(cells, 0));
  const [from, to] = shownDays(scale);
  const panel: Panel = {
    width: PANEL.width,
    height: HOURS * HOUR_PX,
    data: { values: cells },
    mark: { type: "rect", tooltip: false },
    encoding: {
      x: { ...startsOf(scale), scale: { domain: [from, to], nice: false, zero: false } },
      x2: { field: "end" },
      y: {
        field: "hour",
        type: "quantitative",
        title: "Hour (UTC)",
        scale: { domain: [HOURS, 0], nice: false, zero: false },
        axis: { ...explicitTicks([0, 6, 12, 18].map((hour) => ({ value: hour, label: hourText(hour) }))), grid: false },
      },
      y2: { field: "until" },
      color: {
        field: "steps",
        type: "quantitative",
        title: "Agent steps",
        scale: { type: "sqrt", domain: [0, most.steps], range: sequentialRamp(COLORS_OF_RAMP) },
        legend: { orient: "top", direction: "horizontal", gradientLength: 240, values: [0, most.steps] },
      },
    },
  };
  const unit = scale.unit === "day" ? "on" : "in the week from";
  const title = `Busiest hour: ${hourText(most.hour)} ${unit} ${dateOf(most.start)}, ${counted(most.steps, "step")}`;
  const timed = sumOf(activity, ({ steps }) => steps);
  return {
    name: "calendar",
    title,
    subtitle: `Agent steps by ${scale.unit} and hour of the day in UTC; empty: no step.`,
    coverage: { shown: timed, of: total, what: "steps" as const },
    spec: figure(panel),
    caption: "When the steps were answered.",
    alt: `A grid of hours and ${scale.unit}s; the darkest cell has ${counted(most.steps, "step")}.`,
    reading: `One column per ${scale.unit}, one row per hour of the day in UTC, midnight at the top. The darker, the more steps. Colors grow with the square root, so that quiet hours can be seen, too.`,
  };
}
