/** The layout of a chart for a narrow screen: panels below one another, text of one size, each panel as wide as its labels allow. */
import { parse, View } from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { isObject } from "../../../files/json.ts";
import { paperSpec } from "../../../render/paper-spec.ts";
import { type Frame, layoutProblems } from "../../../render/scene.ts";
import { recordingLogger, refusingLoader } from "../../../render/strictness.ts";
import { sizeOf } from "../../../render/vega-untyped.ts";
import { compiledChart } from "./compiled-chart.ts";

type Node = Readonly<Record<string, unknown>>;

/** By which panels become narrower, in the order tried. */
const FACTORS = [0.25, 0.4, 0.6, 0.8, 1];

/**
 * The widest layout that fits, else the narrowest whose labels don't cover one another; the chart scrolls then.
 * @param width CSS pixels
 * @returns null where labels cover one another in every layout
 */
export async function narrowSpec(spec: Node, width: number): Promise<Node | null> {
  let best: Node | null = null;
  for (const factor of FACTORS) {
    const narrow = paperSpec(spec, { stacked: true, legendColumns: 1, factor, target: width });
    const { isWide, isClear } = await laidOut(narrow, width);
    if (isWide && best) break;
    if (isClear) best = narrow;
  }
  return best;
}

async function laidOut(spec: Node, width: number): Promise<{ readonly isWide: boolean; readonly isClear: boolean }> {
  const view = new View(parse(compiledChart(spec).compiled, undefined, { ast: true }), {
    renderer: "none",
    logger: recordingLogger().logger,
    loader: refusingLoader().loader,
    expr: expressionInterpreter,
  });
  try {
    await view.runAsync();
    const [originX, originY] = view.origin();
    const { left, top, ...size } = sizeOf(view);
    const frame: Frame = { ...size, originX: originX + left, originY: originY + top };
    return { isWide: size.width > width, isClear: layoutProblems(view, frame).length === 0 };
  } finally {
    view.finalize();
  }
}

/** What a chart says below its title, as text above it; the page has the title. */
export function subtitleOf({ title }: Node): string {
  const { subtitle } = isObject(title) ? title : { subtitle: "" };
  return Array.isArray(subtitle) ? subtitle.join(" ") : typeof subtitle === "string" ? subtitle : "";
}
