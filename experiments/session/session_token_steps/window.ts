/** The stretch of a session that is drawn when the session is too long for one figure. */
import { type Step, totalInput } from "./steps.ts";

/**
 * 0-based start of the `length` consecutive steps that show most: most user messages, then the largest context,
 * then most tool results, then the earliest. 0 when everything fits.
 */
export function bestWindowStart(steps: readonly Step[], length: number): number {
  let best = { start: 0, merits: meritsOf(steps.slice(0, length)) };
  for (let start = 1; start + length <= steps.length; start++) {
    const merits = meritsOf(steps.slice(start, start + length));
    if (isBetter(merits, best.merits)) best = { start, merits };
  }
  return best.start;
}

function meritsOf(window: readonly Step[]): number[] {
  const users = window.filter((step) => step.hasUserMessage).length;
  const tools = window.filter((step) => step.hasToolResult).length;
  const context = window.reduce((largest, step) => Math.max(largest, totalInput(step)), 0);
  return [users, context, tools];
}

/** Lexicographic: the first merit that differs decides. */
function isBetter(merits: readonly number[], than: readonly number[]): boolean {
  const decisive = merits.findIndex((merit, i) => merit !== than[i]);
  return decisive >= 0 && (merits[decisive] as number) > (than[decisive] as number);
}
