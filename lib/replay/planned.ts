/** What a cache that forgets nothing would find. */
export class PlannedCache {
  private readonly seen = new Set<string>();
  private readonly blockSize: number;

  /** @param blockSize in tokens */
  constructor(blockSize: number) {
    this.blockSize = blockSize;
  }

  /** Tokens at the start of an input that an earlier one had, too. Keeps the input. */
  add(blocks: readonly string[], tokens: number): number {
    const fresh = blocks.findIndex((block) => !this.seen.has(block));
    for (const block of blocks) this.seen.add(block);
    return fresh < 0 ? tokens : fresh * this.blockSize;
  }
}
