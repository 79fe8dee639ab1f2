/** Figure: which state follows which, as a matrix for each group. */
import { grid, withHeading } from "../../../lib/chart/grid.ts";
import { COLORS, labelColorOn, sequentialRamp } from "../../../lib/chart/palette.ts";
import { ROW_STEP, rankAxis } from "../../../lib/chart/ranked-bars.ts";
import { withSideColumns } from "../../../lib/chart/side-columns.ts";
import { type LayeredPanel, labelLookup, type Position, withRows } from "../../../lib/chart/spec.ts";
import { FONT_SIZE } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { counted } from "../../../lib/format/counts.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { END, START } from "./chain.ts";
import { type Flow, OTHER } from "./flow.ts";
import { byGroup, stateLabel, type View, type ViewedGroup } from "./view.ts";

const CELL_PX = 58;
const SHADES = sequentialRamp(20);
/** Names longer than this are set at an angle. */
const LONGEST_LEVEL_NAME = 6;

const READING = `Read along a row: after a call of the kind at the left, how often is the next one of the kind above? A row adds up to 100%. \`n\` counts what the row is made of.
A dark cell on the diagonal means calls of one kind in a row. Calls of one step run in parallel and have no order, so steps between them don't count. What is rare has no number.`;

export function matrixFigure(flow: Flow, view: View): Figure | null {
  const { groups } = view;
  if (groups.length === 0) return null;
  const finding = findingOf(view);
  const least = Math.max(...groups.map((group) => group.least));
  return {
    name: "transition_matrix",
    title: finding,
    subtitle: `How often a call of the kind at the left is followed, in a later step of the request, by one of the kind above.`,
    coverage: coverageOf(flow, view, least > 1 ? `Fewer than ${counted(least, "transition")}: no number.` : ""),
    spec: grid(
      groups.map((group) => withHeading(panelOf(group, view.states), group.title, { over: "plot" })),
      { columns: 2, spacing: 40 },
    ),
    caption: `Matrix of transitions between kinds of calls, by group. ${finding}. Lift and counts are in the table transitions.`,
    reading: READING,
    alt: `Matrices of shares, one per group: rows are kinds of calls, columns the kinds that follow. ${finding}.`,
  };
}

/** How many transitions a figure is about, and those that it leaves out. */
export function coverageOf(flow: Flow, { groups, leftOut }: View, more = ""): string {
  const transitions = groups.map(({ title, chain }) => `${grouped(chain.total)} (${title})`).join(", ");
  const parallel = sumOf(groups, ({ chain }) => sumOf(chain.transitions, (each) => each.parallel));
  return [
    `Transitions: ${transitions}.`,
    ...(flow.merge
      ? ["Calls of one step are one visit."]
      : parallel > 0
        ? [`${grouped(parallel)} between parallel calls are left out.`]
        : []),
    ...(leftOut > 0 ? [`${counted(leftOut, "smaller group")} not shown.`] : []),
    ...(more ? [more] : []),
  ].join(" ");
}

/** What most often follows the most frequent state. */
function findingOf({ states, groups }: View): string {
  const departures = (state: string) => sumOf(groups, ({ chain }) => chain.departuresOf(state));
  const from = at(
    states.toSorted((a, b) => Number(a === OTHER) - Number(b === OTHER) || departures(b) - departures(a)),
    0,
  );
  const followers = [...states, END];
  const to = at(
    followers.toSorted((a, b) => sumOf(groups, ({ chain }) => chain.count(from, b)) - sumOf(groups, ({ chain }) => chain.count(from, a))),
    0,
  );
  const shares = groups.flatMap(({ title, chain }) => {
    const share = chain.p(from, to);
    return share === null || share === 0 ? [] : [{ title, share }];
  });
  const next = to === from ? `${stateLabel(to)} again` : to === END ? "the end of the request" : stateLabel(to);
  return `After ${stateLabel(from)} comes ${next} in ${byGroup(shares)} of cases`;
}

function panelOf({ chain, least }: ViewedGroup, states: readonly string[]): LayeredPanel {
  const rows = [START, ...states];
  const columns = [...states, END];
  const cells = rows.flatMap((from, row) =>
    columns.flatMap((to, column) => {
      const share = chain.p(from, to);
      if (share === null || share === 0) return [];
      const shade = at(SHADES, Math.min(SHADES.length - 1, Math.floor(share * SHADES.length)));
      const n = chain.count(from, to);
      return [{ row, column, share, n, shade, ink: labelColorOn(shade), text: n >= least ? percent(share) : "" }];
    }),
  );
  const names = rows.map(stateLabel);
  const y: Position = { field: "row", ...rankAxis(names) };
  const x = columnAxis(columns.map(stateLabel));
  const width = columns.length * CELL_PX;
  const panel = {
    width,
    height: { step: ROW_STEP },
    layer: withRows([
      {
        data: { values: cells },
        mark: { type: "rect", stroke: COLORS.light.background, strokeWidth: 2 },
        encoding: { x, y, color: { field: "shade", type: "nominal", scale: null } },
      },
      {
        data: { values: cells.filter(({ text }) => text !== "") },
        mark: { type: "text", fontSize: FONT_SIZE.annotation },
        encoding: { x, y, text: { field: "text", type: "nominal" }, color: { field: "ink", type: "nominal", scale: null } },
      },
    ]),
  };
  return withSideColumns(panel, names, [{ heading: "n", width: 52, texts: rows.map((state) => grouped(chain.departuresOf(state))) }]);
}

function columnAxis(names: readonly string[]): Position {
  const ranks = names.map((_, rank) => rank);
  const isLong = Math.max(...names.slice(0, -1).map(({ length }) => length)) > LONGEST_LEVEL_NAME;
  return {
    field: "column",
    type: "ordinal",
    title: null,
    sort: null,
    scale: { domain: ranks },
    axis: {
      orient: "top",
      labelExpr: labelLookup(
        ranks,
        names.map((name) => (isLong ? name : name.replace("request ", ""))),
      ),
      labelAngle: isLong ? -35 : 0,
      ...(isLong ? { labelAlign: "left" } : {}),
      ticks: false,
      domain: false,
      grid: false,
    },
  };
}
