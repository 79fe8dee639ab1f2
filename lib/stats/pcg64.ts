/**
 * The generator behind NumPy's `default_rng(seed)`: PCG64 (XSL-RR, 128-bit state) seeded through SeedSequence, with the
 * draws that published tables depend on, bit for bit.
 * Sources: M. E. O'Neill, PCG (HMC-CS-2014-0905); numpy/random/bit_generator.pyx and src/distributions/distributions.c.
 */
import { at } from "./known.ts";

const MASK_32 = 0xffffffffn;
const MASK_64 = 0xffffffffffffffffn;
const MASK_128 = (1n << 128n) - 1n;
const MULTIPLIER = 0x2360ed051fc65da44385df649fccf645n;

export class Pcg64 {
  private state = 0n;
  private readonly increment: bigint;
  private spareHalf: number | null = null;

  /** @param seed a non-negative integer */
  constructor(seed: number) {
    if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError(`seed must be a non-negative integer, not ${seed}`);
    const [a0, a1, a2, a3] = seedWords(seed);
    this.increment = (((a2 << 64n) | a3) * 2n + 1n) & MASK_128;
    this.step();
    this.state = (this.state + ((a0 << 64n) | a1)) & MASK_128;
    this.step();
  }

  next64(): bigint {
    this.step();
    const folded = (this.state >> 64n) ^ (this.state & MASK_64);
    const turn = this.state >> 122n;
    return ((folded >> turn) | (folded << ((64n - turn) & 63n))) & MASK_64;
  }

  /** The low half of a 64-bit draw, then its high half. */
  next32(): number {
    if (this.spareHalf !== null) {
      const high = this.spareHalf;
      this.spareHalf = null;
      return high;
    }
    const draw = this.next64();
    this.spareHalf = Number(draw >> 32n);
    return Number(draw & MASK_32);
  }

  /** Uniform in [0, 1) with 53 bits. */
  nextDouble(): number {
    return Number(this.next64() >> 11n) * 2 ** -53;
  }

  /** Shuffles in place, as `Generator.shuffle` does. */
  shuffle<T extends { length: number; [index: number]: unknown }>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.below(i);
      [items[i], items[j]] = [items[j], items[i]];
    }
    return items;
  }

  /** 0 … n-1 in random order. */
  permutation(n: number): Uint32Array {
    return this.shuffle(Uint32Array.from({ length: n }, (_, i) => i));
  }

  /** An exponential draw with mean `scale` (ziggurat with 256 layers). */
  exponential(scale = 1): number {
    return this.standardExponential() * scale;
  }

  private standardExponential(): number {
    const { k, w, f } = exponentialLayers();
    for (;;) {
      const bits = this.next64() >> 3n;
      const layer = Number(bits & 0xffn);
      const u = bits >> 8n;
      const x = Number(u) * at(w, layer);
      if (u < at(k, layer)) return x;
      if (layer === 0) return TAIL_START - Math.log1p(-this.nextDouble());
      const low = at(f, layer);
      if ((at(f, layer - 1) - low) * this.nextDouble() + low < Math.exp(-x)) return x;
    }
  }

  /** Uniform in 0 … max, by masked rejection on 32-bit draws. `max` < 2^32. */
  private below(max: number): number {
    const mask = max === 0 ? 0 : 0xffffffff >>> Math.clz32(max);
    for (;;) {
      const draw = (this.next32() & mask) >>> 0;
      if (draw <= max) return draw;
    }
  }

  private step(): void {
    this.state = (this.state * MULTIPLIER + this.increment) & MASK_128;
  }
}

/** Four 64-bit words out of a seed, as NumPy's SeedSequence mixes them. */
function seedWords(seed: number): [bigint, bigint, bigint, bigint] {
  const words = seed > 0xffffffff ? [seed >>> 0, Math.floor(seed / 2 ** 32)] : [seed];
  let hash = 0x43b0d7e5;
  const hashMix = (value: number): number => {
    let v = (value ^ hash) >>> 0;
    hash = Math.imul(hash, 0x931e8875) >>> 0;
    v = Math.imul(v, hash) >>> 0;
    return (v ^ (v >>> 16)) >>> 0;
  };
  const mix = (x: number, y: number): number => {
    const z = (Math.imul(0xca01f9dd, x) - Math.imul(0x4973f715, y)) >>> 0;
    return (z ^ (z >>> 16)) >>> 0;
  };
  const pool = [0, 1, 2, 3].map((i) => hashMix(words[i] ?? 0));
  for (let source = 0; source < 4; source++)
    for (let target = 0; target < 4; target++) if (source !== target) pool[target] = mix(at(pool, target), hashMix(at(pool, source)));
  let output = 0x8b51f9dd;
  const generated = Array.from({ length: 8 }, (_, i) => {
    let v = (at(pool, i % 4) ^ output) >>> 0;
    output = Math.imul(output, 0x58f38ded) >>> 0;
    v = Math.imul(v, output) >>> 0;
    return BigInt((v ^ (v >>> 16)) >>> 0);
  });
  const word = (i: number) => at(generated, i) | (at(generated, i + 1) << 32n);
  return [word(0), word(2), word(4), word(6)];
}

/** Where the tail layer of the exponential ziggurat starts, and the area of a layer. */
const TAIL_START = 7.69711747013105;
const LAYER_AREA = 3.949659822581557e-3;
let layers: { k: bigint[]; w: Float64Array; f: Float64Array } | undefined;

function exponentialLayers() {
  if (layers) return layers;
  const scale = 2 ** 53;
  const k = new Array<bigint>(256).fill(0n);
  const w = new Float64Array(256);
  const f = new Float64Array(256);
  const q = LAYER_AREA / Math.exp(-TAIL_START);
  k[0] = BigInt(Math.trunc((TAIL_START / q) * scale));
  w[0] = q / scale;
  w[255] = TAIL_START / scale;
  f[0] = 1;
  f[255] = Math.exp(-TAIL_START);
  let edge = TAIL_START;
  for (let i = 254; i >= 1; i--) {
    const outer = edge;
    edge = -Math.log(LAYER_AREA / edge + Math.exp(-edge));
    k[i + 1] = BigInt(Math.trunc((edge / outer) * scale));
    f[i] = Math.exp(-edge);
    w[i] = edge / scale;
  }
  layers = { k, w, f };
  return layers;
}
