/** When the steps of the pool happened: read from what `trace_facts/volume_over_time` wrote, if it ran. */
import type { RunReport } from "../../artifacts/artifacts.ts";
import { readRunDocument } from "../../artifacts/run-document.ts";
import { listAt, textAt } from "./fields.ts";

export interface Volume {
  /** What a period is: `day`, `week` or e.g. `13 weeks`. */
  readonly unit: string;
  /** First day of each period, `2026-01-31`; none is left out between the first and the last. */
  readonly starts: readonly string[];
  /** Agent steps of each provider by period. */
  readonly providers: readonly { readonly provider: string; readonly title: string; readonly steps: readonly number[] }[];
}

export const VOLUME = {
  id: "trace_facts/volume_over_time",
  file: "volume.json",
  noun: "the volume of a pool over time",
  parse: volumeOf,
} as const;

/** Null when the run left that experiment out, or when no step has a time. @throws UserError when its file isn't what it should be */
export function readVolume(out: string, report: RunReport): Volume | null {
  return readRunDocument(out, report, VOLUME);
}

export function volumeOf(document: unknown): Volume | null {
  const starts = listAt(document, "starts");
  if (!starts.every(isDay)) throw new Error("no days in starts");
  if (starts.length === 0) return null;
  return {
    unit: textAt(document, "unit"),
    starts,
    providers: listAt(document, "providers").map((entry) => providerOf(entry, starts.length)),
  };
}

function providerOf(entry: unknown, periods: number): Volume["providers"][number] {
  const provider = textAt(entry, "provider");
  const steps = listAt(entry, "steps");
  if (!steps.every(isCount) || steps.length !== periods) throw new Error(`steps of ${provider} don't fit the periods`);
  return { provider, title: textAt(entry, "title"), steps };
}

function isDay(value: unknown): value is string {
  return typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}
