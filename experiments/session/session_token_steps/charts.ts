/** Figures of this experiment: tokens per step below a strip of wall-clock time, and all sessions next to each other. */
import type { Config, TopLevelSpec } from "vega-lite";
import { grid } from "../../../lib/chart/grid.ts";
import type { Panel } from "../../../lib/chart/spec.ts";
import { FONT_SIZE, kindColor } from "../../../lib/chart/theme.ts";
import { countCompact, counted } from "../../../lib/format/counts.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { shortId } from "../../../lib/trace/sessions.ts";
import { allElapsedLabels, elapsedLabels, gapLabels, plainStepLabels, stepLabels } from "./labels.ts";
import { outputPanel, smallPanel, timeStrip, tokenPanel } from "./panels.ts";
import { appendOfRereads, type SessionWindow } from "./plan.ts";
import { timeBlocks } from "./timeline.ts";

/** Panel sizes in CSS pixels. */
const WIDTH = 900;
const HEIGHT = 330;
const OUTPUT_HEIGHT = 50;
const PAPER = { width: 980, height: 260 } as const;
const COLUMNS = 3;

/** Several legends share one line: with this padding they are as far apart as the entries of one, and the offset makes up for its height. */
const CONFIG: Config = { legend: { padding: 5, offset: 8, columnPadding: 8 } };

/** A session, or its window: what each step read and wrote, who asked, when the context was compacted or read again, how time passed. */
export function sessionChart(window: SessionWindow): TopLevelSpec {
  const { steps } = window;
  const axis = { steps: steps.length, width: WIDTH };
  const blocks = timeBlocks(steps);
  const labels = stepLabels(axis, steps);
  const title = stepTitle(window);
  const hasOutput = steps.some(({ output_tokens }) => output_tokens !== null);
  const tokens = tokenPanel(window, axis, {
    height: HEIGHT,
    title: hasOutput ? null : title,
    labels: hasOutput ? [] : labels,
    marks: true,
  });
  return {
    config: CONFIG,
    spacing: 8,
    vconcat: [
      timeStrip(axis, blocks, elapsedLabels(axis, blocks), gapLabels(axis, blocks)),
      withTriangles(tokens, window),
      ...(hasOutput ? [outputPanel(window, axis, { height: OUTPUT_HEIGHT, title, labels, marks: false })] : []),
    ],
  };
}

/** The same for a paper: wide and short, without title, compactions and re-reads. */
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
        marks: false,
      }),
    ],
  };
}

/** All sessions on the same two axes, in the order given. */
export function sessionsChart(windows: readonly SessionWindow[]): TopLevelSpec {
  const steps = Math.max(...windows.map((window) => window.steps.length));
  const peak = Math.max(1, ...windows.map(({ metrics }) => metrics.max_total_input_tokens));
  const panels = windows.map((window) => smallPanel(window, smallHeading(window), steps, peak));
  return grid(panels, { columns: COLUMNS, spacing: 26 });
}

function smallHeading({ session, rereads, steps }: SessionWindow): string {
  return `${shortId(session.id)}: ${grouped(rereads.length)} of ${grouped(steps.length)} read again`;
}

function withTriangles(panel: Panel, window: SessionWindow): Panel {
  const { rereads } = window;
  if (rereads.length === 0) return panel;
  const text = `Triangles: most of the context is read again (${counted(rereads.length, "step")}, ${countCompact(appendOfRereads(window))} tokens)`;
  const color = kindColor("append");
  return { ...panel, title: { text, fontSize: FONT_SIZE.annotation, fontWeight: "normal", color, offset: 4, frame: "group" } };
}

function stepTitle({ session, start, steps }: SessionWindow): string {
  const step =
    steps.length === session.metrics.rounds ? "Agent step" : `Agent step of the window (1 is step ${grouped(start + 1)} of the session)`;
  return `${step}; U marks steps with a user message`;
}
