/** Markdown of strangers as a few kinds of elements: no raw HTML, no pictures, only links to the web. */

import MarkdownIt, { type Token } from "markdown-it";
import { at, known } from "../../../../stats/known.ts";
import type { ReadmeElement, ReadmePart } from "./messages.ts";

const parser = new MarkdownIt({ html: false });

/** READMEs have a few kilobytes; what is much longer is shown as it is. */
const MAX_CHARS = 200_000;
const WEB = /^https?:\/\//i;
/** Headings of a README are below those of the page. */
const DEMOTION = 3;

/** Elements in which text may be wrapped; anything else is dropped and its text stays. */
const KEPT = new Set("p ul ol li blockquote pre code em strong s table thead tbody tr th td hr br h4 h5 h6 a".split(" "));

/** Null for a text too long to lay out. */
export function readmeParts(markdown: string): ReadmePart[] | null {
  return markdown.length > MAX_CHARS ? null : partsOf(parser.parse(markdown, {}));
}

interface OpenElement {
  readonly tag: string | null;
  readonly href?: string;
  readonly parts: ReadmePart[];
}

function partsOf(tokens: readonly Token[]): ReadmePart[] {
  const root: OpenElement = { tag: null, parts: [] };
  const open = [root];
  for (const token of tokens) {
    const around = at(open, -1);
    if (token.nesting === 1) open.push(opened(token));
    else if (token.nesting === -1) close(open);
    else around.parts.push(...leafOf(token));
  }
  while (open.length > 1) close(open);
  return root.parts;
}

function opened(token: Token): OpenElement {
  const tag = token.hidden ? null : demoted(token.tag);
  if (tag === null || !KEPT.has(tag)) return { tag: null, parts: [] };
  if (tag !== "a") return { tag, parts: [] };
  const href = String(token.attrGet("href") ?? "");
  return WEB.test(href) ? { tag, href, parts: [] } : { tag: null, parts: [] };
}

/** Puts the innermost element into the one around it; without a tag, only what is in it. */
function close(open: OpenElement[]): void {
  if (open.length < 2) return;
  const { tag, ...rest } = known(open.pop());
  const around = at(open, -1);
  if (tag === null) around.parts.push(...rest.parts);
  else around.parts.push({ tag, ...rest } satisfies ReadmeElement);
}

function leafOf(token: Token): ReadmePart[] {
  switch (token.type) {
    case "inline":
      return partsOf(token.children ?? []);
    case "softbreak":
      return ["\n"];
    case "hardbreak":
      return [{ tag: "br", parts: [] }];
    case "hr":
      return [{ tag: "hr", parts: [] }];
    case "code_inline":
      return [{ tag: "code", parts: [token.content] }];
    case "fence":
    case "code_block":
      return [{ tag: "pre", parts: [{ tag: "code", parts: [token.content] }] }];
    default:
      return [token.content];
  }
}

function demoted(tag: string): string {
  const level = /^h([1-6])$/.exec(tag)?.[1];
  return level ? `h${Math.min(6, Number(level) + DEMOTION)}` : tag;
}
