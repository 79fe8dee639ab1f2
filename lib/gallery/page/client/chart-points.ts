/** Where a drawn chart has marks and curves, panel by panel, in its own pixels. */
import { isObject } from "../../../files/json.ts";
import { at } from "../../../stats/known.ts";

/** A mark of a panel, or a point of a curve. */
export interface ChartPoint {
  /** Of its center. */
  readonly x: number;
  readonly y: number;
  /** Where it ends on the right. */
  readonly right: number;
  /** Of a bar. */
  readonly height: number;
  /** Name of its mark in the compiled chart. */
  readonly mark: string;
  readonly row: Readonly<Record<string, unknown>>;
}

export interface ChartPanel {
  /** Names of its marks and scales in the compiled chart begin so; empty where it is the only panel. */
  readonly prefix: string;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly curves: ChartPoint[][];
  readonly marks: ChartPoint[];
}

/** The parts of Vega's scene graph that are read here. */
interface SceneItem {
  readonly x?: number;
  readonly y?: number;
  readonly width?: number;
  readonly height?: number;
  readonly defined?: boolean;
  readonly datum?: unknown;
  readonly items?: readonly SceneMark[];
}

export interface SceneMark {
  readonly marktype?: string;
  readonly name?: string;
  readonly role?: string;
  readonly items?: readonly SceneItem[];
}

const CURVES = new Set(["line", "area", "trail"]);
/** A curve that has no point this near says nothing there, in CSS pixels. */
const NEAR = 6;
/** From one stop of the keyboard along curves to the next. */
const STRIDE = 6;

/** @param origin of the plot in the canvas */
export function panelsOf(root: SceneMark, [left, top]: readonly [number, number]): ChartPanel[] {
  const panels: ChartPanel[] = [];
  for (const item of root.items ?? []) collect(item, null, { left, top, prefix: "" }, panels);
  return panels.filter(({ curves, marks }) => curves.length + marks.length > 0);
}

interface Corner {
  readonly left: number;
  readonly top: number;
  readonly prefix: string;
}

function collect(item: SceneItem, outer: ChartPanel | null, { left, top, prefix }: Corner, panels: ChartPanel[]): void {
  const { x = 0, y = 0, width = 0, height = 0 } = item;
  const panel = outer ?? { prefix, left: left + x, top: top + y, width, height, curves: [], marks: [] };
  if (!outer) panels.push(panel);
  for (const mark of item.items ?? []) {
    const name = mark.name ?? "";
    if (mark.marktype === "group") {
      const isOfPanel = name.endsWith("pathgroup");
      const corner = { left: left + x, top: top + y, prefix: isOfPanel ? prefix : name.replace(/group$/, "") };
      if (isOfPanel || mark.role === "scope")
        for (const inner of mark.items ?? []) collect(inner, isOfPanel ? panel : null, corner, panels);
    } else if (mark.role === "mark" || mark.role === undefined) {
      const points = (mark.items ?? []).flatMap((each) => pointOf(each, name, left + x, top + y));
      if (!CURVES.has(String(mark.marktype))) panel.marks.push(...points);
      else if (points.length > 0) panel.curves.push(points);
    }
  }
}

function pointOf(
  { x = 0, y = 0, width = 0, height = 0, defined, datum }: SceneItem,
  mark: string,
  left: number,
  top: number,
): ChartPoint[] {
  if (defined === false || !isObject(datum)) return [];
  return [{ x: left + x + width / 2, y: top + y + height / 2, right: left + x + width, height, mark, row: datum }];
}

/** The panel under a place. */
export function panelAt(panels: readonly ChartPanel[], x: number, y: number): ChartPanel | null {
  return panels.find(({ left, top, width, height }) => x >= left && x <= left + width && y >= top && y <= top + height) ?? null;
}

/** The point of each curve that is nearest along x, in the order of the curves; all next to the one that is nearest of all. */
export function nearestPoints({ curves }: ChartPanel, x: number): ChartPoint[] {
  const points = curves.map((curve) =>
    curve.reduce((best, each) => (Math.abs(each.x - x) < Math.abs(best.x - x) ? each : best), at(curve, 0)),
  );
  const nearest = Math.min(...points.map((point) => Math.abs(point.x - x)));
  return points.filter((point) => Math.abs(point.x - x) <= nearest + NEAR);
}

/** Where the keyboard stops in a panel, from left to right along curves, else row by row. */
export function stopsOf(panel: ChartPanel): ChartPoint[] {
  if (panel.curves.length === 0) return panel.marks.toSorted((a, b) => a.y - b.y || a.x - b.x);
  const stops: ChartPoint[] = [];
  for (const point of panel.curves.flat().sort((a, b) => a.x - b.x)) {
    if (point.x - (stops.at(-1)?.x ?? Number.NEGATIVE_INFINITY) >= STRIDE) stops.push(point);
  }
  return stops;
}
