/** For tests: many cases asked at once. */
import type { StepLiteral } from "./pool.ts";

/** The steps of cases `[what, steps, …]` whose rows don't influence each other, as one pool: the session of each is named like the case. */
export function asSessions(cases: readonly (readonly [what: string, steps: readonly StepLiteral[], ...rest: unknown[]])[]): StepLiteral[] {
  return cases.flatMap(([session_id, steps]) => steps.map((step) => ({ ...step, session_id })));
}
