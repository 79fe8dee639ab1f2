/** What a collection found, wrote and could not read; as data, and as a few lines for people. */

import { countCompact, counted, finalCounts } from "../format/counts.ts";
import { grouped } from "../format/numbers.ts";
import { known } from "../stats/known.ts";
import type { ArchiveReport } from "./archive.ts";
import { dateIn, type Period } from "./days.ts";
import type { Discovery } from "./discover.ts";
import type { SkippedPath } from "./finds.ts";
import { type Amount, type MergeCounts, noCounts, type ReadTranscript, type Tokens } from "./merge.ts";
import { type DroppedUsage, type NotRead, PROVIDERS, type Provider, type Reading, type SessionFacts } from "./row.ts";
import type { RejectedLines } from "./stored.ts";
import { timestampMs } from "./summary.ts";

/** With what merging counted. */
export interface ProviderReport extends MergeCounts {
  files: number;
  /** Files of which something could be read. */
  filesRead: number;
  records: number;
  /** First and last time of the records, as logged. */
  firstAt: string | null;
  lastAt: string | null;
  rejectedLines: number;
  tornTails: number;
  /** By reason: usage in no row. */
  droppedUsage: Record<string, DroppedUsage>;
  /** By name: what known records say that is not read. */
  notRead: Record<string, NotRead>;
  /** By name: counters that are not whole numbers. */
  rejectedCounters: Record<string, number>;
}

export interface FileProblem {
  path: string;
  /** Why reading ended early. */
  error: string | null;
  rejected: RejectedLines;
  /** Bytes of an incomplete last line, which is read when it is complete. */
  tornTailBytes: number;
}

/** A record type or key that this program does not know. */
export interface Unknown {
  provider: Provider;
  kind: "record" | "key";
  name: string;
  count: number;
  files: number;
  /** Versions of the clients that wrote these files. */
  clientVersions: string[];
}

export interface CollectReport {
  /** Null for standard output. */
  output: string | null;
  rowsAs: Reading;
  /** `unchanged`: nothing was new and the files were left as they are. */
  written: "written" | "unchanged" | "streamed";
  scan: Discovery["scan"];
  homes: readonly string[];
  stores: { label: string; home: string; folder: string; exists: boolean }[];
  /** `gone`: read by an earlier run and not there any more. */
  /** Transcripts that were read from their start, read on, not opened, and that are not there any more. */
  reading: { full: number; grown: number; unchanged: number; gone: number };
  providers: Partial<Record<Provider, ProviderReport>>;
  problems: FileProblem[];
  unknown: Unknown[];
  skipped: readonly SkippedPath[];
  /** Transcripts; `codexProjects` are those that `--project` left out once they were read. */
  leftOut: Discovery["leftOut"] & { codexProjects: number };
  /** The steps that were asked for, and the zone of the days in the lines for people. */
  selection: Period & { projects: readonly string[] };
  archive: ArchiveReport | null;
}

const WORST = 10;
const PRODUCT: Readonly<Record<Provider, string>> = { claude: "Claude Code", codex: "Codex" };

export function providerReports(
  transcripts: readonly (ReadTranscript & { path: string })[],
  counts: ReadonlyMap<Provider, MergeCounts>,
): Partial<Record<Provider, ProviderReport>> {
  const reports: Partial<Record<Provider, ProviderReport>> = {};
  for (const { provider, summary } of transcripts) {
    reports[provider] ??= emptyReport();
    const report = reports[provider];
    const { session } = summary;
    report.files++;
    if (summary.error === null || session.recordCount > 0) report.filesRead++;
    report.records += session.recordCount;
    report.firstAt = outer(report.firstAt, session.firstAt, -1);
    report.lastAt = outer(report.lastAt, session.lastAt, 1);
    report.rejectedLines += summary.rejected.count;
    report.tornTails += summary.tornTailBytes > 0 ? 1 : 0;
    for (const part of [session, ...(session.helpers ?? [])]) addLeftOut(report, part);
  }
  for (const [provider, count] of counts) Object.assign(known(reports[provider]), count);
  return reports;
}

function addLeftOut(report: ProviderReport, { droppedUsage, notRead, rejectedCounters }: SessionFacts): void {
  for (const [reason, { records, tokens }] of Object.entries(droppedUsage)) {
    const sum = report.droppedUsage[reason] ?? { records: 0, tokens: 0 };
    report.droppedUsage[reason] = { records: sum.records + records, tokens: sum.tokens + tokens };
  }
  for (const [name, { count, sum }] of Object.entries(notRead)) {
    const all = report.notRead[name] ?? { count: 0, sum: null };
    report.notRead[name] = { count: all.count + count, sum: sum === null ? all.sum : (all.sum ?? 0) + sum };
  }
  for (const [name, count] of Object.entries(rejectedCounters))
    report.rejectedCounters[name] = (report.rejectedCounters[name] ?? 0) + count;
}

/** The earlier (-1) or later (1) of two times; a value that is not a time loses. */
function outer(a: string | null, b: string | null, direction: -1 | 1): string | null {
  const [one, other] = [timestampMs(a), timestampMs(b)];
  if (other === null) return a;
  return one === null || (other - one) * direction > 0 ? b : a;
}

function emptyReport(): ProviderReport {
  const empty = { files: 0, filesRead: 0, records: 0, firstAt: null, lastAt: null, rejectedLines: 0, tornTails: 0 };
  return { ...empty, ...noCounts(), droppedUsage: {}, notRead: {}, rejectedCounters: {} };
}

/** Worst first: unreadable files, then by rejected lines, then torn tails. */
export function fileProblems(transcripts: readonly (ReadTranscript & { path: string })[]): FileProblem[] {
  return transcripts
    .filter(({ summary }) => summary.error !== null || summary.rejected.count > 0 || summary.tornTailBytes > 0)
    .map(({ path, summary: { error, rejected, tornTailBytes } }) => ({ path, error, rejected, tornTailBytes }))
    .sort((a, b) => Number(b.error !== null) - Number(a.error !== null) || b.rejected.count - a.rejected.count);
}

/** Most frequent first, then by name. */
export function unknowns(transcripts: readonly ReadTranscript[]): Unknown[] {
  const found = new Map<string, Unknown & { versions: Set<string> }>();
  const add = (provider: Provider, kind: Unknown["kind"], counts: Readonly<Record<string, number>>, versions: readonly string[]) => {
    for (const [name, count] of Object.entries(counts)) {
      const id = JSON.stringify([provider, kind, name]);
      const unknown = found.get(id) ?? { provider, kind, name, count: 0, files: 0, clientVersions: [], versions: new Set<string>() };
      unknown.count += count;
      unknown.files++;
      for (const version of versions) unknown.versions.add(version);
      found.set(id, unknown);
    }
  };
  for (const { provider, summary } of transcripts) {
    const { unknownRecords, unknownKeys, clientVersions } = summary.session;
    add(provider, "record", unknownRecords, clientVersions);
    add(provider, "key", unknownKeys, clientVersions);
  }
  return [...found.values()]
    .map(({ versions, ...unknown }) => ({ ...unknown, clientVersions: [...versions].sort() }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** What those who look at the output should know. */
export const PRIVATE_LINE = "Private: do not publish. It names files, projects and sessions; sanitize makes a trace that may be passed on.";

/** The report in short: a line per provider, the worst problems, what is unknown. */
export function reportLines(report: CollectReport, fullReport: string | null): string[] {
  const more = fullReport === null ? "" : `; all are in ${fullReport}`;
  return [
    ...PROVIDERS.flatMap((provider) => providerLines(provider, report.selection, report.providers[provider])),
    ...selectionLines(report),
    ...(report.reading.gone > 0
      ? [`${counted(report.reading.gone, "transcript")} of earlier runs are gone, and their steps with them${archiveHint(report)}`]
      : []),
    ...(report.archive ? archiveLines(report.archive) : []),
    ...foundLines(report, more),
  ];
}

/** What was not read, and what is unknown. @param more where the rest of a long list is */
export function foundLines(
  { skipped, problems, unknown }: Pick<CollectReport, "skipped" | "problems" | "unknown">,
  more: string,
): string[] {
  return [
    ...limited(
      skipped.filter(({ kind }) => kind !== "duplicate").map(({ path, reason }) => `not read: ${path}: ${reason}`),
      more,
    ),
    ...limited(problems.map(problemLine), more),
    ...limited(unknown.map(unknownLine), more),
  ];
}

export function providerLines(provider: Provider, selection: Period, report: ProviderReport | undefined): string[] {
  if (!report) return [];
  const [first, last] = [report.firstAt, report.lastAt].map((time) => dayOf(time, selection));
  const window = first && last ? `, ${first} to ${last}` : "";
  return [
    `${PRODUCT[provider]}: ${counted(report.files, "transcript")}, ${counted(report.records, "record")}, ${counted(report.sessions, "session")}, ${counted(report.rows, "step")}${window}`,
    ...sessionLines(report),
    ...(report.placeholderRows > 0
      ? [`  output tokens: ${finalCounts(report.rows - report.placeholderRows, report.rows)}; the others were logged while streaming`]
      : []),
    ...stepLines(report),
    ...leftOutLines(report),
  ];
}

function dayOf(time: string | null, { timezone }: Period): string | null {
  const ms = timestampMs(time);
  return ms === null ? null : dateIn(timezone, ms);
}

/** Explains why the numbers of sessions and transcripts differ. */
function sessionLines({
  files,
  sessions,
  sessionsElsewhere,
  transcriptsWithoutSteps,
  progressSessions: helpers,
}: ProviderReport): string[] {
  if (files === sessions) return [];
  const copies = files - transcriptsWithoutSteps + sessionsElsewhere + helpers - sessions;
  const reasons = [
    [helpers, `${counted(helpers, "session")} of sub-agents without a transcript`],
    [sessionsElsewhere, `${counted(sessionsElsewhere, "session")} whose steps are in transcripts of others`],
    [transcriptsWithoutSteps, `${counted(transcriptsWithoutSteps, "transcript")} without steps in the trace`],
    [copies, `${counted(copies, "transcript")} of a session that another one has too`],
  ] as const;
  const texts = reasons.flatMap(([number, text]) => (number > 0 ? [text] : []));
  return [`  ${counted(files, "transcript")} and ${counted(sessions, "session")}: ${texts.join(", ")}`];
}

/** Steps that are not like the others, or not there. */
function stepLines(report: ProviderReport): string[] {
  const amounts: [Amount, string][] = [
    [
      amount(report.progressRows, report.progressTokens),
      `of ${counted(report.progressSessions, "sub-agent")} known only from progress records of the parent`,
    ],
    [amount(report.duplicates, report.duplicateTokens), "left out that another transcript has too"],
    [report.outside, "left out by --since or --until"],
    [report.untimed, "left out by --since or --until, for they have no time"],
    [
      amount(report.repeatedRows, report.repeatedTokens),
      `repeat ${counted(report.repeatedResponses, "response")} of other transcripts (is_first_holder is false)`,
    ],
  ];
  return amounts.flatMap(([{ steps, tokens }, what]) =>
    steps > 0 ? [`  ${counted(steps, "step")} (${countCompact(tokens)} tokens) ${what}`] : [],
  );
}

function amount(steps: number, { prefix, append, output }: Tokens): Amount {
  return { steps, tokens: prefix + append + output };
}

function selectionLines({ leftOut, selection: { sinceMs, untilMs, timezone } }: CollectReport): string[] {
  const time = (ms: number) => `${new Date(ms).toISOString().slice(0, "2026-01-31T12:00:00".length)}Z`;
  const bounds = [...(sinceMs === null ? [] : [`from ${time(sinceMs)}`]), ...(untilMs === null ? [] : [`before ${time(untilMs)}`])];
  return [
    ...(bounds.length > 0 ? [`Steps are those ${bounds.join(" and ")}; days are those of ${timezone}`] : []),
    ...(leftOut.codexProjects > 0
      ? [`Left out by --project, Codex's transcripts of other projects: ${grouped(leftOut.codexProjects)}`]
      : []),
  ];
}

/** Most frequent first. */
function leftOutLines({ droppedUsage, notRead, rejectedCounters }: ProviderReport): string[] {
  const dropped = Object.entries(droppedUsage).filter(([, { tokens }]) => tokens > 0);
  const unread = Object.entries(notRead).sort(([, a], [, b]) => b.count - a.count);
  return [
    ...dropped.map(
      ([reason, { records, tokens }]) => `  usage in no step: ${reason} (${counted(records, "record")}, ${countCompact(tokens)} tokens)`,
    ),
    ...Object.entries(rejectedCounters).map(([name, count]) => `  not a whole number, ${counted(count, "time")}: ${name}`),
    ...(unread.length > 0 ? [`  known but not read: ${limited(unread.map(unreadText), "").join(", ")}`] : []),
  ];
}

function unreadText([name, { count, sum }]: [string, NotRead]): string {
  return `${name} (${counted(count, "time")}${sum === null ? "" : `, sum ${countCompact(sum)}`})`;
}

function archiveHint(report: CollectReport): string {
  return report.archive ? "" : "; --archive keeps copies of those still there";
}

function archiveLines({ copied, appended, versions, kept, bytes, problems }: ArchiveReport): string[] {
  const line = `Archive: ${copied} new, ${appended} grown, ${versions} rewritten (${byteText(bytes)} copied); ${kept} that only the archive has were read`;
  return [
    line,
    ...limited(
      problems.map((problem) => `${problem.path}: ${problem.reason}`),
      "",
    ),
  ];
}

function problemLine({ path, error, rejected, tornTailBytes }: FileProblem): string {
  const parts: string[] = [];
  if (error !== null) parts.push(error.startsWith(`${path}: `) ? error.slice(path.length + 2).replace(/\.$/, "") : error);
  if (rejected.count > 0) {
    const shown = rejected.first.map(({ line, reason }) => `line ${line}: ${reason}`).join("; ");
    parts.push(`${counted(rejected.count, "line")} rejected (${shown}${rejected.count > rejected.first.length ? "; ..." : ""})`);
  }
  if (tornTailBytes > 0) parts.push("the last line is incomplete and left for the next run");
  return `${path}: ${parts.join("; ")}`;
}

function unknownLine({ provider, kind, name, count, clientVersions }: Unknown): string {
  const versions =
    clientVersions.length > 0 ? `, client ${clientVersions.slice(0, 3).join(", ")}${clientVersions.length > 3 ? ", ..." : ""}` : "";
  return `unknown ${kind} of ${PRODUCT[provider]}: ${name} (${counted(count, "time")}${versions})`;
}

function limited(lines: readonly string[], more: string): string[] {
  return lines.length <= WORST ? [...lines] : [...lines.slice(0, WORST), `... and ${lines.length - WORST} more${more}`];
}

export function byteText(bytes: number): string {
  const units = ["bytes", "KB", "MB", "GB"];
  const power = Math.min(3, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${(bytes / Number(`1e${3 * power}`)).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
