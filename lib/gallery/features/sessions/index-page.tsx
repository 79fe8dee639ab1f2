/** @jsxRuntime automatic @jsxImportSource preact */
import { type ComponentChildren, Fragment } from "preact";
import { grouped } from "../../../format/numbers.ts";
import type { Atlas } from "../../atlas/atlas.ts";
import { priceWords } from "../../atlas/pool-words.ts";
import { counted } from "../../format.ts";
import { type Link, linkFrom, pageOf } from "../../links.ts";
import { Download } from "../../page/download.tsx";
import { Page } from "../../page/page.tsx";
import { Scroll } from "../../page/scroll.tsx";
import { LARGEST_POOL_STEPS } from "./archive.ts";
import { columnsFor, dayGroups, type ListColumn, type ListEntry, listOrder, ROWS_OF_A_PAGE } from "./list.ts";
import { FIGURES, INDEX, LIST_CSV, LIST_SCRIPT, SIDE_BY_SIDE, sessionPage, TIMELINES, TITLE } from "./session.ts";

interface IndexProps {
  readonly atlas: Atlas;
  readonly entries: readonly ListEntry[];
  /** So many have figures. */
  readonly drawn: number;
  /** Every session of the pool has a page. */
  readonly isWhole: boolean;
}

/** All sessions that have a page: the newest as rows, and all of them once a script filters and orders. */
export function IndexPage({ atlas, entries, drawn, isWhole }: IndexProps) {
  const link = linkFrom(INDEX);
  return (
    <Page
      atlas={atlas}
      title={TITLE}
      description="Single sessions step by step: what each agent step read and wrote, when tools ran, and when the agent waited for a person."
      link={link}
      scripts={["session-list"]}
      style="sessions"
    >
      <main id="main" class="sectioned">
        <header class="page-head">
          <h1>{TITLE}</h1>
          <p class="lede">
            Averages hide how a single session unfolds.{" "}
            {isWhole ? (
              <>
                {entries.length === 1 ? "The pool's one session has" : `Each of the pool's ${grouped(entries.length)} sessions has`} a page
                {drawn > 0 && `, and ${pickedWords(drawn, entries.length)} picked for figures`}.{" "}
              </>
            ) : (
              <>
                These {grouped(entries.length)} of the pool's {counted(atlas.pool.sessions, "session")} were picked because people and tools
                alternate in them, because their context grows large, or because it was compacted.
                {atlas.pool.rounds > LARGEST_POOL_STEPS &&
                  ` In a pool of more than ${grouped(LARGEST_POOL_STEPS)} steps, only these have pages, because all of them would be too much for most hosts.`}{" "}
              </>
            )}
            {drawn > 0 && (
              <>
                See <a href={link(pageOf(FIGURES))}>how they were picked</a> and <a href={link(pageOf(TIMELINES))}>where their time went</a>
                {entries.length > 1 && ", or put "}
              </>
            )}
            {entries.length > 1 && (
              <>
                {drawn === 0 && "Put "}
                <a href={link(SIDE_BY_SIDE.page)}>two of them side by side</a>
              </>
            )}
            .
          </p>
        </header>
        <SessionListTable atlas={atlas} entries={entries} link={link}>
          <ul class="downloads">
            <Download href={link(LIST_CSV)} name="CSV">
              {counted(entries.length, "session")}
            </Download>
          </ul>
        </SessionListTable>
      </main>
      <script defer src={link(LIST_SCRIPT)}></script>
    </Page>
  );
}

function pickedWords(drawn: number, sessions: number): string {
  if (sessions === 1) return "was";
  return drawn === 1 ? "one of them was" : `${grouped(drawn)} of them were`;
}

interface SessionListTableProps {
  readonly atlas: Atlas;
  readonly entries: readonly ListEntry[];
  readonly link: Link;
  /** Downloads. */
  readonly children?: ComponentChildren;
}

/** The newest sessions as rows, and what their columns mean. */
export function SessionListTable({ atlas, entries, link, children }: SessionListTableProps) {
  const ordered = entries.toSorted(listOrder(""));
  const shown = ordered.slice(0, ROWS_OF_A_PAGE);
  const columns = columnsFor(entries);
  return (
    <div class="table session-list" data-session-list>
      <div data-list-tools />
      <Scroll name="Sessions">
        <table>
          <caption class="unseen">Sessions with their own page</caption>
          <thead>
            <tr>
              <th scope="col">Session</th>
              {columns.map(({ title, isText }) => (
                <th key={title} scope="col" class={isText ? undefined : "numeric"}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          {dayGroups(shown, ordered, "").map((group) => (
            <tbody key={group.title}>
              <tr class="day">
                <th scope="rowgroup" colSpan={columns.length + 1}>
                  {group.title}
                </th>
              </tr>
              {group.entries.map((entry) => (
                <SessionRow key={entry.name} entry={entry} columns={columns} href={link(sessionPage(entry.name))} />
              ))}
            </tbody>
          ))}
        </table>
      </Scroll>
      <div data-list-pages>
        {shown.length < entries.length && (
          <p class="aside">
            The newest {grouped(shown.length)} of {counted(entries.length, "session")}; the file has all.
          </p>
        )}
      </div>
      {children}
      <p class="aside">
        Costs are at {priceWords(atlas.pool)}, which subscriptions don't pay, from what is logged to the most it can be.
        {entries.some(({ isMarked }) => isMarked) && " With * some steps have no price or a guessed one; the session's page says how many."}{" "}
        Input and output are tokens
        {entries.some(({ isPartial }) => isPartial) && "; with ≥ the counts of some steps are not final, and left out"}. Active time leaves
        out stretches of more than five minutes in which nothing ran.
      </p>
    </div>
  );
}

interface SessionRowProps {
  readonly entry: ListEntry;
  readonly columns: readonly ListColumn[];
  readonly href: string;
}

function SessionRow({ entry, columns, href }: SessionRowProps) {
  return (
    <tr>
      <td>
        <a href={href}>{entry.title ?? entry.name}</a>
        {entry.title !== null && (
          <Fragment>
            {" "}
            <span class="aside">{entry.name}</span>
          </Fragment>
        )}
        {entry.isHelper && <span class="aside"> helper</span>}
      </td>
      {columns.map(({ title, isText, text }) => (
        <td key={title} class={isText ? undefined : "numeric"}>
          {text(entry)}
        </td>
      ))}
    </tr>
  );
}
