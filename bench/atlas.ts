/** How long the whole atlas of a pool takes, from nothing and again with nothing changed, and where the time goes. */
import fs from "node:fs";
import path from "node:path";
import { type MeasuredRun, type Measurement, median, medianOf, runMeasured } from "./process.ts";

/** Of one experiment, in milliseconds: what its line in the log of a run says. Two run at once on two cores. */
export interface ExperimentTimes {
  readonly id: string;
  readonly total_ms: number;
  readonly query_ms: number;
  readonly compute_ms: number;
  readonly render_ms: number;
}

export interface AtlasResult {
  /** Medians over the repeats; processes from start to end, with the gallery. */
  readonly cold: Measurement;
  readonly fresh: Measurement;
  readonly experiments: readonly ExperimentTimes[];
}

/** @param folder for the outputs; emptied before each cold run */
export async function benchAtlas({ db, folder, repeats }: { db: string; folder: string; repeats: number }): Promise<AtlasResult> {
  const out = path.join(folder, "atlas");
  const run = () => runMeasured("run-all.ts", ["--db", db, "--out", out]);
  const cold: MeasuredRun[] = [];
  const fresh: MeasuredRun[] = [];
  for (let i = 0; i < repeats; i++) {
    fs.rmSync(out, { recursive: true, force: true });
    cold.push(await run());
    fresh.push(await run());
    if (experimentTimes((fresh.at(-1) as MeasuredRun).said).length > 0) throw new Error("a run with nothing changed drew something");
  }
  fs.rmSync(out, { recursive: true, force: true });
  return { cold: medianOf(cold), fresh: medianOf(fresh), experiments: medianTimes(cold.map(({ said }) => experimentTimes(said))) };
}

const LINE = /^ran\s+(\S+) \(\d+\/\d+, ([\d.]+) s; query (\d+) ms, compute (\d+) ms, render (\d+) ms\)/gm;

/** The experiments that ran, by the log of a run. */
export function experimentTimes(said: string): ExperimentTimes[] {
  return [...said.matchAll(LINE)].map(([, id, seconds, query, compute, render]) => ({
    id: id as string,
    total_ms: Number(seconds) * 1000,
    query_ms: Number(query),
    compute_ms: Number(compute),
    render_ms: Number(render),
  }));
}

/** By id; each figure the median of the runs. */
export function medianTimes(runs: readonly (readonly ExperimentTimes[])[]): ExperimentTimes[] {
  const all = runs.flat();
  const ids = [...new Set(all.map(({ id }) => id))].sort();
  return ids.map((id) => {
    const of = (key: Exclude<keyof ExperimentTimes, "id">) => median(all.filter((times) => times.id === id).map((times) => times[key]));
    return { id, total_ms: of("total_ms"), query_ms: of("query_ms"), compute_ms: of("compute_ms"), render_ms: of("render_ms") };
  });
}
