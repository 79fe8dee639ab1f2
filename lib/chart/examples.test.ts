import path from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { prepareSpec } from "../render/prepare-spec.ts";
import { compileSpec, renderFigure } from "../render/render.ts";
import { examples } from "./examples.ts";
import { compareWithGolden } from "./golden.ts";
import { darkTwin } from "./palette.ts";

const goldens = path.join(path.dirname(fileURLToPath(import.meta.url)), "golden");

describe.each(Object.entries(examples()))("%s", (name, spec) => {
  it("compiles to the golden Vega spec", () => {
    const { expected, actual, changed } = compareWithGolden(goldens, name, compileSpec(name, prepareSpec({ name, spec })));
    expect(actual, `see ${changed}`).toBe(expected);
  });

  it("draws with no label cut off or covered", async () => {
    const { problems, width, height } = await renderFigure({ name, spec, scale: 1 });
    expect(problems).toEqual([]);
    expect(width).toBeGreaterThan(height / 2);
  });

  it("has a dark twin that draws as well, at the same size", async () => {
    const prepared = prepareSpec({ name, spec });
    const [light, dark] = await Promise.all([prepared, darkTwin(prepared)].map((twin) => renderFigure({ name, spec: twin, scale: 1 })));
    expect([dark?.width, dark?.height]).toEqual([light?.width, light?.height]);
    expect(Buffer.from(dark?.png ?? []).equals(Buffer.from(light?.png ?? []))).toBe(false);
  });
});
