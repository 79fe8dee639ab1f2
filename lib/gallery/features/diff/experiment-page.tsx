/** @jsxRuntime automatic @jsxImportSource preact */
import { percent } from "../../../format/numbers.ts";
import type { Atlas } from "../../atlas/atlas.ts";
import { linkFrom, pageOf } from "../../links.ts";
import { Breadcrumbs } from "../../page/breadcrumbs.tsx";
import { DataTable } from "../../page/data-table.tsx";
import { Page } from "../../page/page.tsx";
import { ChartGrid } from "./chart-grid.tsx";
import { AboutEffect, HEADLINE_HEAD, HeadlineCells } from "./differences.tsx";
import type { Drawings } from "./draw.ts";
import { FigurePair } from "./figure-pair.tsx";
import { diffPageOf, INDEX, statesText, TITLE } from "./places.ts";
import type { ExperimentDiff } from "./runs.ts";
import { TableSection } from "./table-section.tsx";

interface ExperimentDiffProps {
  readonly atlas: Atlas;
  readonly experiment: ExperimentDiff;
  readonly drawings: Drawings;
  readonly samePool: boolean;
}

/** What differs in one experiment. */
export function ExperimentDiffPage({ atlas, experiment, drawings, samePool }: ExperimentDiffProps) {
  const link = linkFrom(diffPageOf(experiment.id));
  const { headlines, tables, sameTables, figures, documents, flags } = experiment;
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
          {experiment.effect !== null && (
            <details>
              <summary>Effect {percent(experiment.effect)}</summary>
              <AboutEffect />
            </details>
          )}
        </header>
        {headlines.length > 0 && (
          <section aria-labelledby="headlines">
            <h2 id="headlines">Headline numbers</h2>
            <ChartGrid charts={experiment.headlineCharts} drawings={drawings} link={link} />
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
        {tables.length + sameTables.length > 0 && (
          <section aria-labelledby="tables">
            <h2 id="tables">Tables</h2>
            {sameTables.length > 0 && (
              <p>
                {tables.length === 0 ? "All tables are the same" : "The same in both runs"}: {sameTables.join(", ")}.
              </p>
            )}
            {tables.map((table) => (
              <TableSection key={table.name} table={table} drawings={drawings} link={link} />
            ))}
          </section>
        )}
        {figures.length > 0 && (
          <section aria-labelledby="figures">
            <h2 id="figures">Figures</h2>
            {figures.map((figure) => (
              <FigurePair key={figure.name} id={experiment.id} figure={figure} samePool={samePool} link={link} />
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
