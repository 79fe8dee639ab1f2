import { createCanvas } from "canvas";
import { textMetrics } from "vega";
import { expect, it, vi } from "vitest";
import { registerFonts } from "../render/fonts.ts";
import { advanceOf, type FontWeight } from "./advances.ts";
import * as browser from "./advances-browser.ts";
import { FONT_STACK } from "./font-stack.ts";
import { textWidth, widestOf } from "./text-width.ts";

it.each<[text: string, fontSize: number, fontWeight: "normal" | "bold"]>([
  ["", 14, "normal"],
  ["123,456 of 1,152,950 (10.7%)", 14, "normal"],
  ["Millimeters of WWW", 15, "normal"],
  ["claude-opus-4-8", 16, "bold"],
  ["p25 to p75 · 12.4 → 13.9 µs", 12, "normal"],
])("%s at %i px, %s, is as wide as it is drawn, but for kerning", (text, fontSize, fontWeight) => {
  registerFonts();
  const drawn = textMetrics.width({ font: FONT_STACK, fontSize, fontWeight }, text);
  const width = textWidth(text, fontSize, fontWeight);
  expect(width).toBeGreaterThanOrEqual(drawn - 0.01);
  expect(width - drawn).toBeLessThanOrEqual(0.1 * fontSize);
});

it("the widest line has the most pixels, not the most characters", () => {
  expect(widestOf(["iiiii", "WWWW"], 14)).toBe(textWidth("WWWW", 14));
  expect(widestOf([], 14)).toBe(0);
});

it.each<[character: string, weight: FontWeight]>([
  ["W", "normal"],
  ["W", "bold"],
  ["5", "normal"],
  ["→", "normal"],
])("a browser finds the width of %s, %s, by drawing", (character, weight) => {
  registerFonts();
  vi.stubGlobal(
    "OffscreenCanvas",
    class {
      getContext = () => createCanvas(1, 1).getContext("2d");
    },
  );
  expect(browser.advanceOf(character, weight)).toBeCloseTo(advanceOf(character, weight), 2);
});
