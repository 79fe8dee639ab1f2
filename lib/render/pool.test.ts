import { expect, it } from "vitest";
import { renderWithin } from "./pool.ts";

const spec = { data: { values: [{ x: 1 }] }, mark: "point" as const, encoding: { x: { field: "x", type: "quantitative" as const } } };

it("a stranger's figure is drawn when it is done in time", async () => {
  const { png } = await renderWithin({ name: "a/b/c", spec }, 300_000);
  expect(png.length).toBeGreaterThan(100);
});

it("one that does not end is ended", async () => {
  const rows = Array.from({ length: 2000 }, (_, x) => ({ x }));
  const transform = [{ calculate: "sequence(0, 1e5)", as: "y" }, { flatten: ["y"] }];
  await expect(renderWithin({ name: "a/b/c", spec: { ...spec, data: { values: rows }, transform } }, 2000)).rejects.toThrow(
    "longer than 2 seconds",
  );
});
