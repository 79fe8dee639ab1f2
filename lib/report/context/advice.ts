/** One sentence that a person can act on. */
import { countCompact, counted } from "../../format/counts.ts";
import { grouped, money, percent } from "../../format/numbers.ts";
import { ratio } from "../../stats/ratio.ts";
import { sumOf } from "../../stats/sum.ts";
import type { Source } from "../../trace/context.ts";
import type { ContextSummary, SourceAmount } from "./summary.ts";
import { shortTarget } from "./target.ts";

/** A result that costs this share of the input is worth naming. */
const LARGE = 0.05;

/** Null for a session whose contexts are empty. */
export function adviceOf(summary: ContextSummary): string | null {
  const [largest] = summary.sources;
  return largest ? SENTENCES[largest.source](summary, largest) : null;
}

const SENTENCES: Readonly<Record<Source, (summary: ContextSummary, amount: SourceAmount) => string>> = {
  session_base: (summary, amount) =>
    `What was in the context before anything was done, ${countCompact(amount.tokens)} tokens, ${costOf(summary, amount)}: ` +
    "remove the tools, MCP servers and instructions that this project doesn't need.",
  after_reset: (summary, amount) =>
    `What resets left in the context, ${countCompact(amount.tokens)} tokens in all, ${costOf(summary, amount)}: ` +
    "ask for a shorter summary, or begin a new session for a new task.",
  tool_result: resultAdvice,
  prior_output: (summary, amount) =>
    `What the model wrote, ${countCompact(amount.tokens)} tokens, ${costOf(summary, amount)}: ask for edits instead of whole files, and for shorter answers.`,
  user_message: (summary, amount) =>
    `Your messages, ${countCompact(amount.tokens)} tokens, ${costOf(summary, amount)}: name files and lines instead of pasting them.`,
  client_message: (summary, amount) =>
    `What hooks, notifications and other agents wrote, ${countCompact(amount.tokens)} tokens, ${costOf(summary, amount)}: make what hooks print shorter.`,
  unexplained: (summary, amount) => {
    const most = summary.session.steps.reduce((a, b) => (b.unexplained > a.unexplained ? b : a));
    return (
      `No event accounts for ${countCompact(amount.tokens)} tokens, ${costOf(summary, amount)}: look at step ${grouped(most.step)}, ` +
      `which added ${countCompact(most.unexplained)} of them, for images, attachments or reminders.`
    );
  },
};

function resultAdvice(summary: ContextSummary, amount: SourceAmount): string {
  const [tool] = summary.tools;
  const [piece] = summary.pieces;
  if (!tool || !piece) return `Tool results, ${countCompact(amount.tokens)} tokens, ${costOf(summary, amount)}: ask tools for less.`;
  const costs = { usd: piece.usd, tokens: piece.result.carried_tokens };
  if ((shareOf(summary, costs) ?? 0) < LARGE)
    return (
      `Results of ${tool.tool}, ${counted(tool.results, "result")} with ${countCompact(tool.tokens)} tokens, ${costOf(summary, tool)}: ` +
      "none of them costs much by itself, so limit what each call returns with filters, ranges and line limits."
    );
  const { step, tool: name, target, carried_tokens, ride_steps } = piece.result;
  const what = target === null ? "" : ` (${shortTarget(target)})`;
  const again = ride_steps === 0 ? "" : `, because ${counted(ride_steps, "later step")} read it again`;
  return (
    `The result of ${name} at step ${grouped(step)}${what}, ${countCompact(carried_tokens)} tokens, ${costOf(summary, costs)}${again}: ` +
    "read a part of it, or let a helper read it."
  );
}

type Cost = Pick<SourceAmount, "usd" | "tokens">;

/** `cost $1.20 (35% of the input)`, or without prices `took 35% of all tokens that entered`. */
function costOf(summary: ContextSummary, amount: Cost): string {
  const share = percent(shareOf(summary, amount));
  return amount.usd === null ? `took ${share} of all tokens that entered` : `cost ${money(amount.usd)} (${share} of the input)`;
}

function shareOf({ inputUsd, sources }: ContextSummary, { usd, tokens }: Cost): number | null {
  return usd === null || inputUsd === null
    ? ratio(
        tokens,
        sumOf(sources, (source) => source.tokens),
      )
    : ratio(usd, inputUsd);
}
