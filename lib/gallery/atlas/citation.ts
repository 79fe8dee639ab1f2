/** How a text refers to a figure. Figures carry no date of making, so references have none; the days of the data are in them. */
import { windowOf } from "../format.ts";
import { permalinkOf, publishedUrl } from "../links.ts";
import type { Atlas, Sheet, SheetFigure } from "./atlas.ts";
import { SITE_NAME } from "./words.ts";

export interface Citation {
  /** In the style of the American Psychological Association, seventh edition. */
  readonly apa: string;
  /** An entry for BibTeX. */
  readonly bibtex: string;
}

interface Source extends Pick<Atlas, "versions" | "baseUrl"> {
  readonly pool: Pick<Atlas["pool"], "fingerprint" | "firstTime" | "lastTime">;
}

/** With an address where the gallery has one. */
export function citationOf(
  { pool, versions, baseUrl }: Source,
  sheet: Pick<Sheet, "id" | "title">,
  figure: Pick<SheetFigure, "id" | "title">,
): Citation {
  const version = versions["trace-atlas"] ?? "";
  const window = windowOf(pool);
  const pooled = `pool ${pool.fingerprint}${window ? `; UTC data ${window.recorded}` : ""}`;
  const address = baseUrl === null ? null : publishedUrl(baseUrl, permalinkOf(figure.id));
  const apa = [
    `${SITE_NAME}. (n.d.). ${figure.title} [Figure ${figure.id}].`,
    `In ${sheet.title} (Version ${version}; ${pooled}).`,
    ...(address === null ? [] : [address]),
  ].join(" ");
  const fields = {
    author: `{${SITE_NAME}}`,
    title: `{${latexText(figure.title)}}`,
    howpublished: latexText(`${SITE_NAME} ${version}, ${sheet.id}`),
    note: latexText(`Figure ${figure.id}; ${pooled}`),
    ...(address === null ? {} : { url: address }),
  };
  const lines = Object.entries(fields).map(([name, value]) => `  ${name} = {${value}}`);
  return { apa, bibtex: `@misc{trace-atlas-${figure.id},\n${lines.join(",\n")}\n}` };
}

const LATEX: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "<": "\\textless{}",
  ">": "\\textgreater{}",
};

/** Plain text that LaTeX prints as it is. */
function latexText(text: string): string {
  return text.replace(/[\\~^<>#$%&_{}]/g, (character) => LATEX[character] ?? `\\${character}`);
}
