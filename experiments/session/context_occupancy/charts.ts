/** Figures of all sessions: how full the window is by step, and where contexts are reset. */
import { linearAxis, logCountAxis, roundTicks, shareAxis } from "../../../lib/chart/axes.ts";
import { grid, withHeading } from "../../../lib/chart/grid.ts";
import { overLines } from "../../../lib/chart/over-lines.ts";
import { COLORS, kindColor, providerColor, providerOrder, providerTitle } from "../../../lib/chart/palette.ts";
import { pixelOf } from "../../../lib/chart/pixels.ts";
import { type Axis, type DataLayer, type Layer, type LayeredPanel, quantitative, withRows } from "../../../lib/chart/spec.ts";
import { FONT_SIZE, PANEL } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { countCompact, counted, countTick } from "../../../lib/format/counts.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import type { Ceiling } from "./ceilings.ts";
import type { Occupancy, Options, StepBand } from "./occupancy.ts";

/** Of a quantile that is called out, and of a band that is drawn. */
const FEWEST_SESSIONS = { calledOut: 10, drawn: 3 } as const;
const MOST_PROVIDERS = 3;
const BAND_HEIGHT = 290;
const ALIVE_HEIGHT = 60;
/** CSS pixels. */
const LABEL_WIDTH = 120;

const BY_STEP_READING = `A line is the median of context / window over the sessions that have so many steps, the band the middle half of them; the bars below count
these sessions. Sessions that end leave the median, so a line may fall although every context grows. A band that stays below the dashed line has room left;
one that bends down at a step is where contexts are reset.`;

/** Null without a window. */
export function byStepFigure({ bands, ceilings }: Occupancy, { warn }: Options, coverage: string): Figure | null {
  const drawn = drawnBands(bands);
  if (drawn.length === 0) return null;
  const last = Math.max(...drawn.flatMap(({ steps }) => steps.map(({ step }) => step)));
  const top = Math.max(1.05, ...drawn.flatMap(({ steps }) => steps.map(({ p75 }) => p75)));
  const width = drawn.length === 1 ? PANEL.width : Math.floor((PANEL.width + 60) / drawn.length);
  const x = (title: string | null) => (last > 1 ? logCountAxis([0.9, last * 1.2], { title }) : linearAxis(2, title, [0, 1, 2], countTick));
  const y = shareAxis({ title: null, domain: [0, top], ticks: roundTicks(top) });
  const finding = byStepFinding(drawn);
  return {
    name: "context_occupancy",
    title: finding,
    subtitle: `Context / window by number of the step in its session: median and middle half of the sessions that have the step; below, how many these are. Dashed: ${percent(warn)} and all of the window.`,
    coverage,
    spec: grid(
      [
        ...drawn.map((each) =>
          withHeading(bandPanel(each, warn, { x: x(null), y, width }), headingOf(each.provider, ceilings), { over: "plot" }),
        ),
        ...drawn.map((each) => alivePanel(each, { x: x("Step of the session"), width })),
      ],
      { columns: drawn.length, spacing: 18 },
    ),
    caption: `How full the window is at each step of a session, for sessions that have the step. ${finding}.`,
    reading: BY_STEP_READING,
    alt: `Lines of the median share of the window in use by step of the session, with bands of the middle half, a panel per provider, and bars of the number of sessions. ${finding}.`,
  };
}

interface DrawnBand {
  readonly provider: string;
  readonly steps: readonly StepBand[];
  /** The last step that enough sessions have; else the first step. */
  readonly calledOut: StepBand;
}

function drawnBands(bands: readonly StepBand[]): DrawnBand[] {
  const providers = providerOrder(bands.map(({ provider }) => provider)).slice(0, MOST_PROVIDERS);
  return providers.flatMap((provider) => {
    const own = bands.filter((band) => band.provider === provider);
    const enough = own.filter(({ sessions }) => sessions >= FEWEST_SESSIONS.drawn);
    const steps = enough.length > 0 ? enough : own;
    const calledOut = steps.findLast(({ sessions }) => sessions >= FEWEST_SESSIONS.calledOut) ?? steps.at(-1);
    return calledOut === undefined ? [] : [{ provider, steps, calledOut }];
  });
}

function byStepFinding(drawn: readonly DrawnBand[]): string {
  const parts = drawn.map(
    ({ provider, calledOut: { step, p50 } }) => `${providerTitle(provider)} ${percent(p50)} at step ${grouped(step)}`,
  );
  return `Median share of the window in use: ${parts.join(", ")}`;
}

function headingOf(provider: string, ceilings: readonly Ceiling[]): string {
  const windows = ceilings.filter((ceiling) => ceiling.provider === provider).map(({ windowTokens }) => countTick(windowTokens));
  return `${providerTitle(provider)}: windows of ${windows.join(", ")} tokens`;
}

interface Frame {
  readonly x: Axis;
  readonly y: Axis;
  readonly width: number;
}

function bandPanel({ provider, steps, calledOut }: DrawnBand, warn: number, { x, y, width }: Frame): LayeredPanel {
  const color = providerColor(provider);
  const across = quantitative("step", x);
  const label = `step ${grouped(calledOut.step)}: ${percent(calledOut.p50)}`;
  const roomRight = width - pixelOf(calledOut.step, x, width);
  const place = roomRight > LABEL_WIDTH ? ({ align: "left", dx: 8 } as const) : ({ align: "right", dx: roomRight } as const);
  const layers: DataLayer[] = [
    {
      data: { values: [{ share: warn }, { share: 1 }] },
      mark: { type: "rule", strokeDash: [5, 4], strokeWidth: 1.5 },
      encoding: { y: quantitative("share", y) },
    },
    {
      data: { values: steps.length > 1 ? [...steps] : [] },
      mark: { type: "area", color, opacity: 0.25 },
      encoding: { x: across, y: quantitative("p25", y), y2: { field: "p75" } },
    },
    {
      data: { values: steps.length > 1 ? [...steps] : [] },
      mark: { type: "line", color },
      encoding: { x: across, y: quantitative("p50", y) },
    },
    {
      data: { values: [calledOut] },
      mark: { type: "circle", size: 110, color, opacity: 1 },
      encoding: { x: across, y: quantitative("p50", y) },
    },
    ...overLines({
      data: { values: [{ ...calledOut, label }] },
      mark: { ...place, dy: 18, fontSize: FONT_SIZE.annotation, fontWeight: "bold" },
      encoding: { x: across, y: quantitative("p50", y), text: { field: "label", type: "nominal" } },
    }),
  ];
  return { width, height: BAND_HEIGHT, layer: withRows(layers) };
}

function alivePanel({ provider, steps }: DrawnBand, { x, width }: Omit<Frame, "y">): LayeredPanel {
  const most = Math.max(...steps.map(({ sessions }) => sessions));
  const y = linearAxis(most, "Sessions", [0, most], grouped);
  return {
    width,
    height: ALIVE_HEIGHT,
    layer: [
      {
        data: { values: steps.map(({ step, sessions }) => ({ step, sessions, zero: 0 })) },
        mark: { type: "rule", strokeWidth: 9, strokeCap: "butt", color: providerColor(provider), opacity: 0.7 },
        encoding: { x: quantitative("step", x), y: quantitative("zero", y), y2: { field: "sessions" } },
      },
    ],
  };
}

const RESETS_READING = `Bars: of the steps that fill the window so far, the share that a reset follows; pale where there are few such steps. Line: the share of contexts
that get so full without a reset, if their session doesn't end first. A line that stays flat and then falls at one place is automatic compaction; an early slope
is people who clear their contexts. The dashed rule is the ceiling: half of the resets come before it.`;

const MOST_WINDOWS = 4;
const HAZARD_HEIGHT = 200;
/** Shares of the window beyond this are in the table only. */
const FURTHEST = 2;
/** Bins of fewer steps are pale. */
const FEWEST_STEPS = 20;
/** Labels of higher bars are in these. */
const HIGHEST_LABEL = 0.86;
/** Labels that would be closer than this share of the panel are left out. */
const LABEL_SHARE = 0.045;

/** Null without resets in windows of known size. */
export function resetsFigure({ ceilings }: Occupancy, coverage: string): Figure | null {
  const withResets = ceilings.filter(({ resets }) => resets > 0);
  const drawn = withResets.toSorted((a, b) => b.resets - a.resets).slice(0, MOST_WINDOWS);
  if (drawn.length === 0) return null;
  const furthest = Math.min(FURTHEST, Math.max(1, ...drawn.flatMap(({ bins }) => bins.map(({ low }) => low + 0.05))));
  const finding = resetsFinding(drawn);
  return {
    name: "context_occupancy_resets",
    title: finding,
    subtitle:
      "Bars: share of steps that a reset follows, by how full the window is. Line: share of contexts that get so full without a reset. Vertical: the median context before a reset.",
    coverage,
    spec: grid(
      drawn.map((ceiling, i) => hazardPanel(ceiling, furthest, i === drawn.length - 1)),
      { spacing: 26 },
    ),
    caption: `Resets of the context by how full the window is. ${finding}.`,
    reading: RESETS_READING,
    alt: `Bars of the chance of a reset by share of the window in use, a falling line of contexts without a reset, and a rule at the median context before a reset, a panel per provider and window. ${finding}.`,
  };
}

function resetsFinding(drawn: readonly Ceiling[]): string {
  const measured = drawn.filter(({ assumed }) => !assumed);
  if (measured.length === 0) {
    const count = sumOf(drawn, ({ resets }) => resets);
    return `${counted(count, "reset")}: too few to measure where contexts end`;
  }
  const parts = measured
    .slice(0, 2)
    .map(({ provider, ceiling }) => `half of ${providerTitle(provider)}'s resets come by ${percent(ceiling)} of the window`);
  return parts
    .join(", ")
    .replace(/^h/, "H")
    .replace(/(, .*) resets come(.*) of the window$/, "$1$2");
}

function hazardPanel(ceiling: Ceiling, furthest: number, isLast: boolean): LayeredPanel {
  const { provider, windowTokens, resets, before } = ceiling;
  const bins = ceiling.bins.filter(({ low }) => low < furthest - 1e-9);
  const x = shareAxis({ title: isLast ? "Share of the window in use" : null, domain: [0, furthest], ticks: roundTicks(furthest) });
  const y = shareAxis({ title: null });
  const bars = bins
    .filter((bin) => bin.resets > 0)
    .map((bin) => ({ from: bin.low + 0.005, to: bin.low + 0.045, hazard: bin.resets / bin.steps, zero: 0, few: bin.steps < FEWEST_STEPS }));
  const labels = ceiling.bins
    .filter((bin) => bin.low < furthest - 1e-9 && bin.resets > 0)
    .toSorted((a, b) => b.resets - a.resets)
    .filter((bin, i, bins) => !bins.slice(0, i).some((other) => Math.abs(other.low - bin.low) < furthest * LABEL_SHARE))
    .map((bin) => ({
      middle: bin.low + 0.025,
      hazard: Math.min(bin.resets / bin.steps, HIGHEST_LABEL),
      label: percent(bin.resets / bin.steps, bin.resets / bin.steps < 0.1 ? 1 : 0),
    }));
  const line = bins.flatMap(({ low, segmentSurvival }, i) => [
    { share: low, survival: bins[i - 1]?.segmentSurvival ?? 1 },
    { share: low + 0.05, survival: segmentSurvival },
  ]);
  const median = before.p50 ?? ceiling.ceilingTokens;
  const rule = { share: median / windowTokens, label: `${countCompact(median)} tokens, ${percent(median / windowTokens)}`, top: 1 };
  const isLeft = rule.share > furthest * 0.3;
  const layers: Layer[] = withRows([
    {
      data: { values: bars },
      mark: { type: "rect" },
      encoding: {
        x: quantitative("from", x),
        x2: { field: "to" },
        y: quantitative("zero", y),
        y2: { field: "hazard" },
        color: { value: providerColor(provider) },
        opacity: { condition: { test: "datum.few", value: 0.3 }, value: 1 },
      },
    },
    {
      data: { values: line },
      mark: { type: "line", color: COLORS.light.text, strokeWidth: 2 },
      encoding: { x: quantitative("share", x), y: quantitative("survival", y) },
    },
    {
      data: { values: [rule] },
      mark: { type: "rule", color: kindColor("generation"), strokeWidth: 2, strokeDash: [6, 3] },
      encoding: { x: quantitative("share", x) },
    },
    {
      data: { values: [rule] },
      mark: {
        type: "text",
        align: isLeft ? "right" : "left",
        dx: isLeft ? -6 : 6,
        baseline: "bottom",
        dy: -3,
        fontSize: FONT_SIZE.annotation,
        color: kindColor("generation"),
        fontWeight: "bold",
      },
      encoding: { x: quantitative("share", x), y: quantitative("top", y), text: { field: "label", type: "nominal" } },
    },
    ...overLines({
      data: { values: labels },
      mark: { baseline: "bottom", dy: -3, fontSize: FONT_SIZE.small },
      encoding: { x: quantitative("middle", x), y: quantitative("hazard", y), text: { field: "label", type: "nominal" } },
    }),
  ]);
  const panel: LayeredPanel = { width: PANEL.width, height: HAZARD_HEIGHT, layer: layers };
  return {
    ...panel,
    title: {
      text: `${providerTitle(provider)}, window of ${countTick(windowTokens)} tokens: ${counted(resets, "reset")}`,
      fontSize: FONT_SIZE.panelTitle,
      offset: 22,
      frame: "group",
    },
  };
}
