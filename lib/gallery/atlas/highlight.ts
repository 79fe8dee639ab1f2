/** Splits source code into pieces that a style sheet colors by class name, because pages allow no inline styles. */
import fs from "node:fs";
import path from "node:path";
import { Tinypool } from "tinypool";
import { writeAtomically } from "../../files/atomic.ts";
import { sha256 } from "../../files/hash.ts";
import { readInside } from "../../files/inside.ts";
import { broughtFile, threadsOf } from "../../files/program.ts";
import type { CodePiece, CodeText, Language } from "./cut-code.ts";

/** Cut code of the last build, kept in the folder of the run. */
const KEPT_FILE = "highlights.json";
const { version: SHIKI }: { readonly version: string } = JSON.parse(fs.readFileSync(broughtFile("shiki/package.json"), "utf8"));
const LANGUAGES: Readonly<Record<string, Language>> = { sql: "sql", ts: "typescript" };
/** Bumped when code is cut in another way. */
const VERSION = 1;

/** What the pieces of a text are, as they are kept on disk: lengths in UTF-16 units and kinds, in turn. */
type Cut = readonly (number | string | null)[];

/** Cuts of an earlier build by hash: cutting is most of what a gallery takes, and code seldom changes. */
const kept = new Map<string, Cut>();
const used = new Map<string, Cut>();

/** Loads what an earlier build kept in the folder of a run; a missing or damaged file is ignored. */
export function loadHighlights(out: string): void {
  try {
    const cuts: Readonly<Record<string, Cut>> = JSON.parse(readInside(out, KEPT_FILE) ?? "{}");
    for (const [hash, cut] of Object.entries(cuts)) kept.set(hash, cut);
  } catch {
    // Everything is highlighted again.
  }
}

/** Keeps what this build used, if the folder can be written. */
export function saveHighlights(out: string): void {
  try {
    writeAtomically(path.join(out, KEPT_FILE), JSON.stringify(Object.fromEntries([...used].sort(([a], [b]) => (a < b ? -1 : 1)))));
  } catch {
    // Pages of a read-only run are built all the same.
  }
}

const IDLE_MS = 5_000;
/** Cutting takes seconds: on a thread of its own, while others draw or write pages. When idle it lets the process end. */
let cutter: Tinypool | undefined;
/** By language and text: relations are on many pages. */
const done = new Map<string, Promise<readonly CodePiece[]>>();

/** @param name of the file; an unknown extension makes one piece without a kind */
export function highlight(name: string, text: string): Promise<readonly CodePiece[]> {
  const language = LANGUAGES[name.slice(name.lastIndexOf(".") + 1)];
  if (!language) return Promise.resolve([{ text, kind: null }]);
  const key = `${language}\0${text}`;
  const made = done.get(key) ?? keptPieces(key, language, text);
  done.set(key, made);
  return made;
}

async function keptPieces(key: string, language: Language, text: string): Promise<readonly CodePiece[]> {
  const hash = sha256(`${VERSION} ${SHIKI}\0${key}`);
  const earlier = piecesOf(kept.get(hash), text);
  const made = earlier ?? (await cut({ language, text }));
  used.set(
    hash,
    made.flatMap((piece) => [piece.text.length, piece.kind]),
  );
  return made;
}

/** Null when the cut does not fit the text. */
function piecesOf(cut: Cut | undefined, text: string): CodePiece[] | null {
  if (!cut) return null;
  const found: CodePiece[] = [];
  let at = 0;
  for (let i = 0; i + 1 < cut.length; i += 2) {
    const [length, kind] = [cut[i], cut[i + 1]];
    if (typeof length !== "number" || (kind !== null && !/^[a-z-]+$/.test(String(kind)))) return null;
    found.push({ text: text.slice(at, at + length), kind: kind === null ? null : String(kind) });
    at += length;
  }
  return at === text.length ? found : null;
}

function cut(code: CodeText): Promise<CodePiece[]> {
  cutter ??= new Tinypool({
    ...threadsOf("lib/gallery/atlas/cut-code.ts"),
    runtime: "worker_threads",
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: IDLE_MS,
    isolateWorkers: false,
  });
  return cutter.run(code);
}
