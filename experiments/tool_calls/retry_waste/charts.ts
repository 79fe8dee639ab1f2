/** Figures: how many calls fail in a row, and which tools repeat themselves. */
import { linearAxis, logCountAxis, shareAxis } from "../../../lib/chart/axes.ts";
import { figure, grid, withHeading } from "../../../lib/chart/grid.ts";
import { COLORS, kindColor, providerOrder, providerTitle, seriesColor } from "../../../lib/chart/palette.ts";
import { ROW_STEP, rankAxis } from "../../../lib/chart/ranked-bars.ts";
import { withSideColumns } from "../../../lib/chart/side-columns.ts";
import { type Channel, type LayeredPanel, type Position, quantitative, withRows } from "../../../lib/chart/spec.ts";
import { FONT_SIZE, PANEL } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { counted } from "../../../lib/format/counts.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { displayToolName } from "../../../lib/trace/tools.ts";
import type { Group, Run, Waste } from "./waste.ts";

const SAME = "Same tool and input";
const DIFFERENT = "Different calls";
const SINGLE = "Single failure";
const KINDS = [
  { name: SINGLE, color: COLORS.light.neutral },
  { name: SAME, color: kindColor("error") },
  { name: DIFFERENT, color: seriesColor(3) },
];
const MOST_LENGTH_TICKS = 12;
const STREAKS_READING = `Each dot is the number of runs of so many calls that failed one after the other in a request; the scale is logarithmic. A run with the same tool and input
throughout is a loop: a bug of the agent or of its tool. Runs of different calls are how agents work themselves out of a problem. A line that falls steeply means that most failures are single ones.`;

/** Null where nothing failed twice in a row. */
export function streaksFigure({ runs, params }: Waste): Figure | null {
  const dots = lengthsOf(runs);
  if (!dots.some(({ length }) => length > 1)) return null;
  const long = runs.filter(({ length }) => length >= params.streak);
  const [all, loops] = [sumOf(long, (run) => run.runs), sumOf(long, (run) => run.same_input)];
  const longest = Math.max(...dots.map(({ length }) => length));
  const finding =
    all === 0
      ? `The longest run of failures has ${counted(longest, "call")}`
      : `${counted(all, "run")} of ${grouped(params.streak)} or more failures in a row, ${loops === 0 ? "none" : grouped(loops)} of the same call`;
  return {
    name: "retry_streaks",
    title: finding,
    subtitle: "Runs of failed calls in a request, with no other call between them, by length.",
    coverage: `${counted(
      sumOf(runs, (run) => run.runs),
      "run",
    )}, single failures among them. At least ${grouped(params.streak)} failures: ${grouped(all)}; ${grouped(loops)} with the same input.`,
    spec: figure(streaksPanel(dots)),
    caption: `How many calls fail one after the other. ${finding}.`,
    reading: STREAKS_READING,
    alt: `Dots of the number of runs over their length, on a logarithmic scale, apart for runs of the same call and of different calls. ${finding}.`,
  };
}

function lengthsOf(runs: readonly Run[]) {
  const lengths = [...new Set(runs.map(({ length }) => length))].sort((a, b) => a - b);
  return lengths.flatMap((length) => {
    const own = runs.filter((run) => run.length === length);
    const same = sumOf(own, (run) => run.same_input);
    const different = sumOf(own, (run) => run.runs) - same;
    if (length === 1) return [{ length, kind: SINGLE, runs: same + different }];
    return [
      { length, kind: SAME, runs: same },
      { length, kind: DIFFERENT, runs: different },
    ].filter((dot) => dot.runs > 0);
  });
}

function streaksPanel(dots: ReturnType<typeof lengthsOf>): LayeredPanel {
  const longest = Math.max(...dots.map(({ length }) => length));
  const step = Math.max(1, Math.ceil(longest / MOST_LENGTH_TICKS));
  const ticks = Array.from({ length: Math.floor(longest / step) }, (_, i) => (i + 1) * step);
  const x = linearAxis(longest + 0.5, "Failures in a row", ticks, grouped);
  const y = logCountAxis([0.7, Math.max(...dots.map(({ runs }) => runs)) * 2], { title: "Runs" });
  const kinds = KINDS.filter(({ name }) => dots.some(({ kind }) => kind === name));
  const color: Channel<"color"> = {
    field: "kind",
    type: "nominal",
    scale: { domain: kinds.map(({ name }) => name), range: kinds.map((kind) => kind.color) },
    legend: { title: null, orient: "top", direction: "horizontal" },
  };
  const data = { values: dots.map((dot) => ({ ...dot, text: grouped(dot.runs) })) };
  return {
    width: PANEL.width,
    height: 320,
    layer: [
      {
        data,
        mark: { type: "circle", size: 150, opacity: 1 },
        encoding: { x: quantitative("length", x), y: quantitative("runs", y), color },
      },
      {
        data,
        mark: { type: "text", align: "left", dx: 11, baseline: "middle", fontSize: FONT_SIZE.annotation },
        encoding: { x: quantitative("length", x), y: quantitative("runs", y), text: { field: "text", type: "nominal" } },
      },
    ],
  };
}

const LEAST_CALLS = 20;
const MOST_TOOLS = 12;
const WIDTH = 520;
const REPEATED = "Repeat a call";
const AFTER_ERROR = "Try again what failed";
const FAILED_AGAIN = "Fail again";
const TOOLS_READING = `One row per tool. The gray dot is the share of its calls that repeat an earlier call of the request or try again what failed: at most so many, where inputs are
compared by length. The purple dot counts those after a failure alone, the red one those that failed again. \`by chance\` is how often inputs of the tool have the same length in different
sessions; a tool with a high value has short or uniform inputs, and its gray dot means little. Rechecks after an edit don't count. Where no gray dot is visible, it is behind the purple one.`;

/** Null where no tool with enough calls repeats anything. */
export function toolsFigure({ tools }: Waste): Figure | null {
  const shown = tools.filter(({ calls, bound }) => calls >= LEAST_CALLS && bound.calls > 0);
  if (shown.length === 0) return null;
  const providers = providerOrder(shown.map(({ provider }) => provider));
  const drawn = providers.map((provider) =>
    shown
      .filter((group) => group.provider === provider)
      .slice(0, MOST_TOOLS)
      .sort((a, b) => retriedShare(b) - retriedShare(a)),
  );
  const first = at(
    drawn.flat().toSorted((a, b) => retriesOf(b) - retriesOf(a)),
    0,
  );
  const most = Math.max(...drawn.flat().map(({ bound, calls }) => bound.calls / calls));
  const finding = `${percent(retriedShare(first), 1)} of the calls of ${displayToolName(first.tool ?? "")} try again what failed`;
  return {
    name: "retry_tools",
    title: finding,
    subtitle: "Share of the calls of a tool that repeat one.",
    coverage: `${counted(drawn.flat().length, "tool")} with at least ${grouped(LEAST_CALLS)} calls, of ${grouped(tools.length)}.`,
    spec: grid(
      drawn.map((groups, i) => withHeading(toolsPanel(groups, most, i === 0), providerTitle(at(providers, i)), { over: "plot" })),
      { spacing: 30 },
    ),
    caption: `Repeated calls by tool: all, those after a failure, and those that failed again. ${finding}.`,
    reading: TOOLS_READING,
    alt: `Dots by tool: share of calls that repeat one, that try again what failed, and that fail again, with calls and chance rates as numbers. ${finding}.`,
  };
}

function retriesOf({ byClass }: Group): number {
  return byClass.identical_after_error.calls + byClass.altered_after_error.calls;
}

function retriedShare(group: Group): number {
  return retriesOf(group) / group.calls;
}

function toolsPanel(groups: readonly Group[], most: number, legend: boolean): LayeredPanel {
  const names = groups.map(({ tool }) => displayToolName(tool ?? ""));
  const x = shareAxis({ title: null, domain: [0, Math.min(1, Math.max(0.02, most * 1.05))] });
  const y: Position = { field: "rank", ...rankAxis(names) };
  const shares = groups.map((group, rank) => ({
    rank,
    repeated: group.bound.calls / group.calls,
    tried: retriedShare(group),
    failed: group.bound.failedAgain / group.calls,
  }));
  const dots = shares.flatMap(({ rank, repeated, tried, failed }) => [
    { rank, share: repeated, kind: REPEATED },
    { rank, share: tried, kind: AFTER_ERROR },
    { rank, share: failed, kind: FAILED_AGAIN },
  ]);
  const panel = {
    width: WIDTH,
    height: { step: ROW_STEP },
    layer: withRows([
      {
        data: { values: shares },
        mark: { type: "rule", strokeWidth: 3, color: COLORS.light.axis },
        encoding: { y, x: quantitative("failed", x), x2: { field: "repeated" } },
      },
      {
        data: { values: dots },
        mark: { type: "circle", size: 130, opacity: 1 },
        encoding: {
          y,
          x: quantitative("share", x),
          color: {
            field: "kind",
            type: "nominal",
            scale: {
              domain: [REPEATED, AFTER_ERROR, FAILED_AGAIN],
              range: [COLORS.light.neutral, seriesColor(3), kindColor("error")],
            },
            legend: legend ? { title: null, orient: "top", direction: "horizontal", offset: 34 } : null,
          },
        },
      },
    ]),
  };
  return withSideColumns(panel, names, [
    { heading: "calls", width: 64, texts: groups.map(({ calls }) => grouped(calls)) },
    { heading: "repeat", width: 68, texts: groups.map(({ bound, calls }) => percent(bound.calls / calls, 1)) },
    { heading: "after failure", width: 92, texts: groups.map((group) => percent(retriedShare(group), 1)) },
    { heading: "fail again", width: 76, texts: groups.map(({ bound }) => grouped(bound.failedAgain)) },
    { heading: "by chance", width: 78, texts: groups.map(({ chance }) => percent(chance, 1)) },
  ]);
}
