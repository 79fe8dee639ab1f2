import { describe, expect, it } from "vitest";
import { colorDifference, VISIONS } from "../testing/color-difference.ts";
import { contrast } from "./contrast.ts";
import {
  COLORS,
  type CostPart,
  costColor,
  darkColor,
  darkMatrix,
  type Kind,
  kindColor,
  labelColorOn,
  type Mode,
  namedColors,
  providerColor,
  sequentialRamp,
  turnsDark,
} from "./palette.ts";

const PROVIDERS = ["claude", "codex"];
const TOKENS: Kind[] = ["prefix", "append", "output"];
const COSTS: CostPart[] = ["fresh", "write", "hourWrite", "read", "output", "reasoning"];
const TIMES: Kind[] = ["generation", "tool", "human", "unknown"];
/** Drawn next to one another, so they must differ for everyone. */
const FAMILIES: readonly (readonly string[])[] = [PROVIDERS, TOKENS, [...TIMES, "error"]];
/** In units of `colorDifference`: what is far apart for small marks, and for marks that are rarely in one figure. */
const FAR = 10;
const APART = 12;

const pairsOf = <T>(items: readonly T[]) => items.flatMap((a, i) => items.slice(i + 1).map((b): [T, T] => [a, b]));

describe.each<Mode>(["light", "dark"])("%s", (mode) => {
  const paper = COLORS[mode].background;
  const colorOf = (name: string) => String(namedColors(mode)[name]);
  const all = FAMILIES.flat();

  it.each(["text", "muted"] as const)("%s can be read", (name) => expect(contrast(COLORS[mode][name], paper)).toBeGreaterThanOrEqual(4.5));

  it.each([...PROVIDERS, ...TOKENS, "generation", "human", "error"])("text in the color of %s can be read", (name) =>
    expect(contrast(colorOf(name), paper)).toBeGreaterThanOrEqual(4.5),
  );

  it.each(Object.keys(namedColors(mode)))("a mark of %s can be seen", (name) =>
    expect(contrast(colorOf(name), paper)).toBeGreaterThanOrEqual(3),
  );

  it.each(["neutral", "boxEdge"] as const)("a %s can be seen", (name) =>
    expect(contrast(COLORS[mode][name], paper)).toBeGreaterThanOrEqual(3),
  );

  it.each(FAMILIES.flatMap(pairsOf))("%s and %s differ, also for the color blind", (a, b) => {
    for (const vision of Object.keys(VISIONS) as (keyof typeof VISIONS)[])
      expect(colorDifference(colorOf(a), colorOf(b), vision)).toBeGreaterThanOrEqual(FAR);
  });

  it.each(pairsOf(all))("%s and %s are different colors", (a, b) =>
    expect(colorDifference(colorOf(a), colorOf(b))).toBeGreaterThanOrEqual(APART),
  );

  it.each(COSTS)("a mark of the cost of %s can be seen", (part) =>
    expect(contrast(costColor(part, mode), paper)).toBeGreaterThanOrEqual(3),
  );

  it.each(pairsOf(COSTS))("costs of %s and %s differ", (a, b) =>
    expect(colorDifference(costColor(a, mode), costColor(b, mode))).toBeGreaterThanOrEqual(APART),
  );

  it.each([2, 4, 8])("%i steps of the ramp differ, and the last is the strongest", (count) => {
    const ramp = sequentialRamp(count, mode);
    const strengths = ramp.map((color) => contrast(color, paper));
    expect(strengths).toEqual(strengths.toSorted((a, b) => a - b));
    expect(strengths.at(-1)).toBeGreaterThanOrEqual(7);
    for (const [i, color] of ramp.slice(1).entries()) expect(colorDifference(color, String(ramp[i]))).toBeGreaterThanOrEqual(5);
  });

  it("text on any fill can be read", () => {
    const fills = [...sequentialRamp(12), ...Object.values(namedColors("light")), COLORS.light.neutral, COLORS.light.boxFace];
    for (const fill of fills) {
      const [shown, text] = mode === "light" ? [fill, labelColorOn(fill)] : [darkColor(fill), darkColor(labelColorOn(fill))];
      expect(contrast(shown, text)).toBeGreaterThanOrEqual(4.5);
    }
  });
});

it.each([0, 1, 2, 9])("a ramp has %i colors, each with its dark twin", (count) => {
  expect(sequentialRamp(count).map(darkColor)).toEqual(sequentialRamp(count, "dark"));
  expect(sequentialRamp(count)).toHaveLength(count);
});

it.each<Kind>([...TOKENS, ...TIMES, "error"])("%s has a dark twin", (kind) =>
  expect(darkColor(kindColor(kind))).toBe(kindColor(kind, "dark")),
);

it.each<CostPart>([...COSTS, "openWrite", "openOutput"])("the cost of %s has a dark twin", (part) =>
  expect(darkColor(costColor(part))).toBe(costColor(part, "dark")),
);

it("providers have the names of their colors", () =>
  expect(PROVIDERS.map((name) => providerColor(name))).toEqual(PROVIDERS.map((name) => namedColors("light")[name])));

it.each([
  ["#ffffff", "#000000", 21],
  ["#777777", "#ffffff", 4.48],
  ["#ff0000", "#ff0000", 1],
])("the contrast of %s and %s is %d", (a, b, ratio) => expect(contrast(a, b)).toBeCloseTo(ratio, 2));

it.each([
  ["#000000", "#ffffff", "normal", 100],
  ["#ff0000", "#ff0000", "normal", 0],
] as const)("the difference of %s and %s is as published", (a, b, vision, difference) =>
  expect(colorDifference(a, b, vision)).toBeCloseTo(difference, 1),
);

it("to those who see no green, red and green of one lightness are alike", () => {
  expect(colorDifference("#c00000", "#5a6b00", "deuteranopia")).toBeLessThan(colorDifference("#c00000", "#5a6b00") / 2);
});

describe("pixels turned dark", () => {
  const turned = (hex: string) => {
    const light = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
    const channel = ([red = 0, green = 0, blue = 0, , constant = 0]: number[]) =>
      Math.min(1, Math.max(0, red * (light[0] ?? 0) + green * (light[1] ?? 0) + blue * (light[2] ?? 0) + constant));
    return `#${darkMatrix()
      .slice(0, 3)
      .map((row) =>
        Math.round(255 * channel(row))
          .toString(16)
          .padStart(2, "0"),
      )
      .join("")}`;
  };
  it.each([
    ["a label that changes with its fill", labelColorOn(kindColor("append")), true],
    ["a label that keeps its color", labelColorOn(kindColor("tool")), false],
  ])("are those of %s: %s -> %s", (_, color, turns) => expect(turnsDark(JSON.stringify({ mark: { type: "text", color } }))).toBe(turns));

  const named = Object.values({ ...namedColors("light"), ...COLORS.light });

  it("have the dark background where they were white", () => expect(turned("#ffffff")).toBe(COLORS.dark.background));

  it.each(named)("are near the dark twin of %s", (color) => expect(colorDifference(turned(color), darkColor(color))).toBeLessThan(25));

  it.each(FAMILIES)("can be distinguished: %s, %s, %s", (...names) => {
    const colors = names.map((name) => turned(String(namedColors("light")[name])));
    expect(Math.min(...pairsOf(colors).map(([a, b]) => colorDifference(a, b)))).toBeGreaterThanOrEqual(FAR);
  });

  it.each([COLORS.light.text, COLORS.light.muted, ...FAMILIES.flat().map((name) => String(namedColors("light")[name]))])(
    "can be read where they were %s",
    (color) => expect(contrast(turned(color), COLORS.dark.background)).toBeGreaterThanOrEqual(4.5),
  );
});
