/** Source code cut into pieces that a style sheet colours: class names, because pages allow no inline styles. */
import { createCssVariablesTheme, createHighlighterCore, type HighlighterCore } from "shiki/core";
import { createJavaScriptRegexEngine } from "shiki/engine/javascript";
import sql from "shiki/langs/sql.mjs";
import typescript from "shiki/langs/typescript.mjs";

/** A stretch of code of one kind, e.g. `keyword`; null for what needs no colour. Line ends are part of the text. */
export interface CodePiece {
  readonly text: string;
  readonly kind: string | null;
}

const THEME = "pieces";
const LANGUAGES: Readonly<Record<string, string>> = { sql: "sql", ts: "typescript" };
/** Longer lines are data rather than code, and slow. */
const LONGEST_LINE = 2_000;

let highlighter: Promise<HighlighterCore> | undefined;
/** By language and text: relations are on many pages. */
const done = new Map<string, Promise<readonly CodePiece[]>>();

/** @param name of the file; its ending tells the language, and other endings give one piece without a kind */
export function highlight(name: string, text: string): Promise<readonly CodePiece[]> {
  const language = LANGUAGES[name.slice(name.lastIndexOf(".") + 1)];
  if (!language) return Promise.resolve([{ text, kind: null }]);
  const key = `${language}\0${text}`;
  const made = done.get(key) ?? pieces(language, text);
  done.set(key, made);
  return made;
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
