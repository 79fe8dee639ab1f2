/** Results as tables and as a figure. */
import { durationAxis, logCountAxis } from "../lib/chart/axes.ts";
import { type CurvePoint, curvesPanel } from "../lib/chart/cdf.ts";
import { figure } from "../lib/chart/grid.ts";
import type { Layer, Spec } from "../lib/chart/spec.ts";
import { providerScale } from "../lib/chart/theme.ts";
import { figureTitle } from "../lib/chart/titles.ts";
import { markdownTable } from "../lib/format/markdown.ts";
import { formatG, grouped } from "../lib/format/numbers.ts";
import { BUILD_KINDS, type BuildBenchResult } from "./build-db.ts";
import type { Measurement } from "./process.ts";
import type { Results, SizeResult } from "./results.ts";

export function resultsMarkdown(results: Results): string {
  const { machine, sizes, load } = results;
  return `${[
    "# Measurements",
    `Made by \`npm run bench\`. ${machine.cores} cores (${machine.cpu}), ${machine.memory_gib} GiB of memory, ${machine.platform}, Node ${machine.node}. Medians of ${repeatsOf(sizes)}; every measurement is a process of its own. The load of the machine was ${load.before.toFixed(1)} before and ${load.after.toFixed(1)} after (processes that want to run, averaged over a minute). Pools are synthetic, made by \`data/generate.ts\`. Memory is the largest resident set (VmHWM), in GB of 10^9 bytes.`,
    ...(results.targets.length > 0 ? ["## Targets for 2 cores", targetTable(results)] : []),
    "![Time by size of the pool](results.png)",
    "## The whole atlas",
    "Tables, figures, database for questions and gallery; from nothing, and again with nothing changed.",
    atlasTable(sizes),
    "## A database from a trace",
    "`scan`: DuckDB alone hashes every value. `table`: DuckDB alone copies the rows into memory. `store`: DuckDB alone writes the three tables to a file, checking nothing. The start of the process is not counted.",
    ...sizes.flatMap((size) => [`### ${grouped(size.steps)} steps`, buildTable(size)]),
    "## Experiments",
    "Milliseconds. Two run at once; `query` contains the relations that an experiment is the first to ask for, `render` is summed over the threads.",
    experimentTable(sizes),
    "## What grew faster than the data",
    growthSection(results),
    ...collectSection(results),
  ].join("\n\n")}\n`;
}

function repeatsOf(sizes: readonly SizeResult[]): string {
  const counts = [...new Set(sizes.map(({ repeats }) => repeats))];
  return counts.length === 1 ? String(counts[0]) : sizes.map(({ steps, repeats }) => `${repeats} at ${grouped(steps)} steps`).join(", ");
}

function targetTable({ targets }: Results): string {
  return markdownTable({
    header: ["what", "at most", "measured", ""],
    align: ["left", "right", "right", "left"],
    rows: targets.map(({ what, limit, measured, unit, met }) => [
      what,
      `${limit} ${unit}`,
      `${formatG(measured, 3)} ${unit}`,
      met ? "met" : "missed",
    ]),
  });
}

function atlasTable(sizes: readonly SizeResult[]): string {
  return markdownTable({
    header: ["steps", "from nothing, s", "processor s", "memory, GB", "nothing changed, s", "processor s", "memory, GB"],
    align: ["right", "right", "right", "right", "right", "right", "right"],
    rows: sizes.map(({ steps, atlas }) => [grouped(steps), ...cells(atlas.cold), ...cells(atlas.fresh)]),
  });
}

function buildTable({ jsonl, gz }: SizeResult): string {
  return markdownTable({
    header: ["what", "JSONL, s", "processor s", "memory, GB", "gz, s", "processor s", "memory, GB"],
    rows: [
      ...BUILD_KINDS.map((kind) => [kind === "build" ? "build-db" : kind, ...cells(jsonl.medians[kind]), ...cells(gz.medians[kind])]),
      ...(["scan", "table", "store"] as const).map((kind) => [`build-db over ${kind}`, ...ratio(jsonl, kind), "", "", ...ratio(gz, kind)]),
    ],
  });
}

function ratio({ build_over }: BuildBenchResult, kind: keyof BuildBenchResult["build_over"]): string[] {
  return [`${build_over[kind].toFixed(2)}x`];
}

function experimentTable(sizes: readonly SizeResult[]): string {
  const ids = [...new Set(sizes.flatMap(({ atlas }) => atlas.experiments.map(({ id }) => id)))].sort();
  return markdownTable({
    header: ["experiment", ...sizes.flatMap(({ steps }) => [`query, ${grouped(steps)}`, "compute", "render"])],
    rows: ids.map((id) => [
      id,
      ...sizes.flatMap(({ atlas }) => {
        const times = atlas.experiments.find((experiment) => experiment.id === id);
        return times ? [times.query_ms, times.compute_ms, times.render_ms].map((ms) => grouped(ms)) : ["", "", ""];
      }),
    ]),
  });
}

function growthSection({ sizes, growth }: Results): string {
  if (sizes.length < 2) return "One size was measured, so nothing can be said.";
  const flagged = growth.filter((each) => each.flagged);
  if (flagged.length === 0) return `Nothing: none of ${growth.length} times grew by more than 1.1 times the factor of the data.`;
  return markdownTable({
    header: ["what", "steps", "data", "time"],
    align: ["left", "right", "right", "right"],
    rows: flagged.map(({ what, from_steps, to_steps, data_factor, time_factor }) => [
      what,
      `${grouped(from_steps)} to ${grouped(to_steps)}`,
      `${data_factor.toFixed(1)}x`,
      `${time_factor.toFixed(1)}x`,
    ]),
  });
}

function collectSection({ collect }: Results): string[] {
  if (!collect) return [];
  const rows = Object.entries(collect).map(([what, of]) => [
    what.replaceAll("_", " "),
    grouped(of.files),
    grouped(of.megabytes),
    grouped(of.rows),
    seconds(of.wall_ms),
    seconds(of.cpu_ms),
    gigabytes(of.peak_rss_mib),
  ]);
  return [
    "## Collecting transcripts",
    "Compare processor time: on a machine that others use too, most of the wall time is waiting.",
    markdownTable({ header: ["what", "files", "MB", "rows", "s", "processor s", "memory, GB"], rows }),
  ];
}

function cells({ wall_ms, cpu_ms, peak_rss_mib }: Measurement): string[] {
  return [seconds(wall_ms), cpu_ms === null ? "absent" : seconds(cpu_ms), peak_rss_mib === null ? "absent" : gigabytes(peak_rss_mib)];
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(ms < 9_950 ? 2 : ms < 99_500 ? 1 : 0);
}

function gigabytes(mib: number): string {
  return ((mib * 2 ** 20) / 1e9).toFixed(2);
}

const DRAWN: readonly { readonly name: string; readonly of: (size: SizeResult) => Measurement }[] = [
  { name: "whole atlas", of: ({ atlas }) => atlas.cold },
  { name: "nothing changed", of: ({ atlas }) => atlas.fresh },
  { name: "build-db", of: ({ jsonl }) => jsonl.medians.build },
  { name: "build-db, gz", of: ({ gz }) => gz.medians.build },
  { name: "DuckDB scan", of: ({ jsonl }) => jsonl.medians.scan },
];

/** Time by size on log axes, each line beside one that grows with the data. Needs two sizes. */
export function resultsFigure({ sizes, machine }: Results): Spec {
  const ascending = [...sizes].sort((a, b) => a.steps - b.steps);
  const points = DRAWN.flatMap(({ name, of }) => ascending.map((size) => ({ series: name, x: size.steps, y: of(size).wall_ms / 1000 })));
  const linear = points.map((point) => {
    const first = points.find(({ series }) => series === point.series) as CurvePoint;
    return { ...point, y: (first.y * point.x) / first.x };
  });
  const steps = ascending.map((size) => size.steps);
  const x = logCountAxis([(steps[0] as number) / 1.3, (steps.at(-1) as number) * 1.3], { title: "Agent steps", ticks: steps });
  const y = durationAxis(extentOf([...points, ...linear]), { title: "Time" });
  const names = DRAWN.map(({ name }) => name);
  const panel = curvesPanel({ points, x, y, series: names, legend: (name) => name }) as { layer: Layer[] };
  const position = { x: { field: "x", type: "quantitative", ...x }, y: { field: "y", type: "quantitative", ...y } };
  const color = { field: "series", type: "nominal", scale: providerScale(names) };
  const layers = [
    {
      data: { values: linear },
      mark: { type: "line", strokeDash: [5, 4], strokeWidth: 1.5, opacity: 0.6 },
      encoding: { ...position, color },
    },
    ...panel.layer,
    { data: { values: points }, mark: { type: "point", filled: true, size: 60 }, encoding: { ...position, color } },
  ] as Layer[];
  const title = figureTitle(
    "Time by size of the pool",
    `Dashed: what would grow exactly with the data. Medians of ${repeatsOf(sizes)} on ${machine.cores} cores.`,
  );
  return figure({ ...panel, layer: layers } as never, title);
}

function extentOf(points: readonly CurvePoint[]): [number, number] {
  const values = points.map(({ y }) => y);
  return [Math.min(...values) / 1.3, Math.max(...values) * 1.3];
}
