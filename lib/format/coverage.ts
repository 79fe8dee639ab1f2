import type { Coverage } from "../experiment.ts";
import { grouped } from "./numbers.ts";

/** `2,413 of 5,453 calls; the rest report 0 ms.` or, of all that there are, `5,453 calls.`; sentences stay as they are. */
export function coverageText(coverage: Coverage | string): string {
  if (typeof coverage === "string") return coverage;
  const { shown, of, what, rest } = coverage;
  if (shown === of) return `${grouped(of)} ${what}.`;
  return `${grouped(shown)} of ${grouped(of)} ${what}${rest === undefined ? "" : `; the rest ${rest}`}.`;
}
