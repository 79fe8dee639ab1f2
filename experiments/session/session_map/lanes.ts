/** The lanes of a map as shapes: horizontally in the units of the track, vertically in pixels from the top of the panel. */
import { firstFitting, textWidth } from "../../../lib/chart/text-width.ts";
import { COLORS, FONT_SIZE, kindColor } from "../../../lib/chart/theme.ts";
import { countTick } from "../../../lib/format/counts.ts";
import { durationCompact, durationTick } from "../../../lib/format/durations.ts";
import { grouped, money } from "../../../lib/format/numbers.ts";
import { helperRows } from "../../../lib/trace/helper-rows.ts";
import { STEP_ACTIVITY_COLORS, STEP_ACTIVITY_TITLES, TOOL_ACTIVITIES } from "../../../lib/trace/step-activities.ts";
import type { TimelineHelper } from "../../../lib/trace/timeline.ts";
import { contextOf, freedBefore, type MapCall, peakOf, type SessionMap } from "./map.ts";
import { binned, costliestBin, costsOf, type Extent, extentOf, type Track } from "./track.ts";

/** Pixels of the figure across, with the names of the lanes at its left. */
export const WIDTH = 1400;
export const GUTTER = 130;

export interface Rect {
  readonly from: number;
  readonly to: number;
  readonly top: number;
  readonly bottom: number;
  readonly fill: string;
  readonly opacity: number;
  readonly stroke: string;
}

export interface Text {
  readonly at: number;
  readonly y: number;
  readonly text: string;
  readonly color: string;
}

/** A vertical line. */
export interface Rule {
  readonly at: number;
  readonly top: number;
  readonly bottom: number;
}

export interface Place {
  readonly at: number;
  readonly y: number;
}

/** What is in the panel, apart from its gaps and heading. */
export interface Drawing {
  readonly rects: Rect[];
  /** Centered at their places: on rectangles, and over what else there is. */
  readonly texts: Text[];
  readonly labels: Text[];
  /** Left of the lanes, right-aligned. */
  readonly names: Omit<Text, "at">[];
  /** Outline of the context, its upper end at `y`. */
  readonly context: Place[];
  readonly contextBottom: number;
  readonly retries: (Place & { readonly basis: "hash" | "size" })[];
  readonly resets: Rule[];
  /** Of the window, across all of the lane. */
  readonly windows: number[];
  readonly top: number;
  readonly bottom: number;
}

const LANE_SPACE = 14;
const REQUESTS = 28;
const PHASES = 9;
const TOOLS = 92;
const ERRORS = 30;
const WAITS = 18;
const HELPER_ROW = 17;
const CONTEXT = 110;
const COSTS = 62;
/** A window beyond so many times the largest context is named and not drawn: the context would be a thin line. */
const WINDOW_IN_SIGHT = 1.8;
const RUNNING_WAIT_OPACITY = 0.35;
const NONE = "transparent";

/** Pixels of a stretch of the track. */
export function pixelsOf(track: Track, { from, to }: Extent): number {
  return ((to - from) / track.length) * (WIDTH - GUTTER);
}

/** @param top where the first lane begins */
export function drawingOf(map: SessionMap, track: Track, top: number): Drawing {
  const pen = new Pen(map, track, top);
  pen.requests();
  pen.tools();
  pen.waits();
  pen.helpers();
  pen.context();
  pen.costs();
  return pen.drawing();
}

class Pen {
  private readonly rects: Rect[] = [];
  private readonly texts: Text[] = [];
  private readonly labels: Text[] = [];
  private readonly names: Omit<Text, "at">[] = [];
  private readonly retries: Drawing["retries"] = [];
  private readonly resets: Rule[] = [];
  private readonly windows: number[] = [];
  private outline: Place[] = [];
  private contextBottom = 0;
  private y: number;
  private readonly top: number;
  private readonly map: SessionMap;
  private readonly track: Track;

  constructor(map: SessionMap, track: Track, top: number) {
    this.map = map;
    this.track = track;
    this.top = top;
    this.y = top;
  }

  drawing(): Drawing {
    const { rects, texts, labels, names, outline: context, contextBottom, retries, resets, windows, top } = this;
    return { rects, texts, labels, names, context, contextBottom, retries, resets, windows, top, bottom: this.y - LANE_SPACE };
  }

  requests(): void {
    const [top, bottom] = this.lane("Requests", REQUESTS);
    for (const [i, request] of this.map.requests.entries()) {
      const extent = extentOf(this.track, request);
      if (!extent) continue;
      this.rect(extent, top, bottom, i % 2 === 0 ? COLORS.light.grid : COLORS.light.boxFace);
      if (request.no > 0) this.fitting(extent, (top + bottom) / 2, [`U${request.no}`], COLORS.light.text);
    }
    // Requests overlap where calls of one go on in the next.
    this.texts.splice(0, this.texts.length, ...withRoom(this.track, this.texts, 0));
    for (const phase of this.map.phases) {
      const extent = extentOf(this.track, phase);
      if (extent) this.rect(extent, bottom + 2, bottom + 2 + PHASES, STEP_ACTIVITY_COLORS[phase.activity]);
    }
    this.y += PHASES + 2;
  }

  tools(): void {
    const [top] = this.lane("Tool calls", TOOLS);
    const zero = top + TOOLS;
    const bottom = zero + 2 + ERRORS;
    this.y = bottom + LANE_SPACE;
    this.name("failed", zero + 2 + ERRORS / 2, kindColor("error"));
    if (this.track.mode === "time") this.callsByBin(zero, bottom);
    else this.callsByStep(zero, bottom);
    for (const each of this.map.calls) {
      const extent = this.track.call(each);
      const { retry } = each.call;
      if (retry && extent)
        this.retries.push({ at: (extent.from + (this.track.mode === "time" ? extent.from : extent.to)) / 2, y: bottom - 6, basis: retry });
    }
  }

  /** Calls by the bin in which they begin, stacked; those that failed once more, below. */
  private callsByBin(zero: number, bottom: number): void {
    const bins = binned(this.track, this.map.calls, (each) => this.track.call(each)?.from ?? null);
    const most = Math.max(1, ...[...bins.values()].map((calls) => calls.length));
    this.axis(zero, TOOLS, [grouped(most), "0"]);
    for (const [bin, calls] of bins) {
      const extent = this.binExtent(bin);
      let y = zero;
      for (const activity of TOOL_ACTIVITIES) {
        const height = (calls.filter(({ call }) => call.activity === activity).length / most) * TOOLS;
        if (height > 0) this.rect(extent, y - height, y, STEP_ACTIVITY_COLORS[activity]);
        y -= height;
      }
      const failed = calls.filter(({ call }) => call.failed === true).length;
      if (failed > 0) this.rect(extent, zero + 2, Math.min(bottom, zero + 2 + Math.max(3, (failed / most) * TOOLS)), kindColor("error"));
    }
  }

  /** One bar per call, as high as the logarithm of its wall time. */
  private callsByStep(zero: number, bottom: number): void {
    const heightOf = (seconds: number | null) => Math.log10(1 + 1000 * (seconds ?? 0));
    const longest = this.map.calls.reduce((most, { call }) => Math.max(most, call.wallS ?? 0), 0);
    const most = heightOf(longest) || 1;
    this.axis(zero, TOOLS, longest > 0 ? [durationCompact(longest), "0"] : []);
    for (const each of this.map.calls) {
      const extent = this.track.call(each);
      if (!extent) continue;
      const height = Math.max(2, (heightOf(each.call.wallS) / most) * TOOLS);
      this.rect(extent, zero - height, zero, STEP_ACTIVITY_COLORS[each.call.activity]);
      if (each.call.failed === true) this.rect(extent, zero + 2, bottom - 12, kindColor("error"));
    }
  }

  waits(): void {
    const running = this.map.timeline.gaps.filter(({ kind, toS }) => kind === "running" && toS <= this.map.toS);
    if (running.length === 0 && this.map.calls.every(({ call }) => call.waitS === null)) return;
    const [top, bottom] = this.lane("Waits", WAITS);
    for (const { fromS, toS } of running)
      this.rect({ from: this.track.at(fromS), to: this.track.at(toS) }, top, bottom, kindColor("tool"), RUNNING_WAIT_OPACITY);
    for (const each of this.map.calls) {
      const extent = this.waitExtent(each);
      if (extent) this.rect(extent, top, bottom, kindColor("human"));
    }
  }

  /** From the beginning of a call, as far as it waited for a person. */
  private waitExtent(each: MapCall): Extent | null {
    const extent = this.track.call(each);
    const { startS, waitS, wallS } = each.call;
    if (!extent || startS === null || waitS === null) return null;
    if (this.track.mode === "time") return { from: extent.from, to: this.track.at(startS + waitS) };
    return { from: extent.from, to: extent.from + (extent.to - extent.from) * (waitS / (wallS || waitS)) };
  }

  helpers(): void {
    const { rows, hidden } = helperRows(this.map.timeline.helperSpans, (helper) => this.helperExtent(helper));
    const height = Math.max(0, ...rows.flatMap((row) => (row === null ? [] : row + 1)));
    if (height === 0) return;
    const [top] = this.lane("Helpers", height * HELPER_ROW);
    if (hidden > 0) this.name(`+${grouped(hidden)} more`, top + height * HELPER_ROW - HELPER_ROW / 2);
    for (const [i, helper] of this.map.timeline.helperSpans.entries()) {
      const row = rows[i];
      if (row === null || row === undefined) continue;
      const extent = this.helperExtent(helper);
      const y = top + row * HELPER_ROW;
      const isCall = helper.basis === "call";
      const fill = STEP_ACTIVITY_COLORS.delegate;
      this.rect(extent, y + 1, y + HELPER_ROW - 2, isCall ? NONE : fill, helper.basis === "nested" ? 0.3 : 0.6, isCall ? fill : NONE);
      const parentRow = helper.parent === null ? undefined : rows[helper.parent];
      // A line from the helper that started it.
      if (typeof parentRow === "number")
        this.rect({ from: extent.from, to: extent.from }, top + (parentRow + 1) * HELPER_ROW - 2, y + 1, COLORS.light.text);
      this.fitting(extent, y + HELPER_ROW / 2, helperTexts(helper), COLORS.light.text);
    }
  }

  private helperExtent({ startS, endS }: TimelineHelper): Extent {
    const clip = (seconds: number) => Math.min(this.track.length, this.track.at(Math.min(this.map.toS, seconds)));
    return { from: clip(startS), to: clip(Math.max(startS, endS)) };
  }

  context(): void {
    const { steps, windowTokens } = this.map.timeline;
    const [top, bottom] = this.lane("Context", CONTEXT);
    const peak = Math.max(1, peakOf(steps));
    const isWindowShown = windowTokens !== null && windowTokens <= WINDOW_IN_SIGHT * peak;
    const most = isWindowShown ? Math.max(peak, windowTokens) : peak;
    const yOf = (tokens: number) => bottom - (tokens / most) * CONTEXT;
    this.contextBottom = bottom;
    this.axis(bottom, CONTEXT, [tokensText(most), "0"]);
    if (isWindowShown) this.windows.push(yOf(windowTokens));
    else if (windowTokens !== null) this.name(`window ${tokensText(windowTokens)}`, bottom - CONTEXT / 3);
    const placed = steps.flatMap((step, i) => {
      const extent = this.track.step(i);
      return extent ? [{ at: extent.from, y: yOf(contextOf(step)), i }] : [];
    });
    const ordered = placed.toSorted((a, b) => a.at - b.at);
    this.outline = [...ordered.map(({ at, y }) => ({ at, y })), ...ordered.slice(-1).map(({ y }) => ({ at: this.track.length, y }))];
    const resets = placed.flatMap(({ at: place, i }) => {
      const freed = freedBefore(steps, i);
      return freed === null ? [] : [{ at: place, y: top - 10, freed, text: `\u2212${tokensText(freed)}`, color: kindColor("generation") }];
    });
    this.resets.push(...resets.map(({ at: place }) => ({ at: place, top: top - 4, bottom })));
    const shrunk = resets.filter(({ freed }) => freed > 0).sort((a, b) => b.freed - a.freed);
    this.labels.push(...withRoom(this.track, shrunk, 0).map(({ freed: _, ...label }) => label));
  }

  costs(): void {
    const costs = costsOf(this.map, this.track);
    const peak = costliestBin(this.map, this.track);
    if (!peak || peak.usd === 0) return;
    const [, bottom] = this.lane("Cost", COSTS);
    this.name("0", bottom - 5, COLORS.light.muted);
    const middle = this.binExtent(peak.bin);
    const per =
      this.track.mode === "time" ? durationTick(this.track.bin) : this.track.bin === 1 ? "step" : `${grouped(this.track.bin)} steps`;
    const text = `${money(peak.usd)} per ${per}`;
    const half = (textWidth(text, FONT_SIZE.annotation) * this.track.length) / (WIDTH - GUTTER) / 2;
    const at = Math.min(this.track.length - half, Math.max(half, (middle.from + middle.to) / 2));
    this.labels.push({ at, y: bottom - COSTS - 9, text, color: COLORS.light.muted });
    for (const { bin, usd } of costs) this.rect(this.binExtent(bin), bottom - (usd / peak.usd) * COSTS, bottom, COLORS.light.neutral);
  }

  /** Makes room for a lane. */
  private lane(name: string, height: number): readonly [top: number, bottom: number] {
    const top = this.y;
    this.y += height + LANE_SPACE;
    this.name(name, top + height / 2);
    return [top, top + height];
  }

  private name(text: string, y: number, color: string = COLORS.light.text): void {
    this.names.push({ text, y, color });
  }

  /** What the upper and the lower end of a lane mean. */
  private axis(bottom: number, height: number, [most, least]: readonly string[]): void {
    if (most !== undefined) this.name(most, bottom - height + 5, COLORS.light.muted);
    if (least !== undefined) this.name(least, bottom - 5, COLORS.light.muted);
  }

  private binExtent(bin: number): Extent {
    return { from: bin * this.track.bin, to: Math.min(this.track.length, (bin + 0.92) * this.track.bin) };
  }

  /** At least a pixel wide. */
  private rect({ from, to }: Extent, top: number, bottom: number, fill: string, opacity = 1, stroke = NONE): void {
    const least = this.track.length / (WIDTH - GUTTER);
    this.rects.push({ from, to: Math.max(to, from + least), top, bottom, fill, opacity, stroke });
  }

  /** The first text that the extent has room for. */
  private fitting(extent: Extent, y: number, texts: readonly string[], color: string): void {
    const text = firstFitting(texts, pixelsOf(this.track, extent) - 4, FONT_SIZE.annotation);
    if (text) this.texts.push({ at: (extent.from + extent.to) / 2, y, text, color });
  }
}

/** `200K`, `118K` */
function tokensText(tokens: number): string {
  return countTick(Number(tokens.toPrecision(3)));
}

function helperTexts({ name, type, costUsd, endS, startS }: TimelineHelper): string[] {
  const shown = type ?? name ?? "call";
  const cost = costUsd === null ? durationCompact(endS - startS) : money(costUsd);
  return [`${shown} ${cost}`, shown, cost];
}

/** Texts next to each other in the order of importance: one that has no room is left out. Font size as annotations. */
export function withRoom<T extends { readonly at: number; readonly text: string }>(
  track: Track,
  texts: readonly T[],
  leastPx: number,
): T[] {
  const taken: Extent[] = [];
  const perUnit = (WIDTH - GUTTER) / track.length;
  return texts
    .filter(({ at: place, text }) => {
      const half = Math.max(leastPx, textWidth(text, FONT_SIZE.annotation) + FONT_SIZE.small) / 2;
      const [from, to] = [place * perUnit - half, place * perUnit + half];
      if (taken.some((other) => from < other.to && other.from < to)) return false;
      taken.push({ from, to });
      return true;
    })
    .toSorted((a, b) => a.at - b.at);
}

/** What a color means. */
export interface Key {
  readonly text: string;
  readonly color: string;
  readonly opacity: number;
}

export function legendOf(map: SessionMap): Key[] {
  const steps = new Set(map.phases.map(({ activity }) => activity));
  const tools = new Set(map.calls.map(({ call }) => call.activity));
  const activities = ([...TOOL_ACTIVITIES, "answer"] as const).filter(
    (activity) => steps.has(activity) || (activity !== "answer" && tools.has(activity)),
  );
  const has = (is: (map: SessionMap) => boolean, text: string, color: string, opacity = 1) => (is(map) ? [{ text, color, opacity }] : []);
  return [
    ...activities.map((activity) => ({ text: STEP_ACTIVITY_TITLES[activity], color: STEP_ACTIVITY_COLORS[activity], opacity: 1 })),
    ...has(({ calls }) => calls.some(({ call }) => call.failed === true), "Failed", kindColor("error")),
    ...has(({ calls }) => calls.some(({ call }) => call.waitS !== null), "Waits for a person", kindColor("human")),
    ...has(
      ({ timeline }) => timeline.gaps.some(({ kind }) => kind === "running"),
      "Runs for over a minute",
      kindColor("tool"),
      RUNNING_WAIT_OPACITY,
    ),
  ];
}
