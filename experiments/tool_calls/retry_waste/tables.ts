/** The tables. */
import { type Column, streamedTable, type Table, table } from "../../../lib/experiment.ts";
import { ratio } from "../../../lib/stats/ratio.ts";
import { PROVIDER_COLUMN } from "../../../lib/trace/scopes.ts";
import { CLASSES, type Group, type Repeats, type Waste } from "./waste.ts";

export function tablesOf(waste: Waste): Table[] {
  return [
    summaryTable(waste),
    runsTable(waste),
    ...(waste.peers === null ? [] : [peersTable(waste)]),
    verbsTable(waste),
    streaksTable(waste),
    callsTable(waste),
  ];
}

const CLASS_SAYS =
  "`identical_after_error`: the previous call of the tool failed, with the same input; `altered_after_error`: with another; `redundant`: an earlier call of the request had the same input and worked; `recheck`: the same after an edit";

function summaryTable({ scopes, tools }: Waste): Table {
  const rows = [...scopes, ...tools].flatMap(rowsOf);
  const repeats =
    (of: (repeats: Repeats) => number | null): ((row: (typeof rows)[number]) => number | null) =>
    (row) =>
      of(row.repeats);
  const known =
    (of: (repeats: Repeats) => number): ((row: (typeof rows)[number]) => number | null) =>
    (row) =>
      row.isKnown ? of(row.repeats) : null;
  return table(
    "retry_summary",
    rows,
    {
      provider: { of: ({ group }) => group.provider, says: "`all`, or the provider; `<unknown-provider>` when missing" },
      tool: { of: ({ group }) => group.tool, says: "Tool; empty: any" },
      class: {
        of: ({ name }) => name,
        says: `${CLASS_SAYS}. \`at most\`: all but rechecks, the redundant ones by size among them; \`avoidable\`: identical after an error, and redundant by hash`,
      },
      basis: {
        of: ({ repeats: { bases } }) => bases.join(" ") || null,
        says: "How inputs are compared: `hash` of the input, or tool and `size`, which only gives a bound",
      },
      calls: { of: repeats(({ calls }) => calls), says: "Calls of the class", unit: "calls" },
      share_of_calls: {
        of: ({ group, repeats: { calls } }) => ratio(calls, group.calls),
        says: "Share of all calls in requests",
        unit: "share",
      },
      failed_again: { of: repeats(({ failedAgain }) => failedAgain), says: "Those that failed", unit: "calls" },
      unknown_before: {
        of: repeats(({ unknownBefore }) => unknownBefore),
        says: "Those before which the status of the last call of the tool is not known; it counts as not failed",
        unit: "calls",
      },
      existence_steps: {
        of: repeats(({ existence }) => existence.steps),
        says: "Steps that have no calls but repetitions, by the class that is least sure and the tool of the first call",
        unit: "steps",
      },
      existence_tokens: { of: repeats(({ existence }) => existence.tokens), says: "Their input and output", unit: "tokens" },
      existence_usd: { of: known(({ existence }) => existence.usd), says: "Their cost; empty for what is redundant by size", unit: "USD" },
      unpriced_steps: { of: repeats(({ existence }) => existence.unpriced), says: "Those without a price, not in the cost", unit: "steps" },
      result_tokens: {
        of: repeats(({ size }) => size.tokens),
        says: "Tokens in the context, allocated, of the results of repetitions in other steps and of the failed results before repetitions; each once",
        unit: "tokens",
      },
      size_usd: {
        of: ({ repeats, isSizeKnown }) => (isSizeKnown ? repeats.size.usd : null),
        says: "What these cost until they leave the context; empty for what is redundant by size",
        unit: "USD",
      },
      chance_rate: {
        of: ({ group }) => group.chance,
        says: "Pairs of calls of a tool in different sessions whose inputs have the same length",
        unit: "share",
      },
    },
    {
      title: "Repeated calls and their cost",
      caption:
        "One row per class for everything, each provider and each tool that repeats something. The two costs are of different calls.",
    },
  );
}

function rowsOf(group: Group) {
  const redundantBySize = group.byClass.redundant.bases.includes("size");
  const classes = CLASSES.map((name) => {
    const isKnown = name !== "redundant" || !redundantBySize;
    return { group, name: String(name), repeats: group.byClass[name], isKnown, isSizeKnown: isKnown };
  }).filter(({ repeats }) => repeats.calls > 0);
  if (classes.length === 0) return [];
  return [
    ...classes,
    { group, name: "at most", repeats: group.bound, isKnown: true, isSizeKnown: !redundantBySize },
    { group, name: "avoidable", repeats: group.avoidable, isKnown: true, isSizeKnown: true },
  ];
}

function runsTable({ runs }: Waste): Table {
  return table(
    "retry_runs",
    runs,
    {
      provider: PROVIDER_COLUMN,
      length: { says: "Calls that failed one after the other in a request", unit: "calls" },
      runs: { says: "Runs of that length", unit: "runs" },
      same_input: { says: "Those whose calls all have the same tool and input", unit: "runs" },
    },
    { title: "Failures in a row", caption: "One row per provider and length; a single failure has length 1." },
  );
}

function peersTable({ peers, scopes }: Waste): Table {
  const [all] = scopes;
  const rows = [
    ...(peers ?? []),
    ...(all
      ? [
          { rule: "ours, known", hits: all.certain.calls, ...all.certain.existence },
          { rule: "ours, at most", hits: all.bound.calls, ...all.bound.existence },
        ]
      : []),
  ];
  return table(
    "retry_peers",
    rows,
    {
      rule: {
        says: "`burn retry loop`: 3 failures in a row with the same tool and input; `burn failure run`: 3 that differ; `TokenJam retry`: a step with the same calls as the one before, which failed (before its fix: whether it failed or not); `TokenJam retry alert`: a call for the fourth time in six; `agent-strace repeated command`: a command again in a request; `agent-strace tool loop`: a tool five times in a row",
      },
      hits: { says: "How often the rule fires; of ours, calls", unit: "hits" },
      steps: { says: "Steps that it blames; of ours, those with no calls but repetitions", unit: "steps" },
      unpriced_steps: { of: ({ unpriced }) => unpriced, says: "Those without a price, not in the cost", unit: "steps" },
      usd: { says: "Their whole cost", unit: "USD" },
    },
    {
      title: "The same pool under other rules",
      caption: "One row per rule. All compare inputs by hash where that is known, else by length.",
    },
  );
}

function verbsTable({ verbs }: Waste): Table {
  const calls = (says: string): Omit<Column<unknown>, "of"> => ({ says, unit: "calls" });
  return table(
    "retry_verbs",
    verbs,
    {
      provider: PROVIDER_COLUMN,
      verb: { says: "What the call does: `read`, `search`, `test`, `git` …" },
      calls: calls("Calls in requests"),
      failed: calls("Those that are marked as an error"),
      identical_after_error: calls("Repeated after an error with the same input"),
      altered_after_error: calls("Repeated after an error with another input"),
      redundant: calls("Repeated for no visible reason"),
      recheck: calls("Repeated after an edit"),
      redundant_targets: {
        says: "Different files, addresses, patterns or commands of redundant calls, session by session",
        unit: "targets",
      },
    },
    { title: "What is repeated", caption: "One row per provider and verb. Only collected traces know what calls do; others have no rows." },
  );
}

function streaksTable({ params }: Waste): Table {
  return streamedTable(
    "retry_streaks",
    { query: "streaks.sql", params: { ...params, most: null } },
    {
      provider: { says: PROVIDER_COLUMN.says },
      session_id: { says: "Session" },
      request_no: { says: "Request of the session, from 1" },
      kind: { says: "`loop`: all calls have the same tool and input; else `failure_run`" },
      length: { says: "Calls that failed one after the other", unit: "calls" },
      tools: { says: "Their tools, separated by a space" },
      first_step: { says: "Step of the first call, from 1 within the session" },
      last_step: { says: "Step of the last call" },
      steps: { says: "Steps that have its calls", unit: "steps" },
      first_call_no: { says: "The first call, from 1 within the session" },
      last_call_no: { says: "The last call" },
      existence_usd: { says: "Cost of those steps that have no calls but repetitions; empty where no step has a price", unit: "USD" },
      cost_of_touched_steps_usd: { says: "Cost of all of these steps, as burn counts it", unit: "USD" },
    },
    {
      title: "Streaks of failures",
      caption: "One row per streak of at least `--streak` calls, the most expensive first. A call is in one streak at most.",
    },
  );
}

function callsTable({ params }: Waste): Table {
  return streamedTable(
    "retry_calls",
    { query: "repetitions.sql", params: { min: params.min } },
    {
      provider: { says: PROVIDER_COLUMN.says },
      session_id: { says: "Session" },
      request_no: { says: "Request of the session, from 1" },
      step: { says: "Step of the session, from 1" },
      call_no: { says: "Call of the session, from 1" },
      tool: { says: "Tool" },
      class: { says: CLASS_SAYS },
      basis: { says: "How inputs are compared: `hash` or `size`" },
      previous_call_no: { says: "The call that it repeats" },
      previous_status: { says: "Of the previous call of the tool: `failed`, `worked` or `unknown`" },
      failed_again: { says: "It failed" },
      only_repetitions: { says: "Its step has no other calls" },
      result_tokens: {
        says: "Tokens in the context, allocated, of its result if the step has other calls, and of the failed result before it",
        unit: "tokens",
      },
      size_usd: { says: "What these cost until they leave the context; empty for what is redundant by size", unit: "USD" },
    },
    { title: "Every repeated call", caption: "One row per call after an error or redundant, in the order of sessions." },
  );
}
