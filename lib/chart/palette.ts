/** Every color of a figure, in one place: a light set for the published PNG and its dark twin. */

import { shortLabel } from "../format/labels.ts";
import { at } from "../stats/known.ts";

export type Mode = "light" | "dark";

const LIGHT = {
  background: "#ffffff",
  text: "#172033",
  muted: "#526070",
  grid: "#e6eaf0",
  axis: "#c9d2df",
  boxFace: "#93c5fd",
  boxEdge: "#1e3a8a",
  /** A neutral fill for bars that do not represent a provider. */
  neutral: "#64748b",
  /** Text on a dark fill and on a light one, in both modes; a shade off background and text, so that `darkTwin` can distinguish them. */
  onDark: "#fffffe",
  onLight: "#172032",
};

export const COLORS: Readonly<Record<Mode, Readonly<typeof LIGHT>>> = {
  light: LIGHT,
  dark: {
    background: "#10151f",
    text: "#e8edf5",
    muted: "#a3b0c2",
    grid: "#263041",
    axis: "#3c4a60",
    boxFace: "#1d4ed8",
    boxEdge: "#bfdbfe",
    neutral: "#8a99ae",
    onDark: LIGHT.onDark,
    onLight: LIGHT.onLight,
  },
};

const PROVIDER_COLORS: Readonly<Record<Mode, ReadonlyMap<string, string>>> = {
  light: new Map([
    ["claude", "#d97706"],
    ["codex", "#2563eb"],
  ]),
  dark: new Map([
    ["claude", "#f59e0b"],
    ["codex", "#60a5fa"],
  ]),
};

/** For providers beyond the two and for other nominal series, by position; blue and amber belong to the two. */
const SERIES_COLORS: Readonly<Record<Mode, readonly string[]>> = {
  light: ["#059669", "#dc2626", "#0891b2", "#7c3aed", "#64748b", "#be123c", "#65a30d", "#c026d3"],
  dark: ["#34d399", "#f87171", "#22d3ee", "#a78bfa", "#94a3b8", "#fb7185", "#a3e635", "#e879f9"],
};

type TokenKind = "prefix" | "append" | "output";

/** For the parts of a step's tokens where they are shown side by side, for any provider. */
const TOKEN_COLORS: Readonly<Record<Mode, Readonly<Record<TokenKind, string>>>> = {
  light: { prefix: "#1c38a0", append: "#579bf4", output: "#e8731a" },
  dark: { prefix: "#7389f0", append: "#a9ceff", output: "#fb9a4b" },
};

/** For what a tool call does. */
export const TOOL_COLORS = {
  execute: "#2440B5",
  write: "#F59E0B",
  read: "#60A5FA",
  agent: "#10B981",
  web: "#8B5CF6",
  other: "#94A3B8",
} as const;

/** Dark to light, for ordered kinds; a published table has some of them in a column. */
export const GREENS = ["#0B6B43", "#4E8F43", "#87B960", "#B6D7A8", "#CFE5C7", "#DDEDD8"] as const;
/** For the rest next to greens. */
export const GREEN_REST = "#B8B9BD";

/** The color of reused input (prefix), new input (append) or output. */
export function tokenColor(kind: TokenKind, mode: Mode = "light"): string {
  return TOKEN_COLORS[mode][kind];
}

/** Input that a cache hit reuses and input that is read at full price; the same in both modes. */
export const CACHE_COLORS = { reused: "#ffc4c4", read: "#c90000" } as const;

/** Claude and Codex first, then the others by name (code-unit order); each once. */
export function providerOrder(names: Iterable<string>): string[] {
  const leading = ["claude", "codex"];
  const present = new Set(names);
  const others = [...present].filter((name) => !leading.includes(name)).sort();
  return [...leading.filter((name) => present.has(name)), ...others];
}

/** `claude` is shown as `Claude`. */
export function providerTitle(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** The same, cut where it is long. */
export function providerLabel(name: string, limit?: number): string {
  return shortLabel(providerTitle(name), limit);
}

/** The color of one of `names`. A provider other than the two gets a color by its place among the others. */
export function providerColor(name: string, names: Iterable<string> = [], mode: Mode = "light"): string {
  const known = PROVIDER_COLORS[mode].get(name);
  if (known) return known;
  const others = providerOrder([...names, name]).filter((other) => !PROVIDER_COLORS[mode].has(other));
  return seriesColor(others.indexOf(name), mode);
}

/** A color for a nominal series other than providers, by position; repeats after eight, the default maximum of groups in a figure. */
export function seriesColor(index: number, mode: Mode = "light"): string {
  const colors = SERIES_COLORS[mode];
  return at(colors, index % colors.length);
}

/** Domain and range of a color scale over providers, to be spread into a Vega-Lite scale. The field holds raw names. */
export function providerScale(names: Iterable<string>): { domain: string[]; range: string[] } {
  const domain = providerOrder(names);
  return { domain, range: domain.map((name) => providerColor(name, domain)) };
}

/** Anchors of a single-hue blue scale (ColorBrewer Blues), light to dark: readable without distinguishing hues. */
const BLUES = ["#f7fbff", "#deebf7", "#c6dbef", "#9ecae1", "#6baed6", "#4292c6", "#2171b5", "#08519c", "#08306b"];
const RAMP_START = 0.22;
const RAMP_END = 0.92;
/** The published figures read their colors from a table of 256. */
const RAMP_ENTRIES = 256;

/** `count` blues from light to dark for ordered bins. */
export function sequentialRamp(count: number): string[] {
  return Array.from({ length: count }, (_, i) =>
    blueAt(count === 1 ? (RAMP_START + RAMP_END) / 2 : RAMP_START + ((RAMP_END - RAMP_START) * i) / (count - 1)),
  );
}

function blueAt(position: number): string {
  const place = (Math.min(Math.floor(position * RAMP_ENTRIES), RAMP_ENTRIES - 1) / (RAMP_ENTRIES - 1)) * (BLUES.length - 1);
  const left = Math.min(Math.floor(place), BLUES.length - 2);
  const to = channels(at(BLUES, left + 1));
  const mixed = channels(at(BLUES, left)).map((value, i) => Math.round(value + (at(to, i) - value) * (place - left)));
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

/** Below this relative luminance a fill takes white text. */
const DARK_FILL_LUMINANCE = 0.55;

/** Text color for a label on `fill` (`#rrggbb`). */
export function labelColorOn(fill: string): string {
  const [red = 0, green = 0, blue = 0] = channels(fill);
  const luminance = (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
  return luminance < DARK_FILL_LUMINANCE ? COLORS.light.onDark : COLORS.light.onLight;
}

function channels(hex: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
}

const DARK = everyColor("dark");
const DARK_OF: ReadonlyMap<string, string> = new Map(everyColor("light").map((color, i) => [color, at(DARK, i)]));

function everyColor(mode: Mode): string[] {
  return [...SERIES_COLORS[mode], ...PROVIDER_COLORS[mode].values(), ...Object.values(TOKEN_COLORS[mode]), ...Object.values(COLORS[mode])];
}

/** The dark twin of a color of the light palette; any other color as it is. */
export function darkColor(color: string): string {
  return DARK_OF.get(color) ?? color;
}

/** The same spec in dark colors: every color of the light palette is replaced by its twin, others (ramps) stay. */
export function darkTwin<T>(spec: T): T {
  return recolored(spec) as T;
}

function recolored(value: unknown): unknown {
  if (typeof value === "string") return darkColor(value);
  if (Array.isArray(value)) return value.map(recolored);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, recolored(member)]));
}
