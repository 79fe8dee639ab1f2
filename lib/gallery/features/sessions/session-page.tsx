/** @jsxRuntime automatic @jsxImportSource preact */
import path from "node:path";
import type { FigureArtifact } from "../../../artifacts/artifacts.ts";
import { grouped } from "../../../format/numbers.ts";
import { activeAxis } from "../../../trace/active-axis.ts";
import type { Timeline, TimelineCost } from "../../../trace/timeline.ts";
import type { Atlas } from "../../atlas/atlas.ts";
import { priceWords } from "../../atlas/pool-words.ts";
import { counted, day, magnitude } from "../../format.ts";
import { anchorOf, fileOf, type Link, linkFrom, pageOf } from "../../links.ts";
import { Breadcrumbs } from "../../page/breadcrumbs.tsx";
import { Download } from "../../page/download.tsx";
import { Facts } from "../../page/facts.tsx";
import { FigurePicture } from "../../page/figure-picture.tsx";
import { Neighbors } from "../../page/neighbors.tsx";
import { Page } from "../../page/page.tsx";
import {
  CONTEXTS,
  comparing,
  costText,
  durationText,
  FIGURES,
  INDEX,
  MAPS,
  type Session,
  SIDE_BY_SIDE,
  sumsOf,
  TITLE,
  titleOf,
} from "./session.ts";
import { StepTable } from "./steps.tsx";
import { TimelineSection } from "./timeline-section.tsx";

interface SessionPageProps {
  readonly atlas: Atlas;
  readonly session: Session;
  readonly previous: Session | null;
  readonly next: Session | null;
}

/** One session: its figure, its timeline to move through, its steps as a table. */
export function SessionPage({ atlas, session, previous, next }: SessionPageProps) {
  const link = linkFrom(session.page);
  const { timeline, figure, map, context } = session;
  const other = next ?? previous;
  return (
    <Page
      atlas={atlas}
      title={titleOf(session)}
      description={`${counted(timeline.stepCount, "step")} of a ${timeline.provider} session, one by one: tokens, times, and tools.`}
      link={link}
      navigation={<Breadcrumbs link={link} above={{ title: TITLE, href: link(INDEX) }} title={timeline.name} />}
      scripts={["sessions"]}
      style="sessions"
    >
      <main id="main" class="sectioned">
        <header class="page-head">
          <p class="kicker">Session</p>
          <h1>{timeline.name}</h1>
          <Facts class="session-facts" facts={factsOf(timeline, priceWords(atlas.pool))} />
          {other && (
            <p class="caption">
              <a href={comparing(link(SIDE_BY_SIDE.page), session, other)}>Put it side by side with another session</a>
            </p>
          )}
          {timeline.steps.length < timeline.stepCount && (
            <p class="state">
              This page covers the first {grouped(timeline.steps.length)} of {counted(timeline.stepCount, "step")}.
            </p>
          )}
        </header>
        <TimelineSection timeline={timeline} />
        <noscript>
          <p class="state">The timeline needs JavaScript; the figure and the table of steps do not.</p>
        </noscript>
        {figure && <FigureSection heading="Token steps" experiment={FIGURES} figure={figure} link={link} />}
        {map && <FigureSection heading="Map" experiment={MAPS} figure={map} link={link} />}
        {context && <FigureSection heading="What fills the context" experiment={CONTEXTS} figure={context} link={link} />}
        <StepTable session={session} link={link} />
        <Neighbors noun="session" previous={neighborOf(previous, link)} next={neighborOf(next, link)} />
      </main>
      <script defer src={link(`${path.posix.dirname(session.page)}/timeline.js`)}></script>
    </Page>
  );
}

function neighborOf(session: Session | null, link: Link) {
  return session && { title: session.timeline.name, href: link(session.page) };
}

/** @param prices e.g. `list prices` */
function factsOf(timeline: Timeline, prices: string) {
  const { input, prefix, output, outputCounts, calls, users, compactions } = sumsOf(timeline);
  const { provider, model, start, durationS, stepCount, sessionId } = timeline;
  return [
    { label: "Provider", value: provider },
    { label: "Model", value: model },
    { label: "Start", value: start === null ? "unknown" : `${day(start)}, ${start.slice(11, 16)} UTC` },
    { label: "Duration", value: durationS === null ? "unknown" : durationText(durationS) },
    { label: "Without idle gaps", value: activeText(timeline) },
    { label: "Agent steps", value: `${grouped(stepCount)}, ${grouped(users)} with a user message` },
    { label: "Input tokens", value: `${magnitude(input)}${input > 0 ? `, ${((100 * prefix) / input).toFixed(1)}% cached` : ""}` },
    { label: "Output tokens", value: [output === null ? null : magnitude(output), outputCounts].filter(Boolean).join(", ") },
    { label: "Tool calls", value: grouped(calls) },
    { label: "Compactions", value: grouped(compactions) },
    ...costFacts(timeline, prices),
    { label: "Id", value: <code>{sessionId}</code> },
  ];
}

/** `1h 10m, 4 gaps left out` */
function activeText({ durationS, gaps }: Timeline): string {
  if (durationS === null) return "unknown";
  const axis = activeAxis(0, durationS, gaps);
  return `${durationText(axis.lengthS)}, ${counted(axis.gaps.length, "gap")} left out`;
}

function costFacts({ cost, helpers }: Timeline, prices: string) {
  const said = (of: TimelineCost) => [costText(of), of.prices].filter(Boolean).join("; ");
  return [
    { label: `Cost at ${prices}`, value: said(cost) },
    ...(helpers.sessions > 0 ? [{ label: "Cost of helpers", value: `${counted(helpers.sessions, "helper")}, ${said(helpers)}` }] : []),
  ];
}

interface FigureSectionProps {
  readonly heading: string;
  /** That draws it. */
  readonly experiment: string;
  readonly figure: FigureArtifact;
  readonly link: Link;
}

function FigureSection({ heading, experiment, figure, link }: FigureSectionProps) {
  const address = (file: string) => link(fileOf(experiment, file));
  const id = anchorOf("figure", figure.name);
  return (
    <section class="session-figure" aria-labelledby={id}>
      <h2 id={id}>{heading}</h2>
      <figure class="plate">
        <FigurePicture figure={figure} address={address} label="Figure at full size" loading="lazy" />
        <figcaption>
          <p class="caption">{figure.caption}</p>
          <ul class="downloads">
            <Download href={address(figure.file)} name="PNG">
              with data and code inside
            </Download>
            <li>
              <a href={link(pageOf(experiment), id)}>How to read it, with its data</a>
            </li>
          </ul>
        </figcaption>
      </figure>
    </section>
  );
}
