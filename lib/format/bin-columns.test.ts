import { expect, it } from "vitest";
import { cumulate, fineBins, fineEdges } from "../stats/fine-bins.ts";
import { countBinColumns, providerBins, totalBinColumns } from "./bin-columns.ts";

it("cumulative bins have counts and sums in seconds and hours", () => {
  const seconds = [0.5, 1800, 5400];
  const [first, ...others] = providerBins([{ provider: "claude", bins: cumulate(fineBins(seconds, fineEdges(seconds, [])), []) }]);
  const last = others.at(-1);
  if (!first || !last) throw new Error("expected several bins");
  const cells = Object.entries(totalBinColumns("steps", "generation time")).map(([name, { of }]) => [name, of(first), of(last)]);
  expect(cells).toContainEqual(["fine_bin_index", 1, others.length + 1]);
  expect(cells).toContainEqual(["cumulative_count_share", 1 / 3, 1]);
  expect(cells).toContainEqual(["cumulative_hours", 0.5 / 3600, 7200.5 / 3600]);
  expect(Object.keys(countBinColumns("steps"))).toEqual(
    Object.keys(totalBinColumns("steps", "generation time")).filter(
      (name) => !/seconds$|hours|time/.test(name) || /^(lo|hi|duration)_/.test(name),
    ),
  );
});
