/**
 * The horizontal axis that panels share, with one bar per step, and the labels of a figure. Labels never overlap: where space runs out, the
 * more important ones stay.
 */
import { textWidth } from "../../../lib/chart/text-width.ts";
import { FONT_SIZE } from "../../../lib/chart/theme.ts";
import type { Compaction } from "../../../lib/trace/sessions.ts";
import { minutesText } from "./format.ts";
import type { Step } from "./steps.ts";
import { type Block, type IdleGap, idleGaps } from "./timeline.ts";

/** An axis of steps 1 to `steps` that is `width` pixels long, with room around the first and the last bar. */
export interface StepAxis {
  readonly steps: number;
  readonly width: number;
}

/** Half a step of room before the first and after the last bar, and a little more. */
const AXIS_MARGIN_STEPS = 0.8;
/** Bars are this wide on either side of their step. */
export const HALF_BAR_STEPS = 0.41;

/** Domain of the scale over step numbers. */
export function stepDomain(axis: StepAxis): [number, number] {
  return [1 - AXIS_MARGIN_STEPS, axis.steps + AXIS_MARGIN_STEPS];
}

/** Pixel of a step number (1-based, fractions allowed). */
function stepPixel(axis: StepAxis, step: number): number {
  const [from, to] = stepDomain(axis);
  return ((step - from) / (to - from)) * axis.width;
}

/** The inverse of stepPixel. */
function pixelStep(axis: StepAxis, pixel: number): number {
  const [from, to] = stepDomain(axis);
  return from + (pixel / axis.width) * (to - from);
}

/** The part of the axis that a label takes, in pixels. */
export interface Extent {
  readonly from: number;
  readonly to: number;
}

export type Placed<T> = T & { readonly lane: number };

/** Text centered at a place of the axis (in steps, fractions allowed), in one of several rows. */
export interface TextLabel extends Extent {
  readonly text: string;
  readonly step: number;
  readonly lane: number;
}

/** Lines of text under the tick of a step. */
export interface StepLabel {
  readonly step: number;
  readonly lines: readonly string[];
}

const LABELED_EVERY_STEPS = 20;
const LABELED_EVERY_MINUTES = 30;
const COMPACTION_LANES = 2;
/** Pixels between labels. */
const LABEL_SPACE = 8;

/**
 * Labels under the axis, by importance: the first and the last step, each step with a user message
 * (`U3` above its number), every tenth step.
 */
export function stepLabels(axis: StepAxis, steps: readonly Step[]): StepLabel[] {
  const users = steps.flatMap((step, i) => (step.has_user_message ? i + 1 : []));
  return placeStepLabels(axis, new Map(users.map((step, i) => [step, [`U${i + 1}`, `${step}`]])));
}

/** Labels for a figure in a paper: numbers, and `User` where a run of steps with user messages begins. */
export function plainStepLabels(axis: StepAxis, steps: readonly Step[]): StepLabel[] {
  const runs = steps.flatMap((step, i) => (step.has_user_message && !steps[i - 1]?.has_user_message ? i + 1 : []));
  return placeStepLabels(axis, new Map(runs.map((step) => [step, [`${step}`, "User"]])));
}

/** Minutes since the start above the blocks that begin a full half hour. */
export function elapsedLabels(axis: StepAxis, blocks: readonly Block[]): TextLabel[] {
  return placeLabels(blocks.filter((block) => block.startMinutes % LABELED_EVERY_MINUTES === 0).map((block) => elapsedLabel(axis, block)));
}

/** Minutes since the start above every block that has room for it. */
export function allElapsedLabels(axis: StepAxis, blocks: readonly Block[]): TextLabel[] {
  return placeLabels(blocks.map((block) => elapsedLabel(axis, block)));
}

/** Idle time between blocks; the longest come first. */
export function gapLabels(axis: StepAxis, blocks: readonly Block[]): TextLabel[] {
  const byLength = idleGaps(blocks).toSorted((a, b) => b.minutes - a.minutes);
  return placeLabels(byLength.map((gap) => gapLabel(axis, gap)));
}

/** `C1`, `C2` … above the compactions. */
export function compactionLabels(axis: StepAxis, compactions: readonly Compaction[]): TextLabel[] {
  return placeLabels(
    compactions.map(({ index }, i) => centeredLabel(`C${i + 1}`, stepPixel(axis, index + 1), axis, FONT_SIZE.annotation)),
    COMPACTION_LANES,
  );
}

/**
 * Puts each label into the first of `lanes` rows in which it overlaps no label before it; one that fits nowhere is left out.
 * Labels are given most important first and come back in that order.
 */
export function placeLabels<T extends Extent>(labels: readonly T[], lanes = 1): Placed<T>[] {
  const rows: Extent[][] = Array.from({ length: lanes }, () => []);
  return labels.flatMap((label) => {
    const lane = rows.findIndex((row) => !row.some((other) => overlap(label, other)));
    if (lane < 0) return [];
    rows[lane]?.push(label);
    return [{ ...label, lane }];
  });
}

function overlap(a: Extent, b: Extent): boolean {
  return a.from < b.to && b.from < a.to;
}

/** @param named labels of steps that have more than a number */
function placeStepLabels(axis: StepAxis, named: ReadonlyMap<number, readonly string[]>): StepLabel[] {
  const tenths = Array.from({ length: Math.floor(axis.steps / LABELED_EVERY_STEPS) }, (_, i) => (i + 1) * LABELED_EVERY_STEPS);
  const byImportance = [...new Set([1, axis.steps, ...named.keys(), ...tenths])];
  const labels = byImportance.map((step) => {
    const lines = named.get(step) ?? [`${step}`];
    const half = Math.max(...lines.map((line) => spaceFor(line, FONT_SIZE.annotation))) / 2;
    const x = stepPixel(axis, step);
    return { step, lines, from: x - half, to: x + half };
  });
  return placeLabels(labels).map(({ step, lines }) => ({ step, lines }));
}

/** Begins where the block does, unless it would leave the axis. */
function elapsedLabel(axis: StepAxis, block: Block) {
  const text = minutesText(block.startMinutes);
  const half = spaceFor(text, FONT_SIZE.annotation) / 2;
  return centeredLabel(text, stepPixel(axis, block.firstIndex + 1 - HALF_BAR_STEPS) + half, axis, FONT_SIZE.annotation);
}

function gapLabel(axis: StepAxis, gap: IdleGap) {
  return centeredLabel(`+${minutesText(gap.minutes)}`, stepPixel(axis, gap.position + 1), axis, FONT_SIZE.annotation);
}

/** Text centered at a pixel, moved so that it stays within the axis. */
function centeredLabel(text: string, pixel: number, axis: StepAxis, fontSize: number) {
  const half = spaceFor(text, fontSize) / 2;
  const x = Math.max(half, Math.min(axis.width - half, pixel));
  return { text, step: pixelStep(axis, x), from: x - half, to: x + half };
}

function spaceFor(text: string, fontSize: number): number {
  return textWidth(text, fontSize) + LABEL_SPACE;
}
