/** @jsxRuntime automatic @jsxImportSource preact */
import type { RunReport } from "../../../artifacts/artifacts.ts";
import { grouped } from "../../../format/numbers.ts";
import type { Atlas } from "../../atlas/atlas.ts";
import { counted, day } from "../../format.ts";
import { type Link, linkFrom, pageOf } from "../../links.ts";
import { DataTable } from "../../page/data-table.tsx";
import { Page } from "../../page/page.tsx";
import { ChartGrid } from "./chart-grid.tsx";
import type { DiffChart } from "./charts.ts";
import { AboutEffect, effectText, HEADLINE_HEAD, HeadlineCells } from "./differences.tsx";
import type { Drawings } from "./draw.ts";
import type { HeadlineDiff } from "./headlines.ts";
import { diffPageOf, INDEX, statesText, TITLE } from "./places.ts";
import { byEffect, type ExperimentDiff, type RunDiff } from "./runs.ts";

interface IndexProps {
  readonly atlas: Atlas;
  readonly runs: { readonly before: RunReport; readonly after: RunReport };
  readonly diff: RunDiff;
  readonly ratios: DiffChart | null;
  readonly drawings: Drawings;
  /** The page that compares two sessions of this run, where there is one. */
  readonly sessions: string | null;
}

/** The two runs, and which experiments differ. */
export function IndexPage({ atlas, runs, diff, ratios, drawings, sessions }: IndexProps) {
  const link = linkFrom(INDEX);
  const { changed } = diff;
  return (
    <Page
      atlas={atlas}
      title={TITLE}
      description={`This run compared with another one. Experiments that differ: ${grouped(changed.length)}.`}
      link={link}
      style="diff"
    >
      <main id="main" class="diff-page sectioned">
        <header class="page-head">
          <h1>{TITLE}</h1>
          <p class="lede">{ledeOf(diff)}</p>
          {sessions !== null && (
            <p class="caption">
              Two sessions of this run are compared <a href={link(sessions)}>side by side</a> on a page of their own.
            </p>
          )}
        </header>
        <Runs runs={runs} diff={diff} />
        {changed.length > 0 && <Changed changed={changed} link={link} />}
        <AllHeadlines changed={changed} ratios={ratios} drawings={drawings} link={link} />
        {diff.same.length > 0 && (
          <section aria-labelledby="same">
            <h2 id="same">Unchanged</h2>
            <details>
              <summary>{counted(diff.same.length, "experiment")} without a difference</summary>
              <ul>
                {diff.same.map((id) => (
                  <li key={id}>{atlas.sheets.some((sheet) => sheet.id === id) ? <a href={link(pageOf(id))}>{id}</a> : id}</li>
                ))}
              </ul>
            </details>
          </section>
        )}
      </main>
    </Page>
  );
}

function ledeOf({ changed, same, samePool, versions }: RunDiff): string {
  const pools = samePool ? "Both runs read the same rows" : "The runs read different pools";
  const programs = versions.length === 0 ? "with the same program" : "with different versions of the program";
  const total = changed.length + same.length;
  return changed.length === 0
    ? `${pools}, ${programs}, and nothing differs in ${counted(total, "experiment")}.`
    : `${pools}, ${programs}. Of ${counted(total, "experiment")}, ${grouped(changed.length)} ${changed.length === 1 ? "differs" : "differ"}.`;
}

function Runs({ runs, diff }: Pick<IndexProps, "runs" | "diff">) {
  const poolFacts: readonly (readonly [string, (report: RunReport) => string])[] = [
    ["Pool", ({ pool }) => pool.name],
    ["Fingerprint", ({ pool }) => pool.fingerprint],
    ["Agent steps", ({ pool }) => grouped(pool.rounds)],
    ["Sessions", ({ pool }) => grouped(pool.sessions)],
    ["Tool calls", ({ pool }) => grouped(pool.toolCalls)],
    ["Users", ({ pool }) => grouped(pool.users)],
    ["Providers", ({ pool }) => pool.providers.join(", ")],
    ["First event", ({ pool }) => (pool.firstTime === null ? "none" : day(pool.firstTime))],
    ["Last event", ({ pool }) => (pool.lastTime === null ? "none" : day(pool.lastTime))],
  ];
  const rows = [
    ...poolFacts.map(([name, of]) => ({ name, before: of(runs.before), after: of(runs.after) })),
    ...diff.versions.map(({ name, before, after }) => ({ name: `Version of ${name}`, before: before ?? "none", after: after ?? "none" })),
  ];
  return (
    <section class="diff-runs" aria-labelledby="runs">
      <h2 id="runs">The runs</h2>
      <div class="table">
        <DataTable caption="Pools and versions of the two runs" head={["Property", "Before", "After"]}>
          {rows.map(({ name, before, after }) => (
            <tr key={name} class={before === after ? undefined : "differs"}>
              <th scope="row">{name}</th>
              <td>{before}</td>
              <td>{after}</td>
            </tr>
          ))}
        </DataTable>
      </div>
      {diff.versions.length === 0 && <p class="caption">Versions are the same: {versionsText(runs.after)}.</p>}
    </section>
  );
}

function versionsText({ versions }: RunReport): string {
  return Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(", ");
}

function Changed({ changed, link }: Pick<RunDiff, "changed"> & { readonly link: Link }) {
  return (
    <section aria-labelledby="changed">
      <h2 id="changed">Experiments that differ</h2>
      <AboutEffect />
      <div class="table">
        <DataTable caption="Experiments that differ, with how many of their parts do" head={CHANGED_HEAD}>
          {changed.map((experiment) => (
            <tr key={experiment.id}>
              <td>
                <a href={link(diffPageOf(experiment.id))}>{experiment.title}</a>
                {statesText(experiment) !== "both" && <span class="aside"> {statesText(experiment)}</span>}
              </td>
              <td class="numeric">{effectText(experiment.effect)}</td>
              {[experiment.headlines, experiment.tables, experiment.figures, experiment.documents].map((list, i) => (
                <td key={i} class="numeric">
                  {list.length === 0 ? "" : grouped(list.length)}
                </td>
              ))}
            </tr>
          ))}
        </DataTable>
      </div>
    </section>
  );
}

const CHANGED_HEAD = [
  "Experiment",
  { numeric: "Effect" },
  { numeric: "Headlines" },
  { numeric: "Tables" },
  { numeric: "Figures" },
  { numeric: "Other files" },
];

/** Headlines that a page shows at once. */
const SHOWN_HEADLINES = 30;

type Headlines = Pick<IndexProps, "ratios" | "drawings"> & Pick<RunDiff, "changed"> & { readonly link: Link };

function AllHeadlines({ changed, ratios, drawings, link }: Headlines) {
  const all = changed
    .flatMap((experiment) => experiment.headlines.map((headline) => ({ experiment, headline, effect: headline.effect })))
    .sort(byEffect);
  if (all.length === 0) return null;
  const others = all.slice(SHOWN_HEADLINES);
  return (
    <section aria-labelledby="headlines">
      <h2 id="headlines">Headline numbers that differ</h2>
      {ratios && (
        <div class="diff-ratios">
          <ChartGrid charts={[ratios]} drawings={drawings} link={link} />
        </div>
      )}
      <HeadlineTable caption="Headline numbers that differ" rows={all.slice(0, SHOWN_HEADLINES)} link={link} />
      {others.length > 0 && (
        <details>
          <summary>{grouped(others.length)} more, with smaller effects or compared as text</summary>
          <HeadlineTable caption="More headline numbers that differ" rows={others} link={link} />
        </details>
      )}
    </section>
  );
}

interface HeadlineTableProps {
  readonly caption: string;
  readonly rows: readonly { readonly experiment: ExperimentDiff; readonly headline: HeadlineDiff }[];
  readonly link: Link;
}

function HeadlineTable({ caption, rows, link }: HeadlineTableProps) {
  return (
    <div class="table">
      <DataTable caption={caption} head={["Experiment", ...HEADLINE_HEAD]}>
        {rows.map(({ experiment, headline }, i) => (
          <tr key={i}>
            <td>
              <a href={link(diffPageOf(experiment.id))}>{experiment.title}</a>
            </td>
            <HeadlineCells headline={headline} />
          </tr>
        ))}
      </DataTable>
    </div>
  );
}
