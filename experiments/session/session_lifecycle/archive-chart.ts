/** Figure: when the latest sessions were active, and their tier at the moment. */
import { logAxis } from "../../../lib/chart/axes.ts";
import { figure } from "../../../lib/chart/grid.ts";
import { seriesColor } from "../../../lib/chart/palette.ts";
import { rankAxis } from "../../../lib/chart/ranked-bars.ts";
import { SQUARES } from "../../../lib/chart/series.ts";
import { withSideColumns } from "../../../lib/chart/side-columns.ts";
import { type Axis, type Channel, type DataLayer, labelLookup, type Position, quantitative } from "../../../lib/chart/spec.ts";
import { COLORS } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { countCompact, counted } from "../../../lib/format/counts.ts";
import { durationCompact, S_PER_H } from "../../../lib/format/durations.ts";
import { grouped, money, NONE } from "../../../lib/format/numbers.ts";
import { known } from "../../../lib/stats/known.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { shortId } from "../../../lib/trace/sessions.ts";
import { ENDING_TITLES, momentText } from "./charts.ts";
import { ENDINGS, type Lifecycle, type Options, type Session, TIERS } from "./measure.ts";

const WIDTH = 560;
const ROW_STEP = 22;
/** So that a short episode can be seen. */
const NARROWEST_PX = 2;
const TIER_COLORS: Readonly<Record<Session["tier"], string>> = {
  active: seriesColor(0),
  idle: seriesColor(2),
  stale: COLORS.light.neutral,
};
const SHAPES: Readonly<Record<Session["ending"], string>> = {
  answered: "circle",
  asked: "square",
  cut_in_loop: "triangle-up",
  cut_in_call: "cross",
};

const READING = `One row per session, the one with the latest event at the top. Boxes are episodes of activity; silences between them are longer than the limit of the tier
active. The color is the tier at the moment at the right end of the axis, and the shape after the last event says what the last step left. Names are short forms of session ids.`;

export function archiveFigure(lifecycle: Lifecycle, { activeSeconds, idleSeconds }: Options): Figure | null {
  const { archive, asOfUs, tiers } = lifecycle;
  if (!archive || archive.newest.length === 0) return null;
  const { newest, episodes } = archive;
  const rankOf = new Map(newest.map(({ session_id }, rank) => [session_id, rank]));
  const starts = newest.map(({ started_at }) => Date.parse(started_at) / 1e3);
  const end = asOfUs / 1e6;
  const x = timeAxis(Math.min(...starts), end);
  const narrowest = (NARROWEST_PX / WIDTH) * (x.scale.domain[1] - x.scale.domain[0]);
  const boxes = episodes.map(({ session_id, from_us, to_us }) => {
    const rank = known(rankOf.get(session_id));
    return { rank, at: from_us / 1e6, until: Math.max(to_us / 1e6, from_us / 1e6 + narrowest), tier: known(newest[rank]).tier };
  });
  const sessionsOf = (tier: Session["tier"]) =>
    sumOf(
      tiers.filter((each) => each.tier === tier),
      ({ sessions }) => sessions,
    );
  const all = sumOf(tiers, ({ sessions }) => sessions);
  const limits = { active: `, up to ${durationCompact(activeSeconds)}`, idle: `, up to ${durationCompact(idleSeconds)}`, stale: "" };
  const entries = TIERS.map((tier) => `${tier}${limits[tier]}: ${grouped(sessionsOf(tier))}`);
  const tierColor: Channel<"color"> = {
    field: "tier",
    type: "nominal",
    scale: { domain: [...TIERS], range: TIERS.map((tier) => TIER_COLORS[tier]) },
    legend: { title: null, ...SQUARES, labelExpr: labelLookup(TIERS, entries) },
  };
  const shape: Channel<"shape"> = {
    field: "ending",
    type: "nominal",
    scale: { domain: ENDINGS.map((ending) => ENDING_TITLES[ending]), range: ENDINGS.map((ending) => SHAPES[ending]) },
    legend: { title: null, orient: "bottom", direction: "horizontal", symbolFillColor: COLORS.light.neutral, symbolStrokeWidth: 0 },
  };
  const y: Position = { field: "rank", ...smallRows(newest) };
  const layers: DataLayer[] = [
    {
      data: { values: boxes },
      mark: { type: "bar", height: { band: 0.62 } },
      encoding: { y, x: quantitative("at", x), x2: { field: "until" }, color: tierColor },
    },
    {
      data: {
        values: newest.map(({ last_event_at, ending, tier }, rank) => ({
          ...{ rank, at: Date.parse(last_event_at) / 1e3, ending: ENDING_TITLES[ending], tier },
        })),
      },
      mark: { type: "point", filled: true, size: 50, opacity: 1, xOffset: 9 },
      encoding: { y, x: quantitative("at", x), shape, color: tierColor },
    },
  ];
  const column = (heading: string, width: number, text: (session: Session) => string) => ({ heading, width, texts: newest.map(text) });
  const panel = withSideColumns(
    { width: WIDTH, height: { step: ROW_STEP }, layer: layers },
    newest.map((session) => shortId(session.session_id)),
    [
      column("Silent for", 78, ({ silence_s }) => durationCompact(silence_s)),
      column("Cost", 70, ({ cost_usd }) => (cost_usd === null ? NONE : money(cost_usd))),
      column("Tokens", 64, ({ total_input_tokens, output_tokens }) => countCompact(total_input_tokens + output_tokens)),
    ],
  );
  const [active, idle, stale] = TIERS.map((tier) => grouped(sessionsOf(tier)));
  const finding = `Of ${counted(all, "session")}, ${stale} ${sessionsOf("stale") === 1 ? "is" : "are"} stale, ${idle} idle and ${active} active`;
  return {
    name: "session_archive",
    title: finding,
    subtitle: `By how long they had been silent at ${momentText(lifecycle)}. Boxes: when they were active.`,
    coverage: { shown: newest.length, of: all, what: "sessions", rest: "are older" },
    spec: figure(panel),
    caption: `When the latest sessions were active, with their tier and how they ended. ${finding}.`,
    reading: READING,
    alt: `Boxes of activity on a time axis, one row per session, colored by tier, with a shape for the ending. ${finding}.`,
  };
}

function smallRows(sessions: readonly Session[]): Omit<Position, "field"> {
  return rankAxis(sessions.map(({ session_id }) => shortId(session_id)));
}

const MOST_TICKS = 6;
const DAY_S = 24 * S_PER_H;
const STEPS_S = [
  300,
  900,
  S_PER_H,
  3 * S_PER_H,
  6 * S_PER_H,
  12 * S_PER_H,
  ...[1, 2, 7, 14, 28, 56, 112, 224, 448, 896].map((days) => days * DAY_S),
];

/** Epoch seconds, with days or hours as ticks. */
function timeAxis(from: number, to: number): Axis {
  const domain = [from, Math.max(to, from + 1)] as const;
  const step = STEPS_S.find((each) => (domain[1] - from) / each <= MOST_TICKS) ?? 2 * known(STEPS_S.at(-1));
  const first = Math.ceil(from / step);
  const ticks = Array.from({ length: Math.max(0, Math.floor(domain[1] / step) - first + 1) }, (_, i) => (first + i) * step);
  const label = (s: number) => {
    const time = new Date(s * 1e3).toISOString();
    return step >= DAY_S ? time.slice(0, 10) : time.slice(5, 16).replace("T", " ");
  };
  return logAxis(domain, "UTC", ticks, label, { type: "linear", zero: false });
}
