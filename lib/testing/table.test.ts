import { describe, expect, it } from "vitest";
import { table } from "../experiment.ts";

const ROWS = [
  { model: "a", steps: 3, tokens: [1] },
  { model: "b", steps: 1, tokens: [] },
];

describe("table", () => {
  it("takes a value from `of`, or else from the field of the same name", () => {
    const made = table(
      "t",
      ROWS,
      { model: { says: "Model" }, half: { of: ({ steps }) => steps / 2, says: "Half the steps", unit: "steps" } },
      { title: "T" },
    );
    expect(made.rows).toEqual([
      { model: "a", half: 1.5 },
      { model: "b", half: 0.5 },
    ]);
    expect(made.columns).toEqual([
      { name: "model", says: "Model", type: "text" },
      { name: "half", says: "Half the steps", unit: "steps", type: "number" },
    ]);
  });

  it.each(["missing", "tokens"])("refuses a column %s that the rows have no value for", (name) => {
    const columns: Parameters<typeof table>[2] = { [name]: { says: "?" } };
    expect(() => table("t", ROWS, columns, { title: "T" })).toThrow(
      `table t: the rows have no value called ${name}; give the column an \`of\``,
    );
  });
});
