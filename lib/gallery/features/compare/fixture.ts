/** A small comparison, for tests. */

/** The first provider has twice the steps of the others and the higher values. */
export function comparisonDocument(providers: readonly string[]) {
  const row = (id: string, direction: string, text: (at: number) => string, unit = "tokens/s") => ({
    id,
    label: `Label of ${id}`,
    formula: "Sum of prefix tokens.",
    unit,
    direction,
    experiment: "prefix_cache/cache_hit_ratio",
    values: providers.map((provider, at) => ({ provider, raw: { value: 1 - at / 10 }, text: text(at) })),
    better: direction === "none" || providers.length < 2 ? null : providers[0],
  });
  return {
    providers: providers.map((provider, at) => ({
      provider,
      title: provider,
      steps: at === 0 ? 200 : 100,
      prices: "9 of 10 steps have a price",
    })),
    steps: 100 * (providers.length + 1),
    groups: [
      {
        id: "prefix_cache",
        title: "Prefix cache",
        rows: [
          row("hit_rate", "up", (at) => `${100 - 10 * at}.0%`, "share"),
          row("speed", "up", (at) => `${100 - 10 * at} tokens/s`),
          row("window", "none", () => "Nov 1 2025 – Jul 24 2026"),
          row("missing", "none", () => "—"),
        ],
      },
    ],
  };
}
