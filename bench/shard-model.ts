/** What tasks cost by the steps of their shard, and what that makes for a billion steps. */
import { markdownTable } from "../lib/format/markdown.ts";
import { grouped } from "../lib/format/numbers.ts";
import type { Measurement } from "./process.ts";

export interface Measured extends Measurement {
  /** What all shards need of the pool, one shard, or merging and drawing. */
  readonly kind: "relations" | "map" | "merge";
  /** Of the pool. */
  readonly pool_steps: number;
  /** That it computes: of its shard, or of the pool. */
  readonly steps: number;
  /** That it left; of a merge: that it read. */
  readonly parts_bytes: number;
}

/** The wall time of all tasks, two at once. */
export interface Overhead {
  readonly engine: "local" | "ray";
  readonly steps: number;
  readonly shards: number;
  readonly wall_ms: number;
}

export interface Line {
  readonly start: number;
  readonly perMillionSteps: number;
  /** The largest distance of a measurement from the line. */
  readonly error: number;
  readonly measurements: number;
}

const BILLION_SHARDS = 4096;

/** By least squares. */
export function lineThrough(points: readonly { readonly steps: number; readonly value: number }[]): Line {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const millions = points.map(({ steps }) => steps / 1e6);
  const values = points.map(({ value }) => value);
  const [x, y] = [mean(millions), mean(values)];
  const spread = mean(millions.map((each) => (each - x) ** 2));
  const slope = spread === 0 ? 0 : mean(millions.map((each, i) => (each - x) * ((values[i] ?? 0) - y))) / spread;
  const start = y - slope * x;
  const error = Math.max(...millions.map((each, i) => Math.abs(start + slope * each - (values[i] ?? 0))));
  return { start, perMillionSteps: slope, error, measurements: points.length };
}

export function shardsMarkdown(measured: readonly Measured[], overheads: readonly Overhead[]): string {
  const sections = [measuredTable(measured), modelSection(measured), overheadSection(overheads)];
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`;
}

const SAYS = { relations: "what all shards need", map: "a shard", merge: "merging and drawing" } as const;

function measuredTable(measured: readonly Measured[]): string {
  const rows = measured.map(({ kind, pool_steps, steps, cpu_ms, wall_ms, peak_rss_mib, parts_bytes }) => [
    SAYS[kind],
    grouped(pool_steps),
    grouped(steps),
    secondsOf(cpu_ms).toFixed(1),
    (wall_ms / 1000).toFixed(1),
    gigabytesOf(peak_rss_mib).toFixed(2),
    (parts_bytes / 1e6).toFixed(1),
  ]);
  return markdownTable({ header: ["task", "steps of the pool", "its steps", "processor s", "s", "memory, GB", "parts, MB"], rows });
}

function modelSection(measured: readonly Measured[]): string {
  const lines = (["relations", "map", "merge"] as const).flatMap((kind) => {
    const own = measured.filter((each) => each.kind === kind);
    return own.length < 2 ? [] : [{ kind, ...modelOf(own) }];
  });
  const rows = lines.flatMap(({ kind, seconds, gigabytes, megabytes }) =>
    [
      ["processor s", seconds] as const,
      ["memory, GB", gigabytes] as const,
      ...(kind === "merge" ? [] : [["parts, MB", megabytes] as const]),
    ].map(([what, { start, perMillionSteps, error, measurements }]) => [
      SAYS[kind],
      what,
      start.toFixed(2),
      perMillionSteps.toFixed(2),
      error.toFixed(2),
      String(measurements),
    ]),
  );
  const header = ["task", "cost", "start", "for each million steps", "largest error", "measurements"];
  const table = markdownTable({ header, rows });
  return lines.length === 0 ? "" : [table, ...lines.map(billionSentence)].join("\n\n");
}

function modelOf(measured: readonly Measured[]) {
  const line = (value: (each: Measured) => number) => lineThrough(measured.map((each) => ({ steps: each.steps, value: value(each) })));
  return {
    seconds: line(({ cpu_ms }) => secondsOf(cpu_ms)),
    gigabytes: line(({ peak_rss_mib }) => gigabytesOf(peak_rss_mib)),
    megabytes: line(({ parts_bytes }) => parts_bytes / 1e6),
  };
}

function billionSentence({
  kind,
  seconds,
  gigabytes,
  megabytes,
}: { readonly kind: Measured["kind"] } & ReturnType<typeof modelOf>): string {
  const tasks = kind === "map" ? BILLION_SHARDS : 1;
  const millions = 1000 / tasks;
  const of = ({ start, perMillionSteps }: Line) => start + perMillionSteps * millions;
  const hours = (tasks * of(seconds)) / 3600;
  const parts = kind === "merge" ? "" : `, and ${((tasks * of(megabytes)) / 1000).toFixed(0)} GB of parts`;
  const each = tasks === 1 ? "" : ` in each of ${grouped(tasks)} tasks`;
  return `For 10^9 steps by these lines, ${SAYS[kind]}: ${hours.toFixed(1)} processor hours, ${of(gigabytes).toFixed(1)} GB of memory${each}${parts}.`;
}

function overheadSection(overheads: readonly Overhead[]): string {
  const [local, ray] = (["local", "ray"] as const).map((engine) => overheads.find((each) => each.engine === engine));
  if (!local || !ray) return "";
  const more = 100 * (ray.wall_ms / local.wall_ms - 1);
  return `${grouped(local.steps)} steps in ${local.shards} shards, two tasks at once: ${(local.wall_ms / 1000).toFixed(1)} s by local processes, ${(ray.wall_ms / 1000).toFixed(1)} s on two Ray nodes, ${Math.abs(more).toFixed(1)} % ${more < 0 ? "less" : "more"}.`;
}

function secondsOf(ms: number | null): number {
  return (ms ?? Number.NaN) / 1000;
}

function gigabytesOf(mib: number | null): number {
  return ((mib ?? Number.NaN) * 2 ** 20) / 1e9;
}
