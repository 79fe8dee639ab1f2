/** Figure: the requests of one session, phase by phase. */
import { linearDurationAxis } from "../../../lib/chart/axes.ts";
import { figure } from "../../../lib/chart/grid.ts";
import { COLORS, kindColor } from "../../../lib/chart/palette.ts";
import { rankAxis } from "../../../lib/chart/ranked-bars.ts";
import { SQUARES } from "../../../lib/chart/series.ts";
import { withSideColumns } from "../../../lib/chart/side-columns.ts";
import { type DataLayer, type Position, quantitative, withRows } from "../../../lib/chart/spec.ts";
import { FONT_SIZE } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { counted } from "../../../lib/format/counts.ts";
import { durationCompact } from "../../../lib/format/durations.ts";
import { grouped, money, NONE, percent } from "../../../lib/format/numbers.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { at } from "../../../lib/stats/known.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { shortId } from "../../../lib/trace/sessions.ts";
import { STEP_ACTIVITIES, STEP_ACTIVITY_COLORS, STEP_ACTIVITY_TITLES } from "../../../lib/trace/step-activities.ts";
import type { Requests, RibbonPhase } from "./measure.ts";

const READING = `One row per request of the session, in order, on its own time from 0; waits for a person are left out of the axis and have a column. Boxes are phases,
colored by what the steps do. A red line below shows the steps in error windows: from the step after a failed call to the one in which the same tool works again. \`x3\` at the end of a row
says that the agent edited again three times after an edit and a command.`;

const WIDTH = 620;
const ROW_STEP = 30;
/** Of the axis, so that short phases can be seen. */
const LEAST_SHARE = 1 / 400;

/** Null when no request of the session has times. */
export function ribbonFigure({ session }: Requests): Figure | null {
  if (session === null || session.phases.length === 0) return null;
  const requests = [...groupBy(session.phases, ({ request_no }) => request_no).values()].map(rowOf);
  const longest = Math.max(1, ...requests.map(({ agent_s }) => agent_s));
  const longestRow = requests.reduce((a, b) => (b.agent_s > a.agent_s ? b : a));
  const x = linearDurationAxis(longest * 1.06, { title: "Time from the user message, waits for a person left out" });
  const names = requests.map(({ first }) => `Request ${grouped(first.request_no)}`);
  const y: Position = { field: "rank", ...rankAxis(names) };
  const seen = ({ from_s, to_s }: Stretch) => ({ from: from_s, to: Math.max(to_s, from_s + longest * LEAST_SHARE) });
  const boxes = requests.flatMap(({ phases }, rank) =>
    phases.map((phase) => ({ rank, ...seen(phase), activity: STEP_ACTIVITY_TITLES[phase.activity] })),
  );
  const windows = requests.flatMap(({ first }, rank) =>
    session.windows.filter(({ request_no }) => request_no === first.request_no).map((window) => ({ rank, ...seen(window) })),
  );
  const present = STEP_ACTIVITIES.filter((activity) => boxes.some((box) => box.activity === STEP_ACTIVITY_TITLES[activity]));
  const layers: DataLayer[] = [
    {
      data: { values: boxes },
      mark: { type: "bar", height: { band: 0.6 } },
      encoding: {
        y,
        x: quantitative("from", x),
        x2: { field: "to" },
        color: {
          field: "activity",
          type: "nominal",
          scale: {
            domain: present.map((activity) => STEP_ACTIVITY_TITLES[activity]),
            range: present.map((activity) => STEP_ACTIVITY_COLORS[activity]),
          },
          legend: { title: null, ...SQUARES, offset: 30 },
        },
      },
    },
    {
      data: { values: windows },
      mark: { type: "rule", strokeWidth: 3, yOffset: 0.38 * ROW_STEP, color: kindColor("error") },
      encoding: { y, x: quantitative("from", x), x2: { field: "to" } },
    },
    {
      data: {
        values: requests.flatMap(({ first, agent_s }, rank) =>
          first.rework_loops > 0 ? [{ rank, at: agent_s, text: `x${grouped(first.rework_loops)}` }] : [],
        ),
      },
      mark: { type: "text", align: "left", dx: 6, fontSize: FONT_SIZE.annotation, color: COLORS.light.muted },
      encoding: { y, x: quantitative("at", x), text: { field: "text", type: "nominal" } },
    },
  ];
  const column = (heading: string, width: number, text: (row: Row) => string) => ({ heading, width, texts: requests.map(text) });
  const finding = `The longest request works for ${durationCompact(longestRow.agent_s)} in ${counted(longestRow.first.request_steps, "step")}`;
  const marks = [
    ...(windows.length > 0 ? ["Red: steps after a failed call."] : []),
    ...(requests.some(({ first }) => first.rework_loops > 0) ? ["x2: edited again twice."] : []),
  ];
  return {
    name: "request_ribbon",
    title: finding,
    subtitle: [`Session ${shortId(session.session_id)}: requests in order, phase by phase.`, ...marks].join(" "),
    coverage: {
      shown: requests.length,
      of: session.requests,
      what: "requests",
      rest: "cost less or have no times",
    },
    spec: figure(
      withSideColumns({ width: WIDTH, height: { step: ROW_STEP }, layer: withRows(layers) }, names, [
        column("steps", 52, ({ first }) => grouped(first.request_steps)),
        column("time", 78, ({ agent_s }) => durationCompact(agent_s)),
        ...(requests.some(({ human_s }) => human_s > 0)
          ? [column("waits", 78, ({ human_s }) => (human_s === 0 ? "" : durationCompact(human_s)))]
          : []),
        column("cost", 74, ({ first }) => (first.request_usd === null ? NONE : money(first.request_usd))),
        column("repair", 62, ({ first }) =>
          first.request_repair_usd === 0 ? "" : percent(ratio(first.request_repair_usd, first.request_usd ?? 0)),
        ),
      ]),
    ),
    caption: `One session, request by request: what its phases did and how long they took. ${finding}.`,
    reading: READING,
    alt: `Rows of boxes over time, one row per request of a session, colored by activity, with red lines under what followed failed calls. ${finding}.`,
  };
}

type Row = ReturnType<typeof rowOf>;
type Stretch = Pick<RibbonPhase, "from_s" | "to_s">;

function rowOf(phases: readonly RibbonPhase[]) {
  return {
    first: at(phases, 0),
    phases,
    agent_s: at(phases, -1).to_s,
    human_s: sumOf(phases, ({ human_s }) => human_s),
  };
}
