/** The counts of groups of sessions, by block of sessions. */
import type { ColumnsOf, Query } from "../../../lib/experiment.ts";
import { at } from "../../../lib/stats/known.ts";
import { sumOf } from "../../../lib/stats/sum.ts";
import { DIMENSIONS } from "./dimensions.ts";
import type { Group } from "./groups.ts";

/** Counts of a group of sessions in one dimension. */
export interface Side {
  readonly units: number;
  /** Sessions with units. */
  readonly sessions: number;
  readonly byBin: ReadonlyMap<string, number>;
}

interface BlockCounts {
  readonly stratum: string;
  readonly byBin: ReadonlyMap<string, number>;
}

export interface Cells extends Side {
  readonly blocks: readonly BlockCounts[];
}

/** What the query of units returns, column by column. */
export type UnitColumns = ColumnsOf<
  Query<{
    no: number;
    stratum: string;
    block: string;
    dimension: string;
    bin: number | null;
    name: string | null;
    units: number;
    sessions: number;
  }>
>;

const BINS = new Map(DIMENSIONS.map(({ name, bins }) => [name, bins]));

/** @returns the counts of one or several groups in a dimension */
export function cellsOf(columns: UnitColumns): (groups: readonly Group[], dimension: string) => Cells {
  const read = new Map<string, { sessions: number; blocks: Map<string, { stratum: string; byBin: Map<string, number> }> }>();
  for (let i = 0; i < columns.no.length; i++) {
    const [dimension, stratum, bin] = [at(columns.dimension, i), at(columns.stratum, i), columns.bin[i]];
    const key = keyOf(at(columns.no, i), dimension);
    const cells = read.get(key) ?? { sessions: 0, blocks: new Map() };
    const place = `${stratum}\0${at(columns.block, i)}`;
    const block = cells.blocks.get(place) ?? { stratum, byBin: new Map<string, number>() };
    block.byBin.set(columns.name[i] ?? BINS.get(dimension)?.[bin ?? 0] ?? String(bin), at(columns.units, i));
    cells.blocks.set(place, block);
    cells.sessions += at(columns.sessions, i);
    read.set(key, cells);
  }
  return (groups, dimension) => {
    const found = groups.flatMap(({ no }) => read.get(keyOf(no, dimension)) ?? []);
    const blocks = found.flatMap((cells) => [...cells.blocks.values()]);
    const byBin = new Map<string, number>();
    for (const block of blocks) for (const [bin, units] of block.byBin) byBin.set(bin, (byBin.get(bin) ?? 0) + units);
    return { sessions: sumOf(found, ({ sessions }) => sessions), units: sumOf([...byBin.values()], (units) => units), byBin, blocks };
  };
}

function keyOf(no: number, dimension: string): string {
  return `${no} ${dimension}`;
}
