/** Splits source code into pieces that a style sheet colors by class name, because pages allow no inline styles. */
import Prism, { type TokenStream } from "prismjs";
import "prismjs/components/prism-sql.js";
import "prismjs/components/prism-typescript.js";

/** A stretch of code of one kind, e.g. `keyword`; null for what needs no color. Line ends are part of the text. */
export interface CodePiece {
  readonly text: string;
  readonly kind: string | null;
}

const LANGUAGES: Readonly<Record<string, string>> = { sql: "sql", ts: "typescript" };
const KINDS: Readonly<Record<string, string>> = {
  comment: "comment",
  hashbang: "comment",
  keyword: "keyword",
  string: "string",
  "template-string": "string",
  regex: "string",
  number: "constant",
  boolean: "constant",
  function: "function",
  "class-name": "function",
};

/** @param name of the file; an unknown extension makes one piece without a kind */
export function highlight(name: string, text: string): readonly CodePiece[] {
  const language = LANGUAGES[name.slice(name.lastIndexOf(".") + 1)];
  const grammar = language === undefined ? undefined : Prism.languages[language];
  if (!grammar) return [{ text, kind: null }];
  return joined([...piecesOf(Prism.tokenize(text, grammar), null)]);
}

function* piecesOf(tokens: TokenStream, kind: string | null): Iterable<CodePiece> {
  if (Array.isArray(tokens)) for (const token of tokens) yield* piecesOf(token, kind);
  else if (typeof tokens === "string") yield { text: tokens, kind: tokens.trim() === "" ? null : kind };
  else yield* piecesOf(tokens.content, kindOf(tokens.type, tokens.content, kind));
}

/** What has no kind of its own has that of what it is in, except for code inside of a text. */
function kindOf(type: string, content: TokenStream, outer: string | null): string | null {
  if (type === "interpolation") return null;
  // In SQL, AND and the like.
  if (type === "operator" && typeof content === "string" && /^[a-z]/i.test(content)) return "keyword";
  return KINDS[type] ?? outer;
}

function joined(pieces: readonly CodePiece[]): CodePiece[] {
  const found: CodePiece[] = [];
  for (const piece of pieces) {
    const last = found.at(-1);
    if (last?.kind === piece.kind) found[found.length - 1] = { ...piece, text: last.text + piece.text };
    else found.push(piece);
  }
  return found;
}
