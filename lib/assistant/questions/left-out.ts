/** What an answer was not made of, in sentences. */
import { counted } from "../../format/counts.ts";
import { grouped } from "../../format/numbers.ts";

/** What can be counted as left out, as `question.md` names it, with the words around the counts. */
const KINDS = {
  "unpriced steps": { of: "steps", says: "have no known price and are not in the cost" },
  "undated steps": { of: "steps", says: "have no time" },
  "unfinished output": { of: "steps", says: "were logged while their output was streaming; their output tokens are too low or left out" },
  "unmeasured calls": { of: "calls", says: "have no measured time" },
  "unknown outcomes": { of: "calls", says: "have no logged outcome" },
} as const satisfies Record<string, { readonly of: "steps" | "calls"; readonly says: string }>;

export type Measured = keyof typeof KINDS;
export const MEASURED: readonly Measured[] = Object.keys(KINDS).filter((name): name is Measured => name in KINDS);

/** Counts of `coverage.sql`. */
export interface Coverage extends Readonly<Record<Measured, number>> {
  readonly pool_steps: number;
  readonly steps: number;
  readonly calls: number;
  readonly first_us: number | null;
  readonly last_us: number | null;
  readonly pool_first_us: number | null;
  readonly pool_last_us: number | null;
}

/** Where nothing was found, the days on which there is something. */
function daysOf({ steps, pool_first_us, pool_last_us }: Coverage): string {
  if (steps > 0 || pool_first_us === null || pool_last_us === null) return "";
  const [first, last] = [pool_first_us, pool_last_us].map((us) => new Date(us / 1000).toISOString().slice(0, 10));
  return ` The steps of this pool are from ${first} to ${last}.`;
}

/** @param hidden rows of the answer beyond those asked for */
export function leftOutOf(kinds: readonly Measured[], coverage: Coverage, hidden: number): string[] {
  const chosen = coverage.pool_steps - coverage.steps;
  return [
    ...(chosen > 0
      ? [`${grouped(chosen)} of ${counted(coverage.pool_steps, "step")} are outside of what was asked.${daysOf(coverage)}`]
      : []),
    ...kinds.flatMap((kind) => {
      const { of, says } = KINDS[kind];
      const unit = of === "steps" ? "step" : "tool call";
      return coverage[kind] > 0 ? [`${grouped(coverage[kind])} of ${counted(coverage[of], unit)} ${says}.`] : [];
    }),
    ...(hidden > 0 ? [`${counted(hidden, "more row")} ${hidden === 1 ? "is" : "are"} not shown; raise top to see more.`] : []),
  ];
}
