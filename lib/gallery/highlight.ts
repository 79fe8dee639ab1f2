/** Source code cut into pieces that a style sheet colours: class names, because pages allow no inline styles. */
import fs from "node:fs";
import { createRequire } from "node:module";
import { createCssVariablesTheme, createHighlighterCore, type HighlighterCore } from "shiki/core";
import { createJavaScriptRegexEngine } from "shiki/engine/javascript";
import sql from "shiki/langs/sql.mjs";
import typescript from "shiki/langs/typescript.mjs";
import { sha256, writeAtomically } from "../run/files.ts";

/** A stretch of code of one kind, e.g. `keyword`; null for what needs no colour. Line ends are part of the text. */
export interface CodePiece {
  readonly text: string;
  readonly kind: string | null;
}

const THEME = "pieces";
const SHIKI = (createRequire(import.meta.url)("shiki/package.json") as { version: string }).version;
const LANGUAGES: Readonly<Record<string, string>> = { sql: "sql", ts: "typescript" };
/** Longer lines are data rather than code, and slow. */
const LONGEST_LINE = 2_000;

/** What the pieces of a text are, as they are kept on disk: lengths in UTF-16 units and kinds, in turn. */
type Cut = readonly (number | string | null)[];

/** Cuts of an earlier build by hash: cutting is most of what a gallery takes, and code seldom changes. */
const kept = new Map<string, Cut>();
const used = new Map<string, Cut>();

/** Takes over what an earlier build kept in `file`; a file that is missing or damaged holds nothing. */
export function loadHighlights(file: string): void {
  try {
    for (const [hash, cut] of Object.entries(JSON.parse(fs.readFileSync(file, "utf8")) as Record<string, Cut>)) kept.set(hash, cut);
  } catch {
    // Everything is cut anew.
  }
}

/** Keeps what this build has used, where the place can be written. */
export function saveHighlights(file: string): void {
  try {
    writeAtomically(file, JSON.stringify(Object.fromEntries([...used].sort(([a], [b]) => (a < b ? -1 : 1)))));
  } catch {
    // A run that can only be read is shown all the same.
  }
}

let highlighter: Promise<HighlighterCore> | undefined;
/** By language and text: relations are on many pages. */
const done = new Map<string, Promise<readonly CodePiece[]>>();

/** @param name of the file; its ending tells the language, and other endings give one piece without a kind */
export function highlight(name: string, text: string): Promise<readonly CodePiece[]> {
  const language = LANGUAGES[name.slice(name.lastIndexOf(".") + 1)];
  if (!language) return Promise.resolve([{ text, kind: null }]);
  const key = `${language}\0${text}`;
  const made = done.get(key) ?? keptPieces(key, language, text);
  done.set(key, made);
  return made;
}

async function keptPieces(key: string, language: string, text: string): Promise<readonly CodePiece[]> {
  const hash = sha256(`${THEME} ${LONGEST_LINE} ${SHIKI}\0${key}`);
  const earlier = piecesOf(kept.get(hash), text);
  const made = earlier ?? (await pieces(language, text));
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

async function pieces(language: string, text: string): Promise<CodePiece[]> {
  highlighter ??= createHighlighterCore({
    themes: [createCssVariablesTheme({ name: THEME, variablePrefix: "--" })],
    langs: [sql, typescript],
    engine: createJavaScriptRegexEngine(),
  });
  // Without a limit of time: on a busy machine the same text would get other pieces.
  const limits = { tokenizeMaxLineLength: LONGEST_LINE, tokenizeTimeLimit: 0 };
  const lines = (await highlighter).codeToTokensBase(text, { lang: language, theme: THEME, ...limits });
  const found: { text: string; kind: string | null }[] = [];
  const add = (piece: string, kind: string | null) => {
    const last = found.at(-1);
    if (last && last.kind === (piece.trim() === "" ? null : kind)) last.text += piece;
    else found.push({ text: piece, kind: piece.trim() === "" ? null : kind });
  };
  for (const [i, line] of lines.entries()) {
    if (i > 0) add("\n", null);
    for (const { content, color } of line) add(content, kindOf(color));
  }
  return found;
}

/** `var(--token-keyword)` as `keyword`; the plain foreground and punctuation have no kind. */
function kindOf(colour: string | undefined): string | null {
  const kind = /--token-([a-z-]+)/.exec(colour ?? "")?.[1] ?? null;
  return kind === "punctuation" ? null : kind;
}
