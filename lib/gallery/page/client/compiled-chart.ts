import type { Spec } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { recordingLogger } from "../../../render/strictness.ts";

/** A Vega-Lite spec as Vega draws it, and what Vega-Lite says against it. @throws Error where it refuses */
export function compiledChart(spec: object): { readonly compiled: Spec; readonly complaints: readonly string[] } {
  const { logger, complaints } = recordingLogger();
  const { spec: compiled } = compile(spec as TopLevelSpec, { logger });
  return { compiled, complaints };
}
