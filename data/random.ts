/**
 * Seeded randomness for the generator: the same seed gives the same numbers on every machine.
 * xoshiro128** (Blackman and Vigna, https://prng.di.unimi.it), its state filled by splitmix32.
 */

const TWO_32 = 2 ** 32;
/** Fractional part of the golden ratio: multiples of it, modulo one, fill the unit interval evenly at every count. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

export class Random {
  private a: number;
  private b: number;
  private c: number;
  private d: number;

  /** The four 32-bit words of its state, not all zero. */
  constructor(a: number, b: number, c: number, d: number) {
    this.a = a;
    this.b = b;
    this.c = c;
    this.d = d;
  }

  /** `seed`: any integer; its lowest 32 bits count. */
  static seeded(seed: number): Random {
    const next = splitmix32(seed);
    return new Random(next(), next(), next(), next());
  }

  /** An unsigned 32-bit integer. */
  uint32(): number {
    const result = Math.imul(rotateLeft(Math.imul(this.b, 5), 7), 9);
    const shifted = this.b << 9;
    this.c ^= this.a;
    this.d ^= this.b;
    this.b ^= this.c;
    this.a ^= this.d;
    this.c ^= shifted;
    this.d = rotateLeft(this.d, 11);
    return result >>> 0;
  }

  /** Uniform in (0, 1), both ends excluded. */
  uniform(): number {
    return (this.uint32() + 0.5) / TWO_32;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  /** An integer in [low, high]. */
  integer(low: number, high: number): number {
    return low + Math.floor(this.uniform() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.uniform() * items.length)] as T;
  }

  /** `digits` lower-case hex digits. */
  hex(digits: number): string {
    let text = "";
    while (text.length < digits) text += this.uint32().toString(16).padStart(8, "0");
    return text.slice(0, digits);
  }

  /** A version 4 UUID. */
  uuid(): string {
    const digits = this.hex(32);
    const variant = "89ab"[this.uint32() & 3];
    return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-${variant}${digits.slice(17, 20)}-${digits.slice(20)}`;
  }
}

/**
 * Draws from (0, 1) that cover it evenly, so that a small pool already shows the tails of a large one.
 * They are the points of the golden-ratio sequence from a random start, in shuffled blocks.
 */
export class EvenDraws {
  private readonly random: Random;
  private readonly block: Float64Array;
  private used: number;
  private point: number;

  constructor(random: Random, blockSize = 64) {
    this.random = random;
    this.block = new Float64Array(blockSize);
    this.used = blockSize;
    this.point = random.uniform();
  }

  next(): number {
    if (this.used === this.block.length) this.refill();
    return this.block[this.used++] as number;
  }

  private refill(): void {
    for (let i = 0; i < this.block.length; i++) {
      this.point = (this.point + GOLDEN) % 1;
      const j = this.random.integer(0, i);
      this.block[i] = this.block[j] as number;
      this.block[j] = this.point;
    }
    this.used = 0;
  }
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function splitmix32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  };
}
