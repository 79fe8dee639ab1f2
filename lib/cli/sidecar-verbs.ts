/** What the commands of `sidecar` do with a figure. Each returns the exit status. */

import fs from "node:fs";
import path from "node:path";
import type { TopLevelSpec } from "vega-lite";
import { isPlotted, plottedEntries } from "../artifacts/plotted-rows.ts";
import { messageOf, UserError } from "../files/errors.ts";
import { isObject } from "../files/json.ts";
import { dataOutput, print, say } from "../files/say.ts";
import type { DrawLimits } from "../render/pool.ts";
import type { RenderedFigure, RenderRequest } from "../render/render.ts";
import { specExcess } from "../render/spec-limits.ts";
import { unpackedEntries } from "../sidecar/code.ts";
import { embedPrepared, isSidecarChunk, prepareEntries } from "../sidecar/embed.ts";
import { writeExtraction, writeWhole } from "../sidecar/extract.ts";
import { figureId } from "../sidecar/figure-id.ts";
import { MANIFEST_KEY, PREFIX, SPEC_KEY } from "../sidecar/keys.ts";
import { MAX_ENTRY_BYTES, MAX_FILE_BYTES } from "../sidecar/limits.ts";
import { completeRecord } from "../sidecar/manifest.ts";
import { comparePixels } from "../sidecar/pixels.ts";
import { planExtraction } from "../sidecar/plan.ts";
import { isPng, joinPng, parsePng, scanPng } from "../sidecar/png.ts";
import { type EmbeddedText, readSidecar, type Sidecar, sidecarEntries } from "../sidecar/read.ts";
import { findFigureId, verifySidecar } from "../sidecar/verify.ts";
import { at } from "../stats/known.ts";

export interface SidecarTools {
  readonly render: (request: RenderRequest, limits: DrawLimits) => Promise<Pick<RenderedFigure, "png">>;
}

/** A figure that was read. */
export interface Opened extends SidecarTools {
  /** As given on the command line. */
  readonly file: string;
  readonly png: Uint8Array;
  readonly sidecar: Sidecar;
}

interface Target {
  readonly output: string | undefined;
  readonly force: boolean;
}

const MAX_SCALE = 8;

/** @throws UserError for what is wrong with the figure and for what the system refuses */
export async function withFigure(file: string, tools: SidecarTools, work: (figure: Opened) => number | Promise<number>): Promise<number> {
  try {
    const png = readPng(file);
    return await work({ ...tools, file, png, sidecar: await readSidecar(png) });
  } catch (error) {
    if (!(error instanceof UserError) && !isSystemError(error)) throw error;
    throw new UserError(error.message, error instanceof UserError ? error.exitCode : 1, { cause: error });
  }
}

/** No permission, no space, a name that is too long: the message names the file. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error;
}

function readPng(file: string): Uint8Array {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (!stat?.isFile()) throw new UserError(`${file} was not found; give the path of a figure.`);
  if (stat.size > MAX_FILE_BYTES) throw new UserError(`${file} has ${stat.size} bytes; files above ${MAX_FILE_BYTES} are not read.`, 1);
  const png = fs.readFileSync(file);
  if (!isPng(png))
    throw new UserError(`${file} is not a PNG; a sidecar exists only in the PNG that was written with it${idHint(file)}.`, 1);
  return png;
}

export function list({ file, sidecar }: Opened, all: boolean): number {
  warn(sidecar);
  const shown = all ? sidecar.texts : unpackedEntries(sidecar);
  if (shown.length === 0) throw stripped(file, sidecar);
  for (const { keyword, chars } of shown) print(`${chars.toLocaleString("en-US").padStart(9)}  ${keyword}`);
  return 0;
}

export function show({ file, sidecar }: Opened, wanted: string): number {
  const found = textOf(sidecar, wanted);
  if (!found && sidecarEntries(sidecar).length === 0) throw stripped(file, sidecar);
  if (!found) throw new UserError(`${file} has no ${JSON.stringify(wanted)}; "list --all" shows what it has.`, 1);
  dataOutput().write(found.text.endsWith("\n") ? found.text : `${found.text}\n`);
  return 0;
}

/** By keyword, or by key without `sidecar:`. */
function textOf(sidecar: Sidecar, wanted: string): EmbeddedText | undefined {
  const texts = [...sidecar.texts, ...unpackedEntries(sidecar)];
  return [wanted, `${PREFIX}${wanted}`].map((keyword) => texts.find((text) => text.keyword === keyword)).find(Boolean);
}

export function extract({ file, sidecar }: Opened, { output, force }: Target): number {
  warn(sidecar);
  const { files, warnings } = planExtraction(unpackedEntries(sidecar));
  for (const warning of warnings) say(`warning: ${warning}`);
  if (files.length === 0) throw stripped(file, sidecar);
  const folder = output ?? `extracted_${path.parse(file).name}`;
  for (const written of writeExtraction(folder, files, { force })) print(`wrote ${written}`);
  return 0;
}

export function verify({ file, sidecar, png }: Opened): number {
  if (sidecarEntries(sidecar).length === 0 && sidecar.warnings.length === 0) {
    for (const problem of sidecar.problems) print(`wrong  ${problem}`);
    throw stripped(file, sidecar);
  }
  const checks = verifySidecar(sidecar, scanPng(png).chunks.length);
  for (const { ok, what } of checks) print(`${ok ? "ok   " : "wrong"}  ${what}`);
  return checks.every((check) => check.ok) ? 0 : 1;
}

interface RedrawTarget extends Target {
  /** Seconds. */
  readonly timeout: number;
  /** MiB. */
  readonly memory: number;
  /** File of a specification to draw instead. */
  readonly spec: string | undefined;
}

export async function redraw(figure: Opened, options: RedrawTarget): Promise<number> {
  if (sidecarEntries(figure.sidecar).length === 0) throw stripped(figure.file, figure.sidecar);
  return options.spec === undefined ? redrawSame(figure, options) : redrawChanged(figure, options.spec, options);
}

async function redrawSame({ file, sidecar, png, render }: Opened, { output, force, timeout, memory }: RedrawTarget): Promise<number> {
  const target = output ?? `redrawn_${path.parse(file).name}.png`;
  const { footer, versions } = sidecar.manifest?.record ?? {};
  const name = path.parse(file).name;
  const request = { name, spec: specOf(file, sidecar), scale: scaleOf(file, sidecar), ...(footer === undefined ? {} : { footer }) };
  const limits = { seconds: timeout, mebibytes: memory };
  const drawn = (await attempt(`${file} can't be redrawn`, () => render(request, limits))).png;
  writeWhole(target, withSidecarOf(png, drawn), { force });
  print(`wrote ${target}`);
  const comparison = await attempt(`${file} can't be compared with what was redrawn`, () => comparePixels(png, drawn));
  print(comparison.text);
  if (!comparison.same && versions) say(`The original was drawn with ${Object.entries(versions).flat().join(" ")}.`);
  return comparison.same ? 0 : 1;
}

/** With an id of its own, and a footer that names the figure it was made of. */
async function redrawChanged(
  { file, sidecar, render }: Opened,
  specFile: string,
  { output, force, timeout, memory }: RedrawTarget,
): Promise<number> {
  const original = completeRecord(sidecar.manifest?.record ?? {});
  if (!original) throw new UserError(`${file} does not say which figure it is, so that it can't be redrawn with --spec.`, 1);
  const { spec, text } = changedSpec(specFile);
  const id = figureId({ ...original, spec });
  const footer = original.footer.replace(original.figureId, id === original.figureId ? id : `${id}, changed from ${original.figureId}`);
  const target = output ?? `redrawn_${path.parse(file).name}.png`;
  const request = { name: path.parse(specFile).name, spec, scale: scaleOf(file, sidecar), footer };
  const png = await attempt(`${specFile} can't be drawn`, async () => {
    const drawn = await render(request, { seconds: timeout, mebibytes: memory });
    const own = [{ key: SPEC_KEY, text }, ...plottedEntries({ ...spec })];
    return embedPrepared(drawn.png, await prepareEntries(keptEntries(sidecar)), own, { ...original, figureId: id, footer });
  });
  writeWhole(target, png, { force });
  print(`wrote ${target}`);
  return 0;
}

/** What does not depend on the specification, and is there as a whole. */
function keptEntries(sidecar: Sidecar): { key: string; text: string }[] {
  const stubs = new Set(sidecar.manifest?.entries.filter(({ truncated }) => truncated).map(({ key }) => key));
  return sidecarEntries(sidecar).filter(
    ({ key, keyword }) => ![MANIFEST_KEY, SPEC_KEY].includes(key) && !isPlotted(key) && !stubs.has(keyword),
  );
}

function changedSpec(file: string): { spec: TopLevelSpec; text: string } {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (!stat?.isFile()) throw new UserError(`--spec ${file} was not found; give the path of a Vega-Lite specification.`);
  if (stat.size > MAX_ENTRY_BYTES) throw new UserError(`--spec ${file} has ${stat.size} bytes; at most ${MAX_ENTRY_BYTES} are drawn.`);
  const text = fs.readFileSync(file, "utf8");
  const spec = parsedSpec(`--spec ${file}`, text);
  const excess = isObject(spec) ? specExcess(spec) : "is not an object";
  if (excess) throw new UserError(`--spec ${file} can't be drawn: the specification ${excess}.`);
  return { spec, text };
}

function specOf(file: string, sidecar: Sidecar): TopLevelSpec {
  const embedded = sidecar.texts.find((text) => text.key === SPEC_KEY);
  if (!embedded) throw new UserError(`${file} carries no ${SPEC_KEY}, so it can't be redrawn; "list" shows what it carries.`, 1);
  const entry = sidecar.manifest?.entries.find((each) => each.key === embedded.keyword);
  if (entry?.truncated)
    throw new UserError(`${file} carries only a stub of its specification, which was too long; it can't be redrawn.`, 1);
  const spec = parsedSpec(`${file}: its ${SPEC_KEY}`, embedded.text);
  const excess = specExcess(spec);
  if (excess) throw new UserError(`${file} can't be redrawn: its specification ${excess}.`, 1);
  return spec;
}

function parsedSpec(what: string, text: string): TopLevelSpec {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UserError(`${what} is not JSON (${messageOf(error)}).`, 1);
  }
}

function scaleOf(file: string, sidecar: Sidecar): number {
  const scale = sidecar.manifest?.record.scale ?? 2;
  if (!(scale > 0 && scale <= MAX_SCALE))
    throw new UserError(`${file}: its manifest asks for scale ${scale}; it must be above 0 and at most ${MAX_SCALE}.`, 1);
  return scale;
}

/** A foreign specification may fail in any way: each is the file's fault. */
async function attempt<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new UserError(`${what}: ${messageOf(error)}`, 1, { cause: error });
  }
}

/** The new picture with the sidecar chunks of the old file. */
function withSidecarOf(original: Uint8Array, drawn: Uint8Array): Uint8Array {
  const chunks = parsePng(drawn).map((chunk) => chunk.bytes);
  const carried = scanPng(original).chunks.filter((chunk) => isSidecarChunk(chunk) && chunk.crcMatches);
  return joinPng([at(chunks, 0), ...carried.map((chunk) => chunk.bytes), ...chunks.slice(1)]);
}

function stripped(file: string, sidecar: Sidecar): UserError {
  return new UserError(
    `${file} carries no sidecar: its text was probably stripped on the way. The footer of the figure shows its id, by which the gallery has the original${idHint(file, sidecar)}.`,
    1,
  );
}

function idHint(file: string, sidecar?: Sidecar): string {
  const found = findFigureId(path.basename(file), sidecar);
  return found ? `; ${found.where} says ${found.id}` : "";
}

function warn({ problems, warnings }: Sidecar): void {
  for (const warning of [...problems, ...warnings]) say(`warning: ${warning}`);
}
