/** The strip above the token bars: which steps fell into the same five minutes, and where time passed in between. */
import type { Layer, Panel } from "../../../lib/chart/spec.ts";
import { COLORS, FONT_SIZE } from "../../../lib/chart/theme.ts";
import type { TextLabel } from "./labels.ts";
import { HALF_BAR_STEPS, type StepAxis, stepDomain } from "./step-axis.ts";
import type { Block } from "./timeline.ts";

/** Pixels from the top of the strip. */
const ELAPSED_Y = 8;
const BLOCK = { top: 18, bottom: 36 } as const;
const GAP_Y = 47;
const LANE_HEIGHT = 15;
const FOOT = 4;
/** Of every other block. */
const FAINT = 0.55;

export function timeStrip(axis: StepAxis, blocks: readonly Block[], elapsed: readonly TextLabel[], gaps: readonly TextLabel[]): Panel {
  const lanes = gaps.reduce((most, { lane }) => Math.max(most, lane + 1), 0);
  return {
    title: { text: caption(blocks, gaps), fontSize: FONT_SIZE.small, fontWeight: "normal", color: COLORS.light.muted, offset: 4 },
    width: axis.width,
    height: BLOCK.bottom + lanes * LANE_HEIGHT + FOOT,
    layer: [
      {
        data: { values: blocks.map(blockRow) },
        mark: { type: "rect", color: COLORS.light.boxFace, stroke: COLORS.light.background, strokeWidth: 1 },
        encoding: {
          x: { field: "left", ...onSteps(axis) },
          x2: { field: "right" },
          y: { value: BLOCK.top },
          y2: { value: BLOCK.bottom },
          fillOpacity: { field: "opacity", type: "quantitative", scale: null },
        },
      },
      texts(axis, elapsed, COLORS.light.text, ELAPSED_Y),
      // A layer per lane: a mark takes its height in pixels as a constant only.
      ...Array.from({ length: lanes }, (_, lane) =>
        texts(
          axis,
          gaps.filter((gap) => gap.lane === lane),
          COLORS.light.muted,
          GAP_Y + lane * LANE_HEIGHT,
        ),
      ),
    ],
  };
}

function caption(blocks: readonly Block[], gaps: readonly TextLabel[]): string {
  if (blocks.length === 0) return "Timeline unavailable: no step has a time";
  return `Five-minute blocks of wall-clock time: time since the start above${gaps.length > 0 ? ", idle time (+) below" : ""}`;
}

function blockRow({ firstIndex, lastIndex }: Block, i: number) {
  return {
    left: firstIndex + 1 - HALF_BAR_STEPS,
    right: lastIndex + 1 + HALF_BAR_STEPS,
    opacity: i % 2 === 0 ? 1 : FAINT,
  };
}

function texts(axis: StepAxis, labels: readonly TextLabel[], color: string, y: number): Layer {
  return {
    data: { values: labels.map(({ text, step }) => ({ text, step })) },
    mark: { type: "text", fontSize: FONT_SIZE.small, color, baseline: "middle" },
    encoding: { x: { field: "step", ...onSteps(axis) }, y: { value: y }, text: { field: "text" } },
  };
}

function onSteps(axis: StepAxis) {
  return { type: "quantitative" as const, scale: { domain: stepDomain(axis), nice: false, zero: false }, axis: null };
}
