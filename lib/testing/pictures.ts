/** `npm run pictures`: the pictures of README.md, of the sample's atlas that `npm start` left in out/ or of the run in the folder given. */
import fs from "node:fs";
import path from "node:path";
import { chromium } from "playwright-core";
import sharp from "sharp";
import { makeFolder } from "../files/folder.ts";
import { serveGallery } from "../gallery/serve/serve.ts";
import { project } from "./paths.ts";

const PICTURES = project("docs/pictures");
const FIGURES = { "session-map": "session/session_map", "token-steps": "session/session_token_steps" } as const;
const WIDTH = 1100;
const QUALITY = 80;

const [run = project("out")] = process.argv.slice(2);
makeFolder(PICTURES);
for (const [name, experiment] of Object.entries(FIGURES)) await write(name, firstFigure(path.join(run, experiment)));
await write("atlas", await firstScreen(path.join(run, "gallery")));

function firstFigure(folder: string): string {
  const [first] = fs
    .readdirSync(folder)
    .filter((file) => file.endsWith(".png"))
    .sort();
  if (first === undefined) throw new Error(`${folder} has no figure; run npm start first.`);
  return path.join(folder, first);
}

async function firstScreen(gallery: string): Promise<Buffer> {
  const { url, close } = await serveGallery(gallery, { port: 0 });
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 960 } });
    await page.goto(url);
    return await page.screenshot();
  } finally {
    await browser.close();
    await close();
  }
}

async function write(name: string, picture: string | Buffer): Promise<void> {
  await sharp(picture)
    .resize({ width: WIDTH, withoutEnlargement: true })
    .webp({ quality: QUALITY })
    .toFile(path.join(PICTURES, `${name}.webp`));
}
