/**
 * The five-hour windows in which subscriptions count use, by the rule of ccusage: a block begins with the hour, in UTC, of its first step and
 * ends five hours later, or when nothing happened for more than five hours.
 */
import type { Usage } from "./usage.ts";

export interface Block {
  readonly provider: string;
  readonly startUs: number;
  readonly endUs: number;
}

const HOUR_US = 3_600_000_000;
const BLOCK_US = 5 * HOUR_US;

/** The block of each usage that has a time; agents have blocks of their own. */
export function blocksOf(usage: readonly Usage[]): Map<Usage, Block> {
  const blocks = new Map<Usage, Block>();
  const open = new Map<string, { readonly block: Block; readonly lastUs: number }>();
  // A quarter of an hour never holds a boundary: blocks begin and end with an hour.
  for (const { used, firstUs, lastUs } of timed(usage)) {
    const { provider } = used;
    const current = open.get(provider);
    const continues = current && firstUs < current.block.endUs && firstUs - current.lastUs <= BLOCK_US;
    const block = continues ? current.block : blockFrom(provider, firstUs);
    open.set(provider, { block, lastUs: continues ? Math.max(current.lastUs, lastUs) : lastUs });
    blocks.set(used, block);
  }
  return blocks;
}

function timed(usage: readonly Usage[]) {
  const known = usage.flatMap((used) =>
    used.first_us === null || used.last_us === null ? [] : [{ used, firstUs: used.first_us, lastUs: used.last_us }],
  );
  return known.sort((a, b) => a.firstUs - b.firstUs);
}

function blockFrom(provider: string, us: number): Block {
  const startUs = Math.floor(us / HOUR_US) * HOUR_US;
  return { provider, startUs, endUs: startUs + BLOCK_US };
}
