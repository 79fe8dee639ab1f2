import { describe, expect, it } from "vitest";
import { UserError } from "../../files/errors.ts";
import { listRates } from "./listed.ts";
import { parsePriceOverrides, withOverrides } from "./overrides.ts";
import type { PricedAs } from "./rate.ts";

function parse(content: unknown) {
  return parsePriceOverrides(typeof content === "string" ? content : JSON.stringify(content), "my.json");
}

/** From, to, basis, and input and output in USD per million tokens. */
function merged(exact: object, step: PricedAs) {
  const prices = withOverrides(listRates(), parse({ exact }));
  return prices(step).map(({ from, to, basis, tokens }) => [from, to, basis, tokens.input / 1e6, tokens.output / 1e6]);
}

const SOL = { provider: "codex", model: "gpt-5.6-sol" };
const RESERVE = { provider: "codex", model: "gpt-reserve" };
const row = { outputPerM: 1, source: "us" };

describe("rates of the user", () => {
  it.each<[string, object, PricedAs, unknown[][]]>([
    [
      "replace single ones at all times",
      { "codex:gpt-5.6-sol": row },
      SOL,
      [
        [null, "2026-08-21", "override", 5, 1],
        ["2026-08-21", null, "override", 4, 1],
      ],
    ],
    [
      "hold for their time",
      { "codex:gpt-5.6-sol": { ...row, from: "2026-08-01", to: "2026-09-01" } },
      SOL,
      [
        [null, "2026-08-01", "listed", 5, 30],
        ["2026-08-01", "2026-08-21", "override", 5, 1],
        ["2026-08-21", "2026-09-01", "override", 4, 1],
        ["2026-09-01", null, "listed", 4, 20],
      ],
    ],
    [
      "may be a list, one row per time",
      {
        "codex:gpt-reserve": [
          { ...row, inputPerM: 2, to: "2026-05-01" },
          { ...row, inputPerM: 3, from: "2026-05-01" },
        ],
      },
      RESERVE,
      [
        [null, "2026-05-01", "override", 2, 1],
        ["2026-05-01", null, "override", 3, 1],
      ],
    ],
    ["leave other models alone", { "codex:gpt-5.4": row }, RESERVE, []],
    [
      "leave other services alone",
      { "codex:gpt-5.6-sol": row },
      { ...SOL, serviceTier: "flex" },
      [
        [null, "2026-08-21", "listed", 2.5, 15],
        ["2026-08-21", null, "listed", 2, 10],
      ],
    ],
    [
      "hold for the service that they name",
      { "codex:gpt-5.3-codex": { ...row, inputPerM: 3.5, service: "priority" } },
      { provider: "codex", model: "gpt-5.3-codex", serviceTier: "fast" },
      [[null, null, "override", 3.5, 1]],
    ],
  ])("%s", (_, exact, step, expected) => expect(merged(exact, step)).toEqual(expected));

  it("hold at all context lengths and name both sources", () => {
    const [rate] = withOverrides(listRates(), parse({ exact: { "codex:gpt-5.4": row } }))({ provider: "codex", model: "gpt-5.4" });
    expect(rate?.longContext.map(({ tokens }) => [tokens.input, tokens.output])).toEqual([[5e6, 1e6]]);
    expect(rate?.source).toMatch(/^us; the rest: @pydantic/);
  });

  it("of a model that no list has: reads and writes cost what input does unless given", () => {
    const prices = withOverrides(listRates(), parse({ exact: { "codex:gpt-reserve": { ...row, inputPerM: 2, cachedInputPerM: 0.2 } } }));
    expect(prices(RESERVE)[0]).toMatchObject({ source: "us", tokens: { cacheRead: 2e5, cacheWrite5m: 2e6, cacheWrite1h: 2e6 } });
  });

  it("of a model that no list has must be complete", () => {
    const prices = withOverrides(listRates(), parse({ exact: { "codex:gpt-reserve": row } }));
    expect(() => prices(RESERVE)).toThrow('my.json: row "codex:gpt-reserve" has no inputPerM, and no list has one for this model; add it.');
  });
});

describe("a wrong file", () => {
  const only = (value: unknown) => ({ exact: { "claude:m": value } });
  it.each<[string, unknown, RegExp]>([
    ["not JSON", "{", /^my\.json is not JSON \(.+\); correct it there\.$/],
    ["a list", [], /^my\.json has no object "exact"; write \{ "exact"/],
    ["families", { exact: {}, family: [] }, /^my\.json has the key "family"; name each model under "exact" and remove the key\.$/],
    ["no provider", { exact: { m: row } }, /^my\.json: row "m" is not "provider:model", such as/],
    ["a number for a row", only(5), /^my\.json: row "claude:m" is 5; write an object/],
    ["a number in a list of rows", only([row, 5]), /^my\.json: row "claude:m" \(2\) is 5; /],
    ["an unknown key", only({ ...row, input: 5 }), /row "claude:m" has the key "input"; use inputPerM, .*, to\.$/],
    ["no source", only({ outputPerM: 1 }), /row "claude:m" has source missing; write where the rate comes from\.$/],
    ["an empty source", only({ ...row, source: " " }), /has source " "; /],
    ["no rate", only({ source: "us" }), /has no rate; give at least one of inputPerM, /],
    ["text for a rate", only({ ...row, inputPerM: "5" }), /has inputPerM "5"; write USD per million tokens as a number from 0 to 10000\.$/],
    ["a negative rate", only({ ...row, inputPerM: -1 }), /has inputPerM -1; /],
    ["a rate beyond all", only({ ...row, inputPerM: 1e9 }), /has inputPerM 1000000000; /],
    ["too many decimals", only({ ...row, inputPerM: 0.0000001 }), /has inputPerM 1e-7; round it to six decimals\.$/],
    ["another service", only({ ...row, service: "slow" }), /has service "slow"; use standard, fast, /],
    ["a day that doesn't exist", only({ ...row, from: "2026-02-30" }), /has from "2026-02-30"; write a day such as "2026-08-21"\.$/],
    ["a day as a number", only({ ...row, to: 2026 }), /has to 2026; write a day/],
    [
      "days in the wrong order",
      only({ ...row, from: "2026-05-02", to: "2026-05-02" }),
      /has to "2026-05-02", which is not after from "2026-05-02"; /,
    ],
  ])("with %s", (_, content, message) => {
    expect(() => parse(content)).toThrow(UserError);
    expect(() => parse(content)).toThrow(message);
  });
});
