/** The tables of the chosen sessions: calls, steps, gaps, and what each adds up to. */
import { type Column, type MemoryTable, table } from "../../../lib/experiment.ts";
import { at } from "../../../lib/stats/known.ts";
import { helperName, type Summary, summaryOf } from "./facts.ts";
import { contextOf, freedBefore, type MapCall, type SessionMap } from "./map.ts";

/** Shorter running gaps are not listed. */
const LONG_S = 300;

interface Row {
  readonly map: SessionMap;
}

const SESSION: Column<Row> = { of: ({ map }) => map.timeline.sessionId, says: "Id of the session" };

/** @param targetOf what a call is about, only if it is wanted */
export function tablesOf(maps: readonly SessionMap[], targetOf?: (map: SessionMap, call: MapCall) => string | null): MemoryTable[] {
  return [summaryTable(maps), eventsTable(maps, targetOf), stepsTable(maps), gapsTable(maps)];
}

function eventsTable(maps: readonly SessionMap[], targetOf?: (map: SessionMap, call: MapCall) => string | null): MemoryTable {
  return table(
    "session_map_events",
    maps.flatMap((map) => map.calls.map((each, i) => ({ map, each, call: each.call, ordinal: i + 1 }))),
    {
      session_id: SESSION,
      ordinal: { says: "Number of the call in the session, of those listed in its timeline" },
      step: { of: ({ each }) => each.step + 1, says: "Number of its step in the session" },
      request_no: { of: ({ map, each }) => at(map.timeline.steps, each.step).request, says: "Number of its request; 0: before the first" },
      tool: { of: ({ call }) => call.tool, says: "Tool, cut at 80 characters" },
      category: { of: ({ call }) => call.activity, says: "What the tool is for: `explore`, `edit`, `run`, `delegate`, `plan` or `other`" },
      is_error: { of: ({ call }) => call.failed, says: "The call failed; empty: unknown" },
      is_retry: {
        of: ({ call }) => call.retry !== null,
        says: "The call of the tool before it in the request failed, with the same input",
      },
      retry_basis: {
        of: ({ call }) => call.retry,
        says: "How that is known: by the keyed `hash` of the input, or only by its `size`; empty: no retry",
      },
      emitted_at: { of: ({ map, call }) => momentOf(map, call.startS), says: "When it was called, ISO 8601 in UTC" },
      wall_s: { of: ({ call }) => call.wallS, says: "Time until its result", unit: "s" },
      human_s: { of: ({ call }) => call.waitS, says: "The part of it, from the start, in which it waited for a person", unit: "s" },
      active_at_s: { of: ({ map, call }) => activeAt(map, call.startS), says: "Active time of the session before it", unit: "s" },
      active_len_s: {
        of: ({ map, call: { startS, wallS } }) =>
          startS === null || wallS === null ? null : thousandths(map.axis.at(startS + wallS) - map.axis.at(startS)),
        says: "Active time until its result",
        unit: "s",
      },
      target: {
        of: ({ map, each }) => targetOf?.(map, each) ?? null,
        says: "File, command or address that the call is about: private, so only with `--targets`; empty when unknown",
      },
    },
    { title: "Calls", caption: "One row per tool call of the chosen sessions, in the order of their steps." },
  );
}

function stepsTable(maps: readonly SessionMap[]): MemoryTable {
  return table(
    "session_map_steps",
    maps.flatMap((map) => map.timeline.steps.map((step, i) => ({ map, step, i, freed: freedBefore(map.timeline.steps, i) }))),
    {
      session_id: SESSION,
      step: { of: ({ i }) => i + 1, says: "Number of the step in the session" },
      request_no: { of: ({ step }) => step.request, says: "Number of its request; 0: before the first" },
      phase: {
        of: ({ map, i }) => map.phases.find(({ first, last }) => first <= i && i <= last)?.activity ?? null,
        says: "What most steps of its phase do; `answer`: no calls",
      },
      active_at_s: {
        of: ({ map, step }) => activeAt(map, step.startS),
        says: "Active time of the session before it; empty without a time",
        unit: "s",
      },
      context_tokens: { of: ({ step }) => contextOf(step), says: "Cached prefix and new input", unit: "tokens" },
      cost_usd: { of: ({ step }) => step.costUsd, says: "Cost; empty without a price", unit: "USD" },
      is_reset: { of: ({ freed }) => freed !== null, says: "The context was compacted before it, by the rule of session_token_steps" },
      freed_tokens: {
        of: ({ freed }) => freed,
        says: "By how much it is smaller than that of the step before; empty: no reset",
        unit: "tokens",
      },
    },
    { title: "Steps", caption: "One row per step of the chosen sessions." },
  );
}

function gapsTable(maps: readonly SessionMap[]): MemoryTable {
  const rows = maps.flatMap((map) => {
    const collapsed = new Set(map.axis.gaps.map(({ fromS }) => fromS));
    return map.timeline.gaps
      .filter(({ fromS, toS, kind }) => toS <= map.toS && (collapsed.has(fromS) || (kind === "running" && toS - fromS > LONG_S)))
      .map((gap) => ({ map, ...gap, collapsed: collapsed.has(gap.fromS) }));
  });
  return table(
    "session_map_gaps",
    rows,
    {
      session_id: SESSION,
      start: { of: ({ map, fromS }) => momentOf(map, fromS), says: "The event or end before it, ISO 8601 in UTC" },
      end: { of: ({ map, toS }) => momentOf(map, toS), says: "The one after it" },
      real_s: { of: ({ fromS, toS }) => thousandths(toS - fromS), says: "How long it is", unit: "s" },
      kind: { says: "`human`: a person was waited for, or a message ends it; `silent`: unknown; `running`: the model or a tool ran" },
      collapsed: { says: "Whether the axis leaves it out" },
      active_at_s: { of: ({ map, fromS }) => activeAt(map, fromS), says: "Active time of the session before it", unit: "s" },
    },
    {
      title: "Gaps",
      caption: "One row per gap that the axis leaves out, and per stretch of more than 300 s in which something ran that logged nothing.",
    },
  );
}

function summaryTable(maps: readonly SessionMap[]): MemoryTable {
  const seconds = (of: (row: { map: SessionMap; summary: Summary }) => number | null, says: string) => ({
    of: (row: { map: SessionMap; summary: Summary }) => {
      const value = of(row);
      return value === null ? null : thousandths(value);
    },
    says,
    unit: "s",
  });
  const part = (of: (map: SessionMap) => number, says: string) =>
    seconds(({ map, summary }) => (summary.wallS === null ? null : of(map)), says);
  return table(
    "session_map_summary",
    maps.map((map) => ({ map, summary: summaryOf(map) })),
    {
      session: { of: ({ map }) => map.timeline.name, says: "Short id, as in file names" },
      session_id: SESSION,
      wall_s: seconds(({ summary }) => summary.wallS, "From the first to the last moment; empty without times, as are all others"),
      active_s: seconds(({ summary }) => summary.activeS, "The same on the axis without idle gaps"),
      generation_s: part(({ split }) => split.generation, "Time in which the model generated"),
      tool_s: part(({ split }) => split.tool, "Time in which tools ran and the model did not generate"),
      human_s: part(
        ({ split }) => split.human,
        "Waits for a person in calls, and of more than a minute before messages, when nothing else went on",
      ),
      silent_s: part(({ split }) => split.other, "What none of the three accounts for"),
      gaps: { of: ({ summary }) => summary.gaps, says: "Gaps that the axis leaves out", unit: "gaps" },
      gap_s: seconds(({ summary }) => summary.gapS, "Their length"),
      calls: { of: ({ summary }) => summary.calls, says: "Tool calls", unit: "calls" },
      errors: { of: ({ summary }) => summary.errors, says: "Calls that failed, of those in the timeline", unit: "calls" },
      retries: { of: ({ summary }) => summary.retries, says: "Calls that try a failed one again with the same input", unit: "calls" },
      steps: { of: ({ map }) => map.timeline.stepCount, says: "Agent steps", unit: "steps" },
      input_tokens: { of: ({ summary }) => summary.inputTokens, says: "Context of all steps added up", unit: "tokens" },
      cost_usd: { of: ({ summary }) => summary.usd, says: "Cost of its steps; empty without a price", unit: "USD" },
      costliest_stretch_start_s: {
        of: ({ summary }) => summary.costliest?.startS ?? null,
        says: "Active time before the bin of the figure whose steps cost most",
        unit: "s",
      },
      costliest_stretch_usd: { of: ({ summary }) => summary.costliest?.usd ?? null, says: "Their cost", unit: "USD" },
      helpers: { of: ({ map }) => map.timeline.helperSpans.length, says: "Helpers, and calls that start one", unit: "helpers" },
      top_subagent: {
        of: ({ summary: { topHelper } }) => topHelper && helperName(topHelper),
        says: "Type or short id of the helper that cost most; empty without a price",
      },
      top_subagent_usd: { of: ({ summary }) => summary.topHelper?.costUsd ?? null, says: "Its cost", unit: "USD" },
    },
    { title: "Sessions", caption: "One row per chosen session. Generation, tools, people and silence add up to the wall clock." },
  );
}

function momentOf({ timeline: { start } }: SessionMap, seconds: number | null): string | null {
  return start === null || seconds === null ? null : new Date(Date.parse(start) + seconds * 1000).toISOString();
}

function activeAt({ axis }: SessionMap, seconds: number | null): number | null {
  return seconds === null ? null : thousandths(axis.at(seconds));
}

function thousandths(seconds: number): number {
  return Math.round(seconds * 1e3) / 1e3;
}
