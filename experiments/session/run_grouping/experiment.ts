import { defineExperiment, flag, type Headline, integer, text } from "../../../lib/experiment.ts";
import { counted } from "../../../lib/format/counts.ts";
import { grouped, money, percent } from "../../../lib/format/numbers.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { priceNotes, readPriceFacts } from "../../../lib/trace/prices/coverage.ts";
import { figuresOf } from "./charts.ts";
import { type Grouping, readGrouping } from "./measure.ts";
import { tablesOf } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Runs of several sessions",
  question: "Which sessions belong together as one piece of work, what did it cost, and how parallel was it?",
  empty: "No session of this pool has times or was started by another one.",
  unfinishedOutput: "counted as logged",
  flags: {
    burstSeconds: integer({ default: 60, min: 1, says: "Sessions that start within so many seconds of the one before are a burst" }),
    withBursts: flag({ says: "List bursts of sessions of one person, provider and project, too" }),
    episodeGapSeconds: integer({ default: 300, min: 60, says: "Longest silence within an episode of activity, in seconds" }),
    run: text({ says: "Run in the figure of one run, by its id; the most expensive unless given" }),
  },
  async run({ db, options }) {
    const grouping = await readGrouping(db, options);
    const prices = await readPriceFacts(db);
    const figures = figuresOf(grouping, prices.sentence);
    return {
      tables: tablesOf(grouping),
      ...(figures.length > 0 && { figures }),
      headlines: headlines(grouping),
      notes: [...notes(grouping), ...priceNotes(prices)],
    };
  },
});

function headlines({ summary, levels }: Grouping): Headline[] {
  const of = (column: (typeof summary)[number]["column"]) =>
    summary.find(({ group, column: each }) => group.basis === "lineage" && each === column);
  const sessions = of("sessions");
  const all = levels.filter(({ provider }) => provider === null);
  const total = sumOf(all, ({ hours }) => hours);
  const several = sumOf(all, ({ agents, hours }) => (agents > 1 ? hours : 0));
  return [
    ...(sessions ? [{ label: "Runs", value: `${grouped(sessions.n)} of ${counted(sessions.sum, "session")}` }] : []),
    ...(sessions ? [{ label: "Cost of runs", value: money(of("cost_usd")?.sum ?? 0) }] : []),
    ...(total > 0 ? [{ label: "Two or more agents at once", value: percent(ratio(several, total), 1) }] : []),
  ];
}

function notes({ summary, runs }: Grouping): string[] {
  const replayed = sumOf(runs, ({ replayed_steps }) => replayed_steps);
  return [
    ...(summary.length === 0 ? ["No session of this pool is known to have started another one."] : []),
    ...(replayed > 0
      ? [
          `${counted(replayed, "step")} of the listed runs repeat a response of another session and are in no sum; validation/response_copies has those of the pool.`,
        ]
      : []),
  ];
}
