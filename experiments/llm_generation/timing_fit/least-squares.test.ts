import fc from "fast-check";
import { Matrix, SVD } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { leastSquares } from "./least-squares.ts";

const solve = (rows: readonly (readonly number[])[], unknowns: number) =>
  leastSquares({ rows: rows.length, unknowns, targets: (rows[0]?.length ?? unknowns) - unknowns, rowAt: (i) => rows[i] ?? [] });

describe("leastSquares", () => {
  it.each<[what: string, rows: number[][], unknowns: number, solutions: number[][], rank: number, condition: number | null]>([
    [
      "a line through its points",
      [
        [1, 0, 1],
        [1, 1, 3],
        [1, 2, 5],
      ],
      2,
      [[1, 2]],
      2,
      null,
    ],
    [
      "the mean",
      [
        [1, 2],
        [1, 4],
      ],
      1,
      [[3]],
      1,
      1,
    ],
    [
      "two right-hand sides",
      [
        [2, 0, 2, 4],
        [0, 4, 8, 4],
      ],
      2,
      [
        [1, 2],
        [2, 1],
      ],
      2,
      2,
    ],
    [
      "a column of zeros",
      [
        [1, 0, 5],
        [1, 0, 7],
      ],
      2,
      [[6, 0]],
      1,
      null,
    ],
    [
      "equal columns, shared evenly",
      [
        [1, 1, 2],
        [2, 2, 4],
        [3, 3, 6],
      ],
      2,
      [[1, 1]],
      1,
      null,
    ],
    ["fewer rows than unknowns, the shortest", [[3, 4, 25]], 2, [[3, 4]], 1, null],
  ])("of %s", (_what, rows, unknowns, solutions, rank, condition) => {
    const found = solve(rows, unknowns);
    expect(found.rank).toBe(rank);
    for (const [i, solution] of solutions.entries())
      for (const [j, value] of solution.entries()) expect(found.solutions[i]?.[j]).toBeCloseTo(value, 12);
    if (condition !== null) expect(found.conditionNumber).toBeCloseTo(condition, 12);
  });

  it("keeps solutions and singular values over many blocks", () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 700 }), fc.integer({ min: 1, max: 1000 }), (n, salt) => {
        const rows = Array.from({ length: n }, (_, i) => [1, Math.sin(i * salt), Math.cos(i * 3 + salt) * 100, ((i * salt) % 17) - 8]);
        const { solutions, conditionNumber } = solve(rows, 3);
        const svd = new SVD(new Matrix(rows.map((row) => row.slice(0, 3))));
        const [largest = 0, , smallest = 0] = svd.diagonal;
        // Beyond, two correct methods may differ in more than rounding.
        if (largest > 1e4 * smallest) return;
        const direct = svd.solve(Matrix.columnVector(rows.map((row) => row[3] as number))).to1DArray();
        const size = Math.max(1, ...direct.map(Math.abs));
        for (const [i, value] of direct.entries()) expect((solutions[0]?.[i] ?? Number.NaN) / size).toBeCloseTo(value / size, 8);
        expect((conditionNumber ?? 0) / (largest / smallest)).toBeCloseTo(1, 8);
      }),
      { numRuns: 25 },
    );
  });
});
