/** Adds to each view of a chart that the reader can move and zoom it. */

import { isObject } from "../../../files/json.ts";

type Node = Readonly<Record<string, unknown>>;

const CONTINUOUS = new Set(["quantitative", "temporal"]);
/** A wheel alone scrolls the page; with Ctrl it zooms, and pinching on a touchpad arrives as just that. */
const ZOOM = "wheel![event.ctrlKey || event.metaKey]";
/** One finger scrolls the page. With Shift a range is marked. */
const PAN = "[pointerdown[event.pointerType !== 'touch' && !event.shiftKey], window:pointerup] > window:pointermove!";

const VIEW = "reader_view";

const SEVERAL = ["concat", "hconcat", "vconcat"] as const;

/** The chart with the scales of each view bound to an interval; null where no axis is continuous. */
export function withPanAndZoom(spec: Node, name = VIEW): Node | null {
  if (spec.mark !== undefined) return boundUnit(spec, nodeOf(spec.encoding), name);
  const part = SEVERAL.find((key) => Array.isArray(spec[key]));
  if (part !== undefined) return withPanels(spec, part, name);
  if (!Array.isArray(spec.layer)) return null;
  const layers: Node[] = spec.layer;
  for (const [i, layer] of layers.entries()) {
    const bound = layer.mark === undefined ? null : boundUnit(layer, { ...nodeOf(spec.encoding), ...nodeOf(layer.encoding) }, name);
    if (bound) return { ...spec, layer: layers.with(i, bound) };
  }
  return null;
}

function withPanels(spec: Node, part: string, name: string): Node | null {
  const panels: Node[] = Array.isArray(spec[part]) ? spec[part] : [];
  const bound = panels.map((panel, i) => withPanAndZoom(panel, `${name}_${i}`));
  return bound.every((each) => each === null) ? null : { ...spec, [part]: bound.map((each, i) => each ?? panels[i]) };
}

/**
 * The signal that holds what a panel shows along an axis, as Vega-Lite names it: null for all of it.
 * @param prefix of the panel in the compiled chart, such as `concat_0_concat_1_`
 */
export function extentSignal(prefix: string, field: string): string {
  const places = prefix.match(/\d+/g) ?? [];
  return [VIEW, ...places, field.replaceAll(/\W/g, "_")].join("_");
}

function boundUnit(unit: Node, encoding: Node, name: string): Node | null {
  const encodings = ["x", "y"].filter((channel) => isContinuous(nodeOf(encoding[channel])));
  if (encodings.length === 0) return null;
  const view = { name, select: { type: "interval", encodings, translate: PAN, zoom: ZOOM }, bind: "scales" };
  return { ...unit, params: [...(Array.isArray(unit.params) ? unit.params : []), view] };
}

/** Drawn along a scale: not at a fixed pixel, and not by a scale that the channel is said to have none of. */
function isContinuous(channel: Node): boolean {
  return channel.field !== undefined && CONTINUOUS.has(String(channel.type)) && channel.bin === undefined && channel.scale !== null;
}

function nodeOf(value: unknown): Node {
  return isObject(value) ? value : {};
}
