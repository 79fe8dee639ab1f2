/** How many steps have each context and value: the cells of the figure. */
import { type QueryContext, query, type RowOf } from "../../../lib/experiment.ts";
import type { Options, Speeds } from "./measure.ts";

/** Lower end of the axes, which are logarithmic; slower steps are drawn there. */
export const LEAST_VALUE = 0.1;
/** Per doubling of the context, and per factor of ten of the value. */
export const CELLS = { perDoubling: 4, perDecade: 10 } as const;

export const KINDS = ["speed", "decode", "first token"] as const;
export type Kind = (typeof KINDS)[number];

const STEPS_OF_CELLS = query("cells.sql", { kind: KINDS, provider: "text", place: "number", height: "number", steps: "number" });
export type Cell = RowOf<typeof STEPS_OF_CELLS>;

export function readCells(db: QueryContext, { params }: Speeds, options: Options): Promise<Cell[]> {
  const tops = KINDS.map((kind) => ({ kind, top: topOf(kind, options), cells: cellsUpTo(topOf(kind, options)) }));
  return db.rows(STEPS_OF_CELLS, {
    ...params,
    least_context: options.minContextTokens,
    per_doubling: CELLS.perDoubling,
    least_value: LEAST_VALUE,
    tops: JSON.stringify(tops),
  });
}

/** Value at the upper end of the axis. */
export function topOf(kind: Kind, options: Options): number {
  const tops = {
    speed: options.maxSpeedTokensPerSecond,
    decode: options.maxPureDecodeTokensPerSecond,
    "first token": options.maxTtftSeconds,
  };
  return tops[kind];
}

/** Number of cells from the lower end of the axis to `top`. */
export function cellsUpTo(top: number): number {
  return Math.ceil(Math.log10(top / LEAST_VALUE) * CELLS.perDecade);
}
