/** What a session did as text for terminals. */
import { printable } from "../../files/printable.ts";
import { countCompact, counted } from "../../format/counts.ts";
import { durationCompact } from "../../format/durations.ts";
import { grouped, money, NONE, percent } from "../../format/numbers.ts";
import { quantileNumpy, sorted } from "../../stats/quantile.ts";
import { ratio } from "../../stats/ratio.ts";
import type { Accounting } from "../../trace/readings.ts";
import { STEP_ACTIVITY_TITLES } from "../../trace/step-activities.ts";
import { shortModel } from "../columns.ts";
import { type TextColumn, type TextRow, textTable } from "../layout.ts";
import { note, section, type TextLine, titleAndProject } from "../lines.ts";
import type { Failure, SessionPhase, SessionTool } from "./read.ts";
import type { ExplainedRequest, Explanation } from "./summary.ts";

export interface ExplainOptions {
  /** Rows of each list. */
  readonly top: number;
  readonly accounting: Accounting;
}

/** @param width columns of the terminal; null for any number */
export function explainLines(explanation: Explanation, options: ExplainOptions, width: number | null): TextLine[] {
  return [
    { kind: "title", text: titleOf(explanation, options) },
    ...factsOf(explanation).map(note),
    ...section("What was asked", askedOf(explanation).map(note)),
    ...section("What was done", [...activitiesTable(explanation, width), ...doneOf(explanation).map(note)]),
    ...section("Requests", requestsTable(explanation, options.top, width)),
    ...section("What failed, and what followed", failedOf(explanation, options.top).map(note)),
    ...section("Where the time of the requests went", timeOf(explanation).map(note)),
    ...section("What it cost", costOf(explanation).map(note)),
    ...section("What these numbers are", notesOf(explanation).map(note)),
  ];
}

function titleOf({ story: { session_id, about } }: Explanation, { accounting }: ExplainOptions): string {
  const named = titleAndProject(about);
  return `Session ${[session_id, ...named].join(", ")} (accounting: ${accounting})`;
}

function factsOf({ story: { totals, requests, about, labels } }: Explanation): string[] {
  const { first_us, last_us, models, steps, calls } = totals;
  const times =
    first_us === null || last_us === null
      ? ""
      : ` From ${minuteOf(first_us)} UTC, ${durationCompact((last_us - first_us) / 1e6)} from the first event of a step to the last.`;
  const parent = about?.parent_session_id;
  return [
    `${models.map(shortModel).join(", ")}: ${counted(steps, "step")} in ${counted(requests.length, "request")}, ${counted(calls, "tool call")}.${times}`,
    ...(about?.is_helper
      ? [
          `It is a helper${about.agent_type === null ? "" : ` (${printable(about.agent_type)})`}${parent ? ` of session ${parent}` : ""}; its requests come from the session that started it.`,
        ]
      : []),
    ...(labels.length > 0 ? [`Labels: ${labels.map(({ key, value }) => printable(`${key} ${value}`)).join(", ")}.`] : []),
  ];
}

function minuteOf(us: number): string {
  return new Date(us / 1000).toISOString().slice(0, 16).replace("T", " ");
}

const MOST_LENGTHS = 6;

function askedOf({ story: { requests } }: Explanation): string[] {
  const lengths = requests.map(({ message_chars }) => message_chars).filter((chars) => chars > 0);
  const messages = requests.reduce((sum, request) => sum + request.messages, 0);
  if (requests.length === 0) return ["No message of a user is logged that a step answers, so the session has no request."];
  const all = counted(requests.length, "request");
  const inMessages = messages === 0 || messages === requests.length ? "" : `, in ${counted(messages, "message")}`;
  if (lengths.length === 0) return [`${all}${inMessages}; how long they are is not known.`];
  const unknown = lengths.length < requests.length ? `; the length of ${grouped(requests.length - lengths.length)} is not known` : "";
  if (lengths.length <= MOST_LENGTHS)
    return [`${all} of ${listed(lengths.map((chars) => grouped(chars)))} characters${inMessages}${unknown}.`];
  const ascending = sorted(lengths);
  const at = (share: number) => grouped(Math.round(quantileNumpy(ascending, share) ?? 0));
  return [`${all} of ${at(0)} to ${at(1)} characters, ${at(0.5)} at the median${inMessages}${unknown}.`];
}

/** `a, b and c`. */
function listed(texts: readonly string[]): string {
  return texts.length < 2 ? texts.join("") : `${texts.slice(0, -1).join(", ")} and ${texts.at(-1)}`;
}

const NUMBER = { align: "right" } as const;

function activitiesTable({ activities, inRequests, time, isPriced }: Explanation, width: number | null): readonly TextLine[] {
  if (activities.length === 0) return [];
  const columns: TextColumn[] = [
    { title: "Activity", align: "left" },
    { title: "Steps", ...NUMBER },
    { title: "Share", ...NUMBER },
    { title: "Phases", ...NUMBER, leaveOut: 4 },
    { title: "Calls", ...NUMBER, leaveOut: 3 },
    { title: "Failed", ...NUMBER, leaveOut: 3 },
    { title: "Time", ...NUMBER, leaveOut: 2 },
    { title: "Share", ...NUMBER, leaveOut: 2 },
    { title: isPriced ? "Cost" : "Tokens", ...NUMBER },
    { title: "Share", ...NUMBER },
  ];
  const rows = activities.map(
    (amount): TextRow => ({
      kind: "row",
      cells: [
        STEP_ACTIVITY_TITLES[amount.activity],
        grouped(amount.steps),
        percent(ratio(amount.steps, inRequests.steps)),
        grouped(amount.phases),
        grouped(amount.calls),
        amount.errors === 0 ? "" : grouped(amount.errors),
        time.total === 0 ? "" : durationCompact(amount.work_us / 1e6),
        time.total === 0 ? "" : percent(ratio(amount.work_us, time.total)),
        isPriced ? money(amount.cost_nano / 1e9) : countCompact(amount.tokens),
        percent(isPriced ? ratio(amount.cost_nano, inRequests.cost_nano) : ratio(amount.tokens, inRequests.tokens)),
      ],
    }),
  );
  const waits = activities.reduce((sum, { human_us }) => sum + human_us, 0);
  const waiting: TextRow[] =
    waits === 0
      ? []
      : [
          {
            kind: "row",
            cells: ["Waiting for a person", "", "", "", "", "", durationCompact(waits / 1e6), percent(ratio(waits, time.total)), "", ""],
          },
        ];
  return textTable(columns, [...rows, ...waiting], width).lines;
}

const MOST_TOOLS = 8;

function doneOf({ story: { tools, helpers }, inRequests, editRequests, oneShotRequests }: Explanation): string[] {
  const tests = tools.reduce((sum, tool) => sum + (tool.tests ?? 0), 0);
  const more = tools.length - MOST_TOOLS;
  return [
    ...(tools.length > 0
      ? [`Tools: ${tools.slice(0, MOST_TOOLS).map(toolText).join(", ")}${more > 0 ? ` and ${grouped(more)} more` : ""}.`]
      : []),
    ...(tests > 0 ? [`${counted(tests, "command")} ran tests.`] : []),
    ...(editRequests > 0 ? [`${editsText(editRequests, oneShotRequests, inRequests.rework_loops)}`] : []),
    ...(helpers.helpers > 0
      ? [
          `It started ${counted(helpers.helpers, "helper")} with ${counted(helpers.steps, "step")}${helpers.cost_nano === null ? "" : ` and ${money(helpers.cost_nano / 1e9)}`}: sessions of their own, in none of these numbers.`,
        ]
      : []),
  ];
}

function toolText({ tool, calls, errors }: SessionTool): string {
  return `${printable(tool)} ${grouped(calls)}${errors > 0 ? ` (${grouped(errors)} failed)` : ""}`;
}

function editsText(requests: number, oneShot: number, loops: number): string {
  if (loops === 0) return `Files were edited in ${counted(requests, "request")}, never again after a command.`;
  return (
    `Files were edited in ${counted(requests, "request")}${oneShot > 0 ? `, in ${grouped(oneShot)} of them never again after a command` : ""}. ` +
    `The agent edited, ran a command and edited again ${counted(loops, "time")}.`
  );
}

const MOST_PHASES = 6;

function requestsTable({ requests, inRequests, isPriced }: Explanation, top: number, width: number | null): TextLine[] {
  if (requests.length === 0) return [];
  const weight = ({ request }: ExplainedRequest) => (isPriced ? request.cost_nano : request.tokens);
  const largest = new Set(requests.toSorted((a, b) => weight(b) - weight(a) || a.request.request_no - b.request.request_no).slice(0, top));
  const shown = requests.filter((each) => largest.has(each));
  const columns: TextColumn[] = [
    { title: "No.", ...NUMBER },
    { title: "Start (UTC)", align: "left", leaveOut: 5 },
    { title: "Chars", ...NUMBER, leaveOut: 4 },
    { title: "Steps", ...NUMBER },
    { title: "Failed", ...NUMBER, leaveOut: 3 },
    { title: "Time", ...NUMBER, leaveOut: 1 },
    { title: "Waits", ...NUMBER, leaveOut: 2 },
    { title: isPriced ? "Cost" : "Tokens", ...NUMBER },
    { title: "Share", ...NUMBER },
    { title: "Repair", ...NUMBER, leaveOut: 3 },
    { title: "Phases (steps; ! failed)", align: "left", least: 20 },
  ];
  const rows = shown.map(({ request, phases }): TextRow => {
    const { start_us, end_us, cost_nano, repair_nano, tokens, repair_tokens } = request;
    const [whole, repair, all] = isPriced ? [cost_nano, repair_nano, inRequests.cost_nano] : [tokens, repair_tokens, inRequests.tokens];
    return {
      kind: "row",
      cells: [
        grouped(request.request_no),
        start_us === null ? NONE : minuteOf(start_us),
        request.message_chars === 0 ? NONE : grouped(request.message_chars),
        grouped(request.steps),
        request.errors === 0 ? "" : grouped(request.errors),
        start_us === null || end_us === null ? NONE : durationCompact((end_us - start_us) / 1e6),
        request.human_us === 0 ? "" : durationCompact(request.human_us / 1e6),
        isPriced ? money(cost_nano / 1e9) : countCompact(tokens),
        percent(ratio(whole, all)),
        repair === 0 ? "" : percent(ratio(repair, whole)),
        phasesText(phases),
      ],
    };
  });
  const rest = requests.length - shown.length;
  return [
    ...textTable(columns, rows, width).lines,
    ...(rest > 0
      ? [
          note(
            `${counted(rest, "request")} that ${isPriced ? "cost less" : "took fewer tokens"} ${rest === 1 ? "is" : "are"} not listed; --top ${grouped(requests.length)} lists all.`,
          ),
        ]
      : []),
  ];
}

/** `explore 3, run 2!, edit 1 and 12 more`. */
function phasesText(phases: readonly SessionPhase[]): string {
  const more = phases.length - MOST_PHASES;
  const texts = phases
    .slice(0, MOST_PHASES)
    .map(
      ({ activity, steps, errors }) =>
        `${activity}${activity === "answer" && steps === 1 ? "" : ` ${grouped(steps)}`}${errors > 0 ? "!" : ""}`,
    );
  return texts.join(", ") + (more > 0 ? ` and ${grouped(more)} more` : "");
}

function failedOf(explanation: Explanation, top: number): string[] {
  const { story, inRequests, isPriced } = explanation;
  const { calls, errors, unknown_calls } = inRequests;
  if (calls === 0) return [];
  const unknown = unknown_calls > 0 ? ` The status of ${grouped(unknown_calls)} is not known.` : "";
  if (errors === 0) return [`No call in a request is marked as failed.${unknown}`];
  const [repair, whole] = isPriced ? [inRequests.repair_nano, inRequests.cost_nano] : [inRequests.repair_tokens, inRequests.tokens];
  const amount = isPriced ? money(repair / 1e9) : `${countCompact(repair)} tokens`;
  const longest = story.failures
    .toSorted((a, b) => b.repair_nano - a.repair_nano || b.repair_steps - a.repair_steps || a.first_step - b.first_step)
    .slice(0, top);
  const rest = story.failures.length - longest.length;
  return [
    `${grouped(errors)} of ${counted(calls, "call")} failed (${percent(ratio(errors, calls))}).${unknown}`,
    ...story.failures.filter((failure) => longest.includes(failure)).map(failureText),
    ...(rest > 0 ? [`${grouped(rest)} more ${rest === 1 ? "failure is" : "failures are"} not listed; --json has all.`] : []),
    `${counted(inRequests.repair_steps, "step")} ${inRequests.repair_steps === 1 ? "comes" : "come"} between a failure and the next success of the same tool (${percent(ratio(inRequests.repair_steps, inRequests.steps))}), at ${amount} (${percent(ratio(repair, whole))}). Other work was done there, too, so the failures cost at most that.`,
  ];
}

const OUTCOMES: Readonly<Record<Failure["outcome"], string>> = {
  recovered: "",
  switched: "The next step called other tools, and it did not work again in the request",
  ended: "The next step made no call, and it did not work again in the request",
  asked: "The next step asked a person",
  interrupted: "The next step belongs to another request",
  open: "The session ends there",
};

function failureText({ kind, tool, first_step, failures, outcome, unknown_later, steps_to_recovery, to_recovery_us }: Failure): string {
  const times = failures === 1 ? "" : ` ${grouped(failures)} times`;
  const how = kind === "denied" ? " (a person seems to have declined)" : kind === "poll" ? " (it waits for what already runs)" : "";
  const where = failures === 1 ? `at step ${grouped(first_step)}` : `from step ${grouped(first_step)} on`;
  const failed = `${printable(tool)} failed${times} ${where}${how}.`;
  if (outcome !== "recovered" || steps_to_recovery === null) {
    const later = unknown_later ? "; later calls of it have an unknown status" : "";
    return `${failed} ${OUTCOMES[outcome]}${later}.`;
  }
  const after = to_recovery_us === null ? "" : `, ${durationCompact(to_recovery_us / 1e6)} later`;
  return `${failed} It worked again at step ${grouped(first_step + steps_to_recovery)}${after}.`;
}

function timeOf({ time, timedRequests, generationSteps, betweenUs, waits, story: { requests, totals } }: Explanation): string[] {
  if (time.total === 0) return [];
  const part = (what: string, us: number) => (us === 0 ? [] : [`${what} ${durationCompact(us / 1e6)} (${percent(ratio(us, time.total))})`]);
  const parts = [
    ...part("generation", time.generation),
    ...part("tools", time.tool),
    ...part("waiting for a person", time.human),
    ...part("not accounted for", time.unknown),
  ];
  const known = timedRequests < requests.length ? `, ${grouped(timedRequests)} of ${grouped(requests.length)} with known times` : "";
  const [longest] = waits;
  return [
    `${durationCompact(time.total / 1e6)} in requests${known}: ${listed(parts)}.`,
    ...(generationSteps < totals.steps
      ? [
          `Generation is known of ${grouped(generationSteps)} of ${counted(totals.steps, "step")}; that of the others is in what is not accounted for.`,
        ]
      : []),
    ...(longest
      ? [
          waits.length === 1
            ? `The wait for a person seems to be ${waitText(longest)}.`
            : `The longest of ${grouped(waits.length)} waits that seem to be for a person is ${waitText(longest)}.`,
        ]
      : []),
    ...(betweenUs > 0 ? [`Between an answer and the next message: ${durationCompact(betweenUs / 1e6)} more, in no request.`] : []),
  ];
}

function waitText({ tool, step, from_us, to_us }: Explanation["waits"][number]): string {
  const lasting = durationCompact((to_us - from_us) / 1e6);
  return tool === null
    ? `${lasting}, between an answer and a message at step ${grouped(step)}`
    : `${lasting} in ${printable(tool)} at step ${grouped(step)}`;
}

function costOf({ story: { totals }, isPriced }: Explanation): string[] {
  const { input_tokens, cached_tokens, output_tokens, cost_nano, read_nano, write_nano, fresh_nano, output_nano, peak_tokens, resets } =
    totals;
  const part = (what: string, nano: number) => (nano === 0 ? [] : [`${what} ${money(nano / 1e9)} (${percent(ratio(nano, cost_nano))})`]);
  const parts = [
    ...part("cache reads", read_nano),
    ...part("cache writes", write_nano),
    ...part("other input", fresh_nano),
    ...part("output", output_nano),
  ];
  return [
    isPriced ? `${money(cost_nano / 1e9)} at list prices${parts.length > 0 ? `: ${listed(parts)}` : ""}.` : "No step has a price.",
    `${countCompact(input_tokens)} tokens of input, ${percent(ratio(cached_tokens, input_tokens))} of them read from the cache, and ${countCompact(output_tokens)} of output.`,
    `The context had at most ${countCompact(peak_tokens)} tokens${resets === 0 ? "" : ` and was reset ${counted(resets, "time")}`}.`,
  ];
}

function notesOf({ story: { totals } }: Explanation): string[] {
  const { steps, outside_steps, outside_calls, outside_nano, unpriced_steps, final_steps, replayed_steps } = totals;
  return [
    "Steps, calls, tokens and times are as logged. What a step does follows from its calls, and its whole cost goes with it. A wait for a person is inferred: the tool asks, a quick tool took five seconds or more, or a tool took that much longer than it reports.",
    ...(outside_steps > 0
      ? [
          `${counted(outside_steps, "step")} with ${counted(outside_calls, "call")} belong to no request and are in no share: ${money(outside_nano / 1e9)}.`,
        ]
      : []),
    ...(replayed_steps > 0 ? [`${counted(replayed_steps, "step")} repeat history of another transcript and have no times.`] : []),
    ...(unpriced_steps > 0 && unpriced_steps < steps ? [`${counted(unpriced_steps, "step")} without a price cost nothing here.`] : []),
    ...(final_steps < steps
      ? [`The output of ${counted(steps - final_steps, "step")} was logged while it was being written, so output and its cost are too low.`]
      : []),
  ];
}
