/** Figure: what changes after a call that failed. */
import { shareAxis } from "../../../lib/chart/axes.ts";
import { figure } from "../../../lib/chart/grid.ts";
import { MINIMUM } from "../../../lib/chart/minimum.ts";
import { COLORS, kindColor } from "../../../lib/chart/palette.ts";
import { ROW_STEP, rankAxis } from "../../../lib/chart/ranked-bars.ts";
import { withSideColumns } from "../../../lib/chart/side-columns.ts";
import { type LayeredPanel, type Position, quantitative, withRows } from "../../../lib/chart/spec.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { counted } from "../../../lib/format/counts.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { wilsonInterval } from "../../../lib/stats/intervals.ts";
import { at } from "../../../lib/stats/known.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { END } from "./chain.ts";
import { stateLabel, type View } from "./view.ts";

const MOST_EDGES = 8;
const WIDTH = 430;
const WORKED = "After a call that worked";
const FAILED = "After a call that failed";

const READING = `One row per transition: from a kind of call to the one that follows. The dark dot is how often it follows a call that worked, the red one how often it follows one that
failed; lines are intervals. A red dot far to the right: this is how agents react to the failure. Calls whose status nobody knows and searches that found nothing are in neither.`;

interface Edge {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly title: string;
  readonly ok: { readonly hits: number; readonly of: number };
  readonly failed: { readonly hits: number; readonly of: number };
  readonly pOk: number;
  readonly pFailed: number;
}

/** Null where too few calls failed. */
export function errorFigure(view: View): Figure | null {
  const all = edgesOf(view);
  const edges = all.slice(0, MOST_EDGES);
  const [first] = edges;
  if (!first) return null;
  const several = view.groups.length > 1;
  const who = several ? ` (${first.title})` : "";
  const next = first.to === END ? "the request ends" : `the next one is ${stateLabel(first.to)}`;
  const finding = `After a failed ${stateLabel(first.from)} call, ${next} in ${percent(first.pFailed)} of cases, after one that worked in ${percent(first.pOk)}${who}`;
  const failures = sumOf(view.groups, ({ chain }) => sumOf(chain.transitions, ({ after }) => after.failed));
  return {
    name: "transition_after_error",
    title: finding,
    subtitle: "The transitions whose share differs the most between calls that failed and calls that worked.",
    coverage: `${grouped(edges.length)} of ${counted(all.length, "transition")} with at least ${grouped(MINIMUM.share)} calls of either kind; ${counted(failures, "failed call")}.`,
    spec: figure(panelOf(edges, several)),
    caption: `What follows calls that worked and calls that failed. ${finding}. Intervals cover 95% and take calls as independent.`,
    reading: READING,
    alt: `Two dots per transition, joined by a line: its share after calls that worked and after calls that failed. ${finding}.`,
  };
}

/** The largest difference first. */
function edgesOf({ groups, states }: View): Edge[] {
  return groups
    .flatMap(({ title, chain }) =>
      states.flatMap((from) =>
        [...states, END].flatMap((to): Edge[] => {
          const [ok, failed] = [chain.pAfter(from, to, "worked"), chain.pAfter(from, to, "failed")];
          if (Math.min(ok.of, failed.of) < MINIMUM.share || ok.p === null || failed.p === null || ok.hits + failed.hits === 0) return [];
          return [{ name: `${stateLabel(from)} > ${stateLabel(to)}`, from, to, title, ok, failed, pOk: ok.p, pFailed: failed.p }];
        }),
      ),
    )
    .sort((a, b) => Math.abs(b.pFailed - b.pOk) - Math.abs(a.pFailed - a.pOk));
}

function panelOf(edges: readonly Edge[], several: boolean): LayeredPanel {
  const names = edges.map(({ name, title }) => (several ? `${title}: ${name}` : name));
  const rows = edges.map(({ pOk, pFailed, ok, failed }, rank) => ({
    rank,
    pOk,
    pFailed,
    intervals: [wilsonInterval(ok.hits, ok.of), wilsonInterval(failed.hits, failed.of)],
  }));
  const most = Math.max(...rows.flatMap(({ intervals }) => intervals.map((interval) => interval?.hi ?? 0)));
  const x = shareAxis({ title: "Share of what follows", domain: [-0.02, Math.min(1, most * 1.05)] });
  const y: Position = { field: "rank", ...rankAxis(names) };
  const dots = rows.flatMap(({ rank, pOk, pFailed, intervals }) => [
    { rank, share: pOk, kind: WORKED, ...at(intervals, 0) },
    { rank, share: pFailed, kind: FAILED, ...at(intervals, 1) },
  ]);
  const color = {
    field: "kind",
    type: "nominal",
    scale: { domain: [WORKED, FAILED], range: [COLORS.light.neutral, kindColor("error")] },
    legend: { title: null, orient: "top", direction: "horizontal", offset: 30 },
  } as const;
  const panel = {
    width: WIDTH,
    height: { step: ROW_STEP + 4 },
    layer: withRows([
      {
        data: { values: rows.map(({ rank, pOk, pFailed }) => ({ rank, pOk, pFailed })) },
        mark: { type: "rule", strokeWidth: 6, color: COLORS.light.grid, opacity: 1 },
        encoding: { y, x: quantitative("pOk", x), x2: { field: "pFailed" } },
      },
      {
        data: { values: dots },
        mark: { type: "rule", strokeWidth: 1.6 },
        encoding: { y, x: quantitative("lo", x), x2: { field: "hi" }, color },
      },
      { data: { values: dots }, mark: { type: "circle", size: 130, opacity: 1 }, encoding: { y, x: quantitative("share", x), color } },
    ]),
  };
  return withSideColumns(panel, names, [
    { heading: "worked", width: 62, texts: rows.map(({ pOk }) => percent(pOk)) },
    { heading: "n", width: 54, texts: edges.map(({ ok }) => grouped(ok.of)) },
    { heading: "failed", width: 62, texts: rows.map(({ pFailed }) => percent(pFailed)) },
    { heading: "n", width: 48, texts: edges.map(({ failed }) => grouped(failed.of)) },
  ]);
}
