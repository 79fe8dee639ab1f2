import { expect, it } from "vitest";
import { type StepLiteral, withPool } from "../testing/pool.ts";

/** Session, response, and what the details of the step's own trace say; null for a step without details. */
type Case = readonly [
  session: string,
  response: string | null,
  own?: { is_first_holder: boolean; first_holder_session_id: string } | null | undefined,
  provider?: string,
];

function step([session_id, response_id, own, provider = "claude"]: Case): StepLiteral {
  return { provider, session_id, ...(own === null ? {} : { details: { response_id, ...own } }) };
}

it.each<[string, Case[], [isCopy: boolean, holder: string][]]>([
  ["no details at all", [["a", null, null]], [[false, "a"]]],
  [
    "the first step in ingest order holds the response",
    [
      ["a", "r1"],
      ["b", "r1"],
      ["a", "r2"],
      ["c", "r1"],
    ],
    [
      [false, "a"],
      [true, "a"],
      [false, "a"],
      [true, "a"],
    ],
  ],
  [
    "a session may hold a response twice",
    [
      ["a", "r"],
      ["a", "r"],
    ],
    [
      [false, "a"],
      [true, "a"],
    ],
  ],
  [
    "providers do not share responses",
    [
      ["a", "r"],
      ["b", "r", undefined, "codex"],
    ],
    [
      [false, "a"],
      [false, "b"],
    ],
  ],
  [
    "steps without response and without details are their own",
    [
      ["a", null],
      ["b", null],
      ["c", null, null],
    ],
    [
      [false, "a"],
      [false, "b"],
      [false, "c"],
    ],
  ],
  [
    "two traces that each hold the response first hold it once together",
    [
      ["a", "r", { is_first_holder: true, first_holder_session_id: "a" }],
      ["b", "r", { is_first_holder: true, first_holder_session_id: "b" }],
    ],
    [
      [false, "a"],
      [true, "a"],
    ],
  ],
  [
    "a copy whose first holder is missing is counted",
    [["b", "r", { is_first_holder: false, first_holder_session_id: "a" }]],
    [[false, "b"]],
  ],
  [
    "without a response id the details decide",
    [
      ["a", null, { is_first_holder: true, first_holder_session_id: "a" }],
      ["b", null, { is_first_holder: false, first_holder_session_id: "a" }],
    ],
    [
      [false, "a"],
      [true, "a"],
    ],
  ],
])("%s", async (_, cases, expected) => {
  const rows = await withPool(cases.map(step), (pool) =>
    pool.rows<{ round_pk: number; is_copy: boolean; first_holder_session_id: string }>(
      "-- uses: response_copies\nSELECT round_pk, is_copy, first_holder_session_id FROM response_copies ORDER BY round_pk",
    ),
  );
  expect(rows).toEqual(expected.map(([is_copy, first_holder_session_id], i) => ({ round_pk: i + 1, is_copy, first_holder_session_id })));
});
