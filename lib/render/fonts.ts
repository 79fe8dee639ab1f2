import { GlobalFonts } from "canvas";
import { textMetrics } from "vega";
import { FONT_FILES } from "../chart/font-files.ts";
import { FONT_FAMILY } from "../chart/font-stack.ts";

let registered = false;

/**
 * Registers the bundled faces for this process, once, before anything is measured. Throws when a file cannot be used
 * or when Vega has no canvas and would only guess the widths of texts.
 */
export function registerFonts(): void {
  if (registered) return;
  for (const file of FONT_FILES) registerFace(file);
  checkFamily();
  checkMeasuring();
  registered = true;
}

function registerFace(file: string): void {
  if (GlobalFonts.registerFromPath(file, FONT_FAMILY) === null) throw new Error(`cannot load the font ${file}; reinstall the dependencies`);
}

function checkFamily(): void {
  const weights = GlobalFonts.families.find(({ family }) => family === FONT_FAMILY)?.styles.map(({ weight }) => weight) ?? [];
  const missing = [400, 700].filter((weight) => !weights.includes(weight));
  if (missing.length > 0) throw new Error(`the font family ${FONT_FAMILY} lacks the weights ${missing.join(", ")}`);
}

/** Without a canvas, Vega gives every letter the same width. */
function checkMeasuring(): void {
  const width = (text: string) => textMetrics.width({ font: FONT_FAMILY, fontSize: 20 }, text);
  if (width("iiiiiiii") >= width("MMMMMMMM"))
    throw new Error("Vega cannot measure text: the package canvas (@napi-rs/canvas) did not load; reinstall the dependencies");
}
