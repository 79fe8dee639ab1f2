/** READMEs and Markdown documents as safe HTML: no raw HTML, no pictures, no styles, and only links that lead somewhere. */
import MarkdownIt, { type MarkdownIt as Parser, type StateCore, type Token } from "markdown-it";
import { README_MARKER } from "../../artifacts/readme-marker.ts";
import { anchorOf } from "../links.ts";

/** HTML made by markdown-it with raw HTML off; the only text that pages take in without escaping it. */
export interface SafeHtml {
  readonly html: string;
}

interface ReadmeSection extends SafeHtml {
  readonly heading: string;
  readonly anchor: string;
}

export interface Readme {
  /** The first heading. */
  readonly title: string | null;
  /** What is between the title and the first second-level heading; null when there is nothing. */
  readonly introduction: SafeHtml | null;
  readonly sections: readonly ReadmeSection[];
}

/** Where a relative link of a README leads: an address on its page, or null to keep only the link's text. */
export type ResolveLink = (href: string) => string | null;

interface PageRules {
  readonly resolve: ResolveLink;
  /** Added to the level of headings, so that they fit into the page's outline. */
  readonly demote: number;
}

/** Generated sections. */
const SHOWN_BY_PAGE: ReadonlySet<string> = new Set(["Figures", "Tables"]);
const EXTERNAL = /^(https?:|mailto:)/i;

/**
 * Text that was computed from traces may hold anything: what looks like a link in it stays text. Its headings are below the title
 * of a figure or the name of a file, which are on level 3.
 */
const documentParser = parserWith({ resolve: () => null, demote: 3 }).disable(["link", "image", "autolink", "reference"]);

/** Without what the page shows by itself: question, figures and tables. */
export function renderReadme(markdown: string, resolve: ResolveLink, question?: string): Readme {
  const parser = parserWith({ resolve, demote: 1 });
  const render = (part: Token[]): SafeHtml => ({ html: parser.renderer.render(part, parser.options, {}) });
  const [written = [], generated = []] = markdown.split(README_MARKER).map((part) => parser.parse(part, {}));
  const [opening = [], ...sections] = splitBefore(written, isHeading(2));
  const [beforeTitle = [], afterTitle = []] = splitBefore(opening, isHeading(1));
  const afterQuestion = afterTitle[4] && plainText(afterTitle[4]) === question ? 6 : 3;
  const introduction = [...beforeTitle, ...afterTitle.slice(afterQuestion)];
  const others = splitBefore(generated, isHeading(2))
    .slice(1)
    .filter((section) => !SHOWN_BY_PAGE.has(headingOf(section)));
  return {
    title: afterTitle[1] ? plainText(afterTitle[1]) : null,
    introduction: introduction.length > 0 ? render(introduction) : null,
    sections: [...sections, ...others].map((section) => {
      const heading = headingOf(section);
      return { heading, anchor: anchorOf("readme", heading.toLowerCase()), ...render(section.slice(3)) };
    }),
  };
}

function headingOf(section: readonly Token[]): string {
  return section[1] ? plainText(section[1]) : "";
}

/** Markdown that an experiment wrote. */
export function renderDocument(markdown: string): SafeHtml {
  return { html: documentParser.render(markdown) };
}

/** A phrase with code and emphasis, without a paragraph around it. */
export function renderPhrase(markdown: string): SafeHtml {
  return { html: documentParser.renderInline(markdown) };
}

function parserWith(rules: PageRules): Parser {
  const parser = new MarkdownIt({ html: false });
  parser.core.ruler.push("page_rules", (state) => {
    state.tokens = state.tokens.flatMap((token) => blockToken(token, state, rules));
  });
  return parser;
}

function blockToken(token: Token, state: StateCore, { resolve, demote }: PageRules): Token[] {
  switch (token.type) {
    case "inline":
      token.children = inlineTokens(token.children ?? [], state, resolve);
      return [token];
    case "heading_open":
    case "heading_close":
      token.meta = { level: Number(token.tag.slice(1)) };
      token.tag = `h${Math.min(6, Number(token.tag.slice(1)) + demote)}`;
      return [token];
    case "th_open":
    case "td_open":
      alignByClass(token);
      return [token];
    case "table_open":
      return [scrollBox(1, state), token];
    case "table_close":
      return [token, scrollBox(-1, state)];
    default:
      return [token];
  }
}

/** Keeps links that lead somewhere, drops the others and every picture, and leaves their text. */
function inlineTokens(tokens: readonly Token[], state: StateCore, resolve: ResolveLink): Token[] {
  let dropped = false;
  return tokens.flatMap((token) => {
    if (token.type === "image") return [textToken(token.content, state)];
    if (token.type === "link_close" && dropped) return [];
    if (token.type !== "link_open") return [token];
    const target = linkTarget(String(token.attrGet("href") ?? ""), resolve);
    dropped = target === null;
    if (target === null) return [];
    token.attrs = [["href", target]];
    if (EXTERNAL.test(target)) token.attrPush(["rel", "noopener noreferrer"]);
    return [token];
  });
}

function linkTarget(href: string, resolve: ResolveLink): string | null {
  if (EXTERNAL.test(href)) return href;
  return /^[a-z][a-z0-9+.-]*:|^\/\//i.test(href) ? null : resolve(href);
}

function alignByClass(token: Token): void {
  const alignment = /text-align:\s*(left|center|right)/.exec(String(token.attrGet("style") ?? ""))?.[1];
  token.attrs = alignment ? [["class", `align-${alignment}`]] : null;
}

/** Opens (1) or closes (-1) a box that scrolls what is wider than the page. */
function scrollBox(nesting: 1 | -1, state: StateCore): Token {
  const token = new state.Token(nesting === 1 ? "scroll_open" : "scroll_close", "div", nesting);
  token.block = true;
  if (nesting === 1)
    token.attrs = [
      ["class", "scroll"],
      ["role", "group"],
      ["aria-label", "Table"],
      ["tabindex", "0"],
    ];
  return token;
}

function textToken(text: string, state: StateCore): Token {
  const token = new state.Token("text", "", 0);
  token.content = text;
  return token;
}

function plainText(inline: Token): string {
  return (inline.children ?? []).map((token) => (token.type === "softbreak" ? " " : token.content)).join("");
}

function isHeading(level: number): (token: Token) => boolean {
  return (token) => token.type === "heading_open" && token.level === 0 && token.meta?.level === level;
}

/** Cuts a list before each token that `starts`; the first part is what comes before the first of them. */
function splitBefore(tokens: readonly Token[], starts: (token: Token) => boolean): Token[][] {
  const parts: Token[][] = [[]];
  for (const token of tokens) {
    if (starts(token)) parts.push([]);
    parts.at(-1)?.push(token);
  }
  return parts;
}
