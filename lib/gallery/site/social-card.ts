/** The preview picture of the home page, drawn with the bundled fonts. */
import path from "node:path";
import { createCanvas, GlobalFonts, loadImage, type SKRSContext2D } from "canvas";
import { FONT_FAMILY } from "../../chart/font-stack.ts";
import { broughtFile } from "../../files/program.ts";
import { wrapped } from "../../format/labels.ts";
import { grouped } from "../../format/numbers.ts";
import { registerFonts } from "../../render/fonts.ts";
import type { Atlas } from "../atlas/atlas.ts";
import { headingOf, kindOf } from "../atlas/pool-words.ts";
import { SITE_NAME } from "../atlas/words.ts";
import { counted, windowOf } from "../format.ts";
import { SOCIAL_CARD } from "../links.ts";

const COLORS = { paper: "#f5f8f8", sheet: "#ffffff", sea: "#e3eef1", ink: "#13212c", soft: "#4b5d6a", line: "#c9d5da", mark: "#a3155c" };
const SERIF = "Trace Atlas Serif";
const MARGIN = 64;
const FIGURE = { x: 690, y: 96, width: 446, height: 420 };
const TEXT_WIDTH = FIGURE.x - MARGIN - 40;

/** PNG. @param out folder of the run, for the first figure that it drew */
export async function drawSocialCard(atlas: Atlas, out: string): Promise<Uint8Array> {
  registerFonts();
  registerSerif();
  const canvas = createCanvas(SOCIAL_CARD.width, SOCIAL_CARD.height);
  const context = canvas.getContext("2d");
  drawGround(context);
  drawWords(context, atlas);
  await drawFigure(context, atlas, out);
  return canvas.encode("png");
}

function registerSerif(): void {
  if (GlobalFonts.has(SERIF)) return;
  const file = broughtFile("dejavu-fonts-ttf/ttf/DejaVuSerif.ttf");
  if (GlobalFonts.registerFromPath(file, SERIF) === null) throw new Error(`cannot load the font ${file}; reinstall the dependencies`);
}

/** Paper, and the graduated border of a chart along the top. */
function drawGround(context: SKRSContext2D): void {
  context.fillStyle = COLORS.paper;
  context.fillRect(0, 0, SOCIAL_CARD.width, SOCIAL_CARD.height);
  context.fillStyle = COLORS.ink;
  for (let x = 0; x < SOCIAL_CARD.width; x += 120) context.fillRect(x, 0, 60, 14);
  context.fillRect(0, 14, SOCIAL_CARD.width, 2);
}

function drawWords(context: SKRSContext2D, { pool, sheets }: Atlas): void {
  context.textBaseline = "alphabetic";
  context.fillStyle = COLORS.mark;
  context.font = `28px "${SERIF}"`;
  context.fillText(SITE_NAME, MARGIN, 118);
  context.fillStyle = COLORS.ink;
  context.font = `54px "${SERIF}"`;
  let y = 212;
  const linesOf = (text: string) => wrapped(text, TEXT_WIDTH, (line) => context.measureText(line).width);
  for (const line of linesOf(headingOf(pool))) {
    context.fillText(line, MARGIN, y);
    y += 68;
  }
  context.fillStyle = COLORS.soft;
  context.font = `26px "${FONT_FAMILY}"`;
  const window = windowOf(pool);
  const figures = sheets.reduce((sum, sheet) => sum + sheet.figures.length, 0);
  const lines = [
    kindOf(pool).title,
    ...(window ? [window.span] : []),
    `${counted(pool.sessions, "session")}, ${grouped(pool.toolCalls)} tool calls`,
    `${counted(figures, "figure")} with data and code inside`,
  ];
  y += 6;
  for (const line of lines.flatMap(linesOf)) {
    context.fillText(line, MARGIN, y);
    y += 42;
  }
}

async function drawFigure(context: SKRSContext2D, { sheets }: Atlas, out: string): Promise<void> {
  const sheet = sheets.find((candidate) => candidate.figures.length > 0);
  const figure = sheet?.figures[0];
  if (!sheet || !figure) return;
  const image = await loadImage(path.join(out, sheet.id, figure.file));
  const scale = Math.min(FIGURE.width / image.width, FIGURE.height / image.height);
  const [width, height] = [image.width * scale, image.height * scale];
  const [x, y] = [FIGURE.x + (FIGURE.width - width) / 2, FIGURE.y + (FIGURE.height - height) / 2];
  context.fillStyle = COLORS.sheet;
  context.fillRect(x - 14, y - 14, width + 28, height + 28);
  context.strokeStyle = COLORS.line;
  context.lineWidth = 2;
  context.strokeRect(x - 14, y - 14, width + 28, height + 28);
  context.drawImage(image, x, y, width, height);
}
