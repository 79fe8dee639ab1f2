import { expect, it } from "vitest";
import { renderWithin } from "./pool.ts";

const LIMITS = { seconds: 120, mebibytes: 1024 };
const FIGURE = { data: { values: [{ x: 1 }] }, mark: "point" as const, encoding: { x: { field: "x", type: "quantitative" as const } } };
const computing = (calculate: string) => ({ name: "a/b/c", spec: { ...FIGURE, transform: [{ calculate, as: "y" }] } });

it("a stranger's figure is drawn when it is done in time", async () => {
  const { png } = await renderWithin({ name: "a/b/c", spec: FIGURE }, LIMITS);
  expect(png.length).toBeGreaterThan(100);
});

it.each([
  ["a regular expression that backtracks", `test(/(a+)+$/, '${"a".repeat(60)}b')`],
  ["a long text", "length(pad('x', 5e8, 'ab', 'left'))"],
  ["a long list", "length(sequence(0, 1e9))"],
])("%s is ended", async (_what, calculate) => {
  await expect(renderWithin(computing(calculate), { ...LIMITS, seconds: 1 })).rejects.toThrow("drawing it takes longer than 1 second");
});

it("one that takes too much memory is ended", async () => {
  await expect(renderWithin(computing("sequence(0, 3e7)"), { ...LIMITS, mebibytes: 150 })).rejects.toThrow(
    "drawing it takes more than 150 MiB of memory",
  );
});
