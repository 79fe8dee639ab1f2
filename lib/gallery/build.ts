/**
 * Builds the gallery of a finished run: static pages that open straight from disk and work on any web server, with copies of
 * everything they link to, so the folder can be published alone. Same run, same bytes.
 */
import fs from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import type { FileRecord } from "../artifacts/artifacts.ts";
import { namedColors } from "../chart/palette.ts";
import { placeProblem } from "../files/place.ts";
import { projectFile } from "../files/program.ts";
import { say } from "../files/say.ts";
import { type ScriptName, STYLES as STYLE_FILES, type StyleName } from "./assets.ts";
import { readAtlas, type Sheet } from "./atlas/atlas.ts";
import { placePictures } from "./atlas/pictures.ts";
import { SITE_NAME } from "./atlas/words.ts";
import { galleryFolderOf, galleryKey } from "./current.ts";
import type { Feature, PageFile } from "./feature.ts";
import { placeEngine } from "./features/ask/engine-files.ts";
import { ask, consoleExamples } from "./features/ask/page.tsx";
import { categoryPage } from "./features/category/page.tsx";
import { compare } from "./features/compare/page.tsx";
import { atlasPage } from "./features/contents/page.tsx";
import { dashboardPage } from "./features/dashboard/page.tsx";
import { diffWith } from "./features/diff/page.tsx";
import { drop } from "./features/drop/page.tsx";
import { experimentPage } from "./features/experiment/page.tsx";
import { homePage } from "./features/home/page.tsx";
import { placeOwnTraceWorker } from "./features/own-trace/worker-file.ts";
import { OWN_TRACE_SCRIPT } from "./features/own-trace/zone.tsx";
import { readingsPage } from "./features/readings/page.tsx";
import { relationPages } from "./features/relations/page.tsx";
import { searchPage } from "./features/search/page.tsx";
import { writeSearchIndex } from "./features/search/search-index.tsx";
import { sessions } from "./features/sessions/page.tsx";
import { sessionTitles } from "./features/sessions/session.ts";
import { GalleryFolder } from "./folder.ts";
import { chartFile, downloadOf, fileOf, HOME, ICON, styleFile } from "./links.ts";
import { GZIP_LEVEL } from "./packing.ts";
import type { GalleryRequest, GalleryResult } from "./request.ts";
import { pageScripts } from "./scripts.ts";
import { writePermalinks } from "./site/permalinks.tsx";
import { siteAddress, writeSiteFiles } from "./site/site.tsx";

/** Loaded by pages that every gallery has. */
const SCRIPTS: readonly ScriptName[] = ["theme", "gallery", "contents", "experiment", "vega", "own-trace", "ask-engine"];
const STYLES: readonly StyleName[] = ["gallery", "home", "experiment", "sessions", "ask"];

/** In the order of the navigation. */
const FEATURES: readonly Feature[] = [compare, sessions, ask, drop];

/** Starts what needs no results, in another process. What fails now fails again when the gallery is built. */
export function prepareGallery(): void {
  pageScripts([...scriptsOf(FEATURES), OWN_TRACE_SCRIPT]).catch(() => null);
}

/** @throws UserError when a file of the run is missing or the gallery's folder holds something else */
export async function buildGallery(request: GalleryRequest): Promise<GalleryResult> {
  const { out, report, roots, baseUrl, askEndpoint = null, before } = request;
  const gallery = galleryFolderOf(request);
  const source = { out, report, roots };
  const features = [...FEATURES, ...(before ? [diffWith(before)] : [])].flatMap((feature) => {
    const place = feature.place(source);
    return place ? [{ feature, place }] : [];
  });
  const address = baseUrl === undefined ? null : siteAddress(baseUrl);
  const places = features.map(({ place }) => place);
  const scripts = pageScripts(scriptsOf(features.map(({ feature }) => feature)));
  const folder = GalleryFolder.open(gallery, out);
  try {
    const [atlas] = await Promise.all([readAtlas(source, places, address, await placeEngine(folder)), scripts]);
    folder.write(ICON, fs.readFileSync(projectFile("lib/gallery/page/icon.svg")));
    for (const name of new Set([...STYLES, ...features.map(({ feature }) => feature.style)]))
      folder.write(styleFile(name), styleText(name));
    for (const [file, text] of await scripts) folder.write(file, text);
    await placeOwnTraceWorker(folder);
    const files = atlas.sheets.flatMap((sheet) => sheet.files.map((record) => ({ sheet, record })));
    await Promise.all(files.map(({ sheet, record }) => placeFile(sheet, record, out, folder)));
    for (const sheet of atlas.sheets) writeCharts(sheet, folder);
    const examples = await consoleExamples(source);
    const context = { atlas, source, folder, examples, askEndpoint };
    const pictures = Promise.all(atlas.sheets.map((sheet) => placePictures(sheet, out, folder)));
    const [others] = await Promise.all([othersOf(features, context), pictures]);
    const pages = [
      atlas.pool.transcripts > 0 ? dashboardPage(atlas, source) : homePage(atlas),
      atlasPage(atlas),
      ...atlas.categories.map((category) => categoryPage(atlas, category)),
      ...atlas.sheets.map((sheet) => experimentPage(atlas, sheet, examples)),
      readingsPage(atlas),
      ...relationPages(atlas),
      searchPage(atlas),
      ...others,
    ];
    const searchable = writeSearchIndex(atlas, others, sessionTitles(source), folder);
    for (const { file, html } of pages) if (html !== null) folder.write(file, html);
    writePermalinks(atlas, folder);
    const lack = await searchable;
    if (lack) say(`${lack}.`);
    await writeSiteFiles(atlas, pages, out, folder);
    const contents = {
      generator: SITE_NAME,
      fingerprint: report.pool.fingerprint,
      key: galleryKey(request),
      pages: pages.map(({ file, title }) => ({ file, title })),
    };
    await folder.commit(contents, request.check);
    return { pages: pages.length, index: path.join(gallery, HOME) };
  } catch (error) {
    throw placeProblem(error, path.dirname(path.resolve(gallery))) ?? error;
  } finally {
    folder.discard();
  }
}

function styleText(name: StyleName): string {
  const texts = STYLE_FILES[name].map((file) => fs.readFileSync(projectFile(`lib/gallery/${file}`), "utf8"));
  return [...(name === "gallery" ? [paletteStyle()] : []), ...texts].join("\n");
}

/** The colors of figures as `--claude`, `--prefix`, `--series-0` and so on. */
function paletteStyle(): string {
  const dark = namedColors("dark");
  const lines = Object.entries(namedColors("light")).map(([name, color]) => `  --${name}: light-dark(${color}, ${dark[name]});\n`);
  return `:root {\n${lines.join("")}}\n`;
}

function scriptsOf(features: readonly Feature[]): ScriptName[] {
  return [...new Set([...SCRIPTS, ...features.flatMap((feature) => feature.scripts)])];
}

async function othersOf(features: readonly { readonly feature: Feature }[], context: Parameters<Feature["build"]>[0]): Promise<PageFile[]> {
  const pages: PageFile[] = [];
  for (const { feature } of features) pages.push(...(await feature.build(context)));
  return pages;
}

async function placeFile({ id }: Sheet, record: FileRecord, out: string, folder: GalleryFolder): Promise<void> {
  const [source, destination] = [path.join(out, id, record.file), downloadOf(id, record)];
  if (destination === fileOf(id, record.file)) folder.place(source, destination);
  else await folder.placePacked(source, destination);
}

function writeCharts(sheet: Sheet, folder: GalleryFolder): void {
  for (const { name, chart } of sheet.figures) {
    folder.write(chartFile(sheet.id, `${name}.js`), chart.script);
    for (const { file, csv } of chart.tables)
      folder.write(chartFile(sheet.id, file), file.endsWith(".gz") ? gzipSync(csv, { level: GZIP_LEVEL }) : csv);
  }
}
