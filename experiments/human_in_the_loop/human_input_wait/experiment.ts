import { defineExperiment, type Headline } from "../../../lib/experiment.ts";
import { durationCompact } from "../../../lib/format/durations.ts";
import { grouped, percent } from "../../../lib/format/numbers.ts";
import { sumInOrder } from "../../../lib/stats/sum.ts";
import { waitFigures } from "./charts.ts";
import { CACHE_LIFETIME_S, type Group, readGroups, summaryOf, upTo } from "./measure.ts";
import { waitTables } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Waits for the human",
  question: "How long does a session lie still before the next user message, and which waits hold the idle time?",
  async run({ db }) {
    const groups = await readGroups(db);
    const [all] = groups;
    return {
      tables: waitTables(groups),
      figures: all ? waitFigures(groups) : [],
      headlines: all ? headlines(all) : [],
      notes: all ? [] : ["There is nothing to show: no session of this pool has a user message that comes later than another event."],
    };
  },
});

function headlines(all: Group): Headline[] {
  const { n, p50 } = summaryOf(all);
  const short = upTo(all, CACHE_LIFETIME_S);
  return [
    { label: "waits", value: grouped(n) },
    { label: "median wait", value: durationCompact(p50) },
    { label: "within 5 min", value: percent(short.count / n, 1) },
    { label: "… of the idle time", value: percent(short.seconds / sumInOrder(all.seconds), 1) },
  ];
}
