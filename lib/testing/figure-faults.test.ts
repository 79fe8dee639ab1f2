/** Figures that were once wrong or misleading: averages of opposites in titles, accuracy passed off as separation, another rule unsaid. */
import { beforeAll, expect, it } from "vitest";
import type { Pool } from "../db/open/pool.ts";
import { loadExperiments } from "../run/discover.ts";
import { at } from "../stats/known.ts";
import { samplePool, shownOn } from "./sample.ts";

/** Both are named, each with its number. */
const EACH_PROVIDER = /\d[^()]*\(Claude\).*\d[^()]*\(Codex\)/;

let sample: Pool;
beforeAll(async () => {
  sample = await samplePool();
});

it.each([
  ["human_in_the_loop/user_turn_decomposition", "user_turn_decomposition", { title: EACH_PROVIDER }],
  ["human_in_the_loop/user_turn_response_time", "user_turn_time_by_length", { title: EACH_PROVIDER }],
  ["session/total_input_growth", "total_input_reductions", { title: EACH_PROVIDER }],
  ["session/session_internal_counts", "session_internal_counts", { title: EACH_PROVIDER }],
  ["validation/e2e_formula_check", "e2e_formula", { title: EACH_PROVIDER }],
  ["llm_generation/append_vs_prefix_latency", "append_vs_prefix_normalized_overlap", { title: /^Balanced accuracy .* \(coin: 50%\)$/ }],
  ["llm_generation/adjusted_prefix_append", "adjusted_append_ranges", { spec: /cache_replay does so after all models/ }],
])("%s: %s", async (id, name, parts) => {
  const { figures } = await shownOn(sample, at(await loadExperiments([id]), 0));
  const figure = figures.find((each) => each.name === name);
  expect(figure, "drawn").toBeDefined();
  for (const [part, expected] of Object.entries(parts)) {
    // Subtitles are lists of lines.
    const text = part === "spec" ? JSON.stringify(figure?.spec).replaceAll('","', " ") : figure?.title;
    expect(text).toMatch(expected);
  }
});
