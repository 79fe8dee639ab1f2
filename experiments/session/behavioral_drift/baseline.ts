/** Fingerprints of an earlier run, as `fingerprints.csv` has them. */
import type { GivenFile } from "../../../lib/experiment.ts";
import { UserError } from "../../../lib/files/errors.ts";
import { csvRows } from "../../../lib/trace/csv-rows.ts";
import { DIMENSIONS } from "./dimensions.ts";

export interface BaselineSide {
  readonly sessions: number;
  readonly units: number;
  readonly byBin: ReadonlyMap<string, number>;
}

/** By group and dimension. */
export type Baseline = ReadonlyMap<string, ReadonlyMap<string, BaselineSide>>;

export const FINGERPRINT_COLUMNS = ["group", "dimension", "bin", "sessions", "units", "share"] as const;

/** @throws UserError that names file and line, for a file that is not one */
export function parseBaseline({ name: file, text }: GivenFile): Baseline {
  const baseline = new Map<string, Map<string, BaselineSide>>();
  for (const { line, cells } of csvRows(text, file, FINGERPRINT_COLUMNS)) {
    const place = `${file}, line ${line}`;
    const { group, bin, dimension } = cells;
    if (!DIMENSIONS.some(({ name }) => name === dimension))
      throw new UserError(`${place} has the dimension ${JSON.stringify(dimension)}; give a fingerprints.csv that this program wrote.`);
    const [sessions, units] = [countIn(cells.sessions, "sessions", place), countIn(cells.units, "units", place)];
    const sides = baseline.get(group) ?? new Map<string, BaselineSide>();
    const side = sides.get(dimension) ?? { sessions, units: 0, byBin: new Map<string, number>() };
    sides.set(dimension, { sessions, units: side.units + units, byBin: new Map([...side.byBin, [bin, units]]) });
    baseline.set(group, sides);
  }
  return baseline;
}

function countIn(text: string, column: string, place: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new UserError(`${place} has ${column} ${JSON.stringify(text)}; write a whole number.`);
}
