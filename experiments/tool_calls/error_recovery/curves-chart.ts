/** Figure: the share of episodes that has recovered after each number of steps. */

import { atRiskLayers } from "../../../lib/chart/at-risk.ts";
import { linearAxis, shareAxis } from "../../../lib/chart/axes.ts";
import { curvesPanel } from "../../../lib/chart/cdf.ts";
import { figure } from "../../../lib/chart/grid.ts";
import { enoughFor } from "../../../lib/chart/minimum.ts";
import { providerColor, providerTitle, seriesColor } from "../../../lib/chart/palette.ts";
import { pixelOf, spreadApart, valueAt } from "../../../lib/chart/pixels.ts";
import { type Axis, type DataLayer, quantitative } from "../../../lib/chart/spec.ts";
import { FONT_SIZE, PANEL } from "../../../lib/chart/theme.ts";
import type { Figure } from "../../../lib/experiment.ts";
import { counted } from "../../../lib/format/counts.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { displayToolName } from "../../../lib/trace/tools.ts";
import { byProvider, type Group, type Recovery } from "./episodes.ts";
import { recoveredWithin } from "./survival.ts";

const MOST_STEPS = 20;
const MOST_TOOLS = 5;
/** Where the title reads the curves. */
const READ_AT = 5;
const LABEL_LINE = 19;

const READING = `Each curve is the share of episodes in which the tool has worked again after so many steps: thick for a provider, with the range that
is likely at 95 %, thin for the tools that fail most. A steep start means that the first repair works. A flat end means failures that are never repaired, only avoided.
An episode that ends otherwise counts until then, so short requests don't lower the curve. Below: episodes that are still followed.`;

/** Null where no provider has enough episodes. */
export function curvesFigure(
  recovery: Recovery,
  { minEpisodes, horizonSteps }: { minEpisodes: number; horizonSteps: number },
): Figure | null {
  const sized = byProvider(recovery, "error").map((group) => ({ group, name: providerTitle(group.provider), n: group.episodes }));
  const { drawn, sentence } = enoughFor("curve", sized, "episode");
  if (drawn.length === 0) return null;
  const last = Math.min(MOST_STEPS, horizonSteps);
  const readAt = Math.min(READ_AT, last);
  const x = linearAxis(last, "Steps after the failure", evenSteps(last), grouped);
  const y = shareAxis({ title: "Tool works again" });
  const providers = drawn.map(({ group }) => group);
  const names = providers.map(({ provider }) => provider);
  const read = providers.flatMap(({ provider, curve }) => {
    const share = recoveredWithin(readAt, curve);
    return share === null ? [] : [{ series: provider, y: share, text: percent(share) }];
  });
  const tools = toolsOf(recovery, Math.max(minEpisodes, 1));
  const rows = providers.map(({ provider, curve }) => ({
    ...{ name: providerTitle(provider), color: providerColor(provider, names) },
    atRisk: (steps: number) => curve.find((point) => point.steps === steps)?.atRisk ?? 0,
  }));
  const panel = curvesPanel({
    points: providers.flatMap((group) => stairsOf(group, last).map(({ steps, share }) => ({ series: group.provider, x: steps, y: share }))),
    x,
    y,
    stairs: true,
    reference: { x: readAt, label: `${grouped(readAt)} steps`, callouts: read },
  });
  const finding = `After ${grouped(readAt)} steps, the tool works again in ${read.map(({ series, text }) => (read.length === 1 ? text : `${text} (${providerTitle(series)})`)).join(" and ")} of episodes`;
  return {
    name: "error_recovery_curves",
    title: finding,
    subtitle: `Episodes begin with a failed call and end when the same tool works in a later step of the request. ${sentence}`.trim(),
    coverage: coverageOf(recovery, providers),
    spec: figure({
      ...panel,
      layer: [
        ...bandLayers(providers, names, last, x, y),
        ...toolLayers(tools, last, x, y),
        ...panel.layer,
        ...atRiskLayers("Episodes", rows, evenSteps(last), x),
      ],
    }),
    caption: `Estimated share of episodes that have recovered, by steps after the failure (Kaplan-Meier). ${finding}.`,
    reading: READING,
    alt: `Rising stairs: the share of episodes that have recovered over steps after the failure, a line per provider with a band, and thin lines for the tools that fail most. ${finding}.`,
  };
}

function coverageOf(recovery: Recovery, providers: readonly Group[]): string {
  const apart = (part: "denied" | "poll", what: string) => {
    const episodes = sumOf(byProvider(recovery, part), (group) => group.episodes);
    return episodes === 0 ? [] : [`${grouped(episodes)} ${what}`];
  };
  const left = [...apart("denied", "that a person declined"), ...apart("poll", "of tools that wait")];
  const shown = providers.map((group) => `${counted(group.episodes, "episode")} of ${providerTitle(group.provider)}`).join(", ");
  return `${shown}${left.length === 0 ? "" : `; without ${left.join(" and ")}`}.`;
}

function evenSteps(last: number): number[] {
  const step = Math.max(1, Math.ceil(last / 4));
  return Array.from({ length: Math.floor(last / step) + 1 }, (_, i) => i * step);
}

/** The tools with the most episodes, of every provider. */
function toolsOf({ tools }: Recovery, minEpisodes: number): Group[] {
  return tools.filter(({ part, episodes }) => part === "failed" && episodes >= minEpisodes).slice(0, MOST_TOOLS);
}

interface Stair {
  readonly steps: number;
  readonly share: number;
  readonly lo: number;
  readonly hi: number;
}

/** A curve that ends because everything has recovered goes on to the edge. */
function stairsOf({ curve }: Group, last: number): Stair[] {
  const points = curve
    .filter(({ steps }) => steps <= last)
    .map(({ steps, survival, lo, hi }) => ({ steps, share: 1 - survival, lo: 1 - hi, hi: 1 - lo }));
  const end = points.at(-1);
  return end && end.share === 1 && end.steps < last ? [...points, { ...end, steps: last }] : points;
}

function bandLayers(groups: readonly Group[], names: readonly string[], last: number, x: Axis, y: Axis): DataLayer[] {
  return groups.map((group) => ({
    data: { values: stairsOf(group, last) },
    mark: { type: "area", interpolate: "step-after", opacity: 0.14, color: providerColor(group.provider, names) },
    encoding: { x: quantitative("steps", x), y: quantitative("lo", y), y2: { field: "hi" } },
  }));
}

function toolLayers(tools: readonly Group[], last: number, x: Axis, y: Axis): DataLayer[] {
  const lines = tools.map((group, i) => ({
    stairs: stairsOf(group, last),
    name: displayToolName(group.tool ?? ""),
    color: seriesColor(i),
  }));
  const ends = lines.flatMap(({ stairs, name, color }) => {
    const end = stairs.at(-1);
    return end ? [{ name, color, share: end.share }] : [];
  });
  const labels = spreadApart(ends, ({ share }) => pixelOf(share, y, PANEL.height), LABEL_LINE, PANEL.height);
  const nameLayers = labels.map(
    ({ item, place }): DataLayer => ({
      data: { values: [{ x: x.scale.domain[1], y: valueAt(place, y, PANEL.height), name: item.name }] },
      mark: { type: "text", align: "left", dx: 8, baseline: "middle", fontSize: FONT_SIZE.annotation, color: item.color },
      encoding: { x: quantitative("x", x), y: quantitative("y", y), text: { field: "name", type: "nominal" } },
    }),
  );
  const lineLayers = lines.map(
    ({ stairs, color }): DataLayer => ({
      data: { values: stairs },
      mark: { type: "line", interpolate: "step-after", strokeWidth: 1.3, color },
      encoding: { x: quantitative("steps", x), y: quantitative("share", y) },
    }),
  );
  return [...lineLayers, ...nameLayers];
}
