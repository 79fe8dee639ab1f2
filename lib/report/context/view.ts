/** The context of a session as text for terminals. */
import { countCompact, counted } from "../../format/counts.ts";
import { durationCompact } from "../../format/durations.ts";
import { grouped, money, NONE, percent } from "../../format/numbers.ts";
import { ratio } from "../../stats/ratio.ts";
import { sumOf } from "../../stats/sum.ts";
import { SOURCE_NAMES, sourceTitle } from "../../trace/context.ts";
import type { Accounting } from "../../trace/readings.ts";
import { shortModel } from "../columns.ts";
import { type TextColumn, type TextRow, textTable } from "../layout.ts";
import { note, section, type TextLine, titleAndProject } from "../lines.ts";
import { adviceOf } from "./advice.ts";
import type { ContextStepRow } from "./read.ts";
import { type Addition, addedBy, type ContextSummary, type Piece } from "./summary.ts";
import { shortTarget } from "./target.ts";

export interface ContextOptions {
  /** Rows of each list. */
  readonly top: number;
  /** Whether to say how the numbers are made. */
  readonly explain: boolean;
  readonly accounting: Accounting;
}

/** As in the relation `chars_per_token`. */
const FEWEST_PAIRS = 30;
const MOST_TOOLS = 6;

/** @param width columns of the terminal; null for any number */
export function contextLines(summary: ContextSummary, options: ContextOptions, width: number | null): TextLine[] {
  const advice = adviceOf(summary);
  const most = summary.inputUsd === null ? "Largest" : "Most expensive";
  return [
    { kind: "title", text: titleOf(summary, options) },
    ...factsOf(summary).map(note),
    ...section("What filled the context", sourcesTable(summary, width)),
    ...section(`${most} additions`, additionsTable(summary.additions.slice(0, options.top), width)),
    ...section(`${most} tool results`, piecesTable(summary.pieces.slice(0, options.top), width)),
    ...section("Resets", resetsTable(summary, width)),
    ...(options.explain ? [{ kind: "heading" as const, text: "How the numbers are made" }, ...explanation(summary).map(note)] : []),
    { kind: "heading", text: "What these numbers are" },
    ...notesOf(summary).map(note),
    ...(advice === null ? [] : [{ kind: "advice" as const, text: advice }]),
  ];
}

function titleOf({ session: { sessionId, about } }: ContextSummary, { accounting }: ContextOptions): string {
  const named = titleAndProject(about);
  return `Context of ${[sessionId, ...named].join(", ")} (accounting: ${accounting})`;
}

function factsOf({ session: { steps }, peak, window, end, inputUsd, resets }: ContextSummary): string[] {
  const times = steps.flatMap(({ first_us, last_us }) => [first_us, last_us]).filter((us) => us !== null);
  const [first, last] = [times.reduce((a, b) => Math.min(a, b), Infinity), times.reduce((a, b) => Math.max(a, b), -Infinity)];
  const span = times.length === 0 ? "" : `, from ${minuteOf(first)} UTC, ${durationCompact((last - first) / 1e6)}`;
  const models = [...new Set(steps.map(({ model }) => shortModel(model)))].join(", ");
  const ofWindow =
    window === null
      ? ""
      : `, ${percent(ratio(peak.context_tokens, window.tokens))} of a window of ${countCompact(window.tokens)} (${window.basis === "logged" ? "logged" : "listed for the model"})`;
  const freed = sumOf(resets, ({ freed_tokens }) => freed_tokens);
  return [
    `${counted(steps.length, "step")} of ${models}${span}.`,
    `At most ${countCompact(peak.context_tokens)} tokens, at step ${grouped(peak.step)}${ofWindow}; ${countCompact(end.context_tokens)} at the end. ` +
      `${resets.length === 0 ? "No reset" : `${counted(resets.length, "reset")} freed ${countCompact(freed)}`}. ` +
      `${inputUsd === null ? "No step has a price." : `The input cost ${money(inputUsd)} at list prices.`}`,
  ];
}

function minuteOf(us: number): string {
  return new Date(us / 1000).toISOString().slice(0, 16).replace("T", " ");
}

const NUMBER = { align: "right" } as const;
const WHAT: TextColumn = { title: "What", align: "left", least: 12, leaveOut: 4, keep: "end" };

function sourcesTable({ sources, tools, inputUsd }: ContextSummary, width: number | null): readonly TextLine[] {
  const tokens = sumOf(sources, (source) => source.tokens);
  const columns: TextColumn[] = [
    { title: "Source", align: "left", least: 16 },
    { title: "Entered", ...NUMBER },
    { title: "Share", ...NUMBER },
    { title: "Cost", ...NUMBER },
    { title: "Share of cost", ...NUMBER },
    { title: "At the peak", ...NUMBER, leaveOut: 3 },
    { title: "At the end", ...NUMBER, leaveOut: 2 },
  ];
  const amounts = (amount: { readonly tokens: number; readonly usd: number | null }) => [
    countCompact(amount.tokens),
    percent(ratio(amount.tokens, tokens)),
    costText(amount.usd),
    amount.usd === null || inputUsd === null ? NONE : percent(ratio(amount.usd, inputUsd)),
  ];
  const toolRows = tools
    .slice(0, MOST_TOOLS)
    .map((tool): TextRow => ({ kind: "part", cells: [`  └─ ${tool.tool} (${grouped(tool.results)})`, ...amounts(tool), "", ""] }));
  const rows = sources.flatMap((source): TextRow[] => [
    {
      kind: "row",
      cells: [sourceTitle(source.source), ...amounts(source), countCompact(source.peakTokens), countCompact(source.endTokens)],
    },
    ...(source.source === "tool_result" ? toolRows : []),
  ]);
  return textTable(columns, rows, width).lines;
}

function additionsTable(additions: readonly Addition[], width: number | null): readonly TextLine[] {
  const columns: TextColumn[] = [
    { title: "Step", ...NUMBER },
    { title: "Request", ...NUMBER, leaveOut: 5 },
    { title: "Added", ...NUMBER },
    { title: "Mostly", align: "left", least: 12 },
    WHAT,
    { title: "Cost", ...NUMBER },
    { title: "Read again", ...NUMBER, leaveOut: 3 },
    { title: "Left at", align: "left", leaveOut: 2 },
  ];
  const rows = additions.map(
    ({ step, usd, leftAt, target }): TextRow => ({
      kind: "row",
      cells: [
        grouped(step.step),
        step.request_no === 0 ? NONE : grouped(step.request_no),
        countCompact(addedBy(step)),
        `${driverOf(step)} (${percent(ratio(step.driver_tokens, addedBy(step)))})`,
        target === null ? "" : shortTarget(target),
        costText(usd),
        counted(step.ride_steps, "time"),
        leftText(leftAt),
      ],
    }),
  );
  return rows.length === 0 ? [] : textTable(columns, rows, width).lines;
}

function driverOf({ driver, driver_tool }: ContextStepRow): string {
  return driver_tool ?? (driver === null ? NONE : SOURCE_NAMES[driver]);
}

function piecesTable(pieces: readonly Piece[], width: number | null): readonly TextLine[] {
  const columns: TextColumn[] = [
    { title: "Step", ...NUMBER },
    { title: "Tool", align: "left", least: 10 },
    WHAT,
    { title: "Tokens", ...NUMBER },
    { title: "Cost", ...NUMBER },
    { title: "Read again", ...NUMBER, leaveOut: 3 },
    { title: "Left at", align: "left", leaveOut: 2 },
  ];
  const rows = pieces.map(
    ({ result, usd, leftAt }): TextRow => ({
      kind: "row",
      cells: [
        grouped(result.step),
        result.tool + (result.is_error ? " (failed)" : ""),
        result.target === null ? "" : shortTarget(result.target),
        countCompact(result.carried_tokens),
        costText(usd),
        counted(result.ride_steps, "time"),
        leftText(leftAt),
      ],
    }),
  );
  return rows.length === 0 ? [] : textTable(columns, rows, width).lines;
}

function resetsTable({ resets, additions }: ContextSummary, width: number | null): readonly TextLine[] {
  const columns: TextColumn[] = [
    { title: "Step", ...NUMBER },
    { title: "Freed", ...NUMBER },
    { title: "Left in the context", ...NUMBER },
    { title: "Cost of that", ...NUMBER },
  ];
  const rows = resets.map((step): TextRow => {
    const usd = additions.find((addition) => addition.step === step)?.usd ?? null;
    return { kind: "row", cells: [grouped(step.step), countCompact(step.freed_tokens), countCompact(step.context_tokens), costText(usd)] };
  });
  return rows.length === 0 ? [] : textTable(columns, rows, width).lines;
}

function costText(usd: number | null): string {
  return usd === null ? "unpriced" : money(usd);
}

function leftText(leftAt: number | null): string {
  return leftAt === null ? "stayed" : `step ${grouped(leftAt)}`;
}

function explanation({ session: { charsPerToken, pairs }, oneReadUsd }: ContextSummary): string[] {
  const basis =
    pairs < FEWEST_PAIRS
      ? `the usual guess, as only ${counted(pairs, "pair")} of steps could be measured`
      : `measured on ${counted(pairs, "pair")} of steps`;
  return [
    "The context of a step is its input, cached or not. What it is larger by than that of the step before is allocated in this order: to what the model wrote there; " +
      `to tool results and messages, at ${grouped(charsPerToken, 2)} characters per token (${basis}); the rest is unexplained.`,
    "If results and messages need more tokens than the context grew by, each gets the same share of what is there.",
    "The billed input of a step is shared over the tokens of its context. A piece costs its shares from the step that sees it first to the next reset, or to the end. " +
      "So the costs of all sources add up to the input bill, also what had to be written to the cache again.",
    "A reset is a lasting drop of the context. A context that gets smaller otherwise keeps the same share of every piece.",
    ...(oneReadUsd === null
      ? []
      : [`Priced as one cache read each, without the first step, all that was added would cost ${money(oneReadUsd)}.`]),
  ];
}

function notesOf({ session, unpricedSteps }: ContextSummary): string[] {
  const { steps, charsPerToken, pairs, microCompactions, microFreedTokens } = session;
  const clipped = steps.filter((step) => step.clipped).length;
  const replayed = steps.filter((step) => step.is_replayed).length;
  return [
    "Contexts and costs of steps are exact; how growth is split is an estimate. --explain says how.",
    ...(unpricedSteps > 0 && unpricedSteps < steps.length ? [`${counted(unpricedSteps, "step")} without a price cost nothing here.`] : []),
    ...(pairs < FEWEST_PAIRS ? [`Characters per token can't be measured in this pool: ${grouped(charsPerToken)} is the usual guess.`] : []),
    ...(clipped > 0
      ? [`At ${counted(clipped, "step")} results and messages are longer than the context grew by: they were cut, or the ratio differs.`]
      : []),
    ...(microCompactions > 0
      ? [
          `${counted(microCompactions, "compaction")} cleared tool results only, ${countCompact(microFreedTokens)} tokens as logged. Costs take it that everything shrank alike.`,
        ]
      : []),
    ...(replayed > 0 ? [`${counted(replayed, "step")} repeat history of another transcript; what was delivered to them isn't known.`] : []),
  ];
}
