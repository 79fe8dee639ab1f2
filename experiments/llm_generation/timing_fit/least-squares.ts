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
  /** Coefficients of one row, then its right-hand sides: `unknowns + targets` finite numbers, in a list that it may use again. */
  readonly rowAt: (row: number) => ArrayLike<number>;
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
  /** By column: the triangle above, a block of rows below it. */
  const columns = indices(width).map(() => new Float64Array(width + ROWS_PER_BLOCK));
  for (let from = 0; from < rows; from += ROWS_PER_BLOCK) {
    const count = Math.min(ROWS_PER_BLOCK, rows - from);
    for (let i = 0; i < count; i++) {
      const row = rowAt(from + i);
      for (let column = 0; column < width; column++) at(columns, column)[width + i] = row[column] ?? Number.NaN;
    }
    for (let k = 0; k < width; k++) reflect(columns, k, width + count);
  }
  return new Matrix(indices(width).map((row) => columns.map((column) => at(column, row))));
}

/** Turns the rows of the block and row k so that in column k only row k is left. The other rows of the triangle are 0 there. */
function reflect(columns: readonly Float64Array[], k: number, end: number): void {
  const width = columns.length;
  const pivot = at(columns, k);
  const top = at(pivot, k);
  const norm = Math.sqrt(top * top + dot(pivot, pivot, width, end));
  if (norm === 0) return;
  const left = top >= 0 ? -norm : norm;
  const head = top - left;
  for (let j = k + 1; j < width; j++) {
    const column = at(columns, j);
    const factor = (head * at(column, k) + dot(pivot, column, width, end)) / (left * head);
    column[k] = at(column, k) + factor * head;
    for (let i = width; i < end; i++) column[i] = (column[i] ?? 0) + factor * (pivot[i] ?? 0);
  }
  pivot[k] = left;
}

function dot(a: Float64Array, b: Float64Array, from: number, end: number): number {
  let sum = 0;
  for (let i = from; i < end; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
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
