/** Figures: what follows a silence, and how sessions end. */
import { durationAxis, shareAxis } from "../../../lib/chart/axes.ts";
import { curvesPanel } from "../../../lib/chart/cdf.ts";
import { figure } from "../../../lib/chart/grid.ts";
import { enoughFor } from "../../../lib/chart/minimum.ts";
import { kindColor, providerColor, providerTitle, seriesColor } from "../../../lib/chart/palette.ts";
import { withSideColumns } from "../../../lib/chart/side-columns.ts";
import { type Axis, type DataLayer, type Position, quantitative, withRows } from "../../../lib/chart/spec.ts";
import { splitBars } from "../../../lib/chart/split-bars.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { countCompact, counted } from "../../../lib/format/counts.ts";
import { durationCompact, durationTick } from "../../../lib/format/durations.ts";
import { grouped, money, percent } from "../../../lib/format/numbers.ts";
import { known } from "../../../lib/stats/known.ts";
import { shareOf } from "../../../lib/stats/ratio.ts";
import { sumOf, sumsOf } from "../../../lib/stats/sum.ts";
import { ALL } from "../../../lib/trace/groups.ts";
import { type CurvePoint, ENDINGS, type Lifecycle, LONGEST_S, type Options, resumeShare, type Session, SHORTEST_S } from "./measure.ts";

const TICKS_S = [10, 60, 300, 900, 3_600, 14_400, 86_400, 604_800, 2_592_000];

const CURVE_READING = `A curve is the share of silences of at least so long after which the session went on; the band is its 95% interval. The dashed lines are the limits of
the tiers active and idle. Where a curve crosses 50% is the silence after which a session is more likely over than not. A high curve at the first line: being silent
so long is normal. A curve that is not near 0% at the second: stale sessions still go on. A session counts as over only where its own silence is so long already.`;

/** Null where no provider has enough silences. */
export function curveFigure({ curve, providers, asOfUs }: Lifecycle, { activeSeconds, idleSeconds }: Options): Figure | null {
  const pointsOf = (provider: string) => curve.filter((point) => point.provider === provider && resumeShare(point) !== null);
  const sized = providers.map((provider) => {
    const points = pointsOf(provider);
    return { provider, points, name: providerTitle(provider), n: countOf(points[0]) };
  });
  const { drawn, sentence } = enoughFor("curve", sized, "silence");
  if (drawn.length === 0) return null;
  const goneOn = curve.filter(({ resumed }) => resumed > 0).map(({ silence_s }) => silence_s);
  const longest = Math.min(LONGEST_S, 3 * Math.max(idleSeconds, ...goneOn));
  const x = durationAxis([SHORTEST_S, longest], { title: "Silence of at least", ticks: TICKS_S });
  const y = shareAxis({ title: "The session goes on" });
  const curves = drawn.map((each) => ({ ...each, points: each.points.filter(({ silence_s }) => silence_s <= longest) }));
  const limits = [...new Set([activeSeconds, idleSeconds])].map((silence) => limitOf(silence, pointsOf(ALL), curves));
  const panel = curvesPanel({
    points: curves.flatMap(({ points }) =>
      points.map((point) => ({ series: point.provider, x: point.silence_s, y: known(resumeShare(point)) })),
    ),
    ...{ x, y },
    reference: limits.map(({ silence, label, callouts }) => ({ x: silence, label, callouts })),
  });
  const [first, ...others] = limits.flatMap(({ silence, all }) => (all === null ? [] : [{ silence: durationCompact(silence), all }]));
  const finding = first
    ? `A session silent for ${first.silence} goes on in ${first.all} of cases${others.map(({ silence, all }) => `, for ${silence} in ${all}`).join("")}`
    : `No session was silent for ${durationCompact(activeSeconds)}`;
  const names = drawn.map(({ provider }) => provider);
  const counts = drawn.map(
    ({ name, points: [all = NOTHING] }) => `${name}: ${grouped(all.resumed)} after which it did, ${grouped(all.ended)} that last`,
  );
  return {
    name: "resume_curve",
    title: finding,
    subtitle: `Share of silences of at least so long after which the session went on. ${sentence}`.trim(),
    coverage: `Silences from ${durationTick(SHORTEST_S)} on, by ${timeText(asOfUs)}; ${counts.join("; ")}.`,
    spec: figure({ ...panel, layer: [...bands(curves, names, x, y), ...panel.layer] }),
    caption: `How often a session goes on after a silence, by the length of the silence. ${finding}. Bands are 95% intervals (Wilson).`,
    reading: CURVE_READING,
    alt: `Falling curves over a logarithmic axis of silence, one per provider with a band: the share of silences after which the session goes on. ${finding}.`,
  };
}

const NOTHING = { resumed: 0, ended: 0 };

interface Curve {
  readonly provider: string;
  readonly points: readonly CurvePoint[];
}

/** The values of all curves at the limit of a tier. */
function limitOf(silence: number, all: readonly CurvePoint[], curves: readonly Curve[]) {
  const shareAt = (points: readonly CurvePoint[]) => {
    const point = points.find(({ silence_s }) => silence_s === silence);
    return point ? resumeShare(point) : null;
  };
  const share = shareAt(all);
  const callouts = curves.flatMap(({ provider, points }) => {
    const own = shareAt(points);
    return own === null ? [] : [{ series: provider, y: own, text: percent(own) }];
  });
  const label =
    share === null || (callouts.length > 0 && callouts.every(({ text }) => text === percent(share))) ? "" : `: ${percent(share)} of all`;
  return { silence, all: share === null ? null : percent(share), label: `${durationCompact(silence)}${label}`, callouts };
}

function countOf(point: Pick<CurvePoint, "resumed" | "ended"> = NOTHING): number {
  return point.resumed + point.ended;
}

function bands(curves: readonly Curve[], names: readonly string[], x: Axis, y: Axis): DataLayer[] {
  return curves.map(({ provider, points }) => ({
    data: { values: points.map(({ silence_s, interval }) => ({ silence_s, ...known(interval) })) },
    mark: { type: "area", opacity: 0.15, color: providerColor(provider, names) },
    encoding: { x: quantitative("silence_s", x), y: quantitative("lo", y), y2: { field: "hi" } },
  }));
}

/** `2026-07-24 04:44 UTC` */
export function momentText({ asOfUs }: Pick<Lifecycle, "asOfUs">): string {
  return timeText(asOfUs);
}

function timeText(us: number): string {
  return `${new Date(us / 1e3).toISOString().slice(0, "2026-01-31T12:00".length).replace("T", " ")} UTC`;
}

export const ENDING_TITLES: Readonly<Record<Session["ending"], string>> = {
  answered: "Answered",
  asked: "Asked",
  cut_in_loop: "Cut in the loop",
  cut_in_call: "Cut in a call",
};
const ENDING_PARTS = [
  { name: ENDING_TITLES.answered, color: seriesColor(0) },
  { name: ENDING_TITLES.asked, color: kindColor("human") },
  { name: ENDING_TITLES.cut_in_loop, color: seriesColor(2) },
  { name: ENDING_TITLES.cut_in_call, color: seriesColor(3) },
];
const BARS_WIDTH = 520;
/** From the middle of a bar to its lower edge. */
const EDGE_PX = 17;

const ENDINGS_READING = `One bar per provider: what the last step of each session left. Answered: it calls no tool. Asked: its last word is a question to a person, or a plan to approve.
Cut in the loop: its calls have results that no step ever saw. Cut in a call: a call without a result. A red line below a part: sessions whose last calls all failed. Many that
are cut in the loop and failing are runs that died rather than finished. An answer does not mean that the problem was solved.`;

export function endingsFigure({ endings, providers, asOfUs }: Lifecycle, { failingStreak }: Options, prices: string): Figure {
  const bars = providers.map((provider) => {
    const own = endings.filter((each) => each.provider === provider);
    return { own, name: providerTitle(provider), ...sumsOf(own, ["sessions", "failing", "cost_usd", "tokens"]) };
  });
  const names = bars.map(({ name }) => name);
  const x = shareAxis({ title: "Share of sessions" });
  const panel = splitBars({
    bars: bars.map(({ name, own, sessions }) => ({
      name,
      values: Object.fromEntries(own.map((each) => [ENDING_TITLES[each.ending], shareOf(each.sessions, sessions)])),
    })),
    parts: ENDING_PARTS,
    x,
    label: (share) => percent(share),
    width: BARS_WIDTH,
    legendOffset: 30,
  });
  const failing = bars.flatMap(({ own, sessions }, rank) => failingLines(own, sessions).map((line) => ({ rank, ...line })));
  const y: Position = { field: "rank", type: "ordinal" };
  const red: DataLayer = {
    data: { values: failing },
    mark: { type: "rule", strokeWidth: 5, yOffset: EDGE_PX, color: kindColor("error") },
    encoding: { y, x: quantitative("start", x), x2: { field: "end" } },
  };
  const all = sumOf(bars, ({ sessions }) => sessions);
  const shares = bars.map(({ name, own, sessions }) => {
    const share = percent(
      shareOf(
        sumOf(own, (each) => (each.ending === "answered" ? each.sessions : 0)),
        sessions,
      ),
    );
    return bars.length === 1 ? share : `${share} (${name})`;
  });
  const failed = sumOf(bars, (bar) => bar.failing);
  const finding = `The last step is an answer in ${shares.join(" and ")} of sessions`;
  const column = (heading: string, width: number, text: (bar: (typeof bars)[number]) => string) => ({
    heading,
    width,
    texts: bars.map(text),
  });
  return {
    name: "session_endings",
    title: finding,
    subtitle: `What the last step of each session left${failed > 0 ? "; red: its last calls all failed" : ""}.`,
    coverage: `${counted(all, "session")} with tokens or calls, until ${timeText(asOfUs)}; in ${failed === 0 ? "none" : grouped(failed)}, the last ${counted(failingStreak, "call")} all failed. ${prices}`,
    spec: figure(
      withSideColumns({ ...panel, width: BARS_WIDTH, layer: [...panel.layer, ...withRows([red])] }, names, [
        column("Sessions", 70, ({ sessions }) => grouped(sessions)),
        column("Failing", 58, (bar) => grouped(bar.failing)),
        column("Cost", 84, ({ cost_usd }) => money(cost_usd)),
        column("Tokens", 70, ({ tokens }) => countCompact(tokens)),
      ]),
    ),
    caption: `How sessions end, by what their last step left. ${finding}.`,
    reading: ENDINGS_READING,
    alt: `A bar per provider, divided by how sessions end, with columns for sessions, failing ones, cost and tokens. ${finding}.`,
  };
}

function failingLines(own: Lifecycle["endings"], sessions: number): { readonly start: number; readonly end: number }[] {
  let start = 0;
  return ENDINGS.flatMap((ending) => {
    const each = known(own.find((candidate) => candidate.ending === ending));
    const from = start;
    start += shareOf(each.sessions, sessions);
    return each.failing === 0 ? [] : [{ start: from, end: from + shareOf(each.failing, sessions) }];
  });
}
