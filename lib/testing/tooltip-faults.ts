/** Marks of a figure whose tooltip would have a field without words, or nothing at all. */
import { chartReader, type Reading } from "../chart/reading.ts";
import type { Spec } from "../chart/spec.ts";
import { type ChartPoint, panelsOf } from "../gallery/page/client/chart-points.ts";
import { prepareSpec } from "../render/prepare-spec.ts";
import { compileSpec, withView } from "../render/render.ts";

/** Words of rows that only place a mark. */
const PLUMBING = /^(from|to|rank|x|y|x2|y2|lo|hi|low|high|start|end|boxLow|boxHigh|middle|opacity|series|zero|top|bottom|left|right)$/;
const BROKEN = /undefined|NaN|\[object|null/;

export async function tooltipFaults(name: string, spec: Spec): Promise<string[]> {
  const prepared = prepareSpec({ name, spec });
  const read = chartReader(prepared);
  return withView(name, compileSpec(name, prepared), async (view) => {
    const panels = panelsOf(view.scenegraph().root, [0, 0]);
    const points = panels.flatMap(({ curves, marks }) => [...curves.flat(), ...marks]);
    const faults = points.flatMap((point) => {
      const reading = read(point.mark, point.row);
      return reading ? faultsOf(point, reading) : [];
    });
    const isMute = points.length > 0 && hasAxes(prepared) && !points.some(({ mark, row }) => read(mark, row)?.rows.length);
    return [...new Set([...faults, ...(isMute ? ["no mark says anything"] : [])])];
  });
}

function faultsOf({ mark, row }: ChartPoint, { panel, heading, rows }: Reading): string[] {
  const labels = rows.map(({ label }) => label);
  const bare = labels.filter((label) => PLUMBING.test(label) || (label !== "n" && label in row));
  const raw = heading.split(" · ").filter((text) => /^[A-Z]?[a-z]+_(side|low|high|part)$/.test(text));
  const broken = [panel, heading, ...labels, ...rows.map(({ value }) => value)].filter((text) => (text === "" ? false : BROKEN.test(text)));
  return [...bare, ...raw, ...broken].map((text) => `${mark}: ${text}`);
}

/** Diagrams without axes have no numbers to say. */
function hasAxes(spec: object): boolean {
  return /"labelExpr"/.test(JSON.stringify(spec));
}
