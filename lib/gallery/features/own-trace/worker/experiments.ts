/** The experiments that the dashboard reads, and where the numbers of the home page come from. */
import costAnatomy from "../../../../../experiments/prefix_cache/cost_anatomy/experiment.ts";
import contexts from "../../../../../experiments/session/context_delta_attribution/experiment.ts";
import errorRecovery from "../../../../../experiments/tool_calls/error_recovery/experiment.ts";
import retryWaste from "../../../../../experiments/tool_calls/retry_waste/experiment.ts";
import outputBloat from "../../../../../experiments/tool_calls/tool_output_bloat/experiment.ts";
import costs from "../../../../../experiments/trace_facts/cost_over_time/experiment.ts";
import highlights from "../../../../../experiments/trace_facts/highlights/experiment.ts";
import overview from "../../../../../experiments/trace_facts/overview_summary/experiment.ts";
import integrity from "../../../../../experiments/validation/integrity/experiment.ts";
import type { Experiment } from "../../../../experiment.ts";

export const EXPERIMENTS: readonly Experiment[] = [
  overview,
  costs,
  highlights,
  contexts,
  costAnatomy,
  retryWaste,
  errorRecovery,
  outputBloat,
  integrity,
];
