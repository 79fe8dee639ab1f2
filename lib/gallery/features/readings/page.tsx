/** @jsxRuntime automatic @jsxImportSource preact */
import fs from "node:fs";
import { projectFile } from "../../../files/program.ts";
import { READINGS_GUIDE } from "../../../trace/readings.ts";
import type { Atlas } from "../../atlas/atlas.ts";
import { renderReadme } from "../../atlas/readme.ts";
import type { PageFile } from "../../feature.ts";
import { linkFrom, READINGS } from "../../links.ts";
import { documentText } from "../../page/document-text.ts";
import { Page } from "../../page/page.tsx";
import { Prose } from "../../page/prose.tsx";

const DESCRIPTION = "How this atlas counts and prices steps, and how that differs from the published one.";

/** The guide to the readings, for the note at the foot of every page. */
export function readingsPage(atlas: Atlas): PageFile {
  const { title, introduction, sections } = renderReadme(fs.readFileSync(projectFile(READINGS_GUIDE), "utf8"), () => null);
  const heading = title ?? "Readings";
  const html = documentText(
    <Page atlas={atlas} title={heading} description={DESCRIPTION} link={linkFrom(READINGS)} style="experiment">
      <main id="main" class="sectioned">
        <header class="page-head">
          <h1>{heading}</h1>
        </header>
        {introduction && <Prose body={introduction} />}
        {sections.map((section) => (
          <section key={section.anchor} id={section.anchor}>
            <h2>{section.heading}</h2>
            <Prose body={section} />
          </section>
        ))}
      </main>
    </Page>,
  );
  return { file: READINGS, title: heading, html };
}
