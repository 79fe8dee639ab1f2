/** @jsxRuntime automatic @jsxImportSource preact */
import type { Atlas } from "../../atlas/atlas.ts";
import { linkFrom, pageOf } from "../../links.ts";
import { Breadcrumbs } from "../../page/breadcrumbs.tsx";
import { Page } from "../../page/page.tsx";
import { INDEX, type Session, SIDE_BY_SIDE, TITLE } from "./session.ts";
import { LETTERS } from "./side-by-side.ts";

const DRAWN_BY = "session/session_diff";

interface SideBySideProps {
  readonly atlas: Atlas;
  readonly sessions: readonly Session[];
  /** The page that compares two runs, where there is one. */
  readonly runs: string | null;
}

/** A form that names sessions; a script puts those of the address side by side. */
export function SideBySidePage({ atlas, sessions, runs }: SideBySideProps) {
  const link = linkFrom(SIDE_BY_SIDE.page);
  const hasFigures = atlas.sheets.some(({ id }) => id === DRAWN_BY);
  return (
    <Page
      atlas={atlas}
      title={SIDE_BY_SIDE.title}
      description="Two to four sessions side by side: what each took, which of their requests belong together, and where they part."
      link={link}
      navigation={<Breadcrumbs link={link} above={{ title: TITLE, href: link(INDEX) }} title={SIDE_BY_SIDE.title} />}
      scripts={["side-by-side"]}
      style="sessions"
    >
      <main id="main" class="sectioned">
        <header class="page-head">
          <h1>{SIDE_BY_SIDE.title}</h1>
          <p class="lede">
            What each session took, which of their requests belong together by what their steps do, and where they part. Which one is better
            is not said: longer sessions cost more, and take more time.
          </p>
          {(hasFigures || runs !== null) && (
            <p class="caption">
              {hasFigures && (
                <>
                  <a href={link(pageOf(DRAWN_BY))}>Two sessions</a> says how requests are aligned, and compares with the rest of the pool.{" "}
                </>
              )}
              {runs !== null && (
                <>
                  Two runs of the experiments are compared <a href={link(runs)}>elsewhere</a>.
                </>
              )}
            </p>
          )}
        </header>
        <form class="side-by-side">
          {LETTERS.map((letter, i) => (
            <label key={letter}>
              {letter.toUpperCase()}
              <select name={letter}>
                {i > 1 && <option value="">none</option>}
                {i === 0 &&
                  sessions.map(({ name, title, part }) => (
                    <option key={name} value={name} data-part={link(part)}>
                      {title ?? name}
                    </option>
                  ))}
              </select>
            </label>
          ))}
          <button type="submit">Compare</button>
        </form>
        <div id="side-by-side" aria-live="polite" />
        <noscript>
          <p class="state">Putting sessions side by side needs JavaScript; their pages don't.</p>
        </noscript>
      </main>
    </Page>
  );
}
