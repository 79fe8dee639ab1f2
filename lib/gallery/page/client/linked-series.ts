/** Marks of one series in all panels of a chart: pointing at one of them, or at its name in a legend, pales the others. */
import type { EncodeEntry, Legend, Mark, Spec, View } from "vega";
import { isObject } from "../../../files/json.ts";

type Node = Readonly<Record<string, unknown>>;

/** Names of series by the field that has them, such as `series`, `provider` or `model`. */
export type SeriesFields = ReadonlyMap<string, ReadonlySet<string>>;

const SIGNAL = "reader_series";
const FIELDS_SIGNAL = "reader_series_fields";
const NAMING = ["color", "fill", "stroke", "shape"];
const PALE = 0.15;

/** The fields of a Vega-Lite spec that color its marks by name. */
export function seriesFieldsOf(spec: Node): SeriesFields {
  const fields = new Map<string, Set<string>>();
  collect(spec, [], fields);
  return fields;
}

function collect(view: Node, outer: readonly unknown[], fields: Map<string, Set<string>>): void {
  const rows = isObject(view.data) && Array.isArray(view.data.values) ? view.data.values : outer;
  const encoding = isObject(view.encoding) ? view.encoding : {};
  for (const channel of NAMING.map((name) => encoding[name])) {
    if (!isObject(channel) || channel.type !== "nominal" || typeof channel.field !== "string" || channel.scale === null) continue;
    const { field, scale } = channel;
    const domain = isObject(scale) && Array.isArray(scale.domain) ? scale.domain : [];
    const names = [...domain, ...rows.map((row) => (isObject(row) ? row[field] : null))].filter((name) => typeof name === "string");
    fields.set(field, new Set([...(fields.get(field) ?? []), ...names]));
  }
  for (const part of [view.layer, view.concat, view.hconcat, view.vconcat])
    if (Array.isArray(part)) for (const inner of part.filter(isObject)) collect(inner, rows, fields);
}

/** The compiled chart with marks that pale while another series is pointed at. */
export function withLinkedSeries(spec: Spec, fields: SeriesFields): Spec {
  if (fields.size === 0) return spec;
  const signals = [...(spec.signals ?? []), { name: SIGNAL, value: null }, { name: FIELDS_SIGNAL, value: [] }];
  return { ...linkedGroup(spec, paleTest([...fields.keys()])), signals };
}

function linkedGroup<T extends { marks?: Mark[]; legends?: Legend[] }>(group: T, test: string): T {
  return {
    ...group,
    ...(group.marks
      ? { marks: group.marks.map((mark) => (mark.type === "group" ? linkedGroup(mark, test) : linkedMark(mark, test))) }
      : {}),
    ...(group.legends ? { legends: group.legends.map(answeringLegend) } : {}),
  };
}

function linkedMark<T extends Mark>(mark: T, test: string): T {
  const update: EncodeEntry = mark.encode?.update ?? {};
  const given = update.opacity ?? { value: 1 };
  const opacity = [{ test, value: PALE }, ...(Array.isArray(given) ? given : [given])];
  return { ...mark, encode: { ...mark.encode, update: { ...update, opacity } } };
}

function answeringLegend(legend: Legend): Legend {
  const answering = <T extends object>(part: T | undefined) => ({ ...part, interactive: true });
  const { symbols, labels, ...encode } = legend.encode ?? {};
  return { ...legend, encode: { ...encode, symbols: answering(symbols), labels: answering(labels) } };
}

/** True of a mark of another series. */
function paleTest(fields: readonly string[]): string {
  const tests = fields.map((field) => {
    const [name, value] = [JSON.stringify(field), `datum[${JSON.stringify(field)}]`];
    return `(indexof(${FIELDS_SIGNAL}, ${name}) >= 0 && isString(${value}) && ${value} !== ${SIGNAL})`;
  });
  return `${SIGNAL} !== null && (${tests.join(" || ")})`;
}

/** Which series is pointed at. */
export class LinkedSeries {
  private readonly view: View;
  private readonly fields: SeriesFields;
  private current: string | null = null;

  constructor(view: View, fields: SeriesFields) {
    this.view = view;
    this.fields = fields;
  }

  /** @param datum a row of the chart, an entry of a legend, or nothing */
  point(datum: unknown): void {
    const name = this.nameIn(datum);
    if (name === this.current) return;
    this.current = name;
    const fields = [...this.fields].filter(([, names]) => name !== null && names.has(name)).map(([field]) => field);
    void this.view.signal(SIGNAL, name).signal(FIELDS_SIGNAL, fields).runAsync();
  }

  private nameIn(datum: unknown): string | null {
    if (!isObject(datum)) return null;
    const names = ["value", ...this.fields.keys()].map((field) => datum[field]).filter((name) => typeof name === "string");
    return names.find((name) => [...this.fields.values()].some((known) => known.has(name))) ?? null;
  }
}
