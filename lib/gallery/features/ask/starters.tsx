/** @jsxRuntime automatic @jsxImportSource preact */
import type { ComponentChildren } from "preact";
import { grouped } from "../../../format/numbers.ts";
import type { Atlas } from "../../atlas/atlas.ts";
import { SITE_NAME } from "../../atlas/words.ts";
import { counted } from "../../format.ts";
import { anchorOf, type Link, pageOf } from "../../links.ts";
import type { Examples } from "./examples.ts";

interface StarterProps {
  /** For links to it. */
  readonly anchor?: string;
  readonly title: string;
  readonly sql: string;
  readonly children?: ComponentChildren;
}

/** A query that is ready to be asked. */
export function Starter({ anchor, title, sql, children }: StarterProps) {
  return (
    <li class="ask-starter" id={anchor} data-ask-starter>
      <p class="ask-starter-title">{title}</p>
      {children}
      <div class="ask-starter-actions">
        <button type="button" class="ask-button" aria-label={`Use: ${title}`} hidden>
          Use
        </button>
        <details data-code="query.sql">
          <summary aria-label={`SQL of: ${title}`}>SQL</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard */}
          <pre tabIndex={0}>
            <code>{sql}</code>
          </pre>
        </details>
      </div>
    </li>
  );
}

interface ExperimentQueriesProps {
  readonly atlas: Atlas;
  readonly examples: Examples;
  readonly link: Link;
}

/** The queries that the figures were made with, by category as on the home page. */
export function ExperimentQueries({ atlas, examples: { runnable, refused, without }, link }: ExperimentQueriesProps) {
  if (runnable.length === 0) return null;
  const total = runnable.length + refused.size + without.length;
  return (
    <>
      <h2>The experiments' own queries</h2>
      <p class="aside">
        The queries of {grouped(runnable.length)} of {counted(total, "experiment")} run here, with the parameters of this run.
        {refused.size > 0 &&
          ` ${refused.size === 1 ? "The query of one other" : `The queries of ${grouped(refused.size)} others`} need${refused.size === 1 ? "s" : ""} tables or columns that are left out.`}
        {without.length > 0 &&
          ` ${counted(without.length, "experiment")} ${without.length === 1 ? "has no query of its" : "have no query of their"} own.`}{" "}
        A query returns the rows that {SITE_NAME} then analyzes and draws.
      </p>
      {atlas.categories.map((category) => {
        const own = runnable.filter(({ id }) => id.startsWith(`${category.id}/`));
        if (own.length === 0) return null;
        return (
          <details key={category.id} class="fold ask-category">
            <summary>
              <h3>{category.title}</h3> <span class="aside">{own.length === 1 ? "1 query" : `${grouped(own.length)} queries`}</span>
            </summary>
            <ul class="ask-questions">
              {own.map((example) => (
                <Starter key={example.id} anchor={anchorOf("query", example.id)} title={example.title} sql={example.sql}>
                  <p class="aside">
                    <a href={link(pageOf(example.id))}>{example.id}</a>, {example.file}
                  </p>
                </Starter>
              ))}
            </ul>
          </details>
        );
      })}
    </>
  );
}
