/**
 * Blocks of tokens as a prefix cache sees them: equal ids are equal text. A trace says how much of each request's input came from a
 * cache, but not whose text that was, so ids are given out such that a cache that forgets nothing finds as much as was recorded.
 */
import { at } from "../../stats/known.ts";

/** The blocks of an input: those of `before`, then consecutive ids. Inputs that begin alike have their beginning in common. */
export interface Chain {
  readonly before: Chain | null;
  readonly firstId: number;
  /** Blocks in all. */
  readonly blocks: number;
}

const NOTHING: Chain = { before: null, firstId: 0, blocks: 0 };

export interface PrefixRequest {
  readonly session: string;
  /** The session whose context it continues: of a fork or a resumed part. */
  readonly parent: string | null;
  /** Sessions that may begin with the same text: system prompt and tools. */
  readonly family: string;
  /** Tokens; the prefix is part of the input. */
  readonly input: number;
  readonly prefix: number;
}

export interface BlocksOfRequest {
  /** Full blocks. */
  readonly chain: Chain;
  /** Of the rest that doesn't fill a block; null when there is none. */
  readonly partialId: number | null;
  /** Full blocks at the start that an earlier request has, too. */
  readonly shared: number;
  /** Full blocks of the recorded prefix that no earlier request has. */
  readonly missing: number;
}

/** Gives out ids 0, 1, 2, …, request by request in the order of time. */
export class BlockBook {
  private readonly blockSize: number;
  private nextId = 0;
  private readonly ofSessions = new Map<string, Memory>();
  private readonly ofFamilies = new Map<string, Memory>();

  /** @param blockSize in tokens */
  constructor(blockSize: number) {
    this.blockSize = blockSize;
  }

  /**
   * The first `prefix // blockSize` blocks are those of the request before in its session, else of an earlier one of the session, of the
   * session that it continues, or of one that began alike, whichever has as many. All others are new.
   */
  add({ session, parent, family, input, prefix }: PrefixRequest): BlocksOfRequest {
    const wanted = Math.floor(prefix / this.blockSize);
    const full = Math.floor(input / this.blockSize);
    const openings = memoryOf(this.ofFamilies, family);
    const isFirst = !this.ofSessions.has(session);
    const own = memoryOf(this.ofSessions, session);
    const continued = parent === null ? undefined : this.ofSessions.get(parent);
    const source = longEnough([own, continued, openings], wanted);
    const shared = Math.min(wanted, source.blocks);
    const chain = extended(beginning(source, shared), this.nextId, full - shared);
    this.nextId += full - shared;
    own.keep(chain);
    if (isFirst || shared < wanted) openings.keep(chain);
    const partialId = input % this.blockSize === 0 ? null : this.nextId++;
    return { chain, partialId, shared, missing: wanted - shared };
  }
}

/**
 * Inputs that the next request may share blocks with: the latest, and each earlier one that is longer than all after it, such as that before
 * a compaction or a short request on the side.
 */
class Memory {
  /** Latest last, each shorter than the one before. */
  private readonly chains: Chain[] = [];

  keep(chain: Chain): void {
    while (this.chains.length > 0 && at(this.chains, -1).blocks <= chain.blocks) this.chains.pop();
    this.chains.push(chain);
  }

  /** The latest with as many blocks, else the longest. */
  find(blocks: number): Chain {
    return this.chains.findLast((chain) => chain.blocks >= blocks) ?? this.chains[0] ?? NOTHING;
  }
}

function memoryOf(memories: Map<string, Memory>, name: string): Memory {
  const memory = memories.get(name) ?? new Memory();
  memories.set(name, memory);
  return memory;
}

/** Of the first memory with as many blocks, else the longest of all. */
function longEnough(memories: readonly (Memory | undefined)[], blocks: number): Chain {
  let longest = NOTHING;
  for (const memory of memories) {
    const chain = memory?.find(blocks) ?? NOTHING;
    if (chain.blocks > longest.blocks) longest = chain;
    if (longest.blocks >= blocks) break;
  }
  return longest;
}

function beginning(chain: Chain, blocks: number): Chain {
  let last = chain;
  while (last.before !== null && last.before.blocks >= blocks) last = last.before;
  return blocks < last.blocks ? { ...last, blocks } : last;
}

function extended(chain: Chain, firstId: number, count: number): Chain {
  return count === 0 ? chain : { before: chain, firstId, blocks: chain.blocks + count };
}

/** The ids with commas between them. */
export function idsText(chain: Chain, partialId: number | null = null): string {
  let text = "";
  for (const { before, firstId, blocks } of partsOf(chain)) {
    const endId = firstId + blocks - (before?.blocks ?? 0);
    for (let id = firstId; id < endId; id++) text += `${id},`;
  }
  return partialId === null ? text.slice(0, -1) : text + partialId;
}

function partsOf(chain: Chain): Chain[] {
  const parts: Chain[] = [];
  for (let part: Chain | null = chain; part !== null; part = part.before) parts.push(part);
  return parts.reverse();
}
