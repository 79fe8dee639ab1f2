/** The spec of a figure with text of one size, without its heading, and with panels that are narrower or wider. */
import { labelsIn } from "../chart/labels-in.ts";
import { textWidth } from "../chart/text-width.ts";
import { FONT_SIZE } from "../chart/theme.ts";
import { isObject } from "../files/json.ts";
import { wrapped } from "../format/labels.ts";

export interface PaperLayout {
  /** Panels that are side by side come one below another. */
  readonly stacked: boolean;
  /** Of legends; as they are without. */
  readonly legendColumns?: number;
}

interface Resizing extends PaperLayout {
  /** By which panels become wider. */
  readonly factor: number;
  /** Width of the picture in CSS pixels, into which headings of panels are wrapped. */
  readonly target: number;
}

/** All text has this size, in CSS pixels. */
export const TEXT_PIXELS = FONT_SIZE.label;
/** CSS pixels. Panels that are narrower show nothing. */
const NARROWEST_PANEL = 60;
/** Of the width, for the names of a legend. */
const LEGEND_SHARE = 0.85;
const PADDING = { left: 1, right: 1, top: 1, bottom: 1 };

export function paperSpec<Spec extends object>(spec: Spec, how: Resizing): Spec {
  return { ...resized(spec, how), title: undefined, padding: PADDING };
}

type Node = Readonly<Record<string, unknown>>;

function resized<T>(value: T, how: Resizing): T;
function resized(value: unknown, how: Resizing): unknown {
  if (Array.isArray(value)) return value.map((item) => resized(item, how));
  if (!isObject(value)) return value;
  const within = { ...how, target: how.target / acrossOf(value, how) };
  const node = Object.fromEntries(Object.entries(value).map(([key, member]) => [key, resizedMember(key, member, within)]));
  return isPanel(value) && typeof value.width === "number" ? resizedPanel(node, value.width, how) : node;
}

/** How many panels share a row. */
function acrossOf({ columns, concat, hconcat }: Node, { stacked }: Resizing): number {
  if (Array.isArray(hconcat)) return hconcat.length;
  return Array.isArray(concat) && typeof columns === "number" && !stacked ? Math.min(columns, concat.length) : 1;
}

const ROWS = new Set(["values", "datasets"]);

function resizedMember(key: string, member: unknown, how: Resizing): unknown {
  if (ROWS.has(key)) return member;
  if (typeof member === "number" && /fontSize$/i.test(key)) return TEXT_PIXELS;
  if (typeof member === "number" && key === "columns" && how.stacked) return 1;
  const inner = resized(member, how);
  if (!isObject(inner)) return inner;
  if (key === "title") {
    const place = inner.frame === "group" ? plotPart(how) : how;
    return { ...inner, ...linesOf("text", inner, place), ...linesOf("subtitle", inner, place) };
  }
  if (key === "x") return { ...inner, ...linesOf("title", inner, plotPart(how)) };
  if (how.legendColumns === 1 && isObject(inner.legend)) return { ...inner, legend: withLabelLines(inner.legend, inner.scale, how) };
  return key === "legend" && how.legendColumns !== undefined
    ? { ...inner, ...besideNothing(inner, how), columns: how.legendColumns }
    : inner;
}

/** A legend of one column above the plot, which needs the width. */
function besideNothing({ orient = "right" }: Node, { legendColumns }: Resizing): Node {
  return legendColumns === 1 && orient === "right" ? { orient: "top" } : {};
}

/** Of a row of panels what is not taken by labels left of the plots, about. */
function plotPart(how: Resizing): Resizing {
  return { ...how, target: 0.7 * how.target };
}

function linesOf(key: string, { [key]: text }: Node, { target }: Resizing): Node {
  if (typeof text !== "string") return {};
  const lines = wrapped(text, target, boldWidth);
  return { [key]: lines.length === 1 ? text : lines };
}

/** Headings of panels are bold, and other texts are narrower. */
function boldWidth(text: string): number {
  return textWidth(text, TEXT_PIXELS, "bold");
}

/** Long names of a legend in lines: a column of a legend is as wide as its longest name. */
function withLabelLines(legend: Node, scale: unknown, { target }: Resizing): Node {
  const domain: unknown[] = isObject(scale) && Array.isArray(scale.domain) ? scale.domain : [];
  const names = legend.labelExpr === undefined ? new Map(domain.map((name) => [name, String(name)])) : labelsIn(legend.labelExpr);
  const limit = LEGEND_SHARE * target;
  if (!names || [...names.values()].every((name) => boldWidth(name) <= limit)) return legend;
  const lines = [...names.values()].map((name) => wrapped(name, limit, boldWidth));
  return { ...legend, labelExpr: `${JSON.stringify(lines)}[indexof(${JSON.stringify([...names.keys()])}, datum.value)]` };
}

function isPanel(node: Node): boolean {
  return "mark" in node || "layer" in node;
}

/** What a panel has to the right of its plot, at fixed pixels, moves with the end of the plot. */
function resizedPanel(node: Node, before: number, { factor }: Resizing): Node {
  const width = Math.max(NARROWEST_PANEL, before * factor);
  const isSquare = node.height === before;
  const layers = Array.isArray(node.layer)
    ? { layer: node.layer.map((layer) => (isObject(layer) ? movedLayer(layer, before, width - before) : layer)) }
    : {};
  return { ...node, ...layers, width, ...(isSquare ? { height: width } : {}) };
}

function movedLayer(layer: Node, from: number, by: number): Node {
  const { encoding, data } = layer;
  if (!isObject(encoding) || !isObject(data) || !isObject(encoding.x) || !Array.isArray(data.values)) return layer;
  if (encoding.x.scale !== null) return layer;
  const fields = [encoding.x, encoding.x2].flatMap((channel) =>
    isObject(channel) && typeof channel.field === "string" ? [channel.field] : [],
  );
  const values = data.values.map((row) => (isObject(row) ? movedRow(row, fields, from, by) : row));
  return { ...layer, data: { ...data, values } };
}

function movedRow(row: Node, fields: readonly string[], from: number, by: number): Node {
  const moved = fields.flatMap((field) => {
    const place = row[field];
    return typeof place === "number" && place >= from ? [[field, place + by]] : [];
  });
  return { ...row, ...Object.fromEntries(moved) };
}
