/**
 * Builds the gallery of a finished run: static pages that work from a disk and on any web server, with copies of
 * everything they link to, so that the folder can be published alone. Same run, same bytes.
 */
import fs from "node:fs";
import path from "node:path";
import type { RunReport } from "../artifacts/artifacts.ts";
import { placeProblem } from "../files/place.ts";
import { say } from "../files/say.ts";
import { readAtlas, type Sheet } from "./atlas/atlas.ts";
import { readCodeAhead } from "./atlas/code-files.ts";
import { loadHighlights, saveHighlights } from "./atlas/highlight.ts";
import { placeThumbnail } from "./atlas/thumbnails.ts";
import { SITE_NAME } from "./atlas/words.ts";
import { bundleScripts } from "./bundle.ts";
import { galleryFolderOf, galleryKey } from "./current.ts";
import type { Feature, PageFile, Place } from "./feature.ts";
import { ask } from "./features/ask/ask.tsx";
import { compare } from "./features/compare/compare.tsx";
import { diffWith, type FinishedRun } from "./features/diff/diff.tsx";
import { drop } from "./features/drop/page.tsx";
import { writeSearchIndex } from "./features/search/search-index.tsx";
import { sessions } from "./features/sessions/sessions.tsx";
import { GalleryFolder } from "./folder.ts";
import { chartFile, EARLY_SCRIPT, fileOf, HOME, ICON, rowsFile, SCRIPT, STYLESHEET, styleFile } from "./links.ts";
import { renderPages } from "./page/document-text.tsx";
import { siteAddress, writeSiteFiles } from "./site/site.tsx";

const ASSETS = [
  [STYLESHEET, new URL("./page/style/gallery.css", import.meta.url)],
  [ICON, new URL("./page/icon.svg", import.meta.url)],
] as const;

/** Loaded by the pages of experiments, and by others that show charts. */
const SCRIPTS = [EARLY_SCRIPT, SCRIPT, "experiment", "vega"];
const STYLES = ["chart.css", "experiment.css"];

/** In the order of the navigation. */
const FEATURES: readonly Feature[] = [compare, sessions, ask, drop];

export interface GalleryRequest {
  /** Folder of the run. */
  readonly out: string;
  readonly report: RunReport;
  /** Where READMEs and code are: `<category>/<name>/`. */
  readonly experimentsFolder: string;
  /** Folder of the gallery; `<out>/gallery` if not given. An earlier gallery there is replaced, anything else is not. */
  readonly gallery?: string;
  /** Address that it will be published at, for preview cards, site map and the page that hosts show when there is none. */
  readonly baseUrl?: string;
  /** Another run; pages put this one beside it. */
  readonly before?: FinishedRun;
}

export interface GalleryResult {
  /** Number of HTML pages. */
  readonly pages: number;
  /** Path of the home page. */
  readonly index: string;
}

/** Begins with what needs no results, in other threads and processes; what fails now fails again when the gallery is built. */
export function prepareGallery(
  ids: readonly string[],
  { out, experimentsFolder }: Pick<GalleryRequest, "out" | "experimentsFolder">,
): void {
  readCodeAhead(ids, experimentsFolder, out);
  bundleScripts(scriptsOf(FEATURES)).catch(() => null);
}

/** @throws UserError when a file of the run is missing or the gallery's folder holds something else */
export async function buildGallery(request: GalleryRequest): Promise<GalleryResult> {
  const { out, report, experimentsFolder, baseUrl, before } = request;
  const gallery = galleryFolderOf(request);
  const source = { out, report, experimentsFolder };
  const features = [...FEATURES, ...(before ? [diffWith(before)] : [])]
    .map((feature) => ({ feature, place: feature.place(source) }))
    .filter(({ place }) => place !== null);
  const site = { baseUrl: baseUrl === undefined ? null : siteAddress(baseUrl) };
  const places = features.map(({ place }) => place as Place);
  loadHighlights(out);
  const scripts = bundleScripts(scriptsOf(features.map(({ feature }) => feature)));
  const [atlas] = await Promise.all([readAtlas(source, places, site), scripts]);
  const folder = GalleryFolder.open(gallery, out);
  try {
    for (const [file, asset] of ASSETS) folder.write(file, fs.readFileSync(asset));
    for (const name of new Set([...STYLES, ...features.flatMap(({ feature }) => feature.styles)]))
      folder.write(styleFile(name), fs.readFileSync(styleSource(name)));
    for (const [file, text] of await scripts) folder.write(file, text);
    for (const sheet of atlas.sheets)
      for (const { file } of sheet.files) folder.place(path.join(out, sheet.id, file), fileOf(sheet.id, file));
    for (const sheet of atlas.sheets) writeCharts(sheet, folder);
    const context = { atlas, source, folder, site };
    const thumbnails = Promise.all(atlas.sheets.map((sheet) => placeThumbnailOf(sheet, out, folder)));
    const [others] = await Promise.all([othersOf(features, context), thumbnails]);
    const pages = [...renderPages(atlas), ...others];
    const searchable = writeSearchIndex({ atlas, others, folder });
    for (const page of pages) folder.write(page.file, page.html);
    const lack = await searchable;
    if (lack) say(`${lack}.`);
    await writeSiteFiles(atlas, pages, out, folder);
    folder.commit({
      generator: SITE_NAME,
      fingerprint: report.pool.fingerprint,
      key: galleryKey(request),
      pages: pages.map(({ file, title }) => ({ file, title })),
    });
    saveHighlights(out);
    return { pages: pages.length, index: path.join(gallery, HOME) };
  } catch (error) {
    throw placeProblem(error, path.dirname(path.resolve(gallery))) ?? error;
  } finally {
    folder.discard();
  }
}

/** A style sheet of a feature, e.g. `ask.css`, or the one of charts, which several features load. */
function styleSource(name: string): URL {
  return new URL(name === "chart.css" ? "./page/style/chart.css" : `./features/${path.basename(name, ".css")}/style.css`, import.meta.url);
}

function scriptsOf(features: readonly Feature[]): string[] {
  return [...new Set([...SCRIPTS, ...features.flatMap((feature) => feature.scripts)])];
}

async function othersOf(features: readonly { readonly feature: Feature }[], context: Parameters<Feature["build"]>[0]): Promise<PageFile[]> {
  const pages: PageFile[] = [];
  for (const { feature } of features) pages.push(...(await feature.build(context)));
  return pages;
}

function writeCharts(sheet: Sheet, folder: GalleryFolder): void {
  for (const { name, chart } of sheet.figures) {
    folder.write(chartFile(sheet.id, `${name}.js`), chart.script);
    for (const [i, table] of chart.tables.entries()) folder.write(chartFile(sheet.id, rowsFile(name, i)), table.csv);
  }
}

async function placeThumbnailOf(sheet: Sheet, out: string, folder: GalleryFolder): Promise<void> {
  const figure = sheet.figures[0];
  if (figure && sheet.thumbnail) await placeThumbnail(sheet.thumbnail, figure, path.join(out, sheet.id), folder);
}
