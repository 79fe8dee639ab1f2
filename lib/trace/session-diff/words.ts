/** Where two sessions part, in sentences. Runs in browsers, too. */
import { grouped, percent } from "../../format/numbers.ts";
import { known } from "../../stats/known.ts";
import { type ComparedCall, type ComparedRequest, callsOf, type Divergence, requestAt, type SessionComparison } from "./compare.ts";

/** A session of a comparison. */
export interface NamedRequests {
  /** `a` to `d`. */
  readonly letter: string;
  readonly requests: readonly ComparedRequest[];
}

export function upper({ letter }: Pick<NamedRequests, "letter">): string {
  return letter.toUpperCase();
}

/** Where they part, how many calls go together, and how the tools differ. */
export function partingTexts(a: NamedRequests, other: NamedRequests, comparison: SessionComparison): string[] {
  const { divergence, editSimilarity, toolMixBits } = comparison;
  const both = `${upper(a)} and ${upper(other)}`;
  return [
    divergenceText(a, other, divergence),
    ...(editSimilarity === null
      ? []
      : [`${percent(editSimilarity)} of the calls of ${both} go together, in order, by what the tools are for.`]),
    ...(toolMixBits === null
      ? []
      : [`The tools of ${both} differ by ${grouped(toolMixBits, 2)} bits (0: the same tools in the same shares; 1: no tool in common).`]),
  ];
}

/** The first difference, in a sentence. */
export function divergenceText(a: NamedRequests, other: NamedRequests, divergence: Divergence | null): string {
  if (divergence === null) return "Nowhere: all requests make calls of the same kinds, with the same outcomes.";
  const [left, right] = [requestAt(a, divergence.a), requestAt(other, divergence.b)];
  if (!left || !right) return `${requestText(left ? a : other, known(left ?? right))} has no counterpart in ${upper(left ? other : a)}.`;
  const before = Math.max(...[divergence.callA, divergence.callB].map((call, i) => (call ?? 0) - (i === 0 ? left : right).firstCall));
  const same =
    before === 0
      ? ""
      : `${before === 1 ? "the first call is" : `the first ${grouped(before)} calls are`} of the same kind and outcome; then `;
  const [ofA, ofB] = [callText(a, left, divergence.callA), callText(other, right, divergence.callB)];
  return `In ${requestText(a, left, false)} and ${requestText(other, right, false)}, ${same}${ofA}, and ${ofB}.`;
}

function requestText(side: NamedRequests, { request }: ComparedRequest, begins = true): string {
  if (request === 0) return `${begins ? "What" : "what"} is before the first request of ${upper(side)}`;
  return `${begins ? "Request" : "request"} ${grouped(request)} of ${upper(side)}`;
}

function callText(side: NamedRequests, request: ComparedRequest, call: number | null): string {
  if (call === null) return `${upper(side)} makes no ${callsOf([request]).length === 0 ? "call" : "more calls"}`;
  const { tool, failed } = known(callsOf([request])[call - request.firstCall]);
  return `${upper(side)} calls ${tool} (call ${grouped(call)}, ${outcomeText(failed)})`;
}

function outcomeText(failed: ComparedCall["failed"]): string {
  if (failed === null) return "outcome unknown";
  return failed ? "failed" : "worked";
}
