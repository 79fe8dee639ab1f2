/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import fs from "node:fs";
import path from "node:path";
import type { FigureArtifact } from "../../../artifacts/artifacts.ts";
import { csvText } from "../../../files/csv.ts";
import { grouped } from "../../../format/numbers.ts";
import { readTimeline, type Timeline, type TimelineDocument, type TimelineStep } from "../../../trace/timeline.ts";
import type { Atlas, AtlasSource } from "../../atlas/atlas.ts";
import type { Feature } from "../../feature.ts";
import { counted, day, magnitude } from "../../format.ts";
import { anchorOf, fileOf, HOME, type Link, linkFrom, pageOf } from "../../links.ts";
import { documentText } from "../../page/document-text.tsx";
import { Page } from "../../page/page.tsx";
import { Scroll } from "../../page/scroll.tsx";
import { minutesText, secondsText } from "./client/layout.ts";

const INDEX = "sessions/index.html";
const TITLE = "Sessions";
/** The experiment that writes the timelines, and the one that chose the sessions and draws them. */
const TIMELINES = "session/session_timelines";
const FIGURES = "session/session_token_steps";
const TIMELINE_FILE = /\.timeline\.json$/;
const STYLES = ["experiment.css", "sessions.css"];
/** Rows of the table of steps that a page holds; the file has all. */
const SHOWN_STEPS = 200;

interface Session {
  readonly timeline: Timeline;
  readonly figure: FigureArtifact | null;
  /** Path of its page in the gallery. */
  readonly page: string;
}

/** A page for every session that the run chose: its figure, its timeline to move through, its steps as a table. */
export const sessions: Feature = {
  place: (source) => (timelineFiles(source).length > 0 ? { title: TITLE, page: INDEX } : null),
  scripts: ["timeline"],
  styles: ["sessions.css"],
  build({ atlas, source, folder }) {
    const all = readSessions(source);
    for (const { timeline, page } of all) {
      const place = path.posix.dirname(page);
      const document = fs.readFileSync(path.join(source.out, TIMELINES, `${timeline.name}.timeline.json`), "utf8");
      folder.write(`${place}/timeline.js`, `globalThis.traceAtlasTimeline = ${JSON.stringify(JSON.parse(document))};\n`);
      folder.write(`${place}/steps.csv`, csvText(STEP_COLUMNS, timeline.steps.map(stepRow)));
    }
    return [
      { file: INDEX, title: TITLE, html: documentText(<IndexPage atlas={atlas} sessions={all} />) },
      ...all.map((session, i) => ({
        file: session.page,
        title: titleOf(session),
        html: documentText(<SessionPage atlas={atlas} session={session} previous={all[i - 1] ?? null} next={all[i + 1] ?? null} />),
      })),
    ];
  },
};

function timelineFiles({ report }: AtlasSource): string[] {
  const { artifacts } = report.experiments.find(({ id }) => id === TIMELINES) ?? {};
  return (artifacts?.documents ?? []).map(({ file }) => file).filter((file) => TIMELINE_FILE.test(file));
}

function readSessions(source: AtlasSource): Session[] {
  const figures = source.report.experiments.find(({ id }) => id === FIGURES)?.artifacts?.figures ?? [];
  return timelineFiles(source).map((file) => {
    const timeline = readTimeline(JSON.parse(fs.readFileSync(path.join(source.out, TIMELINES, file), "utf8")) as TimelineDocument);
    return {
      timeline,
      figure: figures.find(({ name }) => name === `${timeline.name}_token_steps`) ?? null,
      page: `sessions/${timeline.name}/index.html`,
    };
  });
}

function titleOf({ timeline }: Session): string {
  return `Session ${timeline.name}`;
}

function IndexPage({ atlas, sessions }: { readonly atlas: Atlas; readonly sessions: readonly Session[] }) {
  const link = linkFrom(INDEX);
  return (
    <Page
      atlas={atlas}
      title={TITLE}
      description="Single sessions step by step: what each agent step read and wrote, when tools ran and when a person was waited for."
      link={link}
      navigation={<Breadcrumbs link={link} />}
      scripts={["experiment"]}
      styles={STYLES}
    >
      <main id="main" class="session-page">
        <header class="session-head">
          <h1>{TITLE}</h1>
          <p class="lede">
            Averages hide how a session goes. These {grouped(sessions.length)} of the pool's {counted(atlas.pool.sessions, "session")} were
            chosen because people and tools take turns in them, because their context grows large, or because it was compacted;{" "}
            <a href={link(pageOf(FIGURES))}>how they were chosen</a>, and <a href={link(pageOf(TIMELINES))}>what their time went to</a>.
          </p>
        </header>
        <div class="table">
          <Scroll name="Sessions">
            <table>
              <caption>Sessions with a page of their own</caption>
              <thead>
                <tr>
                  <th scope="col">Session</th>
                  <th scope="col">Provider</th>
                  <th scope="col">Model</th>
                  <th scope="col">Start (UTC)</th>
                  <th scope="col" class="numeric">
                    Duration
                  </th>
                  <th scope="col" class="numeric">
                    Steps
                  </th>
                  <th scope="col" class="numeric">
                    Input tokens
                  </th>
                  <th scope="col" class="numeric">
                    Output tokens
                  </th>
                  <th scope="col" class="numeric">
                    Tool calls
                  </th>
                </tr>
              </thead>
              <tbody>
                {sessions.map((session) => (
                  <SessionRow key={session.page} session={session} link={link} />
                ))}
              </tbody>
            </table>
          </Scroll>
        </div>
      </main>
    </Page>
  );
}

function SessionRow({ session: { timeline, page }, link }: { readonly session: Session; readonly link: Link }) {
  const { input, output, calls } = sumsOf(timeline);
  return (
    <tr>
      <td>
        <a href={link(page)}>{timeline.name}</a>
      </td>
      <td>{timeline.provider}</td>
      <td>{timeline.model}</td>
      <td>{timeline.start === null ? "" : `${timeline.start.slice(0, 10)} ${timeline.start.slice(11, 16)}`}</td>
      <td class="numeric">{timeline.durationS === null ? "" : durationText(timeline.durationS)}</td>
      <td class="numeric">{grouped(timeline.stepCount)}</td>
      <td class="numeric">{grouped(input)}</td>
      <td class="numeric">{grouped(output)}</td>
      <td class="numeric">{grouped(calls)}</td>
    </tr>
  );
}

/** Of the steps that the timeline holds. */
function sumsOf({ steps }: Timeline) {
  const sum = (count: (step: TimelineStep) => number) => steps.reduce((total, step) => total + count(step), 0);
  return {
    input: sum((step) => step.prefixTokens + step.appendTokens),
    prefix: sum((step) => step.prefixTokens),
    output: sum((step) => step.outputTokens),
    calls: sum((step) => step.callCount),
    users: sum((step) => Number(step.user)),
    compactions: sum((step) => Number(step.compaction !== null)),
  };
}

function durationText(seconds: number): string {
  return seconds < 60 ? secondsText(seconds) : minutesText(Math.round(seconds / 60));
}

interface SessionPageProps {
  readonly atlas: Atlas;
  readonly session: Session;
  readonly previous: Session | null;
  readonly next: Session | null;
}

function SessionPage({ atlas, session, previous, next }: SessionPageProps) {
  const link = linkFrom(session.page);
  const { timeline, figure } = session;
  return (
    <Page
      atlas={atlas}
      title={titleOf(session)}
      description={`${counted(timeline.stepCount, "step")} of a ${timeline.provider} session, one by one: tokens, times and tools.`}
      link={link}
      navigation={<Breadcrumbs session={session} link={link} />}
      scripts={["timeline", "experiment"]}
      styles={STYLES}
    >
      <main id="main" class="session-page">
        <header class="session-head">
          <p class="kicker">Session</p>
          <h1>{timeline.name}</h1>
          <Facts timeline={timeline} />
          {timeline.steps.length < timeline.stepCount && (
            <p class="state">
              What follows is about its first {grouped(timeline.steps.length)} of {counted(timeline.stepCount, "step")}.
            </p>
          )}
        </header>
        <TimelineSection timeline={timeline} />
        <noscript>
          <p class="state">The timeline takes JavaScript; the figure and the table of steps don't.</p>
        </noscript>
        {figure && <FigureSection figure={figure} link={link} />}
        <StepTable session={session} link={link} />
        <Neighbours previous={previous} next={next} link={link} />
      </main>
      <script defer src={link(`${path.posix.dirname(session.page)}/timeline.js`)}></script>
    </Page>
  );
}

function Breadcrumbs({ session, link }: { readonly session?: Session; readonly link: Link }) {
  return (
    <nav class="breadcrumbs" aria-label="Breadcrumbs">
      <ol>
        <li>
          <a href={link(HOME)}>Home</a>
        </li>
        {session && (
          <li>
            <a href={link(INDEX)}>{TITLE}</a>
          </li>
        )}
        <li aria-current="page">{session ? session.timeline.name : TITLE}</li>
      </ol>
    </nav>
  );
}

function Facts({ timeline }: { readonly timeline: Timeline }) {
  const { input, prefix, output, calls, users, compactions } = sumsOf(timeline);
  const facts: readonly (readonly [string, string])[] = [
    ["Provider", timeline.provider],
    ["Model", timeline.model],
    ["Start", timeline.start === null ? "unknown" : `${day(timeline.start)}, ${timeline.start.slice(11, 16)} UTC`],
    ["Duration", timeline.durationS === null ? "unknown" : durationText(timeline.durationS)],
    ["Agent steps", `${grouped(timeline.stepCount)}, ${grouped(users)} with a user message`],
    ["Input tokens", `${magnitude(input)}${input > 0 ? `, ${((100 * prefix) / input).toFixed(1)}% cached` : ""}`],
    ["Output tokens", magnitude(output)],
    ["Tool calls", grouped(calls)],
    ["Compactions", grouped(compactions)],
  ];
  return (
    <dl class="session-facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
      <div>
        <dt>Id</dt>
        <dd>
          <code>{timeline.sessionId}</code>
        </dd>
      </div>
    </dl>
  );
}

const LEGEND: readonly (readonly [string, string])[] = [
  ["prefix", "Prefix (cached)"],
  ["append", "Append (new)"],
  ["output", "Output"],
  ["generation", "Model writes"],
  ["tool", "Tool runs"],
  ["failed", "Tool failed"],
  ["human", "Wait for the human"],
  ["user", "User message"],
  ["compaction", "Compaction"],
];

/** Drawn and brought to life by the script. */
function TimelineSection({ timeline }: { readonly timeline: Timeline }) {
  return (
    <section class="timeline" id="timeline" aria-labelledby="timeline-title" hidden>
      <h2 id="timeline-title">Timeline</h2>
      <div class="timeline-bar">
        <fieldset>
          <legend>Along</legend>
          <label>
            <input type="radio" name="along" value="steps" checked /> steps
          </label>
          <label>
            <input type="radio" name="along" value="clock" /> the clock
          </label>
        </fieldset>
        <div class="timeline-buttons">
          <TimelineButton name="left" label="Earlier" text="←" />
          <TimelineButton name="right" label="Later" text="→" />
          <TimelineButton name="out" label="Zoom out" text="−" />
          <TimelineButton name="in" label="Zoom in" text="+" />
          <TimelineButton name="all" label="Whole session" text="Whole session" />
        </div>
      </div>
      <ul class="timeline-legend">
        {LEGEND.map(([name, text]) => (
          <li key={name} class={`legend-${name}`}>
            <span class={`key key-${name}`}></span>
            {text}
          </li>
        ))}
      </ul>
      <div class="timeline-body">
        <div>
          <div
            class="timeline-stage"
            data-timeline="stage"
            role="slider"
            tabIndex={0}
            aria-label="Step of the session"
            aria-valuemin={1}
            aria-valuemax={timeline.steps.length}
            aria-valuenow={1}
            aria-orientation="horizontal"
            aria-describedby="timeline-help"
          >
            <canvas data-timeline="canvas"></canvas>
          </div>
          <p class="aside" id="timeline-help">
            Above, blocks of five minutes with the time since the start, and below them what passed without a step. Click a step, or go
            through them with the arrow keys and press Enter. Drag to move; zoom with + and −, or with the wheel once the timeline is
            clicked.
          </p>
        </div>
        <section class="timeline-details" data-timeline="details" aria-live="polite" aria-label="The chosen step">
          <p class="aside">Choose a step to see what it read, wrote and called.</p>
        </section>
      </div>
    </section>
  );
}

function TimelineButton({ name, label, text }: { readonly name: string; readonly label: string; readonly text: string }) {
  return (
    <button type="button" data-timeline-button={name} aria-label={label} title={label}>
      {text}
    </button>
  );
}

function FigureSection({ figure, link }: { readonly figure: FigureArtifact; readonly link: Link }) {
  const png = link(fileOf(FIGURES, figure.file));
  return (
    <section class="session-figure" aria-labelledby="figure-title">
      <h2 id="figure-title">Token steps</h2>
      <figure class="plate">
        <a class={figure.dark ? "plate-picture has-dark" : "plate-picture"} href={png} aria-label="Figure at full size">
          <picture>
            {figure.dark && <source data-dark media="(prefers-color-scheme: dark)" srcset={link(fileOf(FIGURES, figure.dark.file))} />}
            <img src={png} width={Math.round(figure.width / 2)} height={Math.round(figure.height / 2)} alt={figure.alt} loading="lazy" />
          </picture>
        </a>
        <figcaption>
          <p class="caption">{figure.caption}</p>
          <ul class="downloads">
            <li>
              <a href={png} download>
                PNG
              </a>{" "}
              <span class="aside">data and code inside</span>
            </li>
            <li>
              <a href={link(pageOf(FIGURES), anchorOf("figure", figure.name))}>How to read it, and its data</a>
            </li>
          </ul>
        </figcaption>
      </figure>
    </section>
  );
}

const STEP_COLUMNS = [
  "step",
  "start_s",
  "user_message",
  "wait_s",
  "prefix_tokens",
  "append_tokens",
  "output_tokens",
  "reasoning_tokens",
  "generation_s",
  "compaction",
  "tool_calls",
  "tools",
] as const;

function stepRow(step: TimelineStep, index: number) {
  return {
    step: index + 1,
    start_s: step.startS,
    user_message: step.user,
    wait_s: step.waitS,
    prefix_tokens: step.prefixTokens,
    append_tokens: step.appendTokens,
    output_tokens: step.outputTokens,
    reasoning_tokens: step.reasoningTokens,
    generation_s: step.generationS,
    compaction: step.compaction,
    tool_calls: step.callCount,
    tools: toolsOf(step),
  };
}

function toolsOf({ calls, callCount }: TimelineStep): string {
  const counts = new Map<string, number>();
  for (const { tool } of calls) counts.set(tool, (counts.get(tool) ?? 0) + 1);
  const names = [...counts].map(([tool, count]) => (count === 1 ? tool : `${tool} ×${count}`));
  return [...names, ...(callCount > calls.length ? [`and ${grouped(callCount - calls.length)} more`] : [])].join(", ");
}

function StepTable({ session, link }: { readonly session: Session; readonly link: Link }) {
  const { steps } = session.timeline;
  const shown = steps.slice(0, SHOWN_STEPS);
  return (
    <section class="table" aria-labelledby="steps-title">
      <h2 id="steps-title">Steps</h2>
      <Scroll nameFrom="steps-title">
        <table>
          <caption>
            {shown.length < steps.length ? `The first ${grouped(shown.length)} of ${counted(steps.length, "step")}` : "Every step"} of the
            session in order
          </caption>
          <thead>
            <tr>
              <th scope="col" class="numeric">
                Step
              </th>
              <th scope="col">What happened</th>
              <th scope="col" class="numeric">
                Start (s)
              </th>
              <th scope="col" class="numeric">
                Prefix
              </th>
              <th scope="col" class="numeric">
                Append
              </th>
              <th scope="col" class="numeric">
                Output
              </th>
              <th scope="col" class="numeric">
                Generation (s)
              </th>
              <th scope="col">Tools</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((step, i) => (
              <tr key={i}>
                <td class="numeric">{i + 1}</td>
                <td>{[step.user && "user message", step.compaction && "compaction"].filter(Boolean).join(", ")}</td>
                <td class="numeric">{step.startS ?? ""}</td>
                <td class="numeric">{step.prefixTokens}</td>
                <td class="numeric">{step.appendTokens}</td>
                <td class="numeric">{step.outputTokens}</td>
                <td class="numeric">{step.generationS ?? ""}</td>
                <td>{toolsOf(step)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <ul class="downloads">
        <li>
          <a href={link(`${path.posix.dirname(session.page)}/steps.csv`)} download>
            CSV
          </a>
        </li>
        <li class="aside">
          {counted(steps.length, "row")}
          {shown.length < steps.length && `; the first ${SHOWN_STEPS} are shown`}
        </li>
      </ul>
    </section>
  );
}

function Neighbours({ previous, next, link }: { readonly previous: Session | null; readonly next: Session | null; readonly link: Link }) {
  return (
    <nav class="neighbours" aria-label="Previous and next session">
      {previous && (
        <a href={link(previous.page)} rel="prev">
          <span class="aside">Previous</span> {previous.timeline.name}
        </a>
      )}
      {next && (
        <a href={link(next.page)} rel="next">
          <span class="aside">Next</span> {next.timeline.name}
        </a>
      )}
    </nav>
  );
}
