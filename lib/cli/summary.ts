/** What a person wants to know when a run has ended. */
import type { Outcome } from "../artifacts/run-report.ts";
import type { PoolSummary } from "../db/open/pool.ts";
import { counted } from "../format/counts.ts";

const STATES = [
  ["ran", "ran"],
  ["fresh", "fresh"],
  ["failed", "failed"],
  ["skipped", "not started after a failure"],
] as const;
/** Of a list; pages have the rest. */
const MOST_NAMED = 10;

export interface Ended {
  readonly pool: PoolSummary & { readonly name: string };
  readonly outcomes: readonly Outcome[];
  readonly out: string;
  readonly logFolder: string;
}

/** What was drawn from what, where it is, and what failed or had nothing to draw, with the reason. */
export function summaryLines({ pool, outcomes, out, logFolder }: Ended): string[] {
  const failed = outcomes.filter(({ state }) => state === "failed");
  return [
    poolLine(pool),
    `${counted(outcomes.length, "experiment")}: ${statesOf(outcomes)}; ${outputsOf(outcomes)} in ${out}.`,
    ...(pool.rounds === 0 ? [] : named("Nothing to draw", emptyOnes(outcomes))),
    ...named(
      "Failed",
      failed.map(({ id, error = "" }) => [id, error]),
    ),
    ...named(
      "Found",
      outcomes.flatMap(({ id, artifacts }): [string, string][] => (artifacts?.alarm ? [[id, artifacts.alarm]] : [])),
    ),
    ...(failed.length > 0 ? [`Logs are in ${logFolder}.`] : []),
  ];
}

/** 1 when an experiment did not finish or found what a flag asks to fail for, else 0. */
export function exitStatus(outcomes: readonly Outcome[]): 0 | 1 {
  return outcomes.some(({ artifacts }) => artifacts === null || artifacts.alarm !== null) ? 1 : 0;
}

function poolLine({ name, rounds, sessions, providers, firstTime, lastTime }: Ended["pool"]): string {
  if (rounds === 0) return `The pool ${name} is empty: it has no agent step, so there was nothing to draw.`;
  const days = [firstTime, lastTime].flatMap((time) => time?.slice(0, "2026-01-31".length) ?? []);
  const when = days.length === 0 ? "" : `, ${[...new Set(days)].join(" to ")}`;
  return `Pool ${name}: ${counted(rounds, "agent step")} in ${counted(sessions, "session")} of ${providers.join(" and ") || "no provider"}${when}.`;
}

function statesOf(outcomes: readonly Outcome[]): string {
  return STATES.flatMap(([state, word]) => {
    const count = outcomes.filter((outcome) => outcome.state === state).length;
    return count > 0 ? `${count} ${word}` : [];
  }).join(", ");
}

function outputsOf(outcomes: readonly Outcome[]): string {
  const count = (kind: "figures" | "tables") => outcomes.reduce((sum, { artifacts }) => sum + (artifacts?.[kind].length ?? 0), 0);
  return `${counted(count("figures"), "figure")} and ${counted(count("tables"), "table")} are`;
}

function emptyOnes(outcomes: readonly Outcome[]): [string, string][] {
  return outcomes.flatMap(({ id, artifacts }) => (artifacts?.figures.length === 0 ? [[id, artifacts.notes.find(Boolean) ?? ""]] : []));
}

function named(what: string, ones: readonly (readonly [id: string, why: string])[]): string[] {
  if (ones.length === 0) return [];
  const width = Math.max(...ones.map(([id]) => id.length));
  const more = ones.length - MOST_NAMED;
  return [
    `${what}: ${ones.length}`,
    ...ones.slice(0, MOST_NAMED).map(([id, why]) => `  ${id.padEnd(width)}  ${why}`.trimEnd()),
    ...(more > 0 ? [`  ... and ${more} more`] : []),
  ];
}
