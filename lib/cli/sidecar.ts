/** `sidecar <list|show|extract|verify|redraw> <figure.png>`: what a figure carries, and the figure again from that alone. */
import fs from "node:fs";
import path from "node:path";
import { parseArgs, stripVTControlCharacters } from "node:util";
import type { TopLevelSpec } from "vega-lite";
import { messageOf, UserError } from "../files/errors.ts";
import type { RenderedFigure, RenderRequest } from "../render/render.ts";
import { specExcess } from "../render/spec-limits.ts";
import { isSidecarChunk } from "../sidecar/embed.ts";
import { writeExtraction, writeWhole } from "../sidecar/extract.ts";
import { PREFIX, SPEC_KEY } from "../sidecar/keys.ts";
import { MAX_FILE_BYTES } from "../sidecar/limits.ts";
import { comparePixels } from "../sidecar/pixels.ts";
import { planExtraction } from "../sidecar/plan.ts";
import { isPng, joinPng, parsePng, scanPng } from "../sidecar/png.ts";
import { type EmbeddedText, readSidecar, type Sidecar, sidecarEntries } from "../sidecar/read.ts";
import { findFigureId, verifySidecar } from "../sidecar/verify.ts";

interface SidecarIo {
  /** Takes text with its line ends. */
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Whether stdout is a terminal, which control characters in a text could steer. */
  readonly isTTY: boolean;
}

export interface SidecarTools {
  readonly io: SidecarIo;
  readonly render: (request: RenderRequest) => Promise<Pick<RenderedFigure, "png">>;
}

interface Call extends SidecarTools {
  /** As given on the command line. */
  readonly file: string;
  readonly png: Uint8Array;
  readonly sidecar: Sidecar;
  readonly options: { readonly all?: boolean; readonly force?: boolean; readonly output?: string };
  /** Arguments after the file. */
  readonly words: readonly string[];
}

interface Verb {
  readonly usage: string;
  readonly options: readonly (keyof typeof OPTIONS)[];
  readonly arguments: number;
  readonly run: (call: Call) => number | Promise<number>;
}

const OPTIONS = {
  all: { type: "boolean" },
  force: { type: "boolean" },
  output: { type: "string", short: "o" },
} as const;

const VERBS: Readonly<Record<string, Verb>> = {
  list: { usage: "list <png> [--all]", options: ["all"], arguments: 1, run: list },
  show: { usage: "show <png> <key>", options: [], arguments: 2, run: show },
  extract: { usage: "extract <png> [-o folder] [--force]", options: ["output", "force"], arguments: 1, run: extract },
  verify: { usage: "verify <png>", options: [], arguments: 1, run: verify },
  redraw: { usage: "redraw <png> [-o file] [--force]", options: ["output", "force"], arguments: 1, run: redraw },
};

const USAGE = `Usage:\n${Object.values(VERBS)
  .map((verb) => `  sidecar ${verb.usage}\n`)
  .join("")}`;

const MAX_SCALE = 8;

/**
 * Runs one command and returns its exit status: 0 done, 1 no sidecar or something wrong with it, 2 a wrong call.
 * Failures that the caller can mend are printed; others are thrown.
 */
export async function runSidecarCommand(argv: readonly string[], tools: SidecarTools): Promise<number> {
  if (argv.includes("--help") || argv.includes("-h")) {
    tools.io.stdout(USAGE);
    return 0;
  }
  try {
    const { verb, file, ...rest } = parseCall(argv);
    const png = readPng(file);
    const sidecar = await readSidecar(png);
    return await verb.run({ ...tools, ...rest, file, png, sidecar });
  } catch (error) {
    if (!(error instanceof UserError) && !isSystemError(error)) throw error;
    say(tools.io, error.message);
    return error instanceof UserError ? error.exitCode : 1;
  }
}

/** No permission, no space, a name that is too long: the message names the file. */
function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "syscall" in error;
}

function parseCall(argv: readonly string[]) {
  const verb = Object.hasOwn(VERBS, argv[0] ?? "") ? (VERBS[argv[0] as string] as Verb) : null;
  if (!verb) throw new UserError(argv[0] === undefined ? USAGE.trimEnd() : `There is no ${JSON.stringify(argv[0])}.\n${USAGE.trimEnd()}`);
  const { values, positionals } = parsed(verb, argv.slice(1));
  const [file, ...words] = positionals;
  if (file === undefined || positionals.length !== verb.arguments) throw wrongCall(verb, `${positionals.length} arguments given`);
  return { verb, file, words, options: values };
}

function parsed(verb: Verb, args: readonly string[]) {
  const options = Object.fromEntries(verb.options.map((name) => [name, OPTIONS[name]]));
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw wrongCall(verb, messageOf(error));
  }
}

function wrongCall(verb: Verb, why: string): UserError {
  return new UserError(`${why}\nUsage: sidecar ${verb.usage}`);
}

function readPng(file: string): Uint8Array {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (!stat?.isFile()) throw new UserError(`${file}: there is no such file; give the path of a figure.`);
  if (stat.size > MAX_FILE_BYTES) throw new UserError(`${file} has ${stat.size} bytes; files above ${MAX_FILE_BYTES} are not read.`, 1);
  const png = fs.readFileSync(file);
  if (!isPng(png))
    throw new UserError(`${file} is not a PNG; a sidecar exists only in the PNG that was written with it${idHint(file)}.`, 1);
  return png;
}

function list({ file, sidecar, options, io }: Call): number {
  warn(io, sidecar);
  const shown = options.all ? sidecar.texts : sidecarEntries(sidecar);
  if (shown.length === 0) throw stripped(file, sidecar);
  for (const { keyword, chars } of shown) io.stdout(`${chars.toLocaleString("en-US").padStart(9)}  ${oneLine(keyword)}\n`);
  return 0;
}

function show({ file, sidecar, words: [wanted = ""], io }: Call): number {
  const found = textOf(sidecar, wanted);
  if (!found && sidecarEntries(sidecar).length === 0) throw stripped(file, sidecar);
  if (!found) throw new UserError(`${file} has no ${JSON.stringify(wanted)}; "list --all" shows what it has.`, 1);
  const text = io.isTTY ? printable(found.text) : found.text;
  io.stdout(text.endsWith("\n") ? text : `${text}\n`);
  return 0;
}

/** By keyword, or by key without `sidecar:`. */
function textOf(sidecar: Sidecar, wanted: string): EmbeddedText | undefined {
  return [wanted, `${PREFIX}${wanted}`].map((keyword) => sidecar.texts.find((text) => text.keyword === keyword)).find(Boolean);
}

function extract({ file, sidecar, options, io }: Call): number {
  warn(io, sidecar);
  const { files, warnings } = planExtraction(sidecarEntries(sidecar));
  for (const warning of warnings) say(io, `warning: ${warning}`);
  if (files.length === 0) throw stripped(file, sidecar);
  const folder = options.output ?? `extracted_${path.parse(file).name}`;
  for (const written of writeExtraction(folder, files, { force: options.force === true })) io.stdout(`wrote ${oneLine(written)}\n`);
  return 0;
}

function verify({ file, sidecar, png, io }: Call): number {
  if (sidecarEntries(sidecar).length === 0 && sidecar.warnings.length === 0) {
    for (const problem of sidecar.problems) io.stdout(`wrong  ${oneLine(problem)}\n`);
    throw stripped(file, sidecar);
  }
  const checks = verifySidecar(sidecar, scanPng(png).chunks.length);
  for (const { ok, what } of checks) io.stdout(`${ok ? "ok   " : "wrong"}  ${oneLine(what)}\n`);
  return checks.every((check) => check.ok) ? 0 : 1;
}

async function redraw({ file, sidecar, png, options, io, render }: Call): Promise<number> {
  if (sidecarEntries(sidecar).length === 0) throw stripped(file, sidecar);
  const target = options.output ?? `redrawn_${path.parse(file).name}.png`;
  const { footer, versions } = sidecar.manifest?.record ?? {};
  const name = path.parse(file).name;
  const request = { name, spec: specOf(file, sidecar), scale: scaleOf(file, sidecar), ...(footer === undefined ? {} : { footer }) };
  const drawn = (await attempt(`${file} can't be redrawn`, () => render(request))).png;
  writeWhole(target, withSidecarOf(png, drawn), { force: options.force === true });
  io.stdout(`wrote ${oneLine(target)}\n`);
  const comparison = await attempt(`${file} can't be compared with what was redrawn`, () => comparePixels(png, drawn));
  io.stdout(`${comparison.text}\n`);
  if (!comparison.same && versions) say(io, `The original was drawn with ${Object.entries(versions).flat().join(" ")}.`);
  return comparison.same ? 0 : 1;
}

function specOf(file: string, sidecar: Sidecar): TopLevelSpec {
  const embedded = sidecar.texts.find((text) => text.key === SPEC_KEY);
  if (!embedded) throw new UserError(`${file} carries no ${SPEC_KEY}, so it can't be redrawn; "list" shows what it carries.`, 1);
  const entry = sidecar.manifest?.entries.find((each) => each.key === embedded.keyword);
  if (entry?.truncated)
    throw new UserError(`${file} carries only a stub of its specification, which was too long; it can't be redrawn.`, 1);
  const spec = parsedSpec(file, embedded.text);
  const excess = specExcess(spec);
  if (excess) throw new UserError(`${file} can't be redrawn: its specification ${excess}.`, 1);
  return spec;
}

function parsedSpec(file: string, text: string): TopLevelSpec {
  try {
    return JSON.parse(text) as TopLevelSpec;
  } catch (error) {
    throw new UserError(`${file}: its ${SPEC_KEY} is not JSON (${messageOf(error)}).`, 1);
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
  const [header, ...rest] = parsePng(drawn).map((chunk) => chunk.bytes);
  const carried = scanPng(original).chunks.filter((chunk) => isSidecarChunk(chunk) && chunk.crcMatches);
  return joinPng([header as Uint8Array, ...carried.map((chunk) => chunk.bytes), ...rest]);
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

function warn(io: SidecarIo, { problems, warnings }: Sidecar): void {
  for (const warning of [...problems, ...warnings]) say(io, `warning: ${warning}`);
}

function say(io: SidecarIo, message: string): void {
  io.stderr(`${printable(message)}\n`);
}

/** Without escape sequences, control characters (but line ends and tabs) and characters that reverse the direction of text. */
function printable(text: string): string {
  return stripVTControlCharacters(text).replace(/(?![\n\t])\p{Cc}|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, "");
}

function oneLine(text: string): string {
  return printable(text).replace(/[\n\t]/g, " ");
}
