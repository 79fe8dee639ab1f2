/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { render } from "preact-render-to-string";
import type { Atlas } from "../atlas.ts";
import type { PageFile } from "../feature.ts";
import { HOME } from "../links.ts";
import { SITE_NAME } from "../words.ts";
import { ExperimentPage } from "./experiment.tsx";
import { HomePage } from "./home.tsx";

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
