import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { specExcess } from "./spec-limits.ts";

describe("what asks for too much is named", () => {
  it.each<[string, unknown, RegExp]>([
    ["a wide chart", { width: 1e9 }, /asks for a width of 1000000000 px/],
    ["a high part of one", { vconcat: [{ height: 2e5 }] }, /a height of 200000 px/],
    ["wide steps", { width: { step: 1e6 } }, /a width of 1000000 px/],
    ["a default width", { config: { view: { continuousWidth: 1e6 } } }, /a continuousWidth/],
    ["a sequence", { data: { sequence: { start: 0, stop: 1e9 } } }, /a sequence of more than/],
    ["a downward one", { data: { sequence: { start: 0, stop: -1e9, step: -1 } } }, /a sequence/],
    ["a fine one", { data: { sequence: { start: 0, stop: 1, step: 1e-9 } } }, /a sequence/],
    ["an endless one", { data: { sequence: { start: 0, stop: 1, step: 0 } } }, /a sequence/],
    ["values for missing rows", { transform: [{ impute: "x", key: "y", keyvals: { start: 0, stop: 1e9 } }] }, /a sequence/],
    ["many ticks", { encoding: { x: { axis: { tickCount: 1e7 } } } }, /tickCount 10000000/],
    ["many bins", { encoding: { x: { bin: { maxbins: 1e8 } } } }, /maxbins/],
    ["a fine density", { transform: [{ density: "x", steps: 1e9 }] }, /steps/],
    ["a globe", { data: { graticule: { step: [1e-6, 1e-6] } } }, /globe/],
    ["deep nesting", JSON.parse(`${'{"layer":['.repeat(300)}${"]}".repeat(300)}`), /nested more than 100/],
    ["deep data", { data: { values: JSON.parse(`${"[".repeat(4000)}${"]".repeat(4000)}`) } }, /nested/],
  ])("%s", (_, spec, excess) => {
    expect(specExcess(spec)).toMatch(excess);
  });
});

describe("what is fine is let through", () => {
  it.each<[string, unknown]>([
    ["rows whose columns have such names", { data: { values: [{ width: 1e9, stop: 1e12, tickCount: 1e9 }] } }],
    ["named data", { datasets: { a: [{ height: 1e9 }] } }],
    ["a short sequence", { data: { sequence: { start: 0, stop: 100, step: 0.1 } } }],
    ["a bar of full width", { mark: { type: "bar", width: { band: 1 } }, width: "container" }],
  ])("%s", (_, spec) => {
    expect(specExcess(spec)).toBeNull();
  });
});

it("reads anything", () => {
  fc.assert(fc.property(fc.jsonValue(), (json) => typeof specExcess(json) === "string" || specExcess(json) === null));
});
