/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import path from "node:path";
import type { ComponentChildren } from "preact";
import type { FigureArtifact, RunReport } from "../../../artifacts/artifacts.ts";
import { grouped } from "../../../format/numbers.ts";
import type { Atlas } from "../../atlas/atlas.ts";
import { shortNumber } from "../../atlas/csv-head.ts";
import type { Feature } from "../../feature.ts";
import type { GalleryFolder } from "../../folder.ts";
import { counted, day } from "../../format.ts";
import { anchorOf, fileOf, HOME, type Link, linkFrom, pageOf } from "../../links.ts";
import { documentText } from "../../page/document-text.tsx";
import { Page } from "../../page/page.tsx";
import { Scroll } from "../../page/scroll.tsx";
import type { NumberChange } from "./numbers.ts";
import { pictureDifference } from "./pictures.ts";
import { comparableRun, MOST_ROWS } from "./read.ts";
import { compareRuns, type ExperimentDiff, type FigureDiff, type HeadlineDiff, type NamedTableDiff, type RunDiff } from "./runs.ts";
import type { CellDiff, TableDiff } from "./tables.ts";

const INDEX = "diff/index.html";
const TITLE = "What changed";
const STYLES = ["experiment.css", "diff.css"];
/** Changed cells of a table that its page shows, and keys of rows that only one run has. */
const SHOWN_CELLS = 100;
const SHOWN_KEYS = 100;
/** Pictures compared at once. */
const COMPARED_AT_ONCE = 4;

/** A finished run on disk. */
export interface FinishedRun {
  readonly out: string;
  readonly report: RunReport;
}

/** A figure that differs, and by how much of its picture: null when only one run has it. */
interface ComparedFigure extends FigureDiff {
  readonly share: number | null;
}

interface ComparedExperiment extends Omit<ExperimentDiff, "figures"> {
  readonly figures: readonly ComparedFigure[];
  /** Path of its page. */
  readonly page: string;
}

/** Pages that put a run beside an earlier one. */
export function diffWith(before: FinishedRun): Feature {
  return {
    place: () => ({ title: TITLE, page: INDEX }),
    scripts: ["diff"],
    styles: ["diff.css"],
    async build({ atlas, source, folder }) {
      const diff = compareRuns(comparableRun(before.out, before.report), comparableRun(source.out, source.report));
      const { changed, same } = await withPictures(diff, before.out, source.out);
      for (const experiment of changed) placeEarlierFigures(experiment, before.out, folder);
      const runs = { before: before.report, after: source.report };
      return [
        {
          file: INDEX,
          title: TITLE,
          html: documentText(<IndexPage atlas={atlas} runs={runs} diff={{ ...diff, same }} changed={changed} />),
        },
        ...changed.map((experiment) => ({
          file: experiment.page,
          title: `${TITLE}: ${experiment.title}`,
          html: documentText(<ExperimentPage atlas={atlas} experiment={experiment} />),
        })),
      ];
    },
  };
}

/** Figures that were drawn by other versions and look the same are no change, nor is an experiment with nothing else. */
async function withPictures(diff: RunDiff, before: string, after: string): Promise<{ changed: ComparedExperiment[]; same: string[] }> {
  const figures = diff.changed.flatMap((experiment) => experiment.figures.map((figure) => ({ experiment, figure })));
  const shares = new Map<FigureDiff, number | null>();
  const next = figures.values();
  const work = async () => {
    for (const { experiment, figure } of next) {
      const [a, b] = [figure.before, figure.after];
      const picture = (out: string, drawn: FigureArtifact) => ({ file: path.join(out, experiment.id, drawn.file), figure: drawn });
      shares.set(figure, a && b ? await pictureDifference(picture(before, a), picture(after, b)) : null);
    }
  };
  await Promise.all(Array.from({ length: COMPARED_AT_ONCE }, work));
  const compared = diff.changed.map(
    (experiment): ComparedExperiment => ({
      ...experiment,
      page: `diff/${experiment.id}/index.html`,
      figures: experiment.figures
        .map((figure) => ({ ...figure, share: shares.get(figure) ?? null }))
        .filter(({ chart, share }) => chart || share !== 0),
    }),
  );
  const changed = compared.filter(differs);
  return { changed, same: [...diff.same, ...compared.filter((experiment) => !differs(experiment)).map(({ id }) => id)] };
}

function differs({ states, flags, headlines, tables, figures, documents }: ComparedExperiment): boolean {
  return states.before !== states.after || flags !== null || [headlines, tables, figures, documents].some((list) => list.length > 0);
}

function placeEarlierFigures({ id, figures }: ComparedExperiment, before: string, folder: GalleryFolder): void {
  for (const { before: figure } of figures) if (figure) folder.place(path.join(before, id, figure.file), earlierFigure(id, figure));
}

function earlierFigure(id: string, figure: FigureArtifact): string {
  return `diff/${id}/before/${figure.file}`;
}

interface IndexProps {
  readonly atlas: Atlas;
  readonly runs: { readonly before: RunReport; readonly after: RunReport };
  readonly diff: RunDiff;
  readonly changed: readonly ComparedExperiment[];
}

function IndexPage({ atlas, runs, diff, changed }: IndexProps) {
  const link = linkFrom(INDEX);
  return (
    <Page
      atlas={atlas}
      title={TITLE}
      description={`This run beside another one: ${counted(changed.length, "experiment")} differ.`}
      link={link}
      navigation={<Breadcrumbs link={link} />}
      scripts={["experiment"]}
      styles={STYLES}
    >
      <main id="main" class="diff-page">
        <header class="diff-head">
          <h1>{TITLE}</h1>
          <p class="lede">{ledeOf(diff, changed)}</p>
        </header>
        <Runs runs={runs} diff={diff} />
        {changed.length > 0 && <Changed changed={changed} link={link} />}
        <AllHeadlines changed={changed} link={link} />
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

function ledeOf({ same, samePool, versions }: RunDiff, changed: readonly ComparedExperiment[]): string {
  const pools = samePool ? "Both runs read the same rows" : "The runs read different pools";
  const programs = versions.length === 0 ? "with the same program" : "with different versions of the program";
  const total = changed.length + same.length;
  return changed.length === 0
    ? `${pools}, ${programs}, and nothing differs in ${counted(total, "experiment")}.`
    : `${pools}, ${programs}. Of ${counted(total, "experiment")}, ${grouped(changed.length)} differ.`;
}

function Breadcrumbs({ experiment, link }: { readonly experiment?: ComparedExperiment; readonly link: Link }) {
  return (
    <nav class="breadcrumbs" aria-label="Breadcrumbs">
      <ol>
        <li>
          <a href={link(HOME)}>Home</a>
        </li>
        {experiment && (
          <li>
            <a href={link(INDEX)}>{TITLE}</a>
          </li>
        )}
        <li aria-current="page">{experiment ? experiment.title : TITLE}</li>
      </ol>
    </nav>
  );
}

/** A table with a heading of its own or of its section, in a box that scrolls. */
function Grid({
  caption,
  head,
  children,
}: {
  readonly caption: string;
  readonly head: readonly HeadCell[];
  readonly children: ComponentChildren;
}) {
  return (
    <div class="table">
      <Scroll name={caption}>
        <table>
          <caption>{caption}</caption>
          <thead>
            <tr>
              {head.map((cell) => {
                const [text, numeric] = typeof cell === "string" ? [cell, false] : [cell.numeric, true];
                return (
                  <th key={text} scope="col" class={numeric ? "numeric" : undefined}>
                    {text}
                  </th>
                );
              })}
            </tr>
          </thead>
          <tbody>{children}</tbody>
        </table>
      </Scroll>
    </div>
  );
}
type HeadCell = string | { readonly numeric: string };

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
      <Grid caption="Pools and versions of the two runs" head={["", "Before", "After"]}>
        {rows.map(({ name, before, after }) => (
          <tr key={name} class={before === after ? undefined : "differs"}>
            <th scope="row">{name}</th>
            <td>{before}</td>
            <td>{after}</td>
          </tr>
        ))}
      </Grid>
      {diff.versions.length === 0 && <p class="caption">Versions are the same: {versionsText(runs.after)}.</p>}
    </section>
  );
}

function versionsText({ versions }: RunReport): string {
  return Object.entries(versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(", ");
}

function Changed({ changed, link }: { readonly changed: readonly ComparedExperiment[]; readonly link: Link }) {
  return (
    <section aria-labelledby="changed">
      <h2 id="changed">Experiments that differ</h2>
      <Grid
        caption="Experiments that differ, with how many of their parts do"
        head={[
          "Experiment",
          "In the runs",
          { numeric: "Headlines" },
          { numeric: "Tables" },
          { numeric: "Figures" },
          { numeric: "Other files" },
        ]}
      >
        {changed.map((experiment) => (
          <tr key={experiment.id}>
            <td>
              <a href={link(experiment.page)}>{experiment.title}</a>
            </td>
            <td>{statesText(experiment)}</td>
            {[experiment.headlines, experiment.tables, experiment.figures, experiment.documents].map((list, i) => (
              <td key={i} class="numeric">
                {list.length === 0 ? "" : grouped(list.length)}
              </td>
            ))}
          </tr>
        ))}
      </Grid>
    </section>
  );
}

function statesText({ states: { before, after } }: ComparedExperiment): string {
  if (before === null) return "only after";
  if (after === null) return "only before";
  if (before === after) return before === "done" ? "both" : `${before} in both`;
  return `${before} before, ${after} after`;
}

function AllHeadlines({ changed, link }: { readonly changed: readonly ComparedExperiment[]; readonly link: Link }) {
  const all = changed.flatMap((experiment) => experiment.headlines.map((headline) => ({ experiment, headline })));
  if (all.length === 0) return null;
  return (
    <section aria-labelledby="headlines">
      <h2 id="headlines">Headline numbers that differ</h2>
      <Grid caption="Headline numbers that differ" head={["Experiment", ...HEADLINE_HEAD]}>
        {all.map(({ experiment, headline }, i) => (
          <tr key={i}>
            <td>
              <a href={link(experiment.page)}>{experiment.title}</a>
            </td>
            <HeadlineCells headline={headline} />
          </tr>
        ))}
      </Grid>
    </section>
  );
}

const HEADLINE_HEAD: readonly HeadCell[] = [
  "Headline",
  { numeric: "Before" },
  { numeric: "After" },
  { numeric: "Difference" },
  { numeric: "Relative" },
];

function HeadlineCells({ headline: { label, before, after, change } }: { readonly headline: HeadlineDiff }) {
  const numbers = change?.numbers ?? [];
  const moved = numbers.filter(({ absolute }) => absolute !== 0);
  return (
    <>
      <td>{label}</td>
      <td class="numeric">{before ?? "none"}</td>
      <td class="numeric">{after ?? "none"}</td>
      <td class="numeric">{moved.map(({ absolute }) => `${signed(absolute)}${change?.percent ? " points" : ""}`).join(", ")}</td>
      <td class="numeric">{moved.map(relativeText).join(", ")}</td>
    </>
  );
}

/** With its sign, to six digits: the rest of a difference of printed numbers is noise. */
function signed(value: number): string {
  const text = shortNumber(String(Number(Math.abs(value).toPrecision(6))));
  const digits = /^\d+$/.test(text) ? grouped(Number(text)) : text;
  return value < 0 ? `−${digits}` : `+${digits}`;
}

function relativeText({ relative }: NumberChange): string {
  if (relative === null) return "from 0";
  const percent = Math.abs(100 * relative);
  const text = percent >= 1000 ? grouped(Math.round(percent)) : percent >= 0.1 ? percent.toFixed(1) : percent.toPrecision(2);
  return `${relative < 0 ? "−" : "+"}${text}%`;
}

function ExperimentPage({ atlas, experiment }: { readonly atlas: Atlas; readonly experiment: ComparedExperiment }) {
  const link = linkFrom(experiment.page);
  const { headlines, tables, figures, documents, flags } = experiment;
  return (
    <Page
      atlas={atlas}
      title={`${TITLE}: ${experiment.title}`}
      description={`What differs between two runs in ${experiment.title}.`}
      link={link}
      navigation={<Breadcrumbs experiment={experiment} link={link} />}
      scripts={["experiment", "diff"]}
      styles={STYLES}
    >
      <main id="main" class="diff-page">
        <header class="diff-head">
          <p class="kicker">{TITLE}</p>
          <h1>{experiment.title}</h1>
          <p class="caption">
            {experiment.states.after !== null && (
              <>
                <a href={link(pageOf(experiment.id))}>The experiment in this run</a>.{" "}
              </>
            )}
            {experiment.states.before !== experiment.states.after && `It is in the runs like this: ${statesText(experiment)}.`}
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
            <Grid caption="Headline numbers that differ" head={HEADLINE_HEAD}>
              {headlines.map((headline, i) => (
                <tr key={i}>
                  <HeadlineCells headline={headline} />
                </tr>
              ))}
            </Grid>
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

function FigurePair({ id, figure, link }: { readonly id: string; readonly figure: ComparedFigure; readonly link: Link }) {
  const { before, after, share, title, chart } = figure;
  return (
    <figure id={anchorOf("figure", figure.name)} data-picture-diff={before && after ? "" : undefined}>
      <h3>{title}</h3>
      <p class="caption">
        {!before && "Only the later run has this figure."}
        {!after && "Only the earlier run has this figure."}
        {share !== null &&
          `${shareText(share)} of the pixels differ${chart ? "" : "; the chart is the same, drawn by other versions"}${sizesText(figure)}.`}
      </p>
      <div class="picture-pair">
        {before && <Picture which="before" figure={before} src={link(earlierFigure(id, before))} />}
        {after && <Picture which="after" figure={after} src={link(fileOf(id, after.file))} />}
      </div>
    </figure>
  );
}

function Picture({ which, figure, src }: { readonly which: "before" | "after"; readonly figure: FigureArtifact; readonly src: string }) {
  return (
    <div class={`picture-${which}`}>
      <p>{which === "before" ? "Before" : "After"}</p>
      <img
        src={src}
        alt={`${which === "before" ? "Before" : "After"}: ${figure.alt}`}
        width={Math.round(figure.width / 2)}
        height={Math.round(figure.height / 2)}
        loading="lazy"
      />
    </div>
  );
}

function shareText(share: number): string {
  if (share === 0) return "None";
  return share < 0.0001 ? "Less than 0.01%" : `${(100 * share).toFixed(share < 0.01 ? 2 : 1)}%`;
}

function sizesText({ before, after }: FigureDiff): string {
  if (!before || !after || (before.width === after.width && before.height === after.height)) return "";
  return `; ${before.width} × ${before.height} pixels before, ${after.width} × ${after.height} after`;
}

function TableSection({ table }: { readonly table: NamedTableDiff }) {
  const { title, before, after, diff } = table;
  const id = anchorOf("table", table.name);
  return (
    <section id={id} aria-labelledby={`${id}-title`}>
      <h3 id={`${id}-title`}>{title}</h3>
      {diff ? <TableChanges title={title} diff={diff} /> : <p class="caption">{onlyText(before?.rows ?? null, after?.rows ?? null)}</p>}
    </section>
  );
}

function onlyText(before: number | null, after: number | null): string {
  if (before === null) return `Only the later run has this table (${counted(after ?? 0, "row")}).`;
  if (after === null) return `Only the earlier run has this table (${counted(before, "row")}).`;
  return `The files differ. Before it has ${counted(before, "row")}, after ${grouped(after)}: above ${grouped(MOST_ROWS)} rows or 30 MB, tables are not compared row by row.`;
}

function TableChanges({ title, diff }: { readonly title: string; readonly diff: TableDiff }) {
  const { keyColumns, cells } = diff;
  const shown = cells.slice(0, SHOWN_CELLS);
  const keyHead = keyColumns ?? ["row"];
  return (
    <>
      <p class="caption">{summaryOf(diff)}</p>
      {shown.length > 0 && (
        <Grid
          caption={`Cells of ${title} that differ`}
          head={[...keyHead, "Column", { numeric: "Before" }, { numeric: "After" }, { numeric: "Difference" }, { numeric: "Relative" }]}
        >
          {shown.map((cell, i) => (
            <tr key={i}>
              {cell.key.map((text, j) => (
                <td key={j}>{text}</td>
              ))}
              <CellChange cell={cell} />
            </tr>
          ))}
        </Grid>
      )}
      {shown.length < cells.length && (
        <p class="aside">
          The first {SHOWN_CELLS} of {counted(cells.length, "changed cell")}, the largest relative changes.
        </p>
      )}
      <Keys title="Rows that only the later run has" columns={keyHead} keys={diff.rowsAdded} />
      <Keys title="Rows that only the earlier run has" columns={keyHead} keys={diff.rowsRemoved} />
    </>
  );
}

function CellChange({ cell: { column, before, after, number } }: { readonly cell: CellDiff }) {
  return (
    <>
      <td>{column}</td>
      <td class="numeric" title={before}>
        {shortNumber(before)}
      </td>
      <td class="numeric" title={after}>
        {shortNumber(after)}
      </td>
      <td class="numeric">{number ? signed(number.absolute) : ""}</td>
      <td class="numeric">{number ? relativeText(number) : ""}</td>
    </>
  );
}

function summaryOf({ keyColumns, columnsAdded, columnsRemoved, rowsAdded, rowsRemoved, rowsChanged, cells }: TableDiff): string {
  const parts = [
    ...(rowsChanged > 0 ? [`${counted(rowsChanged, "row")} changed (${counted(cells.length, "cell")})`] : []),
    ...(rowsAdded.length > 0 ? [`${grouped(rowsAdded.length)} added`] : []),
    ...(rowsRemoved.length > 0 ? [`${grouped(rowsRemoved.length)} removed`] : []),
    ...(columnsAdded.length > 0 ? [`new columns: ${columnsAdded.join(", ")}`] : []),
    ...(columnsRemoved.length > 0 ? [`columns gone: ${columnsRemoved.join(", ")}`] : []),
  ];
  const how =
    keyColumns === null
      ? " Nothing tells the rows apart, so they are compared by place."
      : keyColumns.length > 0
        ? ` Rows are told apart by ${keyColumns.join(", ")}.`
        : "";
  return `${parts.join("; ")}.${how}`;
}

function Keys({
  title,
  columns,
  keys,
}: {
  readonly title: string;
  readonly columns: readonly string[];
  readonly keys: readonly (readonly string[])[];
}) {
  if (keys.length === 0) return null;
  return (
    <details>
      <summary>
        {title}: {grouped(keys.length)}
      </summary>
      <ul>
        {keys.slice(0, SHOWN_KEYS).map((key, i) => (
          <li key={i}>{key.map((text, j) => `${columns[j]} ${text === "" ? "(empty)" : text}`).join(", ") || "its only row"}</li>
        ))}
        {keys.length > SHOWN_KEYS && <li>and {grouped(keys.length - SHOWN_KEYS)} more</li>}
      </ul>
    </details>
  );
}
