/** A worker that reads one PNG and returns its contents: the same as `sidecar list`, `extract`, and `verify`. */
import { unpackedEntries } from "../../../../sidecar/code.ts";
import { SPEC_KEY } from "../../../../sidecar/keys.ts";
import { MAX_FILE_BYTES } from "../../../../sidecar/limits.ts";
import { planExtraction } from "../../../../sidecar/plan.ts";
import { isPng, type PngChunk, scanPng } from "../../../../sidecar/png.ts";
import { readSidecar, type Sidecar, sidecarEntries } from "../../../../sidecar/read.ts";
import { findFigureId, verifySidecar } from "../../../../sidecar/verify.ts";
import type { EntryKind, OpenedEntry, ReaderAnswer } from "./messages.ts";
import { readmeParts } from "./readme.ts";
import { tableHead } from "./table-head.ts";

const SNIFFED_BYTES = 8;
const README_KEY = "readme";
/** The footer is drawn last. */
const SVG_END_BYTES = 1_000_000;
const OTHER_TEXT_CHARS = 2000;
/** `f2` before `f10`. */
const NATURAL_ORDER = new Intl.Collator("en", { numeric: true });
const KINDS: readonly EntryKind[] = ["readme", "table", "spec", "code", "other"];

async function read(file: File): Promise<ReaderAnswer> {
  if (!isPng(await bytesOf(file.slice(0, SNIFFED_BYTES)))) {
    if (/\.svg$/i.test(file.name)) return drawingOf(file);
    return refused("is not a PNG; a sidecar exists only in the PNG that was written with it");
  }
  if (file.size > MAX_FILE_BYTES) return refused(`has ${file.size.toLocaleString("en-US")} bytes, which is too large to read`);
  const png = await bytesOf(file);
  const { chunks } = scanPng(png);
  const sidecar = await readSidecar(png);
  const [firstProblem] = sidecar.problems;
  if (sidecar.texts.length === 0 && firstProblem !== undefined) return refused(`is damaged: ${firstProblem}`);
  const hasTraces = sidecarEntries(sidecar).length > 0 || sidecar.warnings.length > 0;
  return {
    kind: "opened",
    size: sizeOf(chunks[0]),
    isStripped: !hasTraces && firstProblem === undefined,
    record: sidecar.manifest?.record ?? {},
    hasManifest: sidecar.manifest !== null,
    checks: hasTraces ? verifySidecar(sidecar, chunks.length) : [],
    entries: entriesOf(sidecar),
    others: sidecar.texts.flatMap(({ key, keyword, text }) => (key === null ? [{ keyword, text: text.slice(0, OTHER_TEXT_CHARS) }] : [])),
    id: idOf(file, sidecar),
    readme: readmeParts(sidecar.texts.find(({ key }) => key === README_KEY)?.text ?? ""),
    problems: sidecar.problems,
  };

  function refused(why: string): ReaderAnswer {
    return { kind: "refused", sentence: `${JSON.stringify(file.name)} ${why}.` };
  }
}

/** An SVG shows its figure's id at its end, as text. */
async function drawingOf(file: File): Promise<ReaderAnswer> {
  const text = await file.slice(-SVG_END_BYTES).text();
  return {
    kind: "refused",
    sentence: `${JSON.stringify(file.name)} is an SVG, which has no sidecar; the PNG of the same figure has one.`,
    drawing: { id: /\bfigure ([0-9a-f]{10})\b/.exec(text)?.[1] ?? null, name: file.name.replace(/\.svg$/i, "") },
  };
}

async function bytesOf(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer());
}

function sizeOf(header: PngChunk | undefined): { width: number; height: number } | null {
  if (header?.type !== "IHDR" || header.data.length < 8) return null;
  const view = new DataView(header.data.buffer, header.data.byteOffset);
  return { width: view.getUint32(0), height: view.getUint32(4) };
}

function idOf(file: File, sidecar: Sidecar): { id: string; where: string } | null {
  const recorded = sidecar.manifest?.record.figureId;
  return recorded !== undefined && /^[0-9a-f]{10}$/.test(recorded)
    ? { id: recorded, where: "its manifest" }
    : findFigureId(file.name, sidecar);
}

function entriesOf(sidecar: Sidecar): OpenedEntry[] {
  const found = unpackedEntries(sidecar);
  const { files, warnings } = planExtraction(found);
  const paths = new Map(files.map((file) => [file.key, file.path]));
  const stubs = new Set(sidecar.manifest?.entries.filter((entry) => entry.truncated).map((entry) => entry.key));
  const entries = found.map(({ key, keyword, text }) => {
    const isStub = stubs.has(keyword);
    const table = key.toLowerCase().endsWith(".csv") && !isStub ? tableHead(text) : null;
    return {
      key,
      kind: kindOf(key, table !== null),
      path: paths.get(key) ?? null,
      refused: paths.has(key) ? null : (warnings.find((warning) => warning.startsWith(JSON.stringify(key))) ?? null),
      text,
      isStub,
      table,
    };
  });
  return entries.sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || NATURAL_ORDER.compare(a.key, b.key));
}

function kindOf(key: string, isTable: boolean): EntryKind {
  if (isTable) return "table";
  if (key === README_KEY) return "readme";
  if (key === SPEC_KEY) return "spec";
  return key.startsWith("code/") ? "code" : "other";
}

addEventListener("message", async ({ data }: MessageEvent<File>) => {
  postMessage(await read(data));
});
