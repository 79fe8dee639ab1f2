import { defineExperiment, type Headline, integer, number } from "../../../lib/experiment.ts";
import { counted } from "../../../lib/format/counts.ts";
import { hoursCompact, MS_PER_H } from "../../../lib/format/durations.ts";
import { grouped, money, percent } from "../../../lib/format/numbers.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { priceNotes, readPriceFacts } from "../../../lib/trace/prices/coverage.ts";
import { coverageOf, figuresOf } from "./charts.ts";
import { type Delegation, readDelegation } from "./measure.ts";
import { tablesOf } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Helpers",
  question: "What do helpers cost of each session, what did they give back, and which ones look badly sized?",
  empty: "No session of this pool is known to be a helper (sub-agent).",
  unfinishedOutput: "shown as logged",
  flags: {
    minUsd: number({
      default: 0.05,
      min: 0,
      says: "A helper that cost less is never flagged as more expensive than reading in the parent",
    }),
    contextHeavy: integer({ default: 50_000, min: 1, says: "Context from which on a helper reads much, in tokens" }),
    smallOutput: integer({ default: 2_000, min: 1, says: "Output below which an answer is small, in tokens" }),
    maxRows: integer({ default: 25, min: 1, max: 60, says: "Most helpers in the figure of one tree" }),
  },
  async run({ db, options }) {
    const delegation = await readDelegation(db, options);
    const prices = await readPriceFacts(db);
    const figures = figuresOf(delegation, options, prices.sentence);
    return {
      tables: tablesOf(delegation),
      ...(figures.length > 0 && { figures }),
      headlines: headlines(delegation),
      notes: [...notes(delegation), ...priceNotes(prices)],
    };
  },
});

function headlines({ all }: Delegation): Headline[] {
  if (all.helpers === 0) return [];
  return [
    { label: "Helpers", value: grouped(all.helpers) },
    { label: "Cost of helpers", value: money(all.cost_nano / 1e9) },
    { label: "Share of the bill", value: percent(ratio(all.cost_nano, all.total_nano), 1) },
  ];
}

function notes({ all, coverage }: Delegation): string[] {
  if (all.spawn_calls + all.helpers === 0) return [];
  const bases = [
    [all.declared, "by parent and call that the transcript names"],
    [all.parent, "by the parent that the transcript names"],
    [all.path, "by the id of their session"],
    [all.nested, "by starting around a call that no other session fits"],
    [all.orphan, "of parents that are not in the pool"],
  ] as const;
  const found = bases.filter(([count]) => count > 0).map(([count, says]) => `${grouped(count)} ${says}`);
  const calls = coverage.filter(({ spawn_calls }) => spawn_calls > 0);
  const perProvider = calls.map(
    ({ provider, spawn_calls, spawn_sessions }) => `${provider} ${grouped(spawn_calls)} in ${counted(spawn_sessions, "session")}`,
  );
  return [
    coverageOf({ all }),
    ...(found.length > 0 ? [`Helpers are known ${found.join(", ")}.`] : []),
    ...(calls.length > 0
      ? [`Calls that start helpers: ${perProvider.join(", ")}; ${hoursCompact(all.spawn_wall_ms / MS_PER_H)} of wall time.`]
      : []),
  ];
}
