import { defineExperiment } from "../../../lib/experiment.ts";
import { type Check, checkHeadlines, checksDocument, checksTable } from "../../../lib/trace/checks.ts";
import { type JudgedCheck, judge, type Tally } from "./catalogue.ts";
import { checksFigure } from "./charts.ts";
import { providersTable, type VersionRow, versionsTable } from "./tables.ts";

const QUERIES = ["steps.sql", "keys.sql", "parents.sql", "events.sql", "tools.sql", "transcripts.sql"];

export default defineExperiment(import.meta.url, {
  title: "Integrity of the pool",
  question: "Does the pool keep the promises that all other numbers rely on?",
  async run({ db }) {
    const tallies: Tally[] = [];
    for (const query of QUERIES) tallies.push(...(await db.rows<Tally>(query)));
    const judged = judge(tallies);
    const checks = judged.map(checkOf);
    const isEmpty = judged.every(({ of }) => of === 0);
    return {
      tables: [checksTable(checks), providersTable(judged), versionsTable(await db.rows<VersionRow>("placeholders.sql"))],
      documents: [checksDocument(checks)],
      figures: isEmpty ? [] : [checksFigure(judged)],
      headlines: checkHeadlines(checks),
      notes: isEmpty ? ["There is nothing to check: this pool has no steps."] : notes(judged),
    };
  },
});

function checkOf({ label: _label, tallies: _tallies, ...check }: JudgedCheck): Check {
  return check;
}

function notes(checks: readonly JudgedCheck[]): string[] {
  const has = (name: string) => checks.some((check) => check.name === name);
  return [
    ...(has("line_accepted") ? [] : ["This pool has no table of transcripts, so rejected lines and unknown records are not known."]),
    ...(has("output_final") ? [] : ["It is not recorded whether output counts are final, so placeholders cannot be told from counts."]),
  ];
}
