/** Names for rows of a chart that hold a position instead: figures place bars by number and name them at the axis. */
import { labelsIn } from "../chart/labels-in.ts";
import { isObject } from "../files/json.ts";

type Node = Readonly<Record<string, unknown>>;

/** Next to a field that holds a place, a field of this name holds what the axis says there. */
export function nameOf(field: string): string {
  return field + NAME;
}

const NAME = " (name)";

/** The same chart with names in its rows, for tooltips and tables. What is drawn stays the same. */
export function withNames<T extends Node>(spec: T): T {
  return named(spec, {});
}

/** A row as it is read: each place replaced by its name. */
export function readable(row: Node): Node {
  if (!Object.keys(row).some((field) => field.endsWith(NAME))) return row;
  const names = new Set(Object.keys(row).filter((field) => nameOf(field) in row));
  const hidden = new Set([...names].map(nameOf));
  return Object.fromEntries(
    Object.entries(row)
      .filter(([field]) => !hidden.has(field))
      .map(([field, value]) => [field, names.has(field) ? row[nameOf(field)] : value]),
  );
}

/** Where a view holds views. */
export const PARTS = ["layer", "concat", "hconcat", "vconcat"] as const;

function named<T extends Node>(view: T, outer: Node): T {
  const encoding = { ...outer, ...(isObject(view.encoding) ? view.encoding : {}) };
  const parts = Object.fromEntries(
    listsOf(view).map(([part, children]) => [part, children.map((child) => (isObject(child) ? named(child, encoding) : child))]),
  );
  if (!isObject(view.data) || !Array.isArray(view.data.values)) return { ...view, ...parts };
  const names = namesIn([encoding, ...encodingsBelow(view)]);
  const values = names.size === 0 ? view.data.values : view.data.values.map((row) => (isObject(row) ? withNamesOf(row, names) : row));
  return { ...view, ...parts, data: { ...view.data, values } };
}

function listsOf(view: Node): [part: string, children: readonly unknown[]][] {
  return PARTS.flatMap((part) => {
    const children = view[part];
    return Array.isArray(children) ? [[part, children]] : [];
  });
}

function withNamesOf(row: Node, names: ReadonlyMap<string, ReadonlyMap<unknown, string>>): Node {
  const found = [...names].filter(([field, byPlace]) => byPlace.has(row[field]));
  return { ...row, ...Object.fromEntries(found.map(([field, byPlace]) => [nameOf(field), byPlace.get(row[field])])) };
}

function encodingsBelow(view: Node): Node[] {
  return listsOf(view)
    .flatMap(([, children]) => children)
    .filter(isObject)
    .flatMap((child) => [...(isObject(child.encoding) ? [child.encoding] : []), ...encodingsBelow(child)]);
}

function namesIn(encodings: readonly Node[]): Map<string, ReadonlyMap<unknown, string>> {
  const names = new Map<string, ReadonlyMap<unknown, string>>();
  for (const channel of encodings.flatMap((encoding) => Object.values(encoding)).filter(isObject)) {
    const lookup = ["ordinal", "nominal"].includes(String(channel.type)) ? lookupIn(channel) : null;
    if (lookup && typeof channel.field === "string") names.set(channel.field, lookup);
  }
  return names;
}

/** Figures name the places of an axis or a legend by a `labelLookup`. */
function lookupIn({ axis, legend }: Node): ReadonlyMap<unknown, string> | null {
  return labelsIn([axis, legend].filter(isObject).find(({ labelExpr }) => typeof labelExpr === "string")?.labelExpr);
}
