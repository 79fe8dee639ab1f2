/** @jsxRuntime automatic @jsxImportSource preact */
import type { ComponentChildren } from "preact";
import { grouped, money, percent } from "../../../format/numbers.ts";
import { sumOf } from "../../../stats/sum.ts";
import type { Atlas, AtlasSource } from "../../atlas/atlas.ts";
import { SITE_NAME } from "../../atlas/words.ts";
import type { PageFile } from "../../feature.ts";
import { counted, magnitude, windowOf } from "../../format.ts";
import { ATLAS, HOME, type Link, linkFrom, pageOf } from "../../links.ts";
import { documentText } from "../../page/document-text.ts";
import { Facts } from "../../page/facts.tsx";
import { Page } from "../../page/page.tsx";
import { CostNote, costFacts, PoolStrip } from "../home/pool-facts.tsx";
import { OWN_TRACE_PAGE, OwnTraceZone } from "../own-trace/zone.tsx";
import { INDEX, sessionPage } from "../sessions/session.ts";
import { Bars } from "./bars.tsx";
import { CalendarOf } from "./calendar.tsx";
import {
  CHECKS,
  CONTEXTS,
  COSTS,
  type Dashboard,
  ERRORS,
  HIGHLIGHTS,
  type Highlight,
  periodUnit,
  readDashboard,
  type Share,
  type Waste,
} from "./read.ts";

/** Rows of a list of amounts; the rest is one. */
const MOST_BARS = 8;
const MOST_PERIODS = 12;

/** Home for a pool that was collected from its owner's transcripts. */
export function dashboardPage(atlas: Atlas, source: AtlasSource): PageFile {
  return { file: HOME, title: SITE_NAME, html: documentText(<DashboardPage atlas={atlas} dashboard={readDashboard(source)} />) };
}

interface DashboardProps {
  readonly atlas: Atlas;
  readonly dashboard: Dashboard;
}

interface PartProps extends DashboardProps {
  readonly link: Link;
}

function DashboardPage({ atlas, dashboard }: DashboardProps) {
  const link = linkFrom(HOME);
  const lede = dashboardLede(atlas.pool);
  return (
    <Page atlas={atlas} title={SITE_NAME} description={lede} link={link} navigation={null} style="home" {...OWN_TRACE_PAGE}>
      <main id="main" class="home">
        <section class="opening">
          <h1>Your agents at work</h1>
          <p class="lede">
            {lede} All numbers are from the tables of <a href={link(ATLAS)}>{counted(atlas.sheets.length, "experiment")}</a>.
          </p>
          <PoolStrip atlas={atlas} link={link} />
          <OwnTraceZone atlas={atlas} link={link} />
        </section>
        <DashboardParts atlas={atlas} dashboard={dashboard} link={link} />
      </main>
    </Page>
  );
}

/** Of how many sessions, from when to when. */
export function dashboardLede(pool: Atlas["pool"]): string {
  const window = windowOf(pool);
  return `${counted(pool.sessions, "session")} from ${counted(pool.transcripts, "transcript")}${window ? `, ${window.span}` : ""}.`;
}

/** All that is below the heading. */
export function DashboardParts(part: PartProps) {
  return (
    <>
      <section aria-label="In numbers">
        <Numbers {...part} />
      </section>
      <Calendar {...part} />
      <Costs {...part} />
      <Highlights {...part} />
      <section aria-labelledby="context" class="halves">
        <Context {...part} />
        <Wastes {...part} />
      </section>
      <Quality {...part} />
    </>
  );
}

/** A link to the page of an experiment that has something to show. */
function To({
  atlas,
  id,
  link,
  children,
}: {
  readonly atlas: Atlas;
  readonly id: string;
  readonly link: Link;
  readonly children: ComponentChildren;
}) {
  return atlas.shown.has(id) ? <a href={link(pageOf(id))}>{children}</a> : <span>{children}</span>;
}

function Numbers({ atlas, dashboard, link }: PartProps) {
  const { pool, cost, overview } = atlas;
  const to = (id: string, text: string) => (
    <To atlas={atlas} id={id} link={link}>
      {text}
    </To>
  );
  const [total, , saved] = cost ? costFacts(atlas, cost, link) : [];
  const fromCache = overview && overview.tokens.input > 0 && (
    <span class="aside">{percent(overview.tokens.prefix / overview.tokens.input, 1)} from the cache</span>
  );
  return (
    <>
      <Facts
        class="facts"
        facts={[
          { label: <SessionsLink atlas={atlas} link={link} />, value: grouped(pool.sessions) },
          { label: to(HIGHLIGHTS, `Active days (${dashboard.timezone})`), value: grouped(dashboard.activeDays) },
          { label: to("trace_facts/overview_summary", "Agent steps"), value: grouped(pool.rounds) },
          ...(total && saved
            ? [
                {
                  label: total.label,
                  value: [...total.value, cost?.usdPerDay != null && <span class="aside">{money(cost.usdPerDay)} per active day</span>],
                },
                saved,
              ]
            : []),
          ...(overview
            ? [
                { label: to("trace_facts/overview_summary", "Input tokens"), value: [magnitude(overview.tokens.input), fromCache] },
                {
                  label: to("llm_generation/output_tokens", "Output tokens"),
                  value: [
                    overview.tokens.output === null ? "–" : magnitude(overview.tokens.output),
                    overview.outputCounts !== null && <span class="aside">{overview.outputCounts}</span>,
                  ],
                },
              ]
            : []),
          {
            label: to(ERRORS, "Failed tool calls"),
            value: [grouped(dashboard.errors), <span class="aside">of {grouped(pool.toolCalls)}</span>],
          },
        ]}
      />
      {cost && <CostNote cost={cost} />}
    </>
  );
}

function SessionsLink({ atlas, link }: { readonly atlas: Atlas; readonly link: Link }) {
  return atlas.places.some(({ page }) => page === INDEX) ? <a href={link(INDEX)}>Sessions</a> : <>Sessions</>;
}

function Calendar({ atlas, dashboard: { activity, timezone }, link }: PartProps) {
  if (activity.length === 0) return null;
  return (
    <section aria-labelledby="calendar">
      <h2 id="calendar">
        <To atlas={atlas} id={HIGHLIGHTS} link={link}>
          When
        </To>
      </h2>
      <CalendarOf activity={activity} timezone={timezone} />
    </section>
  );
}

function Costs({ atlas, dashboard: { byModel, byProject, byPeriod }, link }: PartProps) {
  if (byModel.every(({ usd }) => usd === 0)) return null;
  return (
    <section aria-labelledby="costs">
      <h2 id="costs">
        <To atlas={atlas} id={COSTS} link={link}>
          Cost
        </To>
      </h2>
      <div class="thirds">
        <Bars title="By model" shares={byModel} most={MOST_BARS} />
        <Bars title="By project" shares={byProject} most={MOST_BARS} />
        <Bars title={periodTitle(byPeriod)} shares={byPeriod.slice(-MOST_PERIODS)} most={MOST_PERIODS} />
      </div>
    </section>
  );
}

function periodTitle(byPeriod: readonly Share[]): string {
  const unit = periodUnit(byPeriod.map(({ name }) => name));
  return byPeriod.length > MOST_PERIODS ? `Latest ${unit}s` : `By ${unit}`;
}

function Highlights({ atlas, dashboard: { highlights, timezone }, link }: PartProps) {
  if (highlights.length === 0) return null;
  return (
    <section aria-labelledby="highlights">
      <h2 id="highlights">
        <To atlas={atlas} id={HIGHLIGHTS} link={link}>
          Highlights
        </To>
      </h2>
      {timezone !== "UTC" && <p class="aside">Days and hours here are those of UTC.</p>}
      <dl class="highlights">
        {highlights.map((highlight) => (
          <div key={highlight.title}>
            <dt>{highlight.title}</dt>
            <dd>
              <Place highlight={highlight} link={link} />
              <span class="aside">{highlight.detail}</span>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** The value, as a link to the step where it happened. */
function Place({ highlight: { text, place }, link }: { readonly highlight: Highlight; readonly link: Link }) {
  return place === null ? <strong>{text}</strong> : <a href={link(sessionPage(place.session), `step=${place.step}`)}>{text}</a>;
}

function Context({ atlas, dashboard: { context }, link }: PartProps) {
  const total = sumOf(context, ({ usd }) => usd);
  if (total === 0) return null;
  return (
    <div>
      <h2 id="context">
        <To atlas={atlas} id={CONTEXTS} link={link}>
          What filled the context
        </To>
      </h2>
      <p class="aside">Cost of the input by what brought it in, {money(total)} in all. Allocated by length, not measured.</p>
      <Bars shares={context} most={MOST_BARS} />
    </div>
  );
}

function Wastes({ atlas, dashboard: { wastes }, link }: PartProps) {
  if (wastes.length === 0) return null;
  return (
    <div>
      <h2>What was wasted</h2>
      <p class="aside">These overlap, so they don't add up.</p>
      <ul class="wastes">
        {wastes.map(({ name, usd, basis, experiment }: Waste) => (
          <li key={name}>
            <strong>{money(usd)}</strong>{" "}
            <To atlas={atlas} id={experiment} link={link}>
              {name}
            </To>
            <span class="aside">{basis}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What a reader must know before quoting a number. */
function Quality({ atlas, dashboard: { checks }, link }: PartProps) {
  const { cost } = atlas;
  return (
    <section aria-labelledby="quality">
      <h2 id="quality">
        <To atlas={atlas} id={CHECKS} link={link}>
          How good the data is
        </To>
      </h2>
      <ul class="quality">
        <li>Agents delete transcripts after a while, so earlier work may have left no record.</li>
        {cost && <li>{cost.prices}</li>}
        {cost?.outputCounts && <li>Output: {cost.outputCounts}.</li>}
        {checks.map(({ title, count, of }) => (
          <li key={title}>
            {title}{" "}
            <span class="aside">
              {count === 1 ? "Exception" : "Exceptions"}: {grouped(count)} of {grouped(of)}.
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
