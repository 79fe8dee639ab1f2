/** Vega-Lite spec to PNG, on the thread that calls. A run renders in worker threads: see pool.ts. */

import { type Canvas, createCanvas, type SKRSContext2D } from "canvas";
import * as vega from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { FONT_STACK } from "../chart/font-stack.ts";
import { printable } from "../chart/glyphs.ts";
import { COLORS, FONT_SIZE } from "../chart/theme.ts";
import { messageOf } from "../files/errors.ts";
import { checkScene } from "./check-scene.ts";
import { compactSvg } from "./compact-svg.ts";
import type { Pixels } from "./few-colors.ts";
import { withFewerCalls } from "./fewer-calls.ts";
import { registerFonts } from "./fonts.ts";
import { FOOTER } from "./footer.ts";
import { encodePng } from "./png.ts";
import { type PreparedSpec, prepareSpec } from "./prepare-spec.ts";
import { countItems, type Frame, forgetDescriptionsOfMarks, labelTexts, layoutProblems } from "./scene.ts";
import { checkCompiled, recordingLogger, refusingLoader } from "./strictness.ts";
import { sizeOf } from "./vega-untyped.ts";

export interface RenderRequest {
  /** `<category>/<experiment>/<figure>`, for messages. */
  readonly name: string;
  /** Prepared or not: the theme is merged in unless the spec carries one. */
  readonly spec: TopLevelSpec;
  /** One line of small text in a strip below the chart; without it there is no strip. */
  readonly footer?: string;
  /** Raster pixels per CSS pixel. Default 2. */
  readonly scale?: number;
  /** Also as SVG, where that stays small. */
  readonly withSvg?: boolean;
}

export interface RenderedFigure {
  readonly png: Uint8Array;
  /** Size in raster pixels. */
  readonly width: number;
  readonly height: number;
  /** With `withSvg`: the figure as SVG, if it has at most `MAX_SVG_BYTES`. */
  readonly svg: string | null;
  /** Labels that are cut off or lie over one another, as plain sentences; empty when all is well. */
  readonly problems: readonly string[];
}

/** Keeps the spec of a foreign image from asking for more memory than the machine has. */
const MAX_RASTER_PIXELS = 120e6;
const SEED = 1;
const MAX_SVG_BYTES = 3.3e5;
/** An item takes at least some 50 bytes of SVG: more items than this need not be tried. */
const MAX_SVG_ITEMS = MAX_SVG_BYTES / 50;

/**
 * Draws one figure. The same spec, footer and scale give the same bytes on the same platform and lockfile.
 *
 * Throws an Error that starts with the figure's name when Vega or Vega-Lite warn about anything, when the spec asks for
 * a file or an address, when a mark has no place, and when a label is truncated or has a glyph that no bundled font has.
 */
export async function renderFigure({ name, spec, footer, scale = 2, withSvg = false }: RenderRequest): Promise<RenderedFigure> {
  registerFonts();
  const prepared = prepareSpec({ name, spec });
  const compiled = compileSpec(name, prepared);
  return withView(name, compiled, async (view) => {
    const frame = frameOf(name, view, scale);
    checkScene(name, view);
    const background = String(compiled.background ?? COLORS.light.background);
    const sheet = { footer, scale, background };
    const { png, width, height } = await raster(view, frame, sheet);
    const problems = layoutProblems(view, frame);
    const svg = withSvg ? await smallSvg(view, frame, sheet) : null;
    return { png, width, height, svg, problems };
  });
}

/** The labels of a figure, and what is wrong with them as in `RenderedFigure`, without making a picture. Throws as `renderFigure` does. */
export async function figureProblems({ name, spec }: RenderRequest): Promise<{ texts: string[]; problems: string[] }> {
  registerFonts();
  return withView(name, compileSpec(name, prepareSpec({ name, spec })), async (view) => {
    checkScene(name, view);
    const frame = frameOf(name, view, 1);
    return { texts: labelTexts(view, frame), problems: layoutProblems(view, frame) };
  });
}

interface Sheet {
  readonly footer: string | undefined;
  readonly scale: number;
  readonly background: string;
}

/** The chart and a strip with the footer, on one canvas: the footer is drawn outside Vega, so that the spec stays the chart alone. */
async function raster(view: vega.View, frame: Frame, sheet: Sheet): Promise<{ png: Uint8Array; width: number; height: number }> {
  const { footer, scale, background } = sheet;
  const chartHeight = Math.floor(frame.height * scale);
  const width = Math.floor(frame.width * scale);
  const height = chartHeight + (footer === undefined ? 0 : FOOTER.height * scale);
  const canvas = createCanvas(width, height);
  const context = canvas.getContext("2d");
  context.fillStyle = background;
  context.fillRect(0, 0, width, height);
  context.save();
  await view.toCanvas(scale, { externalContext: Object.assign(withFewerCalls(context), { pixelRatio: scale }) });
  context.restore();
  if (footer !== undefined) writeFooter(context, footer, { width, top: chartHeight, scale });
  const png = encodePng(pixelsOf(canvas, isOpaque(background)));
  release(canvas);
  return { png, width, height };
}

function writeFooter(context: SKRSContext2D, footer: string, { width, top, scale }: { width: number; top: number; scale: number }): void {
  context.font = `${FONT_SIZE.small * scale}px ${FONT_STACK}`;
  context.fillStyle = COLORS.light.muted;
  context.fillText(printable(footer), FOOTER.marginLeft * scale, top + FOOTER.baseline * scale, width - 2 * FOOTER.marginLeft * scale);
}

/** By a canvas of its own: reading a pixel makes a large canvas copy all of them. */
function isOpaque(color: string): boolean {
  const context = createCanvas(1, 1).getContext("2d");
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  return context.getImageData(0, 0, 1, 1).data[3] === 255;
}

/** @param opaque nothing that is drawn on an opaque ground lets it shine through */
function pixelsOf(canvas: Canvas, opaque: boolean): Pixels {
  const { width, height } = canvas;
  // The stored pixels are premultiplied, which makes no difference to opaque ones and spares a copy.
  const { buffer, byteOffset } = opaque ? canvas.data() : canvas.getContext("2d").getImageData(0, 0, width, height).data;
  return { data: new Int32Array(buffer, byteOffset, width * height), width, height };
}

async function smallSvg(view: vega.View, frame: Frame, sheet: Sheet): Promise<string | null> {
  if (countItems(view) > MAX_SVG_ITEMS) return null;
  forgetDescriptionsOfMarks(view);
  const svg = withFooter(compactSvg(await view.toSVG()), frame, sheet);
  return Buffer.byteLength(svg) <= MAX_SVG_BYTES ? svg : null;
}

/** The chart inside a picture that is higher by the strip of the footer. */
function withFooter(chart: string, { width, height }: Frame, { footer, background }: Sheet): string {
  if (footer === undefined) return chart;
  const total = height + FOOTER.height;
  const text = printable(footer).replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${total}" viewBox="0 0 ${width} ${total}">`,
    `<rect width="${width}" height="${total}" fill="${background}"/>`,
    chart,
    `<text x="${FOOTER.marginLeft}" y="${height + FOOTER.baseline}" font-family="${FONT_STACK.replaceAll('"', "'")}" font-size="${FONT_SIZE.small}" fill="${COLORS.light.muted}">${text}</text>`,
    "</svg>",
  ].join("");
}

/** The Vega spec that a prepared Vega-Lite spec compiles to. Throws on every warning, naming the figure. */
export function compileSpec(name: string, spec: PreparedSpec): vega.Spec {
  const { logger, complaints } = recordingLogger();
  const compiled = named(name, () => compile(spec, { logger }).spec);
  throwFirst(name, complaints);
  checkCompiled(name, compiled);
  return compiled;
}

/** Draws a compiled spec and ends it after `use`. Throws as `renderFigure` does. */
export async function withView<T>(name: string, compiled: vega.Spec, use: (view: vega.View) => Promise<T>): Promise<T> {
  vega.setRandom(vega.randomLCG(SEED));
  const { loader, refused } = refusingLoader();
  const { logger, complaints } = recordingLogger();
  const view = named(name, () => new vega.View(vega.parse(compiled), { renderer: "none", logger, logLevel: vega.Warn, loader }));
  try {
    await view.runAsync();
    throwFirst(name, complaintsOf(refused, complaints));
    const result = await use(view);
    throwFirst(name, complaintsOf(refused, complaints));
    return result;
  } catch (error) {
    throw withName(name, error);
  } finally {
    view.finalize();
  }
}

function complaintsOf(refused: ReadonlySet<string>, complaints: readonly string[]): string[] {
  return [...[...refused].map((uri) => `refused to open ${uri}; a figure draws from the data in its spec only`), ...complaints];
}

function throwFirst(name: string, [first]: readonly string[]): void {
  if (first !== undefined) throw new Error(`figure ${name}: ${first}`);
}

/** Size of a drawn picture. Throws when it has more pixels at `scale` than memory allows. */
export function frameOf(name: string, view: vega.View, scale: number): Frame {
  const [originX, originY] = view.origin();
  const { width, height, left, top } = sizeOf(view);
  const frame = { width, height, originX: originX + left, originY: originY + top };
  if (frame.width * frame.height * scale * scale > MAX_RASTER_PIXELS) {
    throw new Error(
      `figure ${name}: ${Math.round(frame.width)} x ${Math.round(frame.height)} px at scale ${scale} is more than ${MAX_RASTER_PIXELS / 1e6} megapixels`,
    );
  }
  return frame;
}

/** Gives the pixels back at once: tens of megabytes a figure that the garbage collector does not see. */
function release(canvas: Canvas): void {
  canvas.width = 1;
  canvas.height = 1;
}

function named<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw withName(name, error);
  }
}

function withName(name: string, error: unknown): Error {
  const message = messageOf(error);
  return error instanceof Error && message.startsWith(`figure ${name}`) ? error : new Error(`figure ${name}: ${message}`, { cause: error });
}
