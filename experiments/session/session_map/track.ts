/** Where the parts of a map are along its horizontal axis: by active time, or step by step. */
import { at } from "../../../lib/stats/known.ts";
import { placeAmongSteps } from "../../../lib/trace/step-places.ts";
import type { MapCall, SessionMap, Stretch } from "./map.ts";

export type Mode = "time" | "step";

export interface Extent {
  readonly from: number;
  readonly to: number;
}

/** Units are active seconds, or steps. */
export interface Track {
  readonly mode: Mode;
  readonly length: number;
  /** Width of a bin, and how many there are. */
  readonly bin: number;
  readonly bins: number;
  /** Null for a step that has no time. */
  step(step: number): Extent | null;
  call(call: MapCall): Extent | null;
  /** Of a moment, in seconds since the first event. */
  at(seconds: number): number;
}

const MOST_BINS = 100;
const HANDY = [1, 2, 5, 10, 15, 30];
const BIN_SECONDS = [1, 60, 3600].flatMap((unit) => HANDY.map((part) => part * unit));

export function trackOf(map: SessionMap, mode: Mode): Track {
  return mode === "time" ? byTime(map) : byStep(map);
}

function byTime({ axis, timeline: { steps } }: SessionMap): Track {
  const bin = BIN_SECONDS.find((seconds) => axis.lengthS <= seconds * MOST_BINS) ?? Math.ceil(axis.lengthS / MOST_BINS);
  const extent = (from: number | null, seconds: number | null): Extent | null =>
    from === null ? null : { from: axis.at(from), to: axis.at(from + (seconds ?? 0)) };
  return {
    mode: "time",
    length: axis.lengthS,
    bin,
    bins: Math.max(1, Math.ceil(axis.lengthS / bin)),
    step: (step) => {
      const { startS, generationStartS, generationS, calls } = at(steps, step);
      if (startS === null) return null;
      const ends = [
        startS,
        ...(generationStartS === null ? [] : [generationStartS + (generationS ?? 0)]),
        ...calls.flatMap((call) => (call.startS === null ? [] : [call.startS + (call.wallS ?? 0)])),
      ];
      return { from: axis.at(startS), to: axis.at(Math.max(...ends)) };
    },
    call: ({ call }) => extent(call.startS, call.wallS),
    at: axis.at,
  };
}

function byStep({ timeline: { steps } }: SessionMap): Track {
  const bin = Math.max(1, Math.ceil(steps.length / MOST_BINS));
  return {
    mode: "step",
    length: steps.length,
    bin,
    bins: Math.max(1, Math.ceil(steps.length / bin)),
    step: (step) => ({ from: step, to: step + 1 }),
    call: ({ step, place, of }) => ({ from: step + place / of, to: step + (place + 1) / of }),
    at: placeAmongSteps(steps),
  };
}

/** From the first to the last place of some steps; null when none has one. */
export function extentOf(track: Track, { first, last }: Stretch): Extent | null {
  const extents = Array.from({ length: last - first + 1 }, (_, i) => track.step(first + i)).filter((extent) => extent !== null);
  if (extents.length === 0) return null;
  return { from: Math.min(...extents.map(({ from }) => from)), to: Math.max(...extents.map(({ to }) => to)) };
}

/** What falls into each bin, by the place where it begins. Bins without anything are left out. */
export function binned<T>(track: Track, items: readonly T[], placeOf: (item: T) => number | null): Map<number, T[]> {
  const bins = new Map<number, T[]>();
  for (const item of items) {
    const place = placeOf(item);
    if (place === null) continue;
    const bin = Math.min(track.bins - 1, Math.floor(place / track.bin));
    bins.set(bin, [...(bins.get(bin) ?? []), item]);
  }
  return new Map([...bins].sort(([a], [b]) => a - b));
}

/** The bin whose steps cost most; null without a price. */
export function costliestBin(map: SessionMap, track: Track): { readonly bin: number; readonly usd: number } | null {
  return costsOf(map, track).reduce<{ bin: number; usd: number } | null>(
    (most, each) => (most && most.usd >= each.usd ? most : each),
    null,
  );
}

/** Cost of the steps that begin in each bin. */
export function costsOf({ timeline: { steps } }: SessionMap, track: Track): { readonly bin: number; readonly usd: number }[] {
  const priced = steps.flatMap(({ costUsd }, step) => (costUsd === null ? [] : [{ costUsd, step }]));
  return [...binned(track, priced, ({ step }) => track.step(step)?.from ?? null)].map(([bin, own]) => ({
    bin,
    usd: own.reduce((sum, { costUsd }) => sum + Math.round(costUsd * 1e9), 0) / 1e9,
  }));
}
