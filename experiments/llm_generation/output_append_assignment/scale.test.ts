import { describe, expect, it } from "vitest";
import { bandedScale } from "./scale.ts";

const OUTPUTS = [2048, 8192] as const;

describe("bandedScale", () => {
  it.each<[what: string, values: number[], bands: string[], labels: string[]]>([
    ["values among the outputs", [3000, 4000], [], ["2K", "4K", "8K"]],
    ["an append far above", [3000, 262_144], ["larger"], ["2K", "4K", "8K", "256K"]],
    ["a prefix that did not grow", [0], ["smaller"], ["0", "2K", "4K", "8K"]],
    ["a loss", [-3000], ["shrank"], ["−4K", "2K", "4K", "8K"]],
    ["all of them", [-3000, 0, 262_144], ["larger", "smaller", "shrank"], ["−4K", "0", "2K", "4K", "8K", "256K"]],
  ])("%s", (_what, values, bands, labels) => {
    const scale = bandedScale(values, OUTPUTS);
    expect(scale.bands.map(({ name }) => name)).toEqual(bands);
    expect(scale.ticks.map(({ label }) => label)).toEqual(labels);
  });

  it("places tokens in their order, losses by size below zero, outputs by doublings", () => {
    const ascending = [-4096, -2048, -1, 0, 100, 2048, 4096, 8192, 20_000, 262_144];
    const { place, domain } = bandedScale(ascending, OUTPUTS);
    const places = ascending.map(place);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(new Set(places).size).toBe(places.length);
    expect(place(4096) - place(2048)).toBe(1);
    expect(place(8192) - place(4096)).toBe(1);
    expect(places.every((at) => at > domain[0] && at < domain[1])).toBe(true);
  });
});
