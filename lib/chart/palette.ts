/** Every color of a figure, in one place: a light set for what is published, and a dark one for charts and pictures on dark pages. */

import { shortLabel } from "../format/labels.ts";
import { at, known } from "../stats/known.ts";
import { contrast } from "./contrast.ts";

export type Mode = "light" | "dark";

const LIGHT = {
  background: "#ffffff",
  text: "#172033",
  muted: "#526070",
  grid: "#e6eaf0",
  axis: "#c9d2df",
  boxFace: "#cdd6e2",
  boxEdge: "#3d4d61",
  /** A neutral fill for bars that are not of a provider or a kind. */
  neutral: "#64748b",
};

export const COLORS: Readonly<Record<Mode, Readonly<typeof LIGHT>>> = {
  light: LIGHT,
  dark: {
    background: "#10151f",
    text: "#e8edf5",
    muted: "#a3b0c2",
    grid: "#263041",
    axis: "#3c4a60",
    boxFace: "#3f4d63",
    boxEdge: "#b4c2d6",
    neutral: "#8a99ae",
  },
};

const PROVIDER_COLORS: Readonly<Record<Mode, ReadonlyMap<string, string>>> = {
  light: new Map([
    ["claude", "#b45f06"],
    ["codex", "#1f62d6"],
  ]),
  dark: new Map([
    ["claude", "#fba94f"],
    ["codex", "#4b95ff"],
  ]),
};

/** For providers beyond the two and for other nominal series, by position. None is red, which means an error, or a hue of the two. */
const SERIES_COLORS: Readonly<Record<Mode, readonly string[]>> = {
  light: ["#0b8a55", "#854d0e", "#0786a8", "#7c3aed", "#6b7686", "#8c2468", "#5f9410", "#c026d3"],
  dark: ["#34d399", "#c99a63", "#22d3ee", "#a78bfa", "#94a3b8", "#e08fc6", "#a3e635", "#ee63f5"],
};

/**
 * What has a color of its own in every figure and on every page: parts of a step's tokens; what time is spent on, also time that
 * nothing accounts for; and errors.
 */
const KIND_COLORS = {
  light: {
    prefix: "#0e5b56",
    append: "#c4209f",
    output: "#5b7a0a",
    generation: "#6a26a6",
    tool: "#12a53a",
    human: "#1e2f4a",
    unknown: "#888b90",
    error: "#bb0a21",
  },
  dark: {
    prefix: "#10d8d4",
    append: "#f04fb9",
    output: "#98ab18",
    generation: "#c28bf8",
    tool: "#4fe86a",
    human: "#e1e8f2",
    unknown: "#7f8c98",
    error: "#ff4b3a",
  },
} as const satisfies Record<Mode, Record<string, string>>;

export type Kind = keyof (typeof KIND_COLORS)["light"];

/** The color of a part of the tokens (`prefix`, `append`, `output`), of a kind of time (`generation`, `tool`, `human`, `unknown`), or of errors. */
export function kindColor(kind: Kind, mode: Mode = "light"): string {
  return KIND_COLORS[mode][kind];
}

/** The named colors of a mode, for style sheets. */
export function namedColors(mode: Mode): Readonly<Record<string, string>> {
  const series = SERIES_COLORS[mode].map((color, i) => [`series-${i}`, color]);
  return { ...Object.fromEntries([...PROVIDER_COLORS[mode], ...series]), ...KIND_COLORS[mode] };
}

/** A color that style sheets name, but for those of providers. */
export type ColorName = Kind | `series-${0 | 1 | 2 | 3 | 4 | 5 | 6 | 7}`;

export function namedColor(name: ColorName, mode: Mode = "light"): string {
  return known(namedColors(mode)[name]);
}

export type CostPart = "fresh" | "write" | "hourWrite" | "read" | "output" | "reasoning" | "openWrite" | "openOutput";

/** For the parts of a bill: hues are those of prefix, append and output, and what a part may cost more is pale. */
const COST_COLORS: Readonly<Record<Mode, Readonly<Record<CostPart, string>>>> = {
  light: {
    fresh: KIND_COLORS.light.append,
    write: "#dc6cc2",
    hourWrite: "#7d1266",
    read: KIND_COLORS.light.prefix,
    output: KIND_COLORS.light.output,
    reasoning: "#93971a",
    openWrite: "#f2c9e8",
    openOutput: "#dbe5b4",
  },
  dark: {
    fresh: KIND_COLORS.dark.append,
    write: "#b8388f",
    hourWrite: "#fbb3e0",
    read: KIND_COLORS.dark.prefix,
    output: KIND_COLORS.dark.output,
    reasoning: "#6f7f10",
    openWrite: "#552447",
    openOutput: "#3d4612",
  },
};

export function costColor(part: CostPart, mode: Mode = "light"): string {
  return COST_COLORS[mode][part];
}

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

/**
 * Anchors of a scale from pale yellow to dark blue (ColorBrewer YlGnBu): lightness alone gives the order, and hues keep
 * neighbors apart. Dark figures run the other way, so that the largest is what stays furthest from the ground.
 */
const RAMP = ["#ffffd9", "#edf8b1", "#c7e9b4", "#7fcdbb", "#41b6c4", "#1d91c0", "#225ea8", "#253494", "#081d58"];
/** Places on the scale: paler or darker ones can't be seen on their ground. */
const RAMP_ENDS: Readonly<Record<Mode, readonly [first: number, last: number]>> = { light: [0.2, 0.95], dark: [0.88, 0.12] };
const RAMP_ENTRIES = 256;

/** `count` colors for ordered bins, from the faintest to the strongest. */
export function sequentialRamp(count: number, mode: Mode = "light"): string[] {
  const entries = RAMP_COLORS[mode];
  return Array.from({ length: count }, (_, i) =>
    at(entries, count === 1 ? RAMP_ENTRIES / 2 : Math.round((i * (RAMP_ENTRIES - 1)) / (count - 1))),
  );
}

const RAMP_COLORS: Readonly<Record<Mode, readonly string[]>> = { light: rampEntries("light"), dark: rampEntries("dark") };

function rampEntries(mode: Mode): string[] {
  const [first, last] = RAMP_ENDS[mode];
  return Array.from({ length: RAMP_ENTRIES }, (_, i) => rampAt(first + ((last - first) * i) / (RAMP_ENTRIES - 1)));
}

function rampAt(position: number): string {
  const place = position * (RAMP.length - 1);
  const left = Math.min(Math.floor(place), RAMP.length - 2);
  const to = channels(at(RAMP, left + 1));
  const mixed = channels(at(RAMP, left)).map((value, i) => Math.round(value + (at(to, i) - value) * (place - left)));
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

function channels(hex: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
}

/** Text on fills, by the name of what is readable in light and in dark figures. Shades of black and white, so that `darkColor` can distinguish them. */
const ON_FILL = { black: { black: "#000001", white: "#000002" }, white: { black: "#fffffd", white: "#fffffe" } } as const;

/** Text color for a label on `fill` (`#rrggbb`): black or white, what is easier to read. Its dark twin fits the twin of the fill. */
export function labelColorOn(fill: string): string {
  return ON_FILL[readableOn(fill)][readableOn(darkColor(fill))];
}

function readableOn(fill: string): "black" | "white" {
  return contrast(fill, "#000000") > contrast(fill, "#ffffff") ? "black" : "white";
}

const DARK_OF: ReadonlyMap<string, string> = twins();

function twins(): Map<string, string> {
  const dark = everyColor("dark");
  return new Map([
    ...everyColor("light").map((color, i): [string, string] => [color, at(dark, i)]),
    [ON_FILL.black.white, ON_FILL.white.white],
    [ON_FILL.white.black, ON_FILL.black.black],
  ]);
}

function everyColor(mode: Mode): string[] {
  return [
    ...RAMP_COLORS[mode],
    ...SERIES_COLORS[mode],
    ...PROVIDER_COLORS[mode].values(),
    ...Object.values(KIND_COLORS[mode]),
    ...Object.values(COST_COLORS[mode]),
    ...Object.values(COLORS[mode]),
  ];
}

/** The dark twin of a color of the light palette; any other color as it is. */
export function darkColor(color: string): string {
  return DARK_OF.get(color) ?? color;
}

/** The same spec in dark colors: every color of the light palette is replaced by its twin. */
export function darkTwin<T>(spec: T): T {
  return recolored(spec) as T;
}

function recolored(value: unknown): unknown {
  if (typeof value === "string") return darkColor(value);
  if (Array.isArray(value)) return value.map(recolored);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, recolored(member)]));
}

const LOST_IN_THE_DARK = [ON_FILL.black.black, ON_FILL.white.white];

/** Whether the figure of a spec can be shown by `darkMatrix`. Not if a label keeps its color on a fill, which the matrix would exchange. */
export function turnsDark(spec: string): boolean {
  return !LOST_IN_THE_DARK.some((color) => spec.includes(color));
}

/** Red, green and blue of a dark figure from how far those of a light one are below white: a least-squares fit to the two palettes. */
const TO_DARK = [
  [0.355, -0.962, -0.3],
  [-0.752, 0.046, -0.218],
  [-0.796, -0.795, 0.795],
] as const;

/**
 * Turns pixels of a light figure dark: the rows of an `feColorMatrix` (red, green, blue, alpha and a constant, from 0 to 1).
 * White becomes the dark background, other colors about what `darkColor` makes of them.
 */
export function darkMatrix(): number[][] {
  const background = channels(COLORS.dark.background).map((channel) => channel / 255);
  const rows = TO_DARK.map((row, i) => [...row, 0, at(background, i) - row.reduce((sum, weight) => sum + weight, 0)]);
  return [...rows, [0, 0, 0, 1, 0]];
}
