/** The command `report`. */
import { type Period, periodOf } from "../collect/days.ts";
import { choice, flag, text } from "../experiment.ts";
import { didYouMean } from "../files/did-you-mean.ts";
import { UserError } from "../files/errors.ts";
import { print, printJson } from "../files/say.ts";
import type { Report } from "../report/report.ts";
import { VIEWS, type ViewName } from "../report/view-names.ts";
import { type Call, command } from "./command.ts";
import { defined, grouped, type ValuesOf } from "./options.ts";
import { outOption, ownPoolOptions, refuseIdleHistory, terminalWidth, withOwnPool } from "./own-pool.ts";
import { LINE_STYLES } from "./print-lines.ts";
import { discoveryOptions, labelOptions } from "./shared-options.ts";

const { since, until, project } = discoveryOptions;

const OPTIONS = {
  ...grouped("What is reported:", {
    since,
    until,
    timezone: { ...text({ says: "Time zone of days, such as Europe/Berlin" }), defaultText: "this machine's" },
    provider: text({ says: "Only steps of this agent, such as claude or codex" }),
    project,
  }),
  ...grouped("How:", {
    breakdown: flag({ says: "Also a line for each model of a row" }),
    order: choice(["asc", "desc"], { says: "By time or, where rows have none, by amount" }),
    json: flag({ says: "Print JSON" }),
    csv: flag({ says: "Print CSV" }),
    out: outOption,
  }),
  ...ownPoolOptions,
  ...labelOptions,
};
type Values = ValuesOf<typeof OPTIONS>;

export const reportCommand = command({
  usage: "report [by]",
  says: "Prints tokens and cost of your own history or of a pool.",
  words: { by: `${VIEWS.join(", ")} or label:KEY of --labels (default: day)` },
  options: OPTIONS,
  goesWith: { allUsers: ["homeRoot"] },
  async run(values, call) {
    const { view, label } = viewNamed(call.words[0] ?? "day");
    refuseWithoutEffect(view, values, call);
    const timezone = values.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
    const period = periodOf({ timezone, ...defined({ since: values.since, until: values.until }) });
    await withOwnPool(values, async (pool) => {
      const { readUsage } = await import("../report/usage.ts");
      const usage = await readUsage(pool, { period, provider: values.provider, projects: values.project, label });
      const { breakdown, order } = values;
      const report = { ...usage, view, accounting: pool.accounting, breakdown, order, clock: { timezone, nowMs: Date.now() } };
      await printReport(report, period, values);
    });
    return 0;
  },
});

async function printReport(report: Report, period: Period, { json, csv }: Values): Promise<void> {
  const { reportCsv, reportJson, reportLines } = await import("../report/report.ts");
  if (json) printJson(reportJson(report, period));
  else if (csv) for (const line of reportCsv(report)) print(line);
  else for (const { kind, text } of reportLines(report, terminalWidth())) print(text, LINE_STYLES[kind]);
}

const LABEL = "label:";

function viewNamed(word: string): { readonly view: ViewName; readonly label?: string } {
  const view = VIEWS.find((name) => name === word);
  if (view) return { view };
  if (word.startsWith(LABEL) && word !== LABEL) return { view: "label", label: word.slice(LABEL.length) };
  throw new UserError(
    `report cannot group by ${JSON.stringify(word)}.${didYouMean(word, VIEWS) || ` Choose one of: ${VIEWS.join(", ")}, label:KEY.`}`,
  );
}

/** @throws UserError for options that contradict each other or change nothing */
function refuseWithoutEffect(view: ViewName, values: Values, call: Call): void {
  const { json, csv, breakdown } = values;
  if (json && csv) throw new UserError("--json and --csv exclude each other. Pass one of them.");
  if (breakdown && (view === "model" || view === "tool"))
    throw new UserError(`--breakdown does nothing to a report by ${view}. Leave it out.`);
  if (view === "label" && values.labels === undefined)
    throw new UserError("report by a label needs --labels FILE, which docs/labels.md describes. Add it.");
  if (view !== "label" && values.labels !== undefined)
    throw new UserError(`--labels does nothing to a report by ${view}. Write report label:KEY, or leave it out.`);
  refuseIdleHistory(values, call);
}
