/** What a session adds up to, for the table and for the heading of its map. */
import { countCompact, counted } from "../../../lib/format/counts.ts";
import { durationCompact, durationTick } from "../../../lib/format/durations.ts";
import { shortLabel } from "../../../lib/format/labels.ts";
import { grouped, money, percent } from "../../../lib/format/numbers.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import type { TimelineHelper } from "../../../lib/trace/timeline.ts";
import { contextOf, type SessionMap } from "./map.ts";
import { costliestBin, trackOf } from "./track.ts";

/** Null where the session has no times or no price. */
export interface Summary {
  readonly wallS: number | null;
  readonly activeS: number | null;
  /** Gaps that the axis leaves out. */
  readonly gaps: number;
  readonly gapS: number;
  readonly calls: number;
  readonly errors: number;
  readonly retries: number;
  /** How many of the retries are known by the hash of their input. */
  readonly hashed: number;
  /** Calls that waited for a person, and how long. */
  readonly approvals: number;
  readonly approvalS: number;
  readonly inputTokens: number;
  readonly usd: number | null;
  /** The bin of the time axis whose steps cost most: where it begins and how long it is, in active seconds. */
  readonly costliest: { readonly startS: number; readonly lengthS: number; readonly usd: number } | null;
  readonly topHelper: TimelineHelper | null;
}

export function summaryOf(map: SessionMap): Summary {
  const { timeline, axis, calls } = map;
  const isTimed = timeline.durationS !== null;
  const of = calls.map(({ call }) => call);
  const waited = of.flatMap(({ waitS }) => waitS ?? []);
  const retried = of.filter(({ retry }) => retry !== null);
  const track = trackOf(map, "time");
  const peak = isTimed ? costliestBin(map, track) : null;
  return {
    wallS: isTimed ? map.toS - map.fromS : null,
    activeS: isTimed ? axis.lengthS : null,
    gaps: axis.gaps.length,
    gapS: sumOf(axis.gaps, ({ fromS, toS }) => toS - fromS),
    calls: sumOf(timeline.steps, ({ callCount }) => callCount),
    errors: of.filter(({ failed }) => failed === true).length,
    retries: retried.length,
    hashed: retried.filter(({ retry }) => retry === "hash").length,
    approvals: waited.length,
    approvalS: sumOf(waited, (seconds) => seconds),
    inputTokens: sumOf(timeline.steps, contextOf),
    usd: timeline.cost.pricedSteps > 0 ? timeline.cost.usd : null,
    costliest: peak && { startS: peak.bin * track.bin, lengthS: track.bin, usd: peak.usd },
    topHelper: timeline.helperSpans.reduce<TimelineHelper | null>(
      (most, helper) => ((helper.costUsd ?? 0) > (most?.costUsd ?? 0) ? helper : most),
      null,
    ),
  };
}

/** A number of the heading, and what it is. */
export interface Fact {
  readonly value: string;
  readonly label: string;
}

/** Five, in one line. */
export function factsOf(map: SessionMap): Fact[] {
  const summary = summaryOf(map);
  return [timeFact(summary), callFact(summary), costFact(summary), waitFact(map, summary), helperFact(map, summary)];
}

function timeFact({ wallS, activeS, gaps, gapS }: Summary): Fact {
  if (wallS === null || activeS === null) return { value: "no times", label: "drawn step by step" };
  return {
    value: `${durationCompact(activeS)} active`,
    label: gaps === 0 ? "no idle gaps" : `of ${durationCompact(wallS)}; ${counted(gaps, "idle gap")}, ${percent(gapS / wallS)}`,
  };
}

function callFact({ calls, errors, retries, hashed }: Summary): Fact {
  const known = hashed === retries ? "same input" : hashed === 0 ? "same length" : `${grouped(hashed)} same input`;
  const retried = retries === 0 ? "none retried" : `${grouped(retries)} retried (${known})`;
  return {
    value: counted(calls, "call"),
    label: errors === 0 ? "none failed" : `${grouped(errors)} failed, ${retried}`,
  };
}

function costFact({ usd, inputTokens, costliest }: Summary): Fact {
  const tokens = `${countCompact(inputTokens)} input tokens`;
  if (usd === null) return { value: tokens, label: "no price" };
  return { value: money(usd), label: costliest ? `${tokens}; ${money(costliest.usd)} in ${durationTick(costliest.lengthS)}` : tokens };
}

function waitFact({ split }: SessionMap, { approvals, approvalS, wallS }: Summary): Fact {
  return {
    value: approvals === 0 ? "no waits in calls" : `${durationCompact(approvalS)} in ${counted(approvals, "call")}`,
    label: wallS === null ? "no times" : `waits for a person; ${durationCompact(split.human)} in all`,
  };
}

function helperFact({ timeline }: SessionMap, { topHelper }: Summary): Fact {
  const { helperSpans } = timeline;
  const unknown = helperSpans.filter(({ basis }) => basis === "call").length;
  if (helperSpans.length === 0) return { value: "no helpers", label: "as far as the trace says" };
  const most =
    topHelper && topHelper.costUsd !== null ? `most: ${shortLabel(helperName(topHelper), 18)} ${money(topHelper.costUsd)}` : null;
  return {
    value: counted(helperSpans.length, "helper"),
    label: [most, unknown > 0 ? `${grouped(unknown)} only by the call` : null].filter(Boolean).join("; ") || "without a price",
  };
}

export function helperName({ type, name }: TimelineHelper): string {
  return type ?? name ?? "unknown";
}
