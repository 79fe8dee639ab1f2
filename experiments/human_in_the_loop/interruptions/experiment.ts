import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { counted } from "../../../lib/format/counts.ts";
import { hoursCompact } from "../../../lib/format/durations.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { sumOf, sumsOf } from "../../../lib/stats/sum.ts";
import { priceNotes, readPriceFacts } from "../../../lib/trace/prices/coverage.ts";
import { figuresOf } from "./charts.ts";
import { FLAGS, type Interruptions, readInterruptions } from "./measure.ts";
import { tablesOf } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Interruptions and approvals",
  question: "How often do people stop, steer or refuse a running agent, after how much work, and how long does it wait for their approval?",
  empty: "No person has asked anything in this pool.",
  unfinishedOutput: "counted as logged",
  flags: FLAGS,
  async run({ db, options }) {
    const interruptions = await readInterruptions(db, options);
    const prices = await readPriceFacts(db);
    const tables = tablesOf(interruptions);
    if (interruptions.providers.length === 0) return { tables };
    return {
      tables,
      figures: figuresOf(interruptions, options, prices.sentence),
      headlines: headlines(interruptions),
      notes: [...notes(interruptions), ...priceNotes(prices)],
    };
  },
});

function headlines({ requests, tools }: Interruptions): Headline[] {
  const all = sumsOf(requests, ["requests", "stopped"]);
  return [
    { label: "Requests that a person stopped or steered", value: percent(ratio(all.stopped, all.requests), 1) },
    { label: "Agents waited for people", value: hoursCompact(sumOf(tools, ({ hours }) => hours)) },
    { label: "Of that, in waits over 5 minutes", value: hoursCompact(sumOf(tools, ({ long_hours }) => long_hours)) },
  ];
}

function notes({ kinds, requests }: Interruptions): string[] {
  const of = (kind: string) =>
    sumsOf(
      kinds.filter((each) => each.kind === kind),
      ["events", "marks"],
    );
  const [denied, open] = [of("denied"), of("length_only")];
  const all = sumsOf(requests, ["requests", "response_s", "human_s"]);
  return [
    `Waits for a person take ${percent(ratio(all.human_s, all.response_s), 1)} of the time from message to last output, in ${counted(all.requests, "request")}.`,
    ...(denied.marks > denied.events
      ? [`Denials that are the same act as an interrupt count as that alone: ${grouped(denied.marks - denied.events)}.`]
      : []),
    ...(open.events > 0
      ? [`Messages with the length of an interrupt and nothing else that shows one count as \`length_only\`: ${grouped(open.events)}.`]
      : []),
  ];
}
