/**
 * Figures for papers: as wide as a column or a page, as PDF and SVG, with text of 8 pt. Title and subtitle are left out, because a
 * paper has them in its caption.
 */
import { PDFDocument } from "canvas";
import type { View } from "vega";
import type { TopLevelSpec } from "vega-lite";
import { checkScene } from "./check-scene.ts";
import { registerFonts } from "./fonts.ts";
import { type PaperLayout, paperSpec, TEXT_PIXELS } from "./paper-spec.ts";
import { type PreparedSpec, prepareSpec } from "./prepare-spec.ts";
import { compileSpec, frameOf, withView } from "./render.ts";
import { type Frame, layoutProblems } from "./scene.ts";
import { sizeOf } from "./vega-untyped.ts";

/** Inches. */
export const PAPER_WIDTHS = { column: 3.3, page: 7 } as const;
export type PaperWidth = keyof typeof PAPER_WIDTHS;

export interface PaperRequest {
  /** `<category>/<experiment>/<figure>`, for messages. */
  readonly name: string;
  readonly spec: TopLevelSpec;
  readonly width: PaperWidth;
  /** Title of the PDF. */
  readonly title: string;
}

export interface PaperFigure {
  readonly pdf: Uint8Array;
  readonly svg: string;
}

const POINTS_PER_INCH = 72;
const TEXT_POINTS = 8;
/** On paper. */
const POINTS_PER_PIXEL = TEXT_POINTS / TEXT_PIXELS;
/** CSS pixels by which a picture may be too wide. */
const TOLERANCE = 1;
/** Share of the width that it takes at least. */
const FULL = 0.97;
const MOST_TRIES = 12;
const WIDEST = 4;
/** Narrow panels, in the order tried. In the narrowest ones labels that belong inside a plot may stick out of it. */
const NARROW = [0.1, 0.4, 0.7, 0.85];

/** The figure, or what is in the way of drawing it so wide: a phrase. Throws as `renderFigure` does. */
export async function paperFigure({ name, spec, width, title }: PaperRequest): Promise<PaperFigure | string> {
  registerFonts();
  const prepared = prepareSpec({ name, spec });
  const target = (PAPER_WIDTHS[width] * POINTS_PER_INCH) / POINTS_PER_PIXEL;
  let problem = "";
  for (const layout of LAYOUTS[width]) {
    const paper = (factor: number) => paperSpec(prepared, { ...layout, factor, target });
    const figure = await fitted(target, (factor) =>
      drawn(name, paper(factor), async (view) => {
        const { width: reached } = sizeOf(view);
        const fits = reached >= FULL * target && reached <= target + TOLERANCE;
        return { factor, width: reached, figure: fits ? await written(view, frameOf(name, view, 1), title) : null };
      }),
    );
    if (typeof figure !== "string") return figure;
    problem ||= figure;
  }
  return problem;
}

const TOO_WIDE = "its labels take more than the width";

/** Tried in order. */
const LAYOUTS: Readonly<Record<PaperWidth, readonly PaperLayout[]>> = {
  column: [{ stacked: true, legendColumns: 1 }],
  page: [{ stacked: false }, { stacked: false, legendColumns: 3 }, { stacked: true, legendColumns: 3 }],
};

async function written(view: View, frame: Frame, title: string): Promise<PaperFigure | string> {
  const [problem] = layoutProblems(view, frame);
  return problem ?? { pdf: await pdfOf(view, frame, title), svg: await svgOf(view, frame) };
}

function drawn<T>(name: string, spec: PreparedSpec, use: (view: View) => Promise<T>): Promise<T> {
  return withView(name, compileSpec(name, spec), async (view) => {
    checkScene(name, view);
    return use(view);
  });
}

interface Try {
  /** By which panels become wider. */
  readonly factor: number;
  readonly width: number;
  /** The figure, or what is in the way of it, where the width is right. */
  readonly figure: PaperFigure | string | null;
}

/**
 * Makes panels wider until the picture has a width, with text as it is. They can't always become narrow enough.
 * The width grows with the factor, but not evenly: axes with more room show more labels, and panels have a least width.
 */
async function fitted(target: number, draw: (factor: number) => Promise<Try>): Promise<PaperFigure | string> {
  let low: Try = { factor: 0, width: Number.POSITIVE_INFINITY, figure: null };
  for (const factor of NARROW) if (!low.figure && low.width > target) low = await draw(factor);
  if (low.figure) return low.figure;
  if (low.width > target) return TOO_WIDE;
  let high = await draw(1);
  while (!high.figure && high.width < target && high.factor < WIDEST) high = await draw(2 * high.factor);
  for (let i = 0; i < MOST_TRIES && !high.figure; i++) {
    const share = (target - low.width) / (high.width - low.width);
    // Every third time in the middle, in case that one end does not move.
    const tried = await draw(low.factor + (high.factor - low.factor) * (i % 3 === 2 ? 0.5 : share));
    if (tried.figure) return tried.figure;
    if (tried.width < target) low = tried;
    else high = tried;
  }
  return high.figure ?? TOO_WIDE;
}

/** A PDF of one page, as large as the picture. Without a clock: the same picture gives the same bytes. */
async function pdfOf(view: View, frame: Frame, title: string): Promise<Uint8Array> {
  const document = new PDFDocument({ title, creator: "Trace Atlas" });
  const context = document.beginPage(frame.width * POINTS_PER_PIXEL, frame.height * POINTS_PER_PIXEL);
  await view.toCanvas(POINTS_PER_PIXEL, { externalContext: Object.assign(context, { pixelRatio: POINTS_PER_PIXEL }) });
  document.endPage();
  return document.close();
}

async function svgOf(view: View, { width, height }: Frame): Promise<string> {
  const svg = await view.toSVG();
  const points = (pixels: number) => `${Number((pixels * POINTS_PER_PIXEL).toFixed(2))}pt`;
  return svg.replace(/ width="[^"]*" height="[^"]*"/, ` width="${points(width)}" height="${points(height)}"`);
}
