/** Figure: the files that a session touched, as large as they were touched often. */
import type { LayeredPanel, Position } from "../../../lib/chart/spec.ts";
import { firstFitting } from "../../../lib/chart/text-width.ts";
import { COLORS, FONT_SIZE, labelColorOn, sequentialRamp } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { counted } from "../../../lib/format/counts.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import type { SessionMap } from "./map.ts";
import { type Targets, type TouchedFile, touchedFiles } from "./targets.ts";

const WIDTH = 900;
const HEIGHT = 460;
const MOST_FILES = 60;
const LINE_PX = 17;
/** From files that were only read to files that were only edited. */
const SHARES = sequentialRamp(5);

const READING = `One box per file, as large as the number of calls that read, searched or changed it. The darker a box, the larger the share of changes. A large pale box is a
file that was read again and again; a large dark one was worked on. Small boxes have no name; the table of calls has all.`;

/** Null for a session that touched no file. */
export function treemapFigure(map: SessionMap, targets: Targets): Figure | null {
  const files = touchedFiles(map, targets);
  if (files.length === 0) return null;
  const shown = files.slice(0, MOST_FILES);
  const first = at(files, 0);
  const touches = sumOf(files, touchesOf);
  const edited = files.filter(({ edits }) => edits > 0).length;
  const finding = `${counted(files.length, "file")} touched, ${grouped(edited)} changed; most often ${baseName(first.file)}, in ${grouped(touchesOf(first))} of ${counted(touches, "call")}`;
  return {
    name: `${map.timeline.name}_files`,
    title: finding,
    subtitle: `Files of session ${map.timeline.name} by calls, darker with the share of changes. Private.`,
    ...(shown.length < files.length && {
      coverage: { shown: shown.length, of: files.length, what: "files", rest: "were touched less often" },
    }),
    spec: panelOf(shown, [`${counted(files.length, "file")}, ${grouped(edited)} changed`, counted(touches, "call")].join("; ")),
    caption: `The files that the calls of one session read and changed. ${finding}.`,
    reading: READING,
    alt: `Treemap of files by the number of calls. ${finding}.`,
  };
}

function panelOf(files: readonly TouchedFile[], below: string): LayeredPanel {
  const boxes = squarified(
    files.map((file) => ({ file, area: touchesOf(file) })),
    { x: 0, y: 0, width: WIDTH, height: HEIGHT },
  );
  const rows = boxes.map(({ file, x, y, width, height }) => {
    const share = file.edits / touchesOf(file);
    const fill = at(SHARES, Math.min(SHARES.length - 1, Math.floor(share * SHARES.length)));
    const count = file.edits > 0 ? `${grouped(touchesOf(file))}, ${percent(share)} changes` : grouped(touchesOf(file));
    return {
      file: file.file,
      x: x + 1,
      x2: x + width - 1,
      y: y + 1,
      y2: y + height - 1,
      fill,
      color: labelColorOn(fill),
      left: x + 8,
      name: fitting(baseName(file.file), width, height, 1),
      nameY: y + 15,
      count: fitting(count, width, height, 2),
      countY: y + 15 + LINE_PX,
      touches: touchesOf(file),
    };
  });
  const place = (field: string): Position => ({ field, type: "quantitative", scale: null, axis: null });
  const label = (field: "name" | "count", y: string, weight: "bold" | "normal") => ({
    data: { values: rows },
    mark: {
      type: "text" as const,
      align: "left" as const,
      baseline: "middle" as const,
      fontSize: FONT_SIZE.annotation,
      fontWeight: weight,
    },
    encoding: {
      x: place("left"),
      y: place(y),
      text: { field, type: "nominal" as const },
      color: { field: "color", type: "nominal" as const, scale: null },
    },
  });
  return {
    width: WIDTH,
    height: HEIGHT,
    layer: [
      {
        data: { values: rows },
        mark: { type: "rect", stroke: null },
        encoding: {
          x: place("x"),
          x2: { field: "x2" },
          y: place("y"),
          y2: { field: "y2" },
          fill: { field: "fill", type: "nominal", scale: null },
        },
      },
      label("name", "nameY", "bold"),
      label("count", "countY", "normal"),
      {
        data: { values: [{ x: 0, y: HEIGHT + 18, text: below }] },
        mark: { type: "text", align: "left", baseline: "middle", fontSize: FONT_SIZE.annotation, color: COLORS.light.muted },
        encoding: { x: place("x"), y: place("y"), text: { field: "text", type: "nominal" } },
      },
    ],
  };
}

/** The text if a box has room for it on a line; else nothing. */
function fitting(text: string, width: number, height: number, line: number): string {
  return line * LINE_PX + 8 <= height ? firstFitting([text], width - 16, FONT_SIZE.annotation, "bold") : "";
}

function touchesOf({ reads, edits }: TouchedFile): number {
  return reads + edits;
}

function baseName(file: string): string {
  return file.split("/").filter(Boolean).at(-1) ?? file;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Item<T> {
  readonly file: T;
  readonly area: number;
}

/**
 * Boxes with areas in proportion, in rows along the shorter side for as long as that makes them squarer.
 * @param items largest first, areas positive
 * @see Bruls, Huizing, van Wijk: Squarified Treemaps, 2000
 */
export function squarified<T>(items: readonly Item<T>[], { x, y, width, height }: Box): (Box & { readonly file: T })[] {
  if (items.length === 0) return [];
  const scale = (width * height) / sumOf(items, ({ area }) => area);
  const side = Math.min(width, height);
  let taken = 1;
  while (taken < items.length && worstRatio(items.slice(0, taken + 1), scale, side) <= worstRatio(items.slice(0, taken), scale, side))
    taken++;
  const row = items.slice(0, taken);
  const depth = (sumOf(row, ({ area }) => area) * scale) / side;
  let along = 0;
  const boxes = row.map(({ file, area }) => {
    const length = (area * scale) / depth;
    const box = width >= height ? { x, y: y + along, width: depth, height: length } : { x: x + along, y, width: length, height: depth };
    along += length;
    return { file, ...box };
  });
  const rest = width >= height ? { x: x + depth, y, width: width - depth, height } : { x, y: y + depth, width, height: height - depth };
  return [...boxes, ...squarified(items.slice(taken), rest)];
}

/** Longer side by shorter side, of the box for which that is largest. */
function worstRatio<T>(row: readonly Item<T>[], scale: number, side: number): number {
  const depth = (sumOf(row, ({ area }) => area) * scale) / side;
  return Math.max(...row.map(({ area }) => Math.max((area * scale) / depth / depth, (depth * depth) / (area * scale))));
}
