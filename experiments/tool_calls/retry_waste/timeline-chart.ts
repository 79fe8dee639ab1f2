/** Figure: the streak of failures whose steps cost the most, call by call. */
import { dollarAxis, linearAxis } from "../../../lib/chart/axes.ts";
import { grid } from "../../../lib/chart/grid.ts";
import { COLORS, kindColor, seriesColor } from "../../../lib/chart/palette.ts";
import { type Axis, type LayeredPanel, type Panel, quantitative, withRows } from "../../../lib/chart/spec.ts";
import { FONT_SIZE, PANEL } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { counted } from "../../../lib/format/counts.ts";
import { grouped, money } from "../../../lib/format/numbers.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { at } from "../../../lib/stats/known.ts";
import { displayToolName } from "../../../lib/trace/tools.ts";
import type { Streak, TimelineCall, Waste } from "./waste.ts";

const FAILED = "Failed";
const REPEATED = "Repeated and worked";
const WORKED = "Worked";
const CALL_STEP = 24;
/** Over the name of the streak. */
const LEGEND_OFFSET = 30;
const READING = `Above: one mark per call, in the order of the session, stacked where a step made several; red ones failed. Below: what each of these steps cost. The shaded
steps are the streak. Calls of other colors before and after it show what the agent did instead.`;

/** Null without a streak. */
export function timelineFigure({ worst }: Waste): Figure | null {
  if (worst === null) return null;
  const { streak, calls } = worst;
  const usd = streak.cost_of_touched_steps_usd;
  const finding = `The most expensive streak: ${counted(streak.length, "failure")} in a row in ${counted(streak.steps, "step")}${usd === null ? "" : `, ${money(usd)}`}`;
  return {
    name: "retry_worst_streak",
    title: finding,
    subtitle: `Calls of ${toolsText(streak.tools)} in session ${streak.session_id}, and what came before and after.`,
    coverage: `Request ${grouped(streak.request_no)}: ${counted(streak.length, "failed call")} in ${counted(streak.steps, "step")}; ${grouped(calls.length)} calls are shown.`,
    spec: grid(panelsOf(streak, calls), { spacing: 18 }),
    caption: `${finding}. A ${streak.kind === "loop" ? "loop of the same call" : "run of different calls"}.`,
    reading: READING,
    alt: `Squares, one per call, by step and colored by outcome, over bars of the cost of each step. ${finding}.`,
  };
}

function toolsText(tools: string): string {
  return tools.split(" ").map(displayToolName).join(", ");
}

function panelsOf(streak: Streak, calls: readonly TimelineCall[]): Panel[] {
  const steps = [...groupBy(calls, ({ step }) => step)].map(([step, own]) => ({ step, own }));
  const first = at(steps, 0).step;
  const last = at(steps, -1).step;
  const x = stepAxis(first, last);
  const highest = Math.max(...steps.map(({ own }) => own.length));
  const { first_step, last_step, cost_of_touched_steps_usd: usd } = streak;
  const text = usd === null ? "streak" : `streak: ${money(usd)}`;
  const shade = { data: { values: [{ from: first_step - 0.5, to: last_step + 0.5, middle: (first_step + last_step) / 2, text }] }, x };
  const costs = steps.flatMap(({ step, own }) => {
    const { usd } = at(own, 0);
    return usd === null ? [] : [{ step, from: step - 0.4, to: step + 0.4, usd, zero: 0, text: money(usd) }];
  });
  return [callsPanel(steps, highest, shade), ...(costs.length > 0 ? [costPanel(costs, shade)] : [])];
}

function stepAxis(first: number, last: number): Axis {
  const stride = Math.max(1, Math.ceil((last - first + 1) / 20));
  const ticks = Array.from({ length: Math.floor((last - first) / stride) + 1 }, (_, i) => first + i * stride);
  const axis = linearAxis(last, "Step of the session", ticks, grouped);
  return { ...axis, scale: { ...axis.scale, domain: [first - 0.6, last + 0.6], zero: false } };
}

interface Shade {
  readonly data: {
    readonly values: readonly { readonly from: number; readonly to: number; readonly middle: number; readonly text: string }[];
  };
  readonly x: Axis;
}

function shaded({ data, x }: Shade) {
  return {
    data,
    mark: { type: "rect" as const, color: kindColor("error"), opacity: 0.08 },
    encoding: { x: quantitative("from", x), x2: { field: "to" } },
  };
}

function callsPanel(
  steps: readonly { readonly step: number; readonly own: readonly TimelineCall[] }[],
  highest: number,
  shade: Shade,
): LayeredPanel {
  const marks = steps.flatMap(({ step, own }) => own.map((call, i) => ({ step, place: i + 0.5, kind: kindOf(call) })));
  const kinds = [FAILED, REPEATED, WORKED];
  const y = linearAxis(highest, "Calls", [], grouped);
  return {
    width: PANEL.width,
    height: Math.max(3, highest) * CALL_STEP,
    layer: withRows([
      shaded(shade),
      {
        data: { values: marks },
        mark: { type: "square", size: 190, opacity: 1 },
        encoding: {
          x: quantitative("step", { ...shade.x, title: null }),
          y: quantitative("place", { ...y, scale: { ...y.scale, domain: [0, Math.max(3, highest)] } }),
          color: {
            field: "kind",
            type: "nominal",
            scale: { domain: kinds, range: [kindColor("error"), seriesColor(3), COLORS.light.neutral] },
            legend: { title: null, orient: "top", direction: "horizontal", offset: LEGEND_OFFSET },
          },
        },
      },
      {
        data: shade.data,
        mark: { type: "text", baseline: "bottom", dy: -4, fontSize: FONT_SIZE.annotation, color: kindColor("error") },
        encoding: { x: quantitative("middle", { ...shade.x, title: null }), y: { value: 0 }, text: { field: "text", type: "nominal" } },
      },
    ]),
  };
}

function kindOf({ is_error, class: name }: TimelineCall): string {
  if (is_error === true) return FAILED;
  return name === "new" ? WORKED : REPEATED;
}

function costPanel(costs: readonly { readonly usd: number }[], shade: Shade): LayeredPanel {
  const y = dollarAxis(Math.max(...costs.map(({ usd }) => usd)) * 1.15, { title: "Cost of the step" });
  const data = { values: costs };
  return {
    width: PANEL.width,
    height: 180,
    layer: withRows([
      shaded(shade),
      {
        data,
        mark: { type: "rect", color: COLORS.light.boxEdge },
        encoding: { x: quantitative("from", shade.x), x2: { field: "to" }, y: quantitative("zero", y), y2: { field: "usd" } },
      },
      {
        data: costs.length > 14 ? { values: [] } : data,
        mark: { type: "text", baseline: "bottom", dy: -3, fontSize: FONT_SIZE.small },
        encoding: { x: quantitative("step", shade.x), y: quantitative("usd", y), text: { field: "text", type: "nominal" } },
      },
    ]),
  };
}
