/**
 * Powers with the same bits on every version of Node and on every processor: `**` has other last bits from Node 24 on, and edges
 * of bins that differ in their last bits change tables and the ids of figures. The steps are those of FreeBSD's e_pow.c as V8 had
 * them up to Node 22 (https://github.com/nodejs/node/blob/v20.x/deps/v8/src/base/ieee754.cc), with V8's one difference, which is
 * marked. Constants are those of the source; `_H` and `_L` are the high and low parts of one number.
 */

/** 1.5's base-2 logarithm. */
const LOG_1_5_H = 0.5849624872207642;
const LOG_1_5_L = 1.350039202129749e-8;
/** Of (3/2) · (log(x) − 2s − (2/3)s³). */
const LOG_TERMS = [
  0.20697501780033842, 0.23066074577556175, 0.272728123808534, 0.33333332981837743, 0.4285714285785502, 0.5999999999999946,
];
/** 2 / (3 · ln 2). */
const CP = 0.9617966939259756;
const CP_H = 0.9617967009544373;
const CP_L = -7.028461650952758e-9;
const LN_2 = Math.LN2;
const LN_2_H = 0.6931471824645996;
const LN_2_L = -1.904654299957768e-9;
const EXP_TERMS = [4.1381367970572385e-8, -1.6533902205465252e-6, 6.613756321437934e-5, -0.0027777777777015593, 0.16666666666666602];

/**
 * @param base 0, or at least 2^-1022
 * @returns base^exponent; 0 when that is less than 2^-1021
 * @throws RangeError when the base is negative, or the result is not below 2^1022
 */
export function power(base: number, exponent: number): number {
  if (exponent === 0 || base === 1) return 1;
  if (exponent === 1) return base;
  if (exponent === -1) return 1 / base;
  if (exponent === 2) return base * base;
  if (exponent === 0.5) return Math.sqrt(base);
  const size = Math.log2(base) * exponent;
  if (size <= -1021) return 0;
  if (!(base >= MIN_NORMAL && size < 1022)) throw new RangeError(`power(${base}, ${exponent}) is out of range`);
  return exp2(...timesLog2(base, exponent));
}

/** exponent · log2(base) as a sum of two numbers. */
function timesLog2(base: number, exponent: number): [high: number, low: number] {
  const bits = highWord(base);
  const fraction = bits & 0xfffff;
  // The fraction is near 1, near 1.5, or near 2, which is 1 with the next exponent.
  const isNear1_5 = fraction > 0x3988e && fraction < 0xbb67a;
  const isNear2 = fraction >= 0xbb67a;
  const n = (bits >> 20) - 1023 + (isNear2 ? 1 : 0);
  const word = (fraction | 0x3ff00000) - (isNear2 ? 0x100000 : 0);
  const ax = withHighWord(base, word);
  const near = isNear1_5 ? 1.5 : 1;

  const u = ax - near;
  const v = 1 / (ax + near);
  const s = u * v;
  const sH = highPart(s);
  const sumH = withHighWord(0, ((word >> 1) | 0x20000000) + 0x80000 + (isNear1_5 ? 0x40000 : 0));
  const sumL = ax - (sumH - near);
  const sL = v * (u - sH * sumH - sH * sumL);
  const ss = s * s;
  const rest = ss * ss * polynomial(LOG_TERMS, ss) + sL * (sH + s);
  const tH = highPart(3 + sH * sH + rest);
  const tL = rest - (tH - 3 - sH * sH);
  const pH = highPart(sH * tH + (sL * tH + tL * s));
  const pL = sL * tH + tL * s - (pH - sH * tH);
  const zH = CP_H * pH;
  const zL = CP_L * pH + pL * CP + (isNear1_5 ? LOG_1_5_L : 0);
  const logH = isNear1_5 ? LOG_1_5_H : 0;
  const high = highPart(zH + zL + logH + n);
  const low = zL - (high - n - logH - zH);

  const exponentH = highPart(exponent);
  return [exponentH * high, (exponent - exponentH) * high + exponent * low];
}

/** 2^(high + low). */
function exp2(high: number, low: number): number {
  const [n, pH] = wholeAndRest(high, low);
  const t = highPart(low + pH);
  const u = t * LN_2_H;
  const v = (low - (t - pH)) * LN_2 + t * LN_2_L;
  const z = u + v;
  const w = v - (z - u);
  const zz = z * z;
  const t1 = z - zz * polynomial(EXP_TERMS, zz);
  // e_pow.c divides by t1 − 2 alone.
  const r = (z * t1) / (t1 - 2 - (w + z * w));
  const result = 1 - (r - z);
  return withHighWord(result, highWord(result) + (n << 20));
}

/** Nearest whole number to the sum, and what of `high` is left. */
function wholeAndRest(high: number, low: number): [whole: number, rest: number] {
  const bits = highWord(low + high);
  if ((bits & 0x7fffffff) <= 0x3fe00000) return [0, high];
  const rounded = bits + (0x100000 >> (((bits & 0x7fffffff) >> 20) - 1022));
  const shift = ((rounded & 0x7fffffff) >> 20) - 1023;
  const whole = ((rounded & 0xfffff) | 0x100000) >> (20 - shift);
  return [bits < 0 ? -whole : whole, high - withHighWord(0, rounded & ~(0xfffff >> shift))];
}

/** Coefficients from that of the highest power down. */
function polynomial(terms: readonly number[], x: number): number {
  return terms.reduce((sum, term) => term + x * sum, 0);
}

const MIN_NORMAL = 2.2250738585072014e-308;
const double = new Float64Array(1);
const words = new Int32Array(double.buffer);
/** Index of the word with sign, exponent and first digits. */
const HIGH = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0;

function highWord(value: number): number {
  double[0] = value;
  return words[HIGH] ?? 0;
}

function withHighWord(value: number, word: number): number {
  double[0] = value;
  words[HIGH] = word;
  return double[0] ?? Number.NaN;
}

function highPart(value: number): number {
  double[0] = value;
  words[1 - HIGH] = 0;
  return double[0] ?? Number.NaN;
}
