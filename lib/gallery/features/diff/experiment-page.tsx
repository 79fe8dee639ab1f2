/** @jsxRuntime automatic @jsxImportSource preact */
import type { Atlas } from "../../atlas/atlas.ts";
import { linkFrom, pageOf } from "../../links.ts";
import { Breadcrumbs } from "../../page/breadcrumbs.tsx";
import { DataTable } from "../../page/data-table.tsx";
import { Page } from "../../page/page.tsx";
import { HEADLINE_HEAD, HeadlineCells } from "./differences.tsx";
import { FigurePair } from "./figure-pair.tsx";
import { diffPageOf, INDEX, statesText, TITLE } from "./places.ts";
import type { ExperimentDiff } from "./runs.ts";
import { TableSection } from "./table-section.tsx";

/** What differs in one experiment. */
export function ExperimentDiffPage({ atlas, experiment }: { readonly atlas: Atlas; readonly experiment: ExperimentDiff }) {
  const link = linkFrom(diffPageOf(experiment.id));
  const { headlines, tables, figures, documents, flags } = experiment;
  return (
    <Page
      atlas={atlas}
      title={`${TITLE}: ${experiment.title}`}
      description={`What differs between two runs in ${experiment.title}.`}
      link={link}
      navigation={<Breadcrumbs link={link} above={{ title: TITLE, href: link(INDEX) }} title={experiment.title} />}
      scripts={["diff"]}
      style="diff"
    >
      <main id="main" class="diff-page sectioned">
        <header class="page-head">
          <p class="kicker">{TITLE}</p>
          <h1>{experiment.title}</h1>
          <p class="caption">
            {experiment.states.after !== null && (
              <>
                <a href={link(pageOf(experiment.id))}>The experiment in this run</a>.{" "}
              </>
            )}
            {experiment.states.before !== experiment.states.after && `Present: ${statesText(experiment)}.`}
          </p>
          {flags && (
            <p class="caption">
              Flags before: <code>{flags.before?.join(" ") || "none"}</code>, after: <code>{flags.after?.join(" ") || "none"}</code>.
            </p>
          )}
        </header>
        {headlines.length > 0 && (
          <section aria-labelledby="headlines">
            <h2 id="headlines">Headline numbers</h2>
            <div class="table">
              <DataTable caption="Headline numbers that differ" head={HEADLINE_HEAD}>
                {headlines.map((headline, i) => (
                  <tr key={i}>
                    <HeadlineCells headline={headline} />
                  </tr>
                ))}
              </DataTable>
            </div>
          </section>
        )}
        {figures.length > 0 && (
          <section aria-labelledby="figures">
            <h2 id="figures">Figures</h2>
            {figures.map((figure) => (
              <FigurePair key={figure.name} id={experiment.id} figure={figure} link={link} />
            ))}
          </section>
        )}
        {tables.length > 0 && (
          <section aria-labelledby="tables">
            <h2 id="tables">Tables</h2>
            {tables.map((table) => (
              <TableSection key={table.name} table={table} />
            ))}
          </section>
        )}
        {documents.length > 0 && (
          <section aria-labelledby="documents">
            <h2 id="documents">Other files that differ</h2>
            <ul>
              {documents.map((file) => (
                <li key={file}>
                  <code>{file}</code>
                </li>
              ))}
            </ul>
          </section>
        )}
      </main>
    </Page>
  );
}
