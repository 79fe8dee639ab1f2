/** Figure: how far each provider is behind the better one in every judged row. */
import { ratioAxis } from "../../../lib/chart/axes.ts";
import { figure } from "../../../lib/chart/grid.ts";
import { rankAxis } from "../../../lib/chart/ranked-bars.ts";
import { type Legend, labelLookup, type Panel, type Position, quantitative } from "../../../lib/chart/spec.ts";
import { textWidth } from "../../../lib/chart/text-width.ts";
import { COLORS, FONT_SIZE, PANEL, providerScale } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { grouped, toFixedHalfEven } from "../../../lib/format/numbers.ts";
import { at } from "../../../lib/stats/known.ts";
import type { Comparison, Provider, RowComparison } from "./compare.ts";

/** A judged row that can be drawn: at least two positive values. */
type Race = NonNullable<ReturnType<typeof raceOf>>;

const ROW_STEP = 34;
const LABEL_GAP_PX = 16;
const ROOM_LEFT_PX = 14;
const SMALLEST_TOP = 1.25;
/** Where the values lie closer together than the axis expects. */
const FINE_TICKS = { below: 1.7, ticks: [1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6] } as const;
const MOST_LABELED = 3;
const SHAPES = ["circle", "diamond", "square", "triangle-up", "triangle-down"];

/** Closer values count as equal, and their marks are gray. */
const NEARLY_EQUAL = 1.05;

const READING = `One line for every judged row with positive values of two providers, the widest gap first. The best provider is at 1x, the others at the
ratio to it, so that times, speeds and shares share one axis: a long line is a large difference, whatever the unit. Gaps that end in the shaded band are small
enough to be chance, and their marks are gray.`;

/** Null when no judged row has positive values for two providers. */
export function judgedFigure(comparison: Comparison): Figure | null {
  const { providers, groups } = comparison;
  const races = groups
    .flatMap(({ rows }) => rows)
    .flatMap((row) => raceOf(row) ?? [])
    .toSorted((a, b) => b.furthest - a.furthest);
  const [widest] = races;
  if (!widest) return null;
  const finding = findingOf(widest, providers);
  const names = providers.length <= MOST_LABELED ? ` Numbers: ${providers.map(({ title }) => title).join(" / ")}.` : "";
  return {
    name: "provider_judged_rows",
    title: finding,
    subtitle: `Ratio to the best provider, by row; the arrow points to better values. Gray: less than ${ratioText(NEARLY_EQUAL)} apart.${names}`,
    spec: figure(racePanel(races, providers)),
    caption: [
      `${finding}. The best provider of each row is at 1x, the others at their ratio to it on a log scale.`,
      "The providers differ in users, tasks and periods, so a gap shows what happened, not why.",
      ...unjudgedLatencies(comparison),
      ...leftOut(groups, races),
    ].join(" "),
    reading: READING,
    alt: `Dot plot with one line per judged row and one dot per provider, placed at its ratio to the best value, the widest gap first. ${finding}.`,
  };
}

/** `Output decode throughput differs most: Codex 37.8 tok/s, Claude 10.9 tok/s (3.47x)` */
function findingOf({ row, entries, furthest }: Race, providers: readonly Provider[]): string {
  if (furthest < NEARLY_EQUAL) return "The providers are nearly equal in every judged row";
  const value = (provider: string) => {
    const title = providers.find((other) => other.provider === provider)?.title ?? provider;
    return `${title} ${row.values.find((other) => other.provider === provider)?.text}`;
  };
  const ranked = entries.toSorted((a, b) => a.behind - b.behind).map(({ provider }) => value(provider));
  return `${row.label} differs most: ${ranked[0]}, ${ranked.at(-1)} (${ratioText(furthest)})`;
}

function ratioText(ratio: number): string {
  return `${toFixedHalfEven(ratio, 2)}x`;
}

function raceOf(row: RowComparison) {
  if (row.direction === "none") return null;
  const positive = row.values.flatMap(({ provider, raw: { value } }) =>
    typeof value === "number" && value > 0 ? [{ provider, value }] : [],
  );
  if (positive.length < 2) return null;
  const values = positive.map(({ value }) => value);
  const best = row.direction === "up" ? Math.max(...values) : Math.min(...values);
  const entries = positive.map(({ provider, value }) => ({ provider, behind: row.direction === "up" ? best / value : value / best }));
  return {
    row,
    /** Those with a positive value, in the order of the providers; `behind` is 1 for the best and larger for the others. */
    entries,
    furthest: Math.max(...entries.map(({ behind }) => behind)),
    /** Values of all providers, printed, and the widest ratio. */
    text: textOf(row, Math.max(...entries.map(({ behind }) => behind))),
  };
}

function textOf({ values }: RowComparison, furthest: number): string {
  const printed = values.length <= MOST_LABELED ? `${values.map(({ text }) => text).join(" / ")}, ` : "";
  return `${printed}${ratioText(furthest)}`;
}

function racePanel(races: readonly Race[], providers: readonly Provider[]): Panel {
  const names = providers.map(({ provider }) => provider);
  const scale = providerScale(names);
  const domain = domainOf(races);
  const fine = domain[1] < FINE_TICKS.below ? { ticks: FINE_TICKS.ticks } : {};
  const x = ratioAxis(domain, { title: "Ratio to the best value (log scale)", ...fine });
  const y: Position = { field: "rank", ...rankAxis(races.map(({ row }) => `${row.label} ${row.direction === "up" ? "↑" : "↓"}`)) };
  const dots = races.flatMap(({ entries, furthest }, rank) => entries.map((entry) => ({ rank, ...entry, near: furthest < NEARLY_EQUAL })));
  const legend: Legend = {
    title: null,
    orient: "top",
    direction: "horizontal",
    symbolSize: 130,
    symbolStrokeWidth: 0,
    labelExpr: labelLookup(
      scale.domain,
      scale.domain.map((name) => providers.find(({ provider }) => provider === name)?.title ?? name),
    ),
  };
  return {
    width: PANEL.width,
    height: { step: ROW_STEP },
    layer: [
      {
        data: { values: [{ from: 1, to: NEARLY_EQUAL }] },
        mark: { type: "rect", color: COLORS.light.grid, opacity: 0.7 },
        encoding: { x: quantitative("from", x), x2: { field: "to" } },
      },
      {
        data: { values: races.map(({ furthest }, rank) => ({ rank, from: 1, to: furthest })) },
        mark: { type: "rule", strokeWidth: 3, color: COLORS.light.axis },
        encoding: { y, x: quantitative("from", x), x2: { field: "to" } },
      },
      {
        data: { values: dots },
        mark: { type: "point", filled: true, size: 170, opacity: 1 },
        encoding: {
          y,
          x: quantitative("behind", x),
          color: {
            field: "provider",
            type: "nominal",
            scale,
            legend,
            condition: { test: "datum.near", value: COLORS.light.muted },
          },
          shape: { field: "provider", type: "nominal", scale: { domain: scale.domain, range: shapesOf(scale.domain.length) }, legend },
        },
      },
      {
        data: { values: races.map(({ furthest, text }, rank) => ({ rank, furthest, text })) },
        mark: { type: "text", align: "left", dx: LABEL_GAP_PX, fontSize: FONT_SIZE.annotation, color: COLORS.light.muted },
        encoding: { y, x: quantitative("furthest", x), text: { field: "text", type: "nominal" } },
      },
    ],
  };
}

/** Ends of the log axis: the mark of the best value is not cut, and every text fits to the right of its dot. */
function domainOf(races: readonly Race[]): [number, number] {
  const width = PANEL.width - ROOM_LEFT_PX;
  const spans = races.map(
    ({ furthest, text }) => (Math.log(furthest) * width) / (width - LABEL_GAP_PX - textWidth(text, FONT_SIZE.annotation)),
  );
  const span = Math.max(Math.log(SMALLEST_TOP), ...spans);
  return [Math.exp((-span * ROOM_LEFT_PX) / width), Math.exp(span)];
}

function shapesOf(count: number): string[] {
  return Array.from({ length: count }, (_, i) => at(SHAPES, i % SHAPES.length));
}

function leftOut(groups: Comparison["groups"], races: readonly Race[]): string[] {
  const drawn = new Set(races.map(({ row }) => row.id));
  const missing = groups.flatMap(({ rows }) => rows).filter(({ id, direction }) => direction !== "none" && !drawn.has(id));
  return missing.length === 0
    ? []
    : [`Not drawn, because fewer than two providers have a positive value: ${missing.map(({ label }) => lowerFirst(label)).join("; ")}.`];
}

/** Why the latency of tools is not compared, where calls report none. */
export function unjudgedLatencies({ providers }: Comparison): string[] {
  const counts = providers
    .filter(({ calls_without_latency: without }) => without > 0)
    .map(({ title, calls, calls_without_latency: without }) => `${grouped(without)} of ${grouped(calls)} calls of ${title}`);
  return counts.length > 0 ? [`Tool latency is not judged: its quantiles leave out calls that report 0 ms, ${counts.join(" and ")}.`] : [];
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
