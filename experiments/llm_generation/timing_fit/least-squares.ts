/**
 * Least squares for tall systems. The rows are folded block by block into a small triangular system by Householder
 * reflections (Golub & Van Loan, Matrix Computations, 5.2), which keeps the singular values and does not square the
 * condition number as normal equations would.
 */
import { Matrix, QrDecomposition, SingularValueDecomposition } from "ml-matrix";
import { at } from "../../../lib/stats/known.ts";

const ROWS_PER_BLOCK = 256;

export interface LeastSquaresProblem {
  readonly rows: number;
  readonly unknowns: number;
  /** Number of right-hand sides. */
  readonly targets: number;
  /** Coefficients of one row, then its right-hand sides: `unknowns + targets` finite numbers. */
  readonly rowAt: (row: number) => readonly number[];
}

export interface LeastSquaresSolution {
  /** One list for each right-hand side, of `unknowns` numbers. Where the solution is not unique, the shortest. */
  readonly solutions: readonly (readonly number[])[];
  /** Singular values above eps · max(rows, unknowns) times the largest. */
  readonly rank: number;
  /** Largest over smallest singular value; null when the smallest is 0. */
  readonly conditionNumber: number | null;
}

export function leastSquares(problem: LeastSquaresProblem): LeastSquaresSolution {
  const { rows, unknowns, targets } = problem;
  const folded = foldedRows(problem);
  const filled = indices(unknowns).filter((column) => folded.getColumn(column).some((entry) => entry !== 0));
  if (filled.length === 0) return { solutions: indices(targets).map(() => zeros(unknowns)), rank: 0, conditionNumber: null };
  // A column of zeros takes no part: its unknown is exactly 0 in the shortest solution.
  const triangle = upperTriangle(folded.subMatrixColumn([...filled, ...indices(targets).map((target) => unknowns + target)]));
  const coefficients = triangle.subMatrix(0, filled.length - 1, 0, filled.length - 1);
  const decomposition = new SingularValueDecomposition(coefficients);
  const largest = Math.max(...decomposition.diagonal);
  const smallest = filled.length < unknowns ? 0 : Math.min(...decomposition.diagonal);
  const cutoff = Number.EPSILON * Math.max(rows, unknowns) * largest;
  const rank = decomposition.diagonal.filter((value) => value > cutoff).length;
  const solve = rank === filled.length ? backSubstitution(coefficients) : minimumNorm(decomposition, cutoff);
  const solutions = indices(targets).map((target) => {
    const side = triangle.getColumn(filled.length + target).slice(0, filled.length);
    return placed(solve(side), filled, unknowns);
  });
  return { solutions, rank, conditionNumber: smallest > 0 ? largest / smallest : null };
}

/** The triangle with the same solutions and singular values as all rows. */
function foldedRows({ rows, unknowns, targets, rowAt }: LeastSquaresProblem): Matrix {
  const width = unknowns + targets;
  let triangle = Matrix.zeros(width, width);
  for (let from = 0; from < rows; from += ROWS_PER_BLOCK) {
    const block = Array.from({ length: Math.min(ROWS_PER_BLOCK, rows - from) }, (_, i) => [...rowAt(from + i)]);
    triangle = upperTriangle(new Matrix([...triangle.to2DArray(), ...block]));
  }
  return triangle;
}

function upperTriangle(matrix: Matrix): Matrix {
  return new QrDecomposition(matrix).upperTriangularMatrix;
}

function backSubstitution(triangle: Matrix): (side: readonly number[]) => number[] {
  return (side) => {
    const solution = [...side];
    for (let i = solution.length - 1; i >= 0; i--) {
      let rest = at(solution, i);
      for (let j = i + 1; j < solution.length; j++) rest -= triangle.get(i, j) * at(solution, j);
      solution[i] = rest / triangle.get(i, i);
    }
    return solution;
  };
}

/** The shortest solution: directions that the rows do not determine are left out. */
function minimumNorm(decomposition: SingularValueDecomposition, cutoff: number): (side: readonly number[]) => number[] {
  const { leftSingularVectors: left, rightSingularVectors: right, diagonal } = decomposition;
  return (side) => {
    let solution = zeros(side.length);
    for (const [k, value] of diagonal.entries()) {
      if (value <= cutoff) continue;
      const along = side.reduce((sum, entry, i) => sum + entry * left.get(i, k), 0) / value;
      solution = solution.map((entry, i) => entry + right.get(i, k) * along);
    }
    return solution;
  };
}

/** The values at these positions of a list of zeros. */
function placed(values: readonly number[], positions: readonly number[], length: number): number[] {
  const list = zeros(length);
  for (const [i, position] of positions.entries()) list[position] = at(values, i);
  return list;
}

function indices(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

function zeros(count: number): number[] {
  return new Array<number>(count).fill(0);
}
