/** The figure of each builder compiles to its golden and draws well. */
import { describe, expect, it } from "vitest";
import { prepareSpec } from "../render/prepare-spec.ts";
import { compileSpec, renderFigure } from "../render/render.ts";
import { specExcess } from "../render/spec-limits.ts";
import { EXAMPLES } from "../testing/chart-examples.ts";
import { darkTwin } from "./palette.ts";

/** That survive another version of the machine's `log` and `pow`. */
const SIGNIFICANT_DIGITS = 12;
const rounded = (_key: string, value: unknown) => (typeof value === "number" ? Number(value.toPrecision(SIGNIFICANT_DIGITS)) : value);

describe.each(Object.entries(EXAMPLES))("%s", (name, example) => {
  const spec = example();

  it("compiles to the golden Vega spec", async () => {
    const compiled = compileSpec(name, prepareSpec({ name, spec }));
    await expect(`${JSON.stringify(compiled, rounded, 1)}\n`).toMatchFileSnapshot(`golden/${name}.golden.json`);
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

  it("asks for nothing that a stranger's figure may not ask for", () => expect(specExcess(spec)).toBeNull());
});
