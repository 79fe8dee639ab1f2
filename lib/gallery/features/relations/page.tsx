/** @jsxRuntime automatic @jsxImportSource preact */
import type { Atlas, Sheet } from "../../atlas/atlas.ts";
import type { CodeFile } from "../../atlas/code-files.ts";
import type { PageFile } from "../../feature.ts";
import { linkFrom, RELATIONS } from "../../links.ts";
import { documentText } from "../../page/document-text.ts";
import { Page } from "../../page/page.tsx";
import { aboutRelation } from "../ask/explore.ts";
import { Code } from "../experiment/code.tsx";

const TITLE = "Shared relations";
const DESCRIPTION = "The SQL that several experiments share, and which of them read each relation.";

/** The relations that experiments read, each one once; none where they read none. */
export function relationPages(atlas: Atlas): PageFile[] {
  const readers = new Map<string, { readonly file: CodeFile; readonly sheets: Sheet[] }>();
  for (const sheet of atlas.sheets)
    for (const file of sheet.code.filter(({ shared }) => shared)) {
      const known = readers.get(file.path) ?? { file, sheets: [] };
      known.sheets.push(sheet);
      readers.set(file.path, known);
    }
  if (readers.size === 0) return [];
  const link = linkFrom(RELATIONS);
  const html = documentText(
    <Page atlas={atlas} title={TITLE} description={DESCRIPTION} link={link} scripts={["experiment"]} style="experiment">
      <main id="main">
        <header class="page-head">
          <h1>{TITLE}</h1>
          <p class="lede">{DESCRIPTION} A query names what it reads in its first lines, after “uses”.</p>
        </header>
        {[...readers.values()]
          .sort((a, b) => (a.file.path < b.file.path ? -1 : 1))
          .map(({ file, sheets }) => (
            <Code key={file.path} file={file} heading="h2" about={aboutRelation(file.text)} users={sheets} link={link} />
          ))}
      </main>
    </Page>,
  );
  return [{ file: RELATIONS, title: TITLE, html }];
}
