/** Which words of a README's section on reading the figures belong to which figure. */
import type { Token } from "markdown-it";

export interface NamedFigure {
  readonly name: string;
  readonly title: string;
}

export interface GuideParts {
  /** What is said of all figures, or of none in particular. */
  readonly general: readonly Token[];
  /** By name of the figure. */
  readonly figures: ReadonlyMap<string, readonly Token[]>;
}

/** How a block says whom it is about. An empty list: of figures that this run did not draw. */
type Subject = readonly string[] | null;

/**
 * Parts the blocks of a section. A figure is named by its file in a sub-heading, which holds for what follows; at the
 * beginning of a paragraph, which holds until the next name; at the beginning of a list's item; in the first cell of a
 * table's row; or by its title as a bold beginning of a paragraph. `<word>` and `{word}` in a file's name stand for any
 * text. Where there is one figure only, everything is about it.
 */
export function partGuide(tokens: readonly Token[], figures: readonly NamedFigure[]): GuideParts {
  const only = figures.length === 1 ? figures[0] : undefined;
  if (only) return { general: [], figures: new Map([[only.name, withoutHeadingOf(only, tokens)]]) };
  const parts = { general: [] as Token[], figures: new Map<string, Token[]>() };
  const give = (subject: Subject, block: readonly Token[]) => {
    for (const name of subject ?? []) parts.figures.set(name, [...(parts.figures.get(name) ?? []), ...block]);
    if (subject === null) parts.general.push(...block);
  };
  let current: Subject = null;
  for (const block of blocksOf(tokens)) {
    const pieces = namedPieces(block, figures);
    if (pieces) {
      for (const { subject, content } of pieces) give(subject, content);
      current = null;
    } else if (block[0]?.type === "heading_open") {
      current = filesIn(block[1], figures).subject;
      if (current === null) give(null, block);
    } else {
      const opening = openingOf(block, figures);
      if (opening) current = opening.subject;
      give(current, opening?.content ?? block);
    }
  }
  return parts;
}

interface Piece {
  readonly subject: Subject;
  readonly content: readonly Token[];
}

/** Items of a list or rows of a table, if any of them names a figure. */
function namedPieces(block: readonly Token[], figures: readonly NamedFigure[]): Piece[] | null {
  const pieces = block.some((token) => token.type === "table_open")
    ? rowsOf(block).map((cells) => ({
        subject: filesIn(cells[0]?.[0], figures).subject,
        content: cells.slice(1).flatMap((cell) => paragraphOf(cell)),
      }))
    : block[0]?.type === "bullet_list_open"
      ? itemsOf(block).map((item) => openingOf(item, figures) ?? { subject: null, content: item })
      : [];
  return pieces.some(({ subject }) => subject !== null) ? pieces : null;
}

/** A paragraph that begins with names of figures: the rest of it, without the names where a colon or full stop sets them off. */
function openingOf(block: readonly Token[], figures: readonly NamedFigure[]): Piece | null {
  const [open, inline, ...rest] = block;
  if (open?.type !== "paragraph_open" || !inline) return null;
  const found = filesIn(inline, figures);
  const { subject, length } = found.subject === null ? titleIn(inline, figures) : found;
  if (subject === null) return beginsAnew(inline) ? { subject, content: block } : null;
  return { subject, content: [open, withoutStart(inline, length), ...rest] };
}

interface Names {
  readonly subject: Subject;
  /** How many of the inline tokens the names take, if they are set off from what follows. */
  readonly length: number;
}

const NOBODY: Names = { subject: null, length: 0 };

function filesIn(inline: Token | undefined, figures: readonly NamedFigure[]): Names {
  const children = inline?.children ?? [];
  const end = children.findIndex((token) => token.type !== "code_inline" && !/^\s*(,|and|or)?\s*$/.test(token.content));
  const opening = children.slice(0, end === -1 ? children.length : end);
  const codes = opening.filter((token) => token.type === "code_inline").map((token) => token.content);
  const named = figures.filter(({ name }) => codes.some((code) => patternOf(code).test(name))).map(({ name }) => name);
  if (named.length === 0 && !codes.some((code) => code.endsWith(".png"))) return NOBODY;
  return { subject: named, length: /^\s*[:.]/.test(children[end]?.content ?? "") ? end : 0 };
}

function patternOf(code: string): RegExp {
  const parts = code.replace(/\.png$/, "").split(/<\w+>|\{\w+\}/);
  return new RegExp(`^${parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".+")}$`);
}

/** A bold beginning that is a figure's title, or whose words the titles of some figures have all. */
function titleIn(inline: Token, figures: readonly NamedFigure[]): Names {
  const children = inline.children ?? [];
  const start = children.findIndex((token) => token.content !== "");
  const close = children.findIndex((token) => token.type === "strong_close");
  if (close === -1 || !children.slice(0, start).some((token) => token.type === "strong_open")) return NOBODY;
  const bold = children
    .slice(0, close)
    .map((token) => token.content)
    .join("");
  if (!/[.:]$/.test(bold)) return NOBODY;
  const words = wordsOf(bold);
  const exact = figures.filter(({ title }) => wordsOf(title).join(" ") === words.join(" "));
  const like = exact.length > 0 ? exact : figures.filter(({ title }) => words.every((word) => wordsOf(title).includes(word)));
  return like.length > 0 ? { subject: like.map(({ name }) => name), length: close + 1 } : NOBODY;
}

/** A bold beginning that names no figure ends what was said of the one before. */
function beginsAnew(inline: Token): boolean {
  return (inline.children ?? []).find((token) => token.content !== "" || token.type === "strong_open")?.type === "strong_open";
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{Letter}\p{Number}]+/gu) ?? [];
}

/** Without its first tokens and the colon or stop after them; what remains begins a sentence. */
function withoutStart(inline: Token, length: number): Token {
  if (length === 0) return inline;
  const rest = (inline.children ?? []).slice(length).map((token, i) => (i === 0 ? withText(token, sentence(token.content)) : token));
  return Object.assign(Object.create(Object.getPrototypeOf(inline)), inline, { children: rest });
}

function sentence(text: string): string {
  const body = text.replace(/^\s*[:.]?\s*/, "");
  return body.charAt(0).toUpperCase() + body.slice(1);
}

function withText(token: Token, content: string): Token {
  return Object.assign(Object.create(Object.getPrototypeOf(token)), token, { content });
}

/** A sub-heading that only repeats the figure's file. */
function withoutHeadingOf(figure: NamedFigure, tokens: readonly Token[]): Token[] {
  return blocksOf(tokens).flatMap((block) =>
    block[0]?.type === "heading_open" && filesIn(block[1], [figure]).subject ? [] : (openingOf(block, [figure])?.content ?? block),
  );
}

/** Cuts tokens where nothing is open. */
function blocksOf(tokens: readonly Token[]): Token[][] {
  const blocks: Token[][] = [];
  let depth = 0;
  for (const token of tokens) {
    if (depth === 0) blocks.push([]);
    blocks.at(-1)?.push(token);
    depth += token.nesting;
  }
  return blocks;
}

/** What is in each item of a list, as paragraphs of their own. */
function itemsOf(list: readonly Token[]): Token[][] {
  return blocksOf(list.slice(1, -1)).map((item) => item.slice(1, -1).map(shown));
}

/** In tight lists paragraphs have no tags. */
function shown(token: Token): Token {
  return token.type.startsWith("paragraph") ? Object.assign(Object.create(Object.getPrototypeOf(token)), token, { hidden: false }) : token;
}

/** The inline contents of the cells of each row below the header. */
function rowsOf(table: readonly Token[]): Token[][][] {
  const body = table.slice(table.findIndex((token) => token.type === "tbody_open") + 1);
  return body
    .filter((token) => token.type === "tr_open")
    .map((open) => {
      const from = body.indexOf(open);
      const to = body.findIndex((token, i) => i > from && token.type === "tr_close");
      return body
        .slice(from, to)
        .filter((token) => token.type === "inline")
        .map((token) => [token]);
    });
}

function paragraphOf([inline]: readonly Token[]): Token[] {
  if (!inline) return [];
  const make = (type: string, nesting: 1 | -1): Token =>
    Object.assign(Object.create(Object.getPrototypeOf(inline)), inline, {
      type,
      tag: "p",
      nesting,
      children: null,
      content: "",
      block: true,
      hidden: false,
    });
  const [first, ...rest] = inline.children ?? [];
  const children = first ? [withText(first, sentence(first.content)), ...rest] : [];
  return [
    make("paragraph_open", 1),
    Object.assign(Object.create(Object.getPrototypeOf(inline)), inline, { children }),
    make("paragraph_close", -1),
  ];
}
