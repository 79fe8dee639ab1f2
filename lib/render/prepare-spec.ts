/**
 * Makes the spec of a figure complete: theme merged in, only JSON, only text that the bundled fonts can show. The
 * result is what is embedded in the image, and drawing it again gives the same picture.
 */

import type { TopLevelSpec } from "vega-lite";
import { printable } from "../chart/glyphs.ts";
import { themeConfig } from "../chart/theme.ts";
import { isObject } from "../files/json.ts";
import { checkExpression } from "./expressions.ts";

/** A spec that is ready to draw. Preparing it again changes nothing. */
export type PreparedSpec = TopLevelSpec & { readonly usermeta: { readonly theme: string } };

export interface SpecRequest {
  /** `<category>/<experiment>/<figure>`, for messages. */
  readonly name: string;
  readonly spec: TopLevelSpec;
}

const SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json";
const THEME = "trace-atlas";

/** Members whose text is code. Text anywhere else may become a label. */
const EXPRESSION_KEYS = new Set(["expr", "calculate", "filter", "test", "labelExpr", "signal", "update", "init"]);
/** Members whose text names a column: changing it would lose the column. */
const NAME_KEYS = new Set(["field", "as", "groupby", "fold", "key", "lookup", "flatten", "pivot", "param", "name"]);

/**
 * Merges the theme below the spec's own config (once: a prepared spec keeps its config, whatever the theme is by
 * then), drops absent members and makes all text printable, in data and labels alike.
 *
 * Throws an Error that names the figure and the place for a value that is no JSON (BigInt, NaN, infinity, Date,
 * function), for random or time-zone dependent expressions, and for column names with characters that no bundled font has.
 */
export function prepareSpec({ name, spec }: SpecRequest): PreparedSpec {
  const usermeta: Record<string, unknown> = { ...spec.usermeta };
  const themed = usermeta.theme === THEME ? spec : withTheme(spec, usermeta);
  return toJson(themed, { figure: name, path: "", key: "", content: false }) as PreparedSpec;
}

function withTheme(spec: TopLevelSpec, usermeta: Record<string, unknown>): TopLevelSpec {
  return {
    $schema: SCHEMA,
    ...spec,
    usermeta: { ...usermeta, theme: THEME },
    config: merged(themeConfig(), spec.config ?? {}),
  } as TopLevelSpec;
}

/** `over` wins; objects are merged member by member. */
function merged(under: object, over: object): object {
  const result: Record<string, unknown> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const below = result[key];
    result[key] = isPlainObject(below) && isPlainObject(value) ? merged(below, value) : value;
  }
  return result;
}

interface Place {
  readonly figure: string;
  readonly path: string;
  /** The nearest member name above, across arrays. */
  readonly key: string;
  /** Inside rows of data or a list of values: names and text there are nothing but content. */
  readonly content: boolean;
}

function toJson(value: unknown, place: Place): unknown {
  switch (typeof value) {
    case "string":
      return toText(value, place);
    case "number":
      if (Number.isFinite(value)) return value;
      return refuse(value, place, "filter such rows or send null");
    case "boolean":
      return value;
    case "object":
      if (value === null) return null;
      if (Array.isArray(value))
        return value.map((item, i) => (place.content ? plainRow(item) : null) ?? toJson(item, { ...place, path: `${place.path}[${i}]` }));
      if (isPlainObject(value)) return membersToJson(value, place);
      return refuse(value, place, "send text or a number");
    default:
      return refuse(value, place, "convert it to a number in SQL");
  }
}

/** Most of a figure is rows of numbers and short texts: taken over without a place for each. Null for anything else. */
function plainRow(row: unknown): Record<string, unknown> | null {
  if (!isPlainObject(row)) return null;
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(row)) {
    const value = row[key];
    if (typeof value === "number" ? Number.isFinite(value) : value === null || typeof value === "boolean") result[key] = value;
    else if (typeof value === "string") result[key] = printable(value);
    else if (value !== undefined) return null;
  }
  return result;
}

function membersToJson(object: object, place: Place): Record<string, unknown> {
  const members = Object.entries(object).filter(([, value]) => value !== undefined);
  return Object.fromEntries(members.map(([key, value]) => [key, toJson(value, memberPlace(place, key, value))]));
}

function memberPlace({ figure, path, content }: Place, key: string, value: unknown): Place {
  const startsContent = (key === "values" && Array.isArray(value)) || key === "datasets";
  return { figure, path: path ? `${path}.${key}` : key, key, content: content || startsContent };
}

function toText(text: string, place: Place): string {
  const shown = printable(text);
  if (place.content) return shown;
  const isCode = EXPRESSION_KEYS.has(place.key);
  if (isCode) checkExpression(text, `figure ${place.figure}, ${place.path}`);
  if (shown !== text && (isCode || NAME_KEYS.has(place.key))) {
    throw new Error(
      `figure ${place.figure}: ${place.path} is ${JSON.stringify(text)}, which holds a character outside the bundled fonts; use a plain column name`,
    );
  }
  return shown;
}

function refuse(value: unknown, place: Place, fix: string): never {
  throw new Error(`figure ${place.figure}: ${place.path} is ${describe(value)}, which a chart cannot show; ${fix}`);
}

function describe(value: unknown): string {
  return typeof value === "bigint" ? `the BigInt ${value}n` : `the ${typeof value} ${String(value)}`;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (!isObject(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
