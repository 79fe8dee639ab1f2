/** Figures, by experiment, with a number in title or subtitle that can't be read off them on the sample. The list gets shorter only. */
export const TITLES_TO_FIX: Readonly<Record<string, readonly string[]>> = {
  "llm_generation/output_append_assignment": [
    "output_vs_next_append_scatter_min2000",
    "ranked_output_vs_next_append_min2000",
    "output_vs_prefix_gain_scatter_min2000",
    "ranked_output_vs_prefix_gain_min2000",
    "output_vs_next_append_scatter_min4000",
    "ranked_output_vs_next_append_min4000",
    "output_vs_prefix_gain_scatter_min4000",
    "ranked_output_vs_prefix_gain_min4000",
  ],
  "prefix_cache/human_idle_cache_counterfactual": ["human_idle_cache_counterfactual"],
};
