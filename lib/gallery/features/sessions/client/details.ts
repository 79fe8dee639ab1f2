/** What is known of one step, as text. */
import { money, percent } from "../../../../format/numbers.ts";
import { at } from "../../../../stats/known.ts";
import { type Parts, SOURCES, sourceTitle } from "../../../../trace/context.ts";
import type { Timeline, TimelineHelper, TimelineStep } from "../../../../trace/timeline.ts";
import { element, factList, tableOf } from "../../../page/client/elements.ts";
import { minutesText, secondsText } from "./durations.ts";

const whole = new Intl.NumberFormat("en-US");

/** One line, for those who hear it. */
export function summaryOf({ steps }: Timeline, index: number): string {
  const step = at(steps, index);
  return [
    `Step ${whole.format(index + 1)} of ${whole.format(steps.length)}`,
    ...(step.user ? ["with a user message"] : []),
    ...(step.compaction ? ["context compacted"] : []),
    ...(step.startS === null ? [] : [`${secondsText(step.startS)} after the start`]),
    `prefix ${whole.format(step.prefixTokens)}`,
    `append ${whole.format(step.appendTokens)}`,
    ...(step.outputTokens === null ? [] : [`output ${tokens(step.outputTokens)}`]),
    `${step.callCount} tool ${step.callCount === 1 ? "call" : "calls"}`,
  ].join(", ");
}

/** @param context what fills it; null where that is not known */
export function detailsOf(timeline: Timeline, index: number, context: Parts | null): HTMLElement[] {
  const step = at(timeline.steps, index);
  return [
    element("h3", {}, `Step ${whole.format(index + 1)}${step.user ? ", with a user message" : ""}`),
    factList(factsOf(timeline, index)),
    ...(context === null ? [] : [element("h4", {}, "In the context"), factList(contextFacts(step, context))]),
    ...(step.calls.length > 0 ? [callsTable(step)] : []),
  ];
}

/** Values by name; null for what is not known of this step. */
function factsOf({ steps, start, helperSpans }: Timeline, index: number): [string, string | null][] {
  const step = at(steps, index);
  const total = step.prefixTokens + step.appendTokens;
  const share = total > 0 ? ` (${((100 * step.prefixTokens) / total).toFixed(1)}%)` : "";
  return [
    ["Start", startText(step, start)],
    ["Request", step.request === 0 ? null : whole.format(step.request)],
    ["Waited for the user", step.waitS === null ? null : secondsText(step.waitS)],
    ["Input", tokens(total)],
    ["Prefix", tokens(step.prefixTokens) + share],
    ["Append", tokens(step.appendTokens)],
    ["Context compacted", compactionText(step, steps[index - 1])],
    ["Output", step.outputTokens === null ? null : tokens(step.outputTokens)],
    ["Reasoning, part of the output", step.reasoningTokens === null ? null : tokens(step.reasoningTokens)],
    ["Generation", generationText(step)],
    ["Cost", step.costUsd === null ? null : money(step.costUsd)],
    ["Tool calls", whole.format(step.callCount)],
    [
      "Helpers",
      helperSpans
        .filter((helper) => helper.step === index)
        .map(helperText)
        .join("; ") || null,
    ],
  ];
}

/** `Tool results: 12,000 tokens (34.1%)`, largest first. */
function contextFacts({ prefixTokens, appendTokens }: TimelineStep, context: Parts): [string, string][] {
  return SOURCES.filter((source) => context[source] >= 0.5)
    .toSorted((a, b) => context[b] - context[a])
    .map((source) => [
      sourceTitle(source),
      `${tokens(Math.round(context[source]))} (${percent(context[source] / (prefixTokens + appendTokens), 1)})`,
    ]);
}

/** `Explore, 12 steps, $0.15, 4m 5s` */
function helperText({ type, name, basis, steps, costUsd, startS, endS }: TimelineHelper): string {
  return [
    type ?? name ?? "not in the trace",
    ...(steps === null ? [] : [`${whole.format(steps)} ${steps === 1 ? "step" : "steps"}`]),
    ...(costUsd === null ? [] : [money(costUsd)]),
    secondsText(endS - startS),
    ...(basis === "nested" ? ["found by its times"] : []),
  ].join(", ");
}

function tokens(count: number): string {
  return `${whole.format(count)} tokens`;
}

function startText({ startS }: TimelineStep, first: string | null): string | null {
  if (startS === null) return null;
  return `${minutesText(Math.floor(startS / 60))} after the start${first === null ? "" : `, ${momentText(first, startS)}`}`;
}

/** `Nov 21, 2025, 09:18:57 UTC` */
function momentText(first: string, seconds: number): string {
  const time = new Date(Date.parse(first) + seconds * 1000);
  const day = time.toLocaleDateString("en-US", { timeZone: "UTC", month: "short", day: "numeric", year: "numeric" });
  return `${day}, ${time.toISOString().slice(11, 19)} UTC`;
}

function compactionText(step: TimelineStep, before: TimelineStep | undefined): string | null {
  if (!step.compaction) return null;
  const dropped = before ? before.prefixTokens + before.appendTokens - step.prefixTokens - step.appendTokens : 0;
  const source = step.compaction === "explicit" ? "reported by the trace" : "inferred from the input";
  return dropped > 0 ? `${source}, ${whole.format(dropped)} tokens fewer` : source;
}

function generationText({ generationS, outputTokens }: TimelineStep): string | null {
  if (generationS === null) return null;
  const speed = generationS > 0 && outputTokens !== null && outputTokens > 0 ? `, ${(outputTokens / generationS).toFixed(1)} tokens/s` : "";
  return secondsText(generationS) + speed;
}

function callsTable(step: TimelineStep): HTMLElement {
  const rows = step.calls.map((call) => {
    const after = call.startS === null || step.startS === null ? "" : `+${secondsText(Math.max(0, call.startS - step.startS))}`;
    const result = [call.failed === null ? null : call.failed ? "failed" : "ok", call.retry === null ? null : "retry"];
    const waited = call.waitS === null ? null : `waited ${secondsText(call.waitS)}`;
    const time = [call.durationS === null ? null : secondsText(call.durationS), waited];
    return [call.tool, after, time.filter(Boolean).join(", "), result.filter(Boolean).join(", ")];
  });
  const hidden = step.callCount - step.calls.length;
  const body = element(
    "tbody",
    {},
    ...rows.map((cells) => element("tr", {}, ...cells.map((text) => element("td", {}, text)))),
    hidden > 0 ? element("tr", {}, element("td", { colspan: "4" }, `and ${whole.format(hidden)} more`)) : null,
  );
  const headings = ["Tool", "Start", "Time", "Result"].map((name) => element("th", { scope: "col" }, name));
  return tableOf(headings, body);
}
