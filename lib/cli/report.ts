/** The command `report`. */
import path from "node:path";
import { type Period, periodOf } from "../collect/days.ts";
import { choice, flag, text } from "../experiment.ts";
import { dataFolder } from "../files/data-folder.ts";
import { didYouMean } from "../files/did-you-mean.ts";
import { UserError } from "../files/errors.ts";
import { keepOutOfGit } from "../files/gitignore.ts";
import { sha256 } from "../files/hash.ts";
import { checkFolder, makePrivateFolder } from "../files/place.ts";
import { print, printJson, say } from "../files/say.ts";
import { counted } from "../format/counts.ts";
import type { Report, ReportLine } from "../report/report.ts";
import { VIEWS, type ViewName } from "../report/view-names.ts";
import { type Call, command } from "./command.ts";
import { defined, grouped, negative, type ValuesOf } from "./options.ts";
import { collectionProgress } from "./progress.ts";
import { databaseOptions, discoveryOptions, sourceOptions } from "./shared-options.ts";

const { home, allUsers, homeRoot, archive, since, until, project } = discoveryOptions;

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
    out: { ...text({ says: "Folder for what is kept between reports" }), defaultText: "trace-atlas in the system's folder for data" },
  }),
  ...grouped("Your own history:", { home, allUsers, homeRoot, archive, resume: negative({ says: "Read everything again" }) }),
  ...sourceOptions,
  ...databaseOptions,
};
type Values = ValuesOf<typeof OPTIONS>;

/** What only a report of one's own history reads. */
const OWN_HISTORY = ["home", "allUsers", "homeRoot", "archive", "resume"] as const;
/** What collecting leaves. */
const PRIVATE_FILES = ["collected", "rounds.duckdb"];
const HASH_DIGITS = 8;

export const reportCommand = command({
  usage: "report [by]",
  says: "Prints tokens and cost of your own Claude Code and Codex history, or of a pool, as a table. Finds and collects what is new first.",
  words: { by: `${VIEWS.join(", ")} (default: day)` },
  options: OPTIONS,
  goesWith: { allUsers: ["homeRoot"] },
  async run(values, call) {
    const view = viewNamed(call.words[0] ?? "day");
    refuseWithoutEffect(view, values, call);
    const timezone = values.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
    const period = periodOf({ timezone, ...defined({ since: values.since, until: values.until }) });
    const { readingOptionsOf, resolveDatabase } = await import("../run/database.ts");
    const reading = readingOptionsOf(values);
    const db = await resolveDatabase(await sourceOf(values));
    const [{ Pool }, { readUsage }] = await Promise.all([import("../db/open/pool.ts"), import("../report/usage.ts")]);
    const pool = await Pool.open(db, { ...reading, threads: values.threads, memoryLimit: values.memory });
    try {
      const usage = await readUsage(pool, { period, provider: values.provider, projects: values.project });
      const { breakdown, order } = values;
      const report = { ...usage, view, accounting: pool.accounting, breakdown, order, clock: { timezone, nowMs: Date.now() } };
      await printReport(report, period, values);
    } finally {
      pool.close();
    }
    return 0;
  },
});

async function printReport(report: Report, period: Period, { json, csv }: Values): Promise<void> {
  const { reportCsv, reportJson, reportLines } = await import("../report/report.ts");
  if (json) printJson(reportJson(report, period));
  else if (csv) for (const line of reportCsv(report)) print(line);
  else for (const { kind, text } of reportLines(report, terminalWidth())) print(text, STYLES[kind]);
}

const STYLES: Readonly<Record<ReportLine["kind"], Parameters<typeof print>[1]>> = {
  title: "bold",
  head: "cyan",
  rule: "gray",
  row: undefined,
  part: "gray",
  total: "yellow",
  note: undefined,
};

function viewNamed(word: string): ViewName {
  const view = VIEWS.find((name) => name === word);
  if (view) return view;
  throw new UserError(
    `report cannot group by ${JSON.stringify(word)}.${didYouMean(word, VIEWS) || ` Choose one of: ${VIEWS.join(", ")}.`}`,
  );
}

/** @throws UserError for options that contradict each other or change nothing */
function refuseWithoutEffect(view: ViewName, { json, csv, breakdown, db, input }: Values, { given }: Call): void {
  if (json && csv) throw new UserError("--json and --csv exclude each other. Pass one of them.");
  if (breakdown && (view === "model" || view === "tool"))
    throw new UserError(`--breakdown does nothing to a report by ${view}. Leave it out.`);
  const idle = OWN_HISTORY.map((name) => given.get(name)).find((word) => word !== undefined);
  if (idle !== undefined && (db !== undefined || input.length > 0))
    throw new UserError(`${idle} does nothing with --db or --input, which name what is read. Leave it out.`);
}

/** What to read; of the caller's own history what is new is collected first. */
async function sourceOf(values: Values) {
  const { db, input, skipBadLines, companions } = values;
  const isOwn = db === undefined && input.length === 0;
  const out = values.out ?? defaultFolder(values);
  checkFolder(out, "--out");
  if (db === undefined) for (const folder of [path.dirname(out), out]) makePrivateFolder(folder, "--out");
  if (values.out === undefined && db === undefined) keepOutOfGit({ folder: out, flag: "--out" });
  else if (isOwn) keepOutOfGit({ folder: out, flag: "--out", names: PRIVATE_FILES });
  return { db, inputs: isOwn ? [await collected(values, out)] : input, out, skipBadLines, companions, say: sayOnTerminal };
}

/** Traces and each choice of homes have folders of their own, so that a report of one doesn't undo what was made for another. */
function defaultFolder({ input, home, allUsers, homeRoot }: Values): string {
  const folder = dataFolder("trace-atlas");
  if (input.length > 0) return path.join(folder, "inputs");
  if (home.length === 0 && !allUsers) return path.join(folder, "own");
  const homes = sha256(JSON.stringify([home.map((each) => path.resolve(each)), allUsers, homeRoot])).slice(0, HASH_DIGITS);
  return path.join(folder, `homes-${homes}`);
}

/** Collects what is new. Returns the trace. */
async function collected({ home, allUsers, homeRoot, archive, resume }: Values, out: string): Promise<string> {
  const [{ collectForRun, reportFileOf }, progress] = await Promise.all([import("../collect/collect.ts"), collectionProgress()]);
  const where = { homes: home, allUsers, ...defined({ homeRoot, archive, progress }) };
  const { trace, report } = await collectForRun({ ...where, out, resume, say: () => {} });
  const unread = report.problems.filter(({ error }) => error !== null).length;
  if (unread > 0) say(`${counted(unread, "transcript")} could not be read to the end; ${reportFileOf(trace)} says why.`);
  return trace;
}

function sayOnTerminal(line: string): void {
  if (process.stderr.isTTY) say(line);
}

/** Columns of the terminal or, in a pipe, those that the caller asks for; null for any number. */
function terminalWidth(): number | null {
  const asked = Number(process.env.COLUMNS);
  return process.stdout.columns ?? (Number.isSafeInteger(asked) && asked > 0 ? asked : null);
}
