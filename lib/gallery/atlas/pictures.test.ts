import { describe, expect, it } from "vitest";
import { darkColor, labelColorOn } from "../../chart/palette.ts";
import { COLORS } from "../../chart/theme.ts";
import { darkDrawing } from "./pictures.ts";

const { background, text } = COLORS.light;

describe("a dark drawing", () => {
  it.each([
    ["the ground", `<rect fill="${background}"/>`, `<rect fill="${COLORS.dark.background}"/>`],
    [
      "a label on a fill",
      `<text fill="${labelColorOn("#1e2f4a")}">5%</text>`,
      `<text fill="${darkColor(labelColorOn("#1e2f4a"))}">5%</text>`,
    ],
    ["a color of nobody", '<path stroke="#123456"/>', '<path stroke="#123456"/>'],
    ["a text that names a color", `<text>fill=${text} ="5"</text>`, `<text>fill=${text} ="5"</text>`],
    ["what is for programs", '<g class="a" role="b" aria-label="c" stroke-opacity="0.5"/>', '<g stroke-opacity="0.5"/>'],
  ])("of %s", (_, light, dark) => expect(darkDrawing(light)).toBe(dark));
});
