/** @jsxRuntime automatic @jsxImportSource preact */
import { commandLine } from "../../../files/program.ts";
import type { Atlas } from "../../atlas/atlas.ts";
import type { Feature } from "../../feature.ts";
import { anchorOf, type Link, linkFrom } from "../../links.ts";
import { packedJson } from "../../packing.ts";
import { DataTable } from "../../page/data-table.tsx";
import { documentText } from "../../page/document-text.ts";
import { Page, type PolicyAdditions } from "../../page/page.tsx";
import { pageScripts } from "../../scripts.ts";

const PAGE = "open/index.html";
const TITLE = "Open a figure";
/** Workers start from memory: a page opened from disk can start no other, and these obey the page's policy. */
const POLICY: PolicyAdditions = { "worker-src": ["blob:"] };

/** A page that reads any atlas PNG in the browser: what it carries, whether it is whole, and the chart drawn again. */
export const drop: Feature = {
  place: () => ({ title: TITLE, page: PAGE }),
  scripts: ["drop"],
  style: "drop",
  async build({ atlas, folder }) {
    for (const [file, source] of await workerSources()) folder.write(file, source);
    return [{ file: PAGE, title: TITLE, html: documentText(<OpenPage atlas={atlas} link={linkFrom(PAGE)} />) }];
  },
};

/** The workers, each as a script that keeps it packed. */
async function workerSources(): Promise<[string, string][]> {
  const workers = await pageScripts(["drop-reader", "drop-drawer"]);
  return [...workers].map(([file, text]) => {
    const name = JSON.stringify(file.replace(/^.*\/|\.js$/g, ""));
    return [file, `(globalThis.traceAtlasWorkers ??= {})[${name}] = "${packedJson(new TextDecoder().decode(text))}";\n`];
  });
}

interface OpenPageProps {
  readonly atlas: Atlas;
  readonly link: Link;
}

function OpenPage({ atlas, link }: OpenPageProps) {
  return (
    <Page
      atlas={atlas}
      title={TITLE}
      description="Every figure contains the README, tables, code, and chart specification behind it. Read them here, in the browser."
      link={link}
      scripts={["drop"]}
      style="drop"
      policy={POLICY}
    >
      <main id="main" class="drop">
        <header class="page-head">
          <h1>{TITLE}</h1>
          <p class="lede">
            A figure is more than a picture: the PNG contains the README, tables, code, and chart specification behind it. Open one, from
            this atlas or any other, to read them.
          </p>
        </header>
        <section id="drop-zone" class="drop-zone" aria-labelledby="drop-zone-title" data-fingerprint={atlas.pool.fingerprint} hidden>
          <h2 id="drop-zone-title">Drop a PNG here</h2>
          <p>
            <label class="pill">
              Choose a file
              <input id="drop-input" type="file" accept="image/png,.png" />
            </label>{" "}
            or paste it.
          </p>
          <p class="aside">Nothing is uploaded: the file is read in your browser.</p>
        </section>
        <noscript>
          <p class="state state-empty">
            Reading a figure here needs JavaScript. Without it, use <code>{commandLine(["sidecar", "extract", "figure.png"])}</code>.
          </p>
        </noscript>
        <p id="drop-status" class="drop-status" role="status"></p>
        <div id="drop-result"></div>
        <KnownFigures atlas={atlas} link={link} />
      </main>
    </Page>
  );
}

/** Finds the original of a figure by the id in its footer, also from a screenshot. */
function KnownFigures({ atlas, link }: OpenPageProps) {
  const known = atlas.sheets.flatMap((sheet) => sheet.figures.map((figure) => ({ sheet, figure })));
  if (known.length === 0) return null;
  return (
    <section id="find" class="drop-find" aria-labelledby="find-title">
      <h2 id="find-title">Find a figure by its id</h2>
      <p>
        The footer of each figure shows the word <code>figure</code> and an id of ten characters. Even a screenshot has it.
      </p>
      <p id="find-tools" class="table-tools" hidden>
        <label>
          Id or title <input id="find-input" type="search" autocomplete="off" spellcheck={false} />
        </label>
        <output id="find-status" class="aside"></output>
      </p>
      <div class="table">
        <DataTable nameFrom="find-title" caption="Figures of this gallery by id" head={["Id", "Figure", "Experiment"]}>
          {known.map(({ sheet, figure }) => (
            <tr key={figure.file} data-figure={figure.id}>
              <td>
                <code>{figure.id}</code>
              </td>
              <td>
                <a href={link(sheet.page, anchorOf("figure", figure.name))}>{figure.title}</a>
              </td>
              <td>{sheet.title}</td>
            </tr>
          ))}
        </DataTable>
      </div>
    </section>
  );
}
