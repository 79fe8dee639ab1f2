/** @jsxRuntime automatic @jsxImportSource preact */
import { grouped } from "../../../format/numbers.ts";
import type { TimelineCost } from "../../../trace/timeline.ts";
import type { Atlas } from "../../atlas/atlas.ts";
import { priceWords } from "../../atlas/pool-words.ts";
import { counted, magnitude } from "../../format.ts";
import { type Link, linkFrom, pageOf } from "../../links.ts";
import { DataTable, type HeadCell } from "../../page/data-table.tsx";
import { Page } from "../../page/page.tsx";
import { costText, durationText, FIGURES, INDEX, type Session, SIDE_BY_SIDE, sumsOf, TIMELINES, TITLE } from "./session.ts";

const HEAD: readonly HeadCell[] = [
  "Session",
  "Provider",
  "Model",
  "Start (UTC)",
  ...["Duration", "Steps", "Cost", "Input", "Output", "Tool calls"].map((numeric) => ({ numeric })),
];
const HELPERS: HeadCell = { numeric: "Cost of helpers" };

/** All sessions that have a page. */
export function IndexPage({ atlas, sessions }: { readonly atlas: Atlas; readonly sessions: readonly Session[] }) {
  const link = linkFrom(INDEX);
  const isMarked = sessions.some(({ timeline: { cost, helpers } }) => cost.prices !== null || helpers.prices !== null);
  const haveHelpers = sessions.some(({ timeline }) => timeline.helpers.sessions > 0);
  return (
    <Page
      atlas={atlas}
      title={TITLE}
      description="Single sessions step by step: what each agent step read and wrote, when tools ran, and when the agent waited for a person."
      link={link}
      style="sessions"
    >
      <main id="main" class="sectioned">
        <header class="page-head">
          <h1>{TITLE}</h1>
          <p class="lede">
            Averages hide how a single session unfolds. These {grouped(sessions.length)} of the pool's{" "}
            {counted(atlas.pool.sessions, "session")} were picked because people and tools alternate in them, because their context grows
            large, or because it was compacted. See <a href={link(pageOf(FIGURES))}>how they were picked</a> and{" "}
            <a href={link(pageOf(TIMELINES))}>where their time went</a>
            {sessions.length > 1 && (
              <>
                , or put <a href={link(SIDE_BY_SIDE.page)}>two of them side by side</a>
              </>
            )}
            .
          </p>
        </header>
        <div class="table">
          <DataTable caption="Sessions with their own page" head={haveHelpers ? [...HEAD, HELPERS] : HEAD}>
            {sessions.map((session) => (
              <SessionRow key={session.page} session={session} link={link} haveHelpers={haveHelpers} />
            ))}
          </DataTable>
          <p class="aside">
            Costs are at {priceWords(atlas.pool)}, which subscriptions don't pay, from what is logged to the most it can be.
            {isMarked && " With * some steps have no price or a guessed one; the session's page says how many."} Input and output are
            tokens.
          </p>
        </div>
      </main>
    </Page>
  );
}

function markedCost(cost: TimelineCost): string {
  return costText(cost) + (cost.prices === null ? "" : " *");
}

interface SessionRowProps {
  readonly session: Session;
  readonly link: Link;
  readonly haveHelpers: boolean;
}

function SessionRow({ session: { timeline, page }, link, haveHelpers }: SessionRowProps) {
  const { input, output, outputCounts, calls } = sumsOf(timeline);
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
      <td class="numeric">{markedCost(timeline.cost)}</td>
      <td class="numeric">{magnitude(input)}</td>
      <td class="numeric">
        {output !== null && magnitude(output)} {outputCounts !== null && <span class="aside">{outputCounts}</span>}
      </td>
      <td class="numeric">{grouped(calls)}</td>
      {haveHelpers && <td class="numeric">{timeline.helpers.sessions > 0 && markedCost(timeline.helpers)}</td>}
    </tr>
  );
}
