/** The numbers as the paper quotes them: rounded for the text, each with the precise figure. */
import { grouped, percent, roundHalfEven, toFixedHalfEven } from "../../../lib/format/numbers.ts";
import type { Facts } from "./facts.ts";

export interface Macro {
  /** As the paper's source spells it, slips included: papers refer to the macros by these names. */
  readonly name: string;
  readonly title: string;
  /** As quoted, with its unit sign if it has one; null when the pool has nothing to compute it from. */
  readonly value: string | null;
  /** What the number counts; empty when the value says so itself. */
  readonly unit: string;
  readonly scope: "merged" | "claude" | "codex" | "claude and codex";
  /** The precise figure in words. */
  readonly basis: string | null;
  /** The number before rounding. Shares are in percent. */
  readonly raw: number | null;
}

/** All macros in the order of the paper's file. */
export function macrosOf(facts: Facts): Macro[] {
  const top3 = lower(facts.claudeTop3, facts.codexTop3);
  return [
    macro("avgstepperrequest", "Steps per request", facts.meanSteps, {
      value: oneDecimal,
      unit: "steps",
      basis: (v) => `${toFixedHalfEven(v, 3)} steps per request over ${grouped(facts.requests)} requests`,
    }),
    macro("avgtollcallsperrequest", "Tool calls per request", facts.meanToolCalls, {
      value: oneDecimal,
      unit: "calls",
      basis: (v) => `${toFixedHalfEven(v, 3)} tool calls per request`,
    }),
    macro("avgtimeperrequest", "Mean response time", facts.meanResponseMin, {
      value: oneDecimal,
      unit: "min",
      basis: (v) => `${toFixedHalfEven(v, 3)} min mean response time`,
    }),
    macro("pntimeperrequest", "90th percentile of response times", facts.p90ResponseMin, {
      value: oneDecimal,
      unit: "min",
      basis: (v) => `${toFixedHalfEven(v, 3)} min at the 90th percentile`,
    }),
    macro("mediancachedinputtokens", "Cached input of a step, median", facts.medianPrefixTokens, {
      value: (v) => `${toFixedHalfEven(v / 1000, 0)}K`,
      unit: "tokens",
      basis: (v) => `${grouped(v)} median prefix tokens`,
    }),
    macro("medianuncachedinputtokens", "New input of a step, median", facts.medianAppendTokens, {
      value: whole,
      unit: "tokens",
      basis: (v) => `${grouped(v)} median append tokens`,
    }),
    macro("medianoutputtokens", "Output of a step, median", facts.medianOutputTokens, {
      value: whole,
      unit: "tokens",
      basis: (v) => `${grouped(v)} median output tokens`,
    }),
    macro("mediandecodespeed", "Output speed of a step, median", facts.medianSpeed, {
      value: oneDecimal,
      unit: "tok/s",
      basis: (v) => `${toFixedHalfEven(v, 3)} tok/s, waiting for the first token included`,
    }),
    macro("mediancodecdecodespeed", "Speed after reasoning (Codex), median", facts.medianCodexSpeed, {
      value: oneDecimal,
      unit: "tok/s",
      scope: "codex",
      basis: (v) => `${toFixedHalfEven(v, 3)} tok/s after the last reasoning event`,
    }),
    macro("mediancodecdecodespeedttft", "Time to first token (Codex), median residual", facts.medianCodexTtftS, {
      value: oneDecimal,
      unit: "s",
      scope: "codex",
      basis: (v) => `${toFixedHalfEven(v, 3)} s left of the time to the end of reasoning`,
    }),
    macro("totaltoolcatetory", "Distinct tools, more than", facts.distinctTools, {
      value: (v) => whole(floorToTens(v)),
      unit: "tools",
      basis: (v) => `${grouped(v)} distinct tool names`,
    }),
    macro("topthreetoolpercent", "Calls of the three most used tools, more than", top3, {
      value: (v) => `${floorToTens(v)}%`,
      scope: "claude and codex",
      basis: () => `Claude ${percent(facts.claudeTop3 ?? 0, 2)}, Codex ${percent(facts.codexTop3 ?? 0, 2)}`,
    }),
    macro("toolcalltoppercentage", "Calls of the three most used tools (Claude), more than", inPercent(facts.claudeTop3), {
      value: (v) => `${floorToTens(v)}%`,
      scope: "claude",
      basis: (v) => `Claude ${twoDecimals(v)}%`,
    }),
    macro("toolcalltoppercentagecodex", "Calls of the three most used tools (Codex), about", inPercent(facts.codexTop3), {
      value: (v) => `${whole(v)}%`,
      scope: "codex",
      basis: (v) => `Codex ${twoDecimals(v)}%`,
    }),
    macro("toolcallslongerthanonemin", "Tool calls of a minute or more", inPercent(facts.longCallShare), {
      value: whole,
      unit: "% of calls",
      basis: (v) => `${twoDecimals(v)}% of the calls`,
    }),
    macro("toolcallslongerthanoneminpercent", "Tool time in calls of a minute or more", inPercent(facts.longTimeShare), {
      value: (v) => `${whole(v)}%`,
      basis: (v) => `${twoDecimals(v)}% of the tool time`,
    }),
    macro("prefixcachehitrate", "Input read from the cache", inPercent(facts.hitRate), {
      value: (v) => `${oneDecimal(v)}%`,
      basis: (v) => `${toFixedHalfEven(v, 3)}% of the input tokens`,
    }),
    macro("prefillamplificationfactor", "New input per token of growth", facts.amplification, {
      value: (v) => `${oneDecimal(v)}x`,
      basis: (v) => `${toFixedHalfEven(v, 3)} = ${grouped(facts.appendTokens)} append / ${grouped(facts.increaseTokens)} growth`,
    }),
  ];
}

/** The largest multiple of ten that is not above the value. */
export function floorToTens(value: number): number {
  return Math.floor(value / 10) * 10;
}

interface Quoting {
  readonly value: (raw: number) => string;
  readonly unit?: string;
  readonly scope?: Macro["scope"];
  readonly basis: (raw: number) => string;
}

function macro(name: string, title: string, raw: number | null, { value, unit = "", scope = "merged", basis }: Quoting): Macro {
  const known = raw !== null;
  return { name, title, value: known ? value(raw) : null, unit, scope, basis: known ? basis(raw) : null, raw };
}

function oneDecimal(value: number): string {
  return toFixedHalfEven(value, 1);
}

function twoDecimals(value: number): string {
  return toFixedHalfEven(value, 2);
}

function whole(value: number): string {
  return String(roundHalfEven(value));
}

function inPercent(share: number | null): number | null {
  return share === null ? null : share * 100;
}

/** The lower of two shares in percent; unknown when either is. */
function lower(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : Math.min(a, b) * 100;
}
