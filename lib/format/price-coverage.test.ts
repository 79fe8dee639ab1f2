import { describe, expect, it } from "vitest";
import { type PricedSteps, priceCoverage } from "./price-coverage.ts";

const listed: PricedSteps = { basis: "listed", steps: 475, tokens: 5e6, usd: 17.5 };
const guessed: PricedSteps = { basis: "family", steps: 12, tokens: 1.1e6, usd: 0.41 };
const own: PricedSteps = { basis: "override", steps: 3, tokens: 20_000, usd: 0.0042 };
const unpriced: PricedSteps = { basis: null, steps: 40, tokens: 1.2e6, usd: 0 };

describe("the coverage of prices", () => {
  it.each<[string, PricedSteps[], string | null]>([
    [
      "of everything",
      [listed, guessed, own, unpriced],
      "490 of 530 steps have a price; 12 by a guess from the model's family (1.1M tokens, $0.41), 3 at your own rate (20.0K tokens, $0.0042); 1.2M tokens unpriced",
    ],
    ["with steps that have none", [listed, unpriced], "475 of 515 steps have a price; 1.2M tokens unpriced"],
    ["with guesses", [listed, guessed], "487 of 487 steps have a price; 12 by a guess from the model's family (1.1M tokens, $0.41)"],
    ["of several models", [guessed, guessed], "24 of 24 steps have a price; 24 by a guess from the model's family (2.2M tokens, $0.82)"],
    ["of nothing priced", [unpriced], "0 of 40 steps have a price; 1.2M tokens unpriced"],
    ["at list prices only", [listed], null],
    ["of no steps", [], null],
  ])("%s", (_, groups, expected) => expect(priceCoverage(groups)).toBe(expected));
});
