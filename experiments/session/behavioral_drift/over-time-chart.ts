/** Figure: each two weeks compared with all before them. */
import { linearAxis, roundTicks } from "../../../lib/chart/axes.ts";
import { grid, withHeading } from "../../../lib/chart/grid.ts";
import { overLines } from "../../../lib/chart/over-lines.ts";
import { type Axis, type DataLayer, explicitTicks, type LayeredPanel, quantitative, withRows } from "../../../lib/chart/spec.ts";
import { COLORS, PANEL, providerLabel, providerOrder } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { counted } from "../../../lib/format/counts.ts";
import { grouped } from "../../../lib/format/numbers.ts";
import { dateOf, dateTicks } from "../../../lib/format/periods.ts";
import { groupBy } from "../../../lib/stats/group-by.ts";
import { at, known } from "../../../lib/stats/known.ts";
import type { Drift, WindowFinding } from "./drift.ts";
import { LEAST_SESSIONS } from "./groups.ts";
import { verdictColor, verdictOf } from "./verdicts.ts";

const MOST_DIMENSIONS = 2;
const HEIGHT = 130;
const READING = `Each dot compares the sessions that began in a window of time with all sessions before it. The gray bar is what chance alone gives between the 5th and 95th percentile,
the tick its median. Purple dots have drifted. Shown are the dimensions that differ most from chance; the table has all. Vertical lines, where transcripts name them, are the first sessions of a new version of
the client. A pool grows, so later bars are narrower.`;

/** Null where no window has enough sessions. */
export function overTimeFigure({ overTime, design }: Drift): Figure | null {
  const judged = overTime.filter(({ chance, verdict }) => chance !== null && verdict === "judged");
  if (judged.length === 0) return null;
  const providers = providerOrder(judged.map(({ comparison }) => comparison.provider ?? ""));
  const panels = providers.flatMap((provider) => {
    const own = judged.filter(({ comparison }) => comparison.provider === provider);
    const dimensions = [...groupBy(own, ({ dimension }) => dimension.name).values()].sort((a, b) => farthest(b) - farthest(a));
    return dimensions.slice(0, MOST_DIMENSIONS).map((windows) => ({ provider, windows }));
  });
  const drifted = panels.flatMap(({ windows }) => windows.filter((each) => each.drifted)).sort((a, b) => (b.excess ?? 0) - (a.excess ?? 0));
  const [largest] = drifted;
  const finding = largest
    ? `${largest.dimension.title} of ${providerLabel(largest.comparison.provider ?? "")} changed most in the ${counted(largest.days, "day")} from ${dateOf(largest.fromDay)}`
    : `No window of ${counted(at(judged, 0).days, "day")} differs from the time before it by more than chance`;
  const all = new Set(overTime.map(({ comparison }) => comparison.name)).size;
  const enough = new Set(judged.map(({ comparison }) => comparison.name)).size;
  return {
    name: "drift_over_time",
    title: finding,
    subtitle:
      "Divergence of the sessions of each window from all before it, and what chance alone gives (gray), in the dimensions that differ most from chance.",
    coverage: `${grouped(enough)} of ${counted(all, "window")} have at least ${grouped(LEAST_SESSIONS)} sessions and as many before; each has ${counted(at(judged, 0).days, "day")}.`,
    spec: grid(
      panels.map(({ provider, windows }, i) =>
        withHeading(
          panelOf(
            windows,
            design.versions.filter((version) => version.provider === provider),
            i === 0,
          ),
          `${providerLabel(provider)}: ${at(windows, 0).dimension.title}`,
          {
            over: "plot",
          },
        ),
      ),
      { spacing: 26 },
    ),
    caption: `Whether behavior changed over time. ${finding}.`,
    reading: READING,
    alt: `Dots of the divergence over time above bars of what chance gives, one panel per provider and dimension. ${finding}.`,
  };
}

function farthest(windows: readonly WindowFinding[]): number {
  return Math.max(...windows.map(({ jsd, chance }) => known(jsd) - known(chance).p95));
}

function panelOf(windows: readonly WindowFinding[], versions: Drift["design"]["versions"], legend: boolean): LayeredPanel {
  const days = windows.map(({ fromDay, days: width }) => ({ fromDay, middle: fromDay + width / 2, to: fromDay + width }));
  const [from, to] = [Math.min(...days.map(({ fromDay }) => fromDay)), Math.max(...days.map((day) => day.to))];
  const x: Axis = {
    title: null,
    scale: { domain: [from, to], nice: false, zero: false },
    axis: explicitTicks(dateTicks(from, to, at(windows, 0).days)),
  };
  const most = Math.max(...windows.map(({ jsd, chance }) => Math.max(known(jsd), known(chance).p95)));
  const y = linearAxis(1.08 * most, "bits", roundTicks(most), (bits) => String(bits));
  const rows = windows.map((window, i) => ({
    day: at(days, i).middle,
    jsd: window.jsd,
    ...known(window.chance),
    verdict: verdictOf(window),
  }));
  const rules = versions.filter(({ day }) => day >= from && day <= to);
  const layers: DataLayer[] = [
    {
      data: { values: rules },
      mark: { type: "rule", strokeDash: [4, 4], color: COLORS.light.axis },
      encoding: { x: quantitative("day", x) },
    },
    {
      data: { values: rows },
      mark: { type: "rule", strokeWidth: 14, color: COLORS.light.grid },
      encoding: { x: quantitative("day", x), y: quantitative("p5", y), y2: { field: "p95" } },
    },
    {
      data: { values: rows },
      mark: { type: "tick", orient: "horizontal", thickness: 2, size: 14, color: COLORS.light.muted },
      encoding: { x: quantitative("day", x), y: quantitative("p50", y) },
    },
    {
      data: { values: rows },
      mark: { type: "circle", size: 110, opacity: 1 },
      encoding: {
        x: quantitative("day", x),
        y: quantitative("jsd", y),
        color: verdictColor(legend ? 8 : null),
      },
    },
  ];
  const labels =
    rules.length === 0
      ? []
      : overLines({
          data: { values: rules },
          mark: { align: "left", baseline: "top", dx: 4, fontSize: 12 },
          encoding: { x: quantitative("day", x), y: { value: 0 }, text: { field: "version", type: "nominal" } },
        });
  return { width: PANEL.width, height: HEIGHT, layer: [...withRows(layers), ...labels] };
}
