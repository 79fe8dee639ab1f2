/** A made-up session whose pauses show what an expired cache costs. */
import { Pcg64 } from "../../../lib/stats/pcg64.ts";

export type MadeUpStep = ReturnType<typeof madeUpSession>[number];

/** The step that ends each pause, and the space that the pause takes on the figure. */
export const PAUSES = [
  { before: 18, room: 3.1, expires: false },
  { before: 37, room: 4.8, expires: true },
] as const;

const STEPS = 57;
const SEED = 20_250_613;
const START_TOKENS = 6500;
/** Tokens that a step adds, drawn uniformly from these ranges. */
const USER_TOKENS = [3000, 4200] as const;
const TOOL_TOKENS = [1100, 2400] as const;

/** The same 57 steps each time. A miss reads everything at full price; the total grows as usual. */
export function madeUpSession() {
  const random = new Pcg64(SEED);
  let total = START_TOKENS;
  return Array.from({ length: STEPS }, (_, step) => {
    const isUser = step === 0 || PAUSES.some(({ before }) => before === step);
    const isTimeoutMiss = PAUSES.some(({ before, expires }) => before === step && expires);
    const [low, high] = isUser ? USER_TOKENS : TOOL_TOKENS;
    const prefix = isTimeoutMiss ? 0 : total;
    total += low + (high - low) * random.nextDouble();
    // On the figure a step is at its number plus the space for the pauses before it.
    return { step, x: step + roomBefore(step), prefix, append: total - prefix, total, isUser, isTimeoutMiss };
  });
}

function roomBefore(step: number): number {
  return PAUSES.filter(({ before }) => before <= step).reduce((sum, { room }) => sum + room, 0);
}
