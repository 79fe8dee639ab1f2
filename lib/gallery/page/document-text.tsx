/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { render } from "preact-render-to-string";
import type { Atlas } from "../atlas/atlas.ts";
import { SITE_NAME } from "../atlas/words.ts";
import type { PageFile } from "../feature.ts";
import { ExperimentPage } from "../features/experiment/page.tsx";
import { HomePage } from "../features/home/page.tsx";
import { HOME } from "../links.ts";

/** The pages that every gallery has, home first. */
export function renderPages(atlas: Atlas): PageFile[] {
  return [
    { file: HOME, title: SITE_NAME, html: documentText(<HomePage atlas={atlas} />) },
    ...atlas.sheets.map((sheet) => ({
      file: sheet.page,
      title: sheet.title,
      html: documentText(<ExperimentPage atlas={atlas} sheet={sheet} />),
    })),
  ];
}

export function documentText(page: Parameters<typeof render>[0]): string {
  return `<!doctype html>\n${render(page)}\n`;
}
