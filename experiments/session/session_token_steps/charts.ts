/** Figures of this experiment: token bars per step below a strip of wall-clock time. */
import type { Config, TopLevelSpec } from "vega-lite";
import { FONT_SIZE } from "../../../lib/chart/theme.ts";
import { counted, finalCounts } from "../../../lib/format/counts.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { shortId } from "../../../lib/trace/sessions.ts";
import { secondsText, tokensText } from "./format.ts";
import { allElapsedLabels, elapsedLabels, gapLabels, plainStepLabels, stepLabels } from "./labels.ts";
import { timeStrip, tokenPanel } from "./panels.ts";
import type { SessionWindow } from "./plan.ts";
import { timeBlocks } from "./timeline.ts";

/** Panel sizes in CSS pixels. */
const WIDTH = { base: 250, perStep: 5, min: 880, max: 1340 } as const;
const HEIGHT = 430;
const PAPER = { width: 980, height: 260 } as const;

/** Several legends share one line: with this padding they are as far apart as the entries of one, and the offset makes up for its height. */
const CONFIG: Config = { legend: { padding: 7, offset: 11 } };

/** A session, or its window: what each step read, who asked, when the context was compacted, how time passed. */
export function sessionChart(window: SessionWindow): TopLevelSpec {
  const { session, steps } = window;
  const width = Math.min(WIDTH.max, Math.max(WIDTH.min, WIDTH.base + WIDTH.perStep * steps.length));
  const axis = { steps: steps.length, width };
  const blocks = timeBlocks(steps);
  return {
    title: { text: `Token accumulation in session ${shortId(session.id)}`, subtitle: subtitle(window, width) },
    config: CONFIG,
    spacing: 7,
    vconcat: [
      timeStrip(axis, blocks, elapsedLabels(axis, blocks), gapLabels(axis, blocks)),
      tokenPanel(window, axis, { height: HEIGHT, title: stepTitle(window), labels: stepLabels(axis, steps), compactions: true }),
    ],
  };
}

/** The same for a paper: wide and short, without title and compactions. */
export function paperChart(window: SessionWindow): TopLevelSpec {
  const axis = { steps: window.steps.length, width: PAPER.width };
  const blocks = timeBlocks(window.steps);
  return {
    config: CONFIG,
    spacing: 3,
    vconcat: [
      timeStrip(axis, blocks, allElapsedLabels(axis, blocks), []),
      tokenPanel(window, axis, {
        height: PAPER.height,
        title: "Agentic steps",
        labels: plainStepLabels(axis, window.steps),
        compactions: false,
      }),
    ],
  };
}

function stepTitle({ session, start, steps }: SessionWindow): string {
  const step =
    steps.length === session.steps.length ? "Agent step" : `Agent step of the window (1 is step ${grouped(start + 1)} of the session)`;
  return `${step}; U marks steps with a user message`;
}

/** Facts of the window (the context score is the session's), a line per topic, more where a line would be too long. */
function subtitle(window: SessionWindow, width: number): string[] {
  const { session, start, steps, metrics } = window;
  const whole = steps.length === session.steps.length;
  const span = whole
    ? counted(steps.length, "step")
    : `steps ${grouped(start + 1)} to ${grouped(start + steps.length)} of ${grouped(session.steps.length)}`;
  const hitRatio = metrics.aggregate_cache_hit_ratio;
  return [
    [
      session.provider,
      session.model,
      span,
      `total input ${tokensText(metrics.total_input_tokens)} tokens`,
      `cache hit ${hitRatio === null ? "n/a" : percent(hitRatio, 1)}`,
      `context score ${grouped(session.contextScore, 1)}`,
    ],
    [
      `${grouped(metrics.user_input_rounds)} with user message`,
      `${grouped(metrics.tool_result_rounds)} with tool result`,
      counted(metrics.tool_calls, "tool call"),
      `${counted(metrics.compaction_count, "compaction")} (${grouped(metrics.input_drop_compaction_count)} inferred from drops)`,
    ],
    [
      `mean per step: prefix ${tokensText(metrics.average_prefix_tokens)}`,
      `append ${tokensText(metrics.average_append_tokens)}`,
      outputText(window),
      `inference ${secondsText(metrics.average_inference_seconds)} over ${counted(metrics.inference_rounds, "measurable step")}`,
    ],
  ].flatMap((facts) => wrap(facts, width));
}

function outputText({ steps, metrics: { average_output_tokens: average } }: SessionWindow): string {
  if (average === null) return "no final output counts";
  const final = finalCounts(steps.filter(({ output_tokens }) => output_tokens !== null).length, steps.length);
  return `output ${tokensText(average)} tokens${final === null ? "" : ` (${final})`}`;
}

const SEPARATOR = " · ";
/** Mean width of a character of running text, in units of the font size. */
const MEAN_CHARACTER_WIDTH = 0.54;
/** Pixels left of the panels that lines under the title may use as well. */
const AXIS_SPACE = 70;

/** Facts joined into lines that end about where panels of `width` pixels do. */
function wrap(facts: readonly string[], width: number): string[] {
  const characters = (width + AXIS_SPACE) / (MEAN_CHARACTER_WIDTH * FONT_SIZE.subtitle);
  const lines: string[] = [];
  for (const fact of facts) {
    const longer = [...lines.slice(-1), fact].join(SEPARATOR);
    if (lines.length > 0 && longer.length <= characters) lines[lines.length - 1] = longer;
    else lines.push(fact);
  }
  return lines;
}
