/** Figures of one session's context, and of what resets pay. */
import { countAxis } from "../../../lib/chart/axes.ts";
import { figure, grid } from "../../../lib/chart/grid.ts";
import { overLines } from "../../../lib/chart/over-lines.ts";
import { COLORS, kindColor, providerColor, providerTitle } from "../../../lib/chart/palette.ts";
import { scatterPanel } from "../../../lib/chart/scatter.ts";
import { type DataLayer, type LayeredPanel, quantitative, withRows } from "../../../lib/chart/spec.ts";
import { symlogCountAxis } from "../../../lib/chart/symlog-axis.ts";
import { FONT_SIZE, PANEL } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { countCompact, counted, countTick } from "../../../lib/format/counts.ts";
import { durationCompact } from "../../../lib/format/durations.ts";
import { grouped, money, percent } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { shortId } from "../../../lib/trace/sessions.ts";
import type { Ceiling } from "./ceilings.ts";
import type { Occupancy, Runway, SessionStep } from "./occupancy.ts";
import type { Paid } from "./resets.ts";

const SESSION_READING = `The area is the context of each step. It falls where it is reset. The solid rule is the window; the band is where 80 % of the provider's resets
happen, or a dashed rule where there are too few to measure. The dotted line goes on at the session's median growth from its last step: a runway that is shorter
than the request that you plan to give means compact now, not in the middle of it.`;

/** The dotted line is at most as long as this share of the session. */
const LONGEST_EXTRAPOLATION = 0.5;
const SESSION_HEIGHT = 330;
const NO_BAND = { p10: null, p90: null };

/** Null for a session without a known window. */
export function sessionFigure({ session, sessionRunway, ceilings }: Occupancy): Figure | null {
  const last = session.at(-1);
  const runway = sessionRunway.find(({ moment }) => moment === "last");
  if (!last || !runway) return null;
  const resets = session.filter(({ is_reset }) => is_reset).length;
  const left = runwayText(runway);
  const finding = `${shortId(last.session_id)}: ${counted(resets, "reset")} in ${counted(last.steps, "step")}, ${left}`;
  const band = ceilings.find((each) => each.provider === runway.provider && each.windowTokens === runway.window_tokens);
  return {
    name: "context_occupancy_session",
    title: finding,
    subtitle:
      "Context of each step, the window around it, and where contexts are usually reset. Dotted: an estimate, at the median growth of the session.",
    spec: grid([sessionPanel(session, runway, { band: band?.assumed === false ? band.before : NO_BAND, left, resets })]),
    caption: `The context of one session, its window, and how many steps are left until contexts are usually reset. ${finding}.`,
    reading: SESSION_READING,
    alt: `Area of context tokens by step of one session, with rules for the window and the ceiling, and a dotted line from the last step. ${finding}.`,
  };
}

function runwayText({ runway_steps, runway_minutes, context_tokens, ceiling_tokens }: Runway): string {
  if (context_tokens >= ceiling_tokens) return "at the ceiling";
  if (runway_steps === null) return "no growth";
  const time = runway_minutes === null ? "" : ` (${durationCompact(runway_minutes * 60)})`;
  return `about ${counted(Math.round(runway_steps), "step")}${time} left`;
}

function sessionPanel(
  session: readonly SessionStep[],
  runway: Runway,
  {
    band: { p10, p90 },
    left,
    resets,
  }: { readonly band: Pick<Ceiling["before"], "p10" | "p90">; readonly left: string; readonly resets: number },
): LayeredPanel {
  const { steps } = at(session, 0);
  const end = { step: runway.step, tokens: runway.context_tokens };
  const ahead = Math.min(runway.runway_steps ?? 0, Math.max(3, steps * LONGEST_EXTRAPOLATION));
  const until = { step: runway.step + ahead, tokens: end.tokens + ahead * (runway.growth_per_step ?? 0) };
  const room = Math.max(runway.window_tokens, p90 ?? 0, ...session.map(({ context_tokens }) => context_tokens));
  const x = countAxis(Math.max(until.step, steps), { title: "Step of the session" });
  const ticks = countAxis(room, { title: null });
  const y = { ...ticks, title: "Context, tokens" };
  const furthest = at(x.scale.domain, 1);
  const color = providerColor(runway.provider);
  const isFar = runway.step > furthest * 0.55;
  const layers: DataLayer[] = [
    {
      data: { values: p10 === null || p90 === null ? [] : [{ low: p10, high: p90, start: 0, furthest }] },
      mark: { type: "rect", color: kindColor("generation"), opacity: 0.16 },
      encoding: { x: quantitative("start", x), x2: { field: "furthest" }, y: quantitative("low", y), y2: { field: "high" } },
    },
    {
      data: { values: session.map(({ step, context_tokens, is_reset }) => ({ step, tokens: context_tokens, is_reset })) },
      mark: { type: "area", color, opacity: 0.35, line: { color, strokeWidth: 1.5 }, interpolate: "step-after" },
      encoding: { x: quantitative("step", x), y: quantitative("tokens", y) },
    },
    {
      data: { values: p10 === null ? [{ tokens: runway.ceiling_tokens }] : [] },
      mark: { type: "rule", color: kindColor("generation"), strokeDash: [6, 3], strokeWidth: 1.5 },
      encoding: { y: quantitative("tokens", y) },
    },
    {
      data: { values: [{ tokens: runway.window_tokens }] },
      mark: { type: "rule", color: COLORS.light.text, strokeWidth: 1.5 },
      encoding: { y: quantitative("tokens", y) },
    },
    {
      data: { values: ahead > 0 ? [end, until] : [] },
      mark: { type: "line", color: COLORS.light.text, strokeDash: [2, 4], strokeWidth: 2.5 },
      encoding: { x: quantitative("step", x), y: quantitative("tokens", y) },
    },
    {
      data: { values: [{ ...end, label: left }] },
      mark: { type: "circle", size: 90, color: COLORS.light.text, opacity: 1 },
      encoding: { x: quantitative("step", x), y: quantitative("tokens", y) },
    },
    ...overLines({
      data: {
        values: [{ ...end, label: `${left}${ahead > 0 ? ` at ${countCompact(runway.growth_per_step ?? 0)} tokens per step` : ""}` }],
      },
      mark: { align: isFar ? "right" : "left", dx: isFar ? -8 : 10, dy: -14, fontSize: FONT_SIZE.annotation, fontWeight: "bold" },
      encoding: { x: quantitative("step", x), y: quantitative("tokens", y), text: { field: "label", type: "nominal" } },
    }),
  ];
  const legend = [
    `Solid: window of ${countTick(runway.window_tokens)} tokens; ${counted(resets, "reset")}.`,
    p10 === null || p90 === null
      ? `Dashed: ceiling, assumed at ${percent(runway.ceiling_tokens / runway.window_tokens)}.`
      : `Band: 80% of the provider's resets, at ${countCompact(p10)} to ${countCompact(p90)}.`,
  ];
  return {
    width: PANEL.width,
    height: SESSION_HEIGHT,
    title: {
      text: legend.join(" "),
      fontSize: FONT_SIZE.annotation,
      fontWeight: "normal",
      color: COLORS.light.muted,
      offset: 8,
      frame: "group",
    },
    layer: withRows(layers),
  };
}

const PAYBACK_READING = `One point per reset. Up: the steps that it takes until the smaller context has saved what the reset cost; 0 where writing the summary cost less than
reading the whole history once more. To the right: the steps that the session still had. Points above the diagonal never paid back. What a step saves is an upper
bound: it takes the history to be read from the cache for as long as the session lasts.`;

/** Null without a reset that has a price. */
export function paybackFigure({ resets, paid }: Occupancy, coverage: string): Figure | null {
  const points = resets.flatMap(({ provider, payback_steps, steps_until_end }) =>
    payback_steps === null ? [] : [{ series: provider, x: steps_until_end, y: payback_steps }],
  );
  if (points.length === 0) return null;
  const most = Math.max(1, ...points.flatMap(({ x, y }) => [x, y])) * 1.15;
  const all = sumOf(paid, (each) => each.resets);
  const x = symlogCountAxis(most, { title: "Steps until the session ended" });
  const y = symlogCountAxis(most, { title: "Steps until the reset has paid" });
  const ends = [0, most].map((steps) => ({ x: steps, y: steps }));
  const panel = scatterPanel({ points, x, y, line: [at(ends, 0), at(ends, 1)], legend: (name) => legendText(paid, name), height: 420 });
  const share = `${grouped(sumOf(paid, ({ paidBack }) => paidBack))} of ${counted(all, "reset")}`;
  const finding = `${share} paid for ${all === 1 ? "itself" : "themselves"} before the session ended`;
  return {
    name: "context_occupancy_payback",
    title: finding,
    subtitle:
      "Steps until the smaller context has saved what the reset cost, and steps that the session still had; points above the line never paid back.",
    coverage: resets.length < all ? `${coverage} A sample of ${grouped(resets.length)} is drawn.` : coverage,
    spec: figure({
      ...panel,
      layer: [
        ...panel.layer,
        {
          data: { values: [{ x: 0, y: most, text: `paid back, below the line: ${share}` }] },
          mark: { type: "text", align: "left", baseline: "top", dx: 12, dy: 6, fontSize: FONT_SIZE.annotation, color: COLORS.light.muted },
          encoding: { x: quantitative("x", x), y: quantitative("y", y), text: { field: "text", type: "nominal" } },
        },
      ],
    }),
    caption: `What resets of the context cost, and whether the session lasted long enough for the smaller context to save it. ${finding}.`,
    reading: PAYBACK_READING,
    alt: `Scatter plot of resets: steps until the session ended across, steps until the reset has paid up, with the diagonal. ${finding}.`,
  };
}

function legendText(paid: readonly Paid[], provider: string): string {
  const own = paid.find((each) => each.provider === provider);
  if (!own) return providerTitle(provider);
  return `${providerTitle(provider)}: ${grouped(own.paidBack)} of ${grouped(own.resets)} paid back; freed ${countCompact(own.freedTokens)} tokens, ${own.costUsd < 0 ? "saved" : "cost"} ${money(Math.abs(own.costUsd))} at once`;
}
