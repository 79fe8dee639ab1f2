import { defineExperiment } from "../../../lib/experiment.ts";
import { type Check, checkHeadlines, checksDocument, checksTable } from "../../../lib/trace/checks.ts";
import { type JudgedCheck, judge, TALLIES, type Tally } from "./catalog.ts";
import { checksFigure, worstHeadline } from "./charts.ts";
import { PLACEHOLDERS, providersTable, versionsTable } from "./tables.ts";

export default defineExperiment(import.meta.url, {
  title: "Integrity of the pool",
  question: "Is the pool consistent enough for every other result to rely on it?",
  empty: "No row of this pool fails a check.",
  async run({ db }) {
    const tallies: Tally[] = [];
    for (const query of TALLIES) tallies.push(...(await db.rows(query)));
    const judged = judge(tallies);
    const checks = judged.map(checkOf);
    const tables = [checksTable(checks), providersTable(judged), versionsTable(await db.rows(PLACEHOLDERS))];
    const documents = [checksDocument(checks)];
    if (judged.every(({ of }) => of === 0)) return { tables, documents };
    const [figure, worst] = [checksFigure(judged), worstHeadline(judged)];
    return {
      tables,
      documents,
      headlines: [...(worst ? [worst] : []), ...checkHeadlines(checks)],
      figures: figure ? [figure] : [],
      notes: notes(judged),
    };
  },
});

function checkOf({ label: _label, cause: _cause, tallies: _tallies, ...check }: JudgedCheck): Check {
  return check;
}

function notes(checks: readonly JudgedCheck[]): string[] {
  const has = (name: string) => checks.some((check) => check.name === name);
  return [
    ...(has("line_accepted") ? [] : ["This pool has no table of transcripts, so rejected lines and unknown records are not counted."]),
    ...(has("output_final") ? [] : ["This pool does not record whether output counts are final, so placeholders are not counted."]),
  ];
}
