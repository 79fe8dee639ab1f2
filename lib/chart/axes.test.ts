import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  countAxis,
  decimalSteps,
  durationAxis,
  hoursAxis,
  latencyAxis,
  linearDurationAxis,
  logCountAxis,
  logTokenAxis,
  ratioAxis,
  roundTicks,
  shareAxis,
} from "./axes.ts";
import type { Axis } from "./spec.ts";

const title = null;

describe("ticks as they are printed", () => {
  it.each([
    ["durations at landmarks", durationAxis([0.004, 7_776], { title }), ["10 ms", "100 ms", "1 s", "10 s", "1m", "10m", "1h"]],
    ["a short stretch has finer ticks", durationAxis([8, 50], { title }), ["10 s", "20 s", "30 s"]],
    [
      "given ticks that lie in the domain",
      durationAxis([1, 3_600], { title, ticks: [0.5, 1, 30, 300, 3_600, 7_200] }),
      ["1 s", "30 s", "5m", "1h"],
    ],
    ["latencies", latencyAxis([1, 18_000_000], { title }), ["1 ms", "10 ms", "100 ms", "1 s", "10 s", "1m", "10m", "1h"]],
    ["tokens in powers of two", logTokenAxis([100, 5_000], { title }), ["128", "256", "512", "1K", "2K", "4K"]],
    [
      "tokens over many doublings",
      logTokenAxis([1, 1_048_576], { title }),
      ["1", "4", "16", "64", "256", "1K", "4K", "16K", "64K", "256K", "1M"],
    ],
    ["counts by decades", logCountAxis([1, 20_000], { title }), ["1", "10", "100", "1K", "10K"]],
    ["counts over one decade", logCountAxis([3, 40], { title }), ["5", "10", "20"]],
    ["ratios", ratioAxis([0.15, 3], { title }), ["0.2x", "0.5x", "1x", "2x"]],
    ["ratios around one", ratioAxis([0.9, 2.1], { title }), ["1x", "1.25x", "1.5x", "2x"]],
    ["ratios over many decades", ratioAxis([0.001, 1_000], { title }), ["0.001x", "0.01x", "0.1x", "1x", "10x", "100x", "1000x"]],
    ["whole counts only", countAxis(2, { title }), ["0", "1", "2"]],
    ["no counts", countAxis(0, { title }), ["0", "1"]],
    ["counts that are whole", countAxis(16, { title }), ["0", "5", "10", "15"]],
    ["counts by quarters", countAxis(14_440, { title }), ["0", "2.5K", "5K", "7.5K", "10K", "12.5K"]],
    ["counts", countAxis(8_100, { title }), ["0", "2K", "4K", "6K", "8K"]],
    ["hours", hoursAxis(64, { title }), ["0", "10h", "20h", "30h", "40h", "50h", "60h"]],
    ["minutes within hours", hoursAxis(1.6, { title }), ["0", "15m", "30m", "45m", "1h", "1.25h", "1.5h"]],
    ["seconds within hours", hoursAxis(0.006, { title }), ["0", "5 s", "10 s", "15 s", "20 s"]],
    ["nothing to add up", hoursAxis(0, { title }), ["0"]],
    ["durations below a second", linearDurationAxis(0.6, { title }), ["0", "100 ms", "200 ms", "300 ms", "400 ms", "500 ms", "600 ms"]],
    ["seconds", linearDurationAxis(45, { title }), ["0", "10 s", "20 s", "30 s", "40 s"]],
    ["minutes", linearDurationAxis(1_500, { title }), ["0", "5m", "10m", "15m", "20m", "25m"]],
    ["hours of a day", linearDurationAxis(100_000, { title }), ["0", "6h", "12h", "18h", "1d"]],
    ["many days", linearDurationAxis(1e7, { title }), ["0", "20d", "40d", "60d", "80d", "100d"]],
    ["shares", shareAxis({ title }), ["0%", "20%", "40%", "60%", "80%", "100%"]],
    ["a narrow range of shares", shareAxis({ title, domain: [0.5, 0.55] }), ["50%", "51%", "52%", "53%", "54%", "55%"]],
    ["shares from below zero", shareAxis({ title, domain: [-0.281, 1.219] }), ["−25%", "0%", "25%", "50%", "75%", "100%"]],
    ["shares below a percent", shareAxis({ title, domain: [0, 0.012] }), ["0.0%", "0.2%", "0.4%", "0.6%", "0.8%", "1.0%", "1.2%"]],
  ])("%s", (_case, axis, labels) => expect(labelsOf(axis)).toEqual(labels));
});

describe("roundTicks", () => {
  it("gives one to eight round ticks from zero that reach the last step", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e12, noNaN: true }), (max) => {
        const ticks = roundTicks(max);
        const step = decimalSteps(max / 7);
        expect(ticks[0]).toBe(0);
        expect(ticks.length).toBeLessThanOrEqual(8);
        expect(max - (ticks.at(-1) as number)).toBeLessThan(step * (1 + 1e-6));
        expect(ticks.at(-1)).toBeLessThanOrEqual(max * (1 + 1e-9));
      }),
      { seed: 1 },
    );
  });

  it.each([
    [0.3, 0.5],
    [1, 1],
    [1.1, 2],
    [5.1, 10],
    [0.07, 0.1],
    [2_001, 2_500],
    [2_501, 5_000],
  ])("decimalSteps(%d) is %d", (atLeast, step) => expect(decimalSteps(atLeast)).toBe(step));
});

function labelsOf({ axis }: Axis): string[] {
  const { labelExpr } = axis as { labelExpr: string };
  return JSON.parse(labelExpr.slice(0, labelExpr.indexOf("[indexof("))) as string[];
}
