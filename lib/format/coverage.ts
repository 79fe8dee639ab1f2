import type { Coverage } from "../experiment.ts";
import { grouped } from "./numbers.ts";

/** `2,413 of 5,453 calls; the rest report 0 ms.` or, of all that there are, `5,453 calls.`, `1 call.`; sentences stay as they are. */
export function coverageText(coverage: Coverage | string): string {
  if (typeof coverage === "string") return coverage;
  const { shown, of, what, rest } = coverage;
  if (shown === of) return `${grouped(of)} ${of === 1 ? singular(what) : what}.`;
  return `${grouped(shown)} of ${grouped(of)} ${what}${rest === undefined ? "" : `; the rest ${rest}`}.`;
}

/** `pairs of steps` as `pair of steps`. */
function singular(what: string): string {
  return what.replace(/s\b/, "");
}
