/** @jsxRuntime automatic @jsxImportSource preact */
/** Pages of a visitor's own pool: the same as those of a collected history, with what the worker holds in place of files. */
import { render } from "preact-render-to-string";
import type { PoolSummary } from "../../../../db/open/pool.ts";
import type { Atlas } from "../../../atlas/atlas.ts";
import { COST } from "../../../atlas/cost.ts";
import { OVERVIEW } from "../../../atlas/overview.ts";
import { ASK } from "../../../links.ts";
import type { Examples } from "../../ask/examples.ts";
import type { ExploreTable } from "../../ask/explore.ts";
import { Desk } from "../../ask/page.tsx";
import { DashboardParts, dashboardLede } from "../../dashboard/page.tsx";
import { dashboardOf } from "../../dashboard/read.ts";
import { PoolStrip } from "../../home/pool-facts.tsx";
import type { ArchivedSession } from "../../sessions/archive.ts";
import { SessionListTable } from "../../sessions/index-page.tsx";
import { entryOf, INDEX, type Session, sessionPage, TITLE, titleOf } from "../../sessions/session.ts";
import { SessionMain } from "../../sessions/session-page.tsx";
import type { Opening, Shown } from "../messages.ts";
import { OWN_LINK } from "./own-link.ts";
import type { OwnResults } from "./results.ts";

const NAME = "your files";
const NOTHING_ELSE = { entries: null, session: null, tables: null };

type SiteFacts = Pick<Opening, "size" | "experiments">;

/** What pages know of the pool. Experiments have no pages for this pool, but those of the site say how they work. */
export function ownAtlas(summary: PoolSummary, results: OwnResults, { size, experiments }: SiteFacts): Atlas {
  return {
    pool: { ...summary, name: NAME },
    versions: {},
    overview: results.document(OVERVIEW),
    volume: null,
    cost: results.document(COST),
    categories: [],
    sheets: [],
    shown: new Set(experiments),
    places: [
      { title: TITLE, page: INDEX },
      { title: "Ask", page: ASK },
    ],
    baseUrl: null,
    engine: size,
  };
}

export function dashboardView(atlas: Atlas, results: OwnResults, sessions: readonly ArchivedSession[], timezone: string): Shown {
  const pages = new Set(sessions.map(({ name }) => name));
  const dashboard = dashboardOf((id, table) => results.rows(id, table), pages, timezone);
  const main = (
    <main id="main" class="home">
      <section class="opening">
        <h1>Your agents at work</h1>
        <p class="lede">
          {dashboardLede(atlas.pool)}
          {atlas.shown.size > 0 &&
            " Names of numbers lead to the experiments of this site, which explain them with the figures of its pool."}
        </p>
        <PoolStrip atlas={atlas} link={OWN_LINK} />
      </section>
      <DashboardParts atlas={atlas} dashboard={dashboard} link={OWN_LINK} />
    </main>
  );
  return { ...NOTHING_ELSE, title: "Your agents at work", html: render(main) };
}

export function sessionsView(atlas: Atlas, sessions: readonly ArchivedSession[]): Shown {
  const entries = sessions.map((session) => entryOf(ownSession(session)));
  const main = (
    <main id="main" class="sectioned">
      <header class="page-head">
        <h1>{TITLE}</h1>
      </header>
      <SessionListTable atlas={atlas} entries={entries} link={OWN_LINK} />
    </main>
  );
  return { ...NOTHING_ELSE, title: TITLE, html: render(main), entries };
}

/** Without the session's data. */
export function sessionView(atlas: Atlas, sessions: readonly ArchivedSession[], place: number): Shown {
  const at = (i: number) => {
    const session = sessions[i];
    return session ? ownSession(session) : null;
  };
  const session = at(place);
  if (!session) throw new Error(`no session ${place}`);
  const main = (
    <SessionMain atlas={atlas} session={session} previous={at(place - 1)} next={at(place + 1)} link={OWN_LINK} comparison={null} />
  );
  return { ...NOTHING_ELSE, title: titleOf(session), html: render(main) };
}

/** Without the rows of the tables. */
export function askView(atlas: Atlas, tables: readonly ExploreTable[], found: Pick<Examples, "questions" | "names">): Shown {
  const examples: Examples = { runnable: [], refused: new Map(), without: [], ...found };
  const main = (
    <main id="main" class="ask">
      <header class="page-head">
        <h1>Ask</h1>
      </header>
      <Desk atlas={atlas} link={OWN_LINK} tables={tables} database={null} endpoint={null} wasm={atlas.engine} examples={examples} />
    </main>
  );
  return { ...NOTHING_ELSE, title: "Ask", html: render(main) };
}

function ownSession(session: ArchivedSession): Session {
  return { ...session, figures: [], page: sessionPage(session.name) };
}
