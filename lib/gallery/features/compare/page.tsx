/** @jsxRuntime automatic @jsxImportSource preact */
import type { ComponentChildren } from "preact";
import { grouped } from "../../../format/numbers.ts";
import type { Atlas, Sheet } from "../../atlas/atlas.ts";
import { priceWords } from "../../atlas/pool-words.ts";
import type { Feature } from "../../feature.ts";
import { counted, wholePercents } from "../../format.ts";
import { downloadOf, type Link, linkFrom } from "../../links.ts";
import { documentText } from "../../page/document-text.ts";
import { Glossary } from "../../page/glossary.tsx";
import { Page } from "../../page/page.tsx";
import { Scroll } from "../../page/scroll.tsx";
import { providerClass, Swatch } from "../../page/swatch.tsx";
import { type ComparedRow, type Comparison, CSV_FILE, readComparison, SOURCE } from "./comparison.ts";

const PAGE = "compare/index.html";
const TITLE = "Compare";

/** More providers than this don't fit side by side on every screen. */
const MOST_WITHOUT_SCROLLING = 2;

/** The providers of the pool side by side, row by row. */
export const compare: Feature = {
  place: ({ out, report }) => (readComparison(out, report) ? { title: TITLE, page: PAGE } : null),
  scripts: ["compare"],
  style: "compare",
  build({ atlas, source }) {
    const comparison = readComparison(source.out, source.report);
    if (!comparison) throw new Error("the comparison is gone");
    const page = <ComparePage atlas={atlas} comparison={comparison} link={linkFrom(PAGE)} />;
    return [{ file: PAGE, title: TITLE, html: documentText(page) }];
  },
};

interface CompareProps {
  readonly atlas: Atlas;
  readonly comparison: Comparison;
  readonly link: Link;
}

function ComparePage({ atlas, comparison, link }: CompareProps) {
  const { providers } = comparison;
  const source = sheetOf(atlas, SOURCE);
  const table = source?.files.find(({ file }) => file === CSV_FILE);
  const title = providers.length === 1 ? "One provider in numbers" : "Providers side by side";
  const description = `${providers.map((provider) => provider.title).join(", ")}: what their agent steps read, write, wait for, and reuse, with the formula of every number.`;
  return (
    <Page atlas={atlas} title={TITLE} description={description} link={link} scripts={["compare"]} style="compare">
      <main id="main" class="compare">
        <header class="page-head">
          <h1>{title}</h1>
          <p class="lede">{ledeOf(comparison)}</p>
        </header>
        <Cards comparison={comparison} />
        <section aria-labelledby="compare-table">
          <div class="compare-tools">
            <h2 id="compare-table">Row by row</h2>
            <button type="button" class="compare-unfold" data-unfold-formulas hidden>
              Show all formulas
            </button>
            {table && (
              <a href={link(downloadOf(SOURCE, table))} download>
                CSV
              </a>
            )}
            {source && <a href={link(source.page)}>Figure and method</a>}
          </div>
          <Legend judged={providers.length > 1} prices={priceWords(atlas.pool)} />
          <Table atlas={atlas} comparison={comparison} link={link} />
        </section>
        <section class="compare-words" aria-labelledby="words">
          <h2 id="words">Glossary</h2>
          <Glossary />
        </section>
      </main>
    </Page>
  );
}

function ledeOf({ providers }: Comparison): string {
  if (providers.length === 1) return "The pool has one provider, so there is nothing to compare: these are its numbers.";
  return "Every number is computed the same way for each provider. Providers differ in users, tasks, models, and clients, so a difference shows what happened, not why.";
}

/** Steps of each provider, and their share in whole percent. */
function Cards({ comparison: { providers, steps } }: { readonly comparison: Comparison }) {
  const percents = wholePercents(providers.map((provider) => provider.steps));
  const unowned = steps - providers.reduce((sum, provider) => sum + provider.steps, 0);
  return (
    <>
      <ul class="compare-cards">
        {providers.map(({ provider, title, steps: own, outputCounts, prices }, i) => (
          <li key={provider}>
            <Swatch class={providerClass(provider, i)} />
            <span class="compare-name">{title}</span>
            <span class="compare-steps">{grouped(own)}</span>
            <span class="aside">
              agent step{own === 1 ? "" : "s"}, {percents[i]}%{outputCounts !== null && `; output and speed from ${outputCounts}`}
              {prices !== null && `; ${prices}`}
            </span>
          </li>
        ))}
      </ul>
      {unowned > 0 && <p class="aside">Not shown: {counted(unowned, "agent step")} without a provider.</p>}
    </>
  );
}

function Legend({ judged, prices }: { readonly judged: boolean; readonly prices: string }) {
  return (
    <p class="compare-legend">
      Select a row's name to see its formula. Costs are at {prices}, which subscriptions don't pay.
      {judged && (
        <>
          {" "}
          Bars compare the values of a row. An arrow shows which direction is better: <b>↑</b> higher or <b>↓</b> lower. A value that is
          better by a tenth or more is marked <BetterTag />. Rows without an arrow describe the work, such as hit rates, and are not judged.
        </>
      )}
    </p>
  );
}

function BetterTag() {
  return (
    <span class="compare-tag">
      <svg viewBox="0 0 10 10" aria-hidden="true">
        <path d="M1.5 5.5 4 8l4.5-6" />
      </svg>
      better
    </span>
  );
}

/** On narrow screens a row becomes a block, and a table without a table's layout needs to say what it is. */
const ROLES = {
  table: { role: "table" },
  group: { role: "rowgroup" },
  row: { role: "row" },
  column: { role: "columnheader" },
  name: { role: "rowheader" },
  cell: { role: "cell" },
} as const;

function Table({ atlas, comparison: { providers, groups }, link }: CompareProps) {
  const columns = providers.length + 2;
  return (
    <Frame wide={providers.length > MOST_WITHOUT_SCROLLING}>
      <table {...ROLES.table} aria-labelledby="compare-table">
        <thead {...ROLES.group}>
          <tr {...ROLES.row}>
            <th {...ROLES.column} scope="col" class="compare-measure">
              Measure
            </th>
            {providers.map(({ provider, title, steps }, i) => (
              <th {...ROLES.column} key={provider} scope="col">
                <Swatch class={providerClass(provider, i)} />
                {title} <span class="aside">{counted(steps, "step")}</span>
              </th>
            ))}
            <th {...ROLES.column} scope="col" class="compare-more">
              Closer look
            </th>
          </tr>
        </thead>
        {groups.map(({ id, title, rows }) => (
          <tbody {...ROLES.group} key={id}>
            <tr {...ROLES.row} class="compare-group">
              <th {...ROLES.name} scope="rowgroup" colSpan={columns}>
                <span>{title}</span>
              </th>
            </tr>
            {rows.map((row) => (
              <Row
                key={row.id}
                row={row}
                providers={providers}
                sheet={row.experiment === null ? undefined : sheetOf(atlas, row.experiment)}
                link={link}
              />
            ))}
          </tbody>
        ))}
      </table>
    </Frame>
  );
}

function Frame({ wide, children }: { readonly wide: boolean; readonly children: ComponentChildren }) {
  if (!wide) return <div class="compare-frame">{children}</div>;
  return (
    <div class="compare-frame compare-many">
      <Scroll nameFrom="compare-table">{children}</Scroll>
    </div>
  );
}

interface RowProps {
  readonly row: ComparedRow;
  readonly providers: Comparison["providers"];
  readonly sheet: Sheet | undefined;
  readonly link: Link;
}

function Row({ row, providers, sheet, link }: RowProps) {
  const name = `name-${row.id}`;
  return (
    <tr {...ROLES.row} id={`row-${row.id}`}>
      <th {...ROLES.name} scope="row" aria-labelledby={name}>
        <details>
          <summary>
            <span id={name}>
              {row.label}
              <Direction direction={row.direction} />
            </span>
          </summary>
          <p>
            {row.formula}
            {sheet && (
              <span class="compare-closer">
                {" "}
                Closer look: <a href={link(sheet.page)}>{sheet.title}</a>.
              </span>
            )}
          </p>
        </details>
      </th>
      {row.values.map((value, i) => (
        <td {...ROLES.cell} key={i} class={row.better === i ? "compare-better" : undefined}>
          <Value value={value} />
          {row.better === i && (
            <>
              {" "}
              <BetterTag />
            </>
          )}
          {row.bars && <Bar class={providerClass(providers[i]?.provider ?? "", i)} share={row.bars[i] ?? 0} />}
        </td>
      ))}
      <td {...ROLES.cell} class="compare-more">
        {sheet && <a href={link(sheet.page)}>{sheet.title}</a>}
      </td>
    </tr>
  );
}

function Direction({ direction }: { readonly direction: ComparedRow["direction"] }) {
  if (direction === "none") return null;
  return (
    <>
      {" "}
      <span class="compare-arrow" aria-hidden="true">
        {direction === "up" ? "↑" : "↓"}
      </span>
      <span class="unseen">({direction === "up" ? "more" : "less"} is better)</span>
    </>
  );
}

const BAR_WIDTH = 100;

/** A value next to those of the other providers; the number is in words above it. */
function Bar({ class: name, share }: { readonly class: string; readonly share: number }) {
  return (
    <svg class="compare-bar" viewBox={`0 0 ${BAR_WIDTH} 1`} preserveAspectRatio="none" aria-hidden="true">
      <rect class={name} width={(BAR_WIDTH * share).toFixed(1)} height="1" />
    </svg>
  );
}

/** Values side by side break between them, not within. */
function Value({ value }: { readonly value: string }) {
  if (value === "—")
    return (
      <>
        <span aria-hidden="true">—</span>
        <span class="unseen">none</span>
      </>
    );
  return (
    <span class="compare-value">
      {value.split(/(?<= [/–] )/).map((part, i) => (
        <span key={i}>{part}</span>
      ))}
    </span>
  );
}

function sheetOf(atlas: Atlas, id: string): Sheet | undefined {
  return atlas.sheets.find((sheet) => sheet.id === id && sheet.state.kind === "shown");
}
