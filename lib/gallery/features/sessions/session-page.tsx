/** @jsxRuntime automatic @jsxImportSource preact */
import { Fragment } from "preact";
import { render } from "preact-render-to-string";
import { grouped, percent } from "../../../format/numbers.ts";
import { sumOf } from "../../../stats/sum.ts";
import { sourceTitle } from "../../../trace/context.ts";
import type { TimelineCost } from "../../../trace/timeline.ts";
import type { Atlas } from "../../atlas/atlas.ts";
import { priceWords } from "../../atlas/pool-words.ts";
import { counted, day, magnitude } from "../../format.ts";
import { anchorOf, type Link, linkFrom, pageOf } from "../../links.ts";
import { Breadcrumbs } from "../../page/breadcrumbs.tsx";
import { DataTable } from "../../page/data-table.tsx";
import { documentText } from "../../page/document-text.ts";
import { Facts } from "../../page/facts.tsx";
import { Neighbors } from "../../page/neighbors.tsx";
import { Page } from "../../page/page.tsx";
import { durationText } from "./client/durations.ts";
import { CONTEXTS, comparing, costText, INDEX, type Session, SIDE_BY_SIDE, sessionPage, TITLE } from "./session.ts";
import { TimelineSection } from "./timeline-section.tsx";

interface SessionPageProps {
  readonly atlas: Atlas;
  readonly session: Session;
  readonly previous: Session | null;
  readonly next: Session | null;
}

/** Pages differ in their content only, so the frame around it is rendered once. Neither occurs elsewhere in a page. */
const FRAME = { name: "session-frame", main: "SESSION-MAIN" };

/** The text of the page of each session, by the session. */
export function sessionPages(atlas: Atlas): (props: Omit<SessionPageProps, "atlas">) => string {
  const link = linkFrom(sessionPage(FRAME.name));
  const [before = "", after = ""] = documentText(<SessionFrame atlas={atlas} link={link} />).split(FRAME.main);
  return ({ session, previous, next }) => {
    const named = (text: string) => text.replaceAll(FRAME.name, session.name);
    return named(before) + render(<SessionPageBody atlas={atlas} session={session} previous={previous} next={next} />) + named(after);
  };
}

function SessionFrame({ atlas, link }: { readonly atlas: Atlas; readonly link: Link }) {
  return (
    <Page
      atlas={atlas}
      title={`Session ${FRAME.name}`}
      description="The steps of one session, one by one: tokens, times, cost and tools."
      link={link}
      navigation={<Breadcrumbs link={link} above={{ title: TITLE, href: link(INDEX) }} title={FRAME.name} />}
      scripts={["sessions"]}
      style="sessions"
    >
      {FRAME.main}
    </Page>
  );
}

function SessionPageBody({ atlas, session, previous, next }: SessionPageProps) {
  const link = linkFrom(session.page);
  const other = next ?? previous;
  return (
    <>
      <SessionMain
        atlas={atlas}
        session={session}
        previous={previous}
        next={next}
        link={link}
        comparison={other && comparing(link(SIDE_BY_SIDE.page), session, other)}
      />
      <script defer src={link(session.part)}></script>
    </>
  );
}

interface SessionMainProps extends SessionPageProps {
  readonly link: Link;
  /** Address that puts it side by side with another one; null without others. */
  readonly comparison: string | null;
}

/** One session: its timeline to move through, its requests and steps as tables. */
export function SessionMain({ atlas, session, previous, next, link, comparison }: SessionMainProps) {
  return (
    <main id="main" class="sectioned">
      <header class="page-head">
        <p class="kicker">Session{session.isHelper && ", started by another"}</p>
        <h1>{session.title ?? session.name}</h1>
        <SessionFacts session={session} prices={priceWords(atlas.pool)} comparison={comparison} />
        {session.shownSteps < session.stepCount && (
          <p class="state">
            This page covers the first {grouped(session.shownSteps)} of {counted(session.stepCount, "step")}.
          </p>
        )}
      </header>
      <TimelineSection session={session} />
      <noscript>
        <p class="state">
          The timeline and the table of steps need JavaScript; the data is in <a href={link(session.part)}>a file</a>.
        </p>
      </noscript>
      {session.figures.length > 0 && (
        <p class="caption">
          This session is in figures with data and code:{" "}
          {session.figures.map(({ experiment, figure, title }, i) => (
            <Fragment key={figure}>
              {i > 0 && ", "}
              <a href={link(pageOf(experiment), anchorOf("figure", figure))}>{title}</a>
            </Fragment>
          ))}
          .
        </p>
      )}
      {session.grown.length > 0 && <GrownSection grown={session.grown} link={link} hasExperiment={atlas.shown.has(CONTEXTS)} />}
      <section class="table" id="requests" aria-labelledby="requests-title" hidden>
        <h2 id="requests-title">Requests</h2>
      </section>
      <section class="table" id="steps" aria-labelledby="steps-title" hidden>
        <h2 id="steps-title">Steps</h2>
      </section>
      <Neighbors noun="session" previous={neighborOf(previous, link)} next={neighborOf(next, link)} />
    </main>
  );
}

function neighborOf(session: Session | null, link: Link) {
  return session && { title: session.title ?? session.name, href: link(session.page) };
}

interface SessionFactsProps {
  readonly session: Session;
  /** E.g. `list prices`. */
  readonly prices: string;
  readonly comparison: string | null;
}

/** In a row above the timeline what most readers look for, and the rest in a fold. */
function SessionFacts({ session, prices, comparison }: SessionFactsProps) {
  const { provider, model, project, start, durationS, active, stepCount, users, input, prefix, output, outputCounts } = session;
  const most = [
    { label: "Model", value: model },
    { label: "Start", value: start === null ? "unknown" : `${day(start)}, ${start.slice(11, 16)} UTC` },
    { label: "Duration", value: durationS === null ? "unknown" : durationText(durationS) },
    { label: "Agent steps", value: `${grouped(stepCount)}, ${grouped(users)} with a user message` },
    { label: "Input tokens", value: `${magnitude(input)}${input > 0 ? `, ${((100 * prefix) / input).toFixed(1)}% cached` : ""}` },
    { label: "Tool calls", value: grouped(session.calls) + (session.failed > 0 ? `, ${grouped(session.failed)} failed` : "") },
    { label: "Cost", value: costText(session.cost) },
  ];
  const rest = [
    { label: "Provider", value: provider },
    ...(project === null ? [] : [{ label: "Project", value: project }]),
    {
      label: "Without idle gaps",
      value: active === null ? "unknown" : `${durationText(active.seconds)}, ${counted(active.gaps, "gap")} left out`,
    },
    { label: "Output tokens", value: [output === null ? null : magnitude(output), outputCounts].filter(Boolean).join(", ") },
    { label: "Compactions", value: grouped(session.compactions) },
    ...costFacts(session, prices),
    { label: "Id", value: <code>{session.sessionId}</code> },
  ];
  return (
    <div class="session-facts">
      <Facts facts={most} />
      <details>
        <summary>More about this session</summary>
        <Facts facts={rest} />
      </details>
      {comparison && <a href={comparison}>Put it side by side with another session</a>}
    </div>
  );
}

function costFacts({ cost, helpers }: Session, prices: string) {
  const said = (of: TimelineCost) => [costText(of), of.prices].filter(Boolean).join("; ");
  return [
    { label: `Cost at ${prices}`, value: said(cost) },
    ...(helpers.sessions > 0 ? [{ label: "Cost of helpers", value: `${counted(helpers.sessions, "helper")}, ${said(helpers)}` }] : []),
  ];
}

interface GrownProps {
  readonly grown: Session["grown"];
  readonly link: Link;
  readonly hasExperiment: boolean;
}

/** What the context grew by, in all steps together. */
function GrownSection({ grown, link, hasExperiment }: GrownProps) {
  const total = sumOf(grown, ({ tokens }) => tokens);
  return (
    <section class="table" aria-labelledby="context-title">
      <h2 id="context-title">What the context grew by</h2>
      <DataTable
        nameFrom="context-title"
        caption="Tokens that joined the context, over all steps"
        head={["Source", { numeric: "Tokens" }, { numeric: "Share" }]}
      >
        {grown
          .toSorted((a, b) => b.tokens - a.tokens)
          .map(({ source, tokens }) => (
            <tr key={source}>
              <td>{sourceTitle(source)}</td>
              <td class="numeric">{grouped(tokens)}</td>
              <td class="numeric">{percent(tokens / total, 1)}</td>
            </tr>
          ))}
      </DataTable>
      <p class="aside">
        The growth is exact; its parts are allocated by the length of texts.
        {hasExperiment && (
          <>
            {" "}
            <a href={link(pageOf(CONTEXTS))}>How, and what it costs</a>
          </>
        )}
      </p>
    </section>
  );
}
