/** What a worker thread runs to cut source code into pieces of one kind each. */
import { createCssVariablesTheme, createHighlighterCore, type HighlighterCore } from "shiki/core";
import { createJavaScriptRegexEngine } from "shiki/engine/javascript";
import sql from "shiki/langs/sql.mjs";
import typescript from "shiki/langs/typescript.mjs";

export type Language = "sql" | "typescript";

export interface CodeText {
  readonly language: Language;
  readonly text: string;
}

/** A stretch of code of one kind, e.g. `keyword`; null for what needs no color. Line ends are part of the text. */
export interface CodePiece {
  readonly text: string;
  readonly kind: string | null;
}

const THEME = "pieces";
/** Longer lines are data rather than code, and slow. */
const LONGEST_LINE = 2_000;

let highlighter: Promise<HighlighterCore> | undefined;

export default async function cutCode({ language, text }: CodeText): Promise<CodePiece[]> {
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
function kindOf(color: string | undefined): string | null {
  const kind = /--token-([a-z-]+)/.exec(color ?? "")?.[1] ?? null;
  return kind === "punctuation" ? null : kind;
}
