/**
 * At most 256 colors for a picture that has few anyway. Those of areas stay as they are; of the shades at the edges of letters and
 * marks, those that are near one another become the most frequent of them. The fewer there are, the smaller the file.
 */

/** Pixels of 32 bits row by row: red, green, blue and alpha from the lowest byte, as canvases keep them. */
export interface Pixels {
  readonly data: Int32Array;
  readonly width: number;
  readonly height: number;
}

/** As a PNG has them. */
export interface IndexedPixels {
  readonly colors: readonly number[];
  /** A row after the other: the number of its filter, which is 0, and for each pixel the position of its color. */
  readonly scanlines: Uint8Array;
}

const MOST_COLORS = 256;
/** A color of more than this share of the pixels is that of an area. At most so many, so that there is room for shades. */
const AREA_SHARE = 1e-4;
const MOST_AREA_COLORS = 200;
const NO_FILTER = 0;

/** Exact where a picture has at most 256 colors. Otherwise what is drawn with the less frequent ones is a few levels off. */
export function withFewColors(pixels: Pixels): IndexedPixels {
  const bands = bandsOf(pixels);
  const table = countColors(pixels, bands);
  const found = table.byFrequency();
  const areas = found.filter((color) => table.countOf(color) > AREA_SHARE * pixels.data.length).slice(0, MOST_AREA_COLORS);
  const colors = found.length <= MOST_COLORS ? found : mostTypical(areas, found);
  const nearest = new Nearest(colors);
  for (const color of found) table.setIndex(color, nearest.indexOf(color));
  return { colors, scanlines: scanlines(pixels, bands, table) };
}

/** Equal rows below one another, as in most of a chart. */
interface Band {
  readonly top: number;
  readonly rows: number;
}

function bandsOf({ data, width, height }: Pixels): Band[] {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const rowOf = (y: number) => bytes.subarray(4 * width * y, 4 * width * (y + 1));
  const tops = Array.from({ length: height }, (_, y) => y).filter((y) => y === 0 || !rowOf(y).equals(rowOf(y - 1)));
  return tops.map((top, i) => ({ top, rows: (tops[i + 1] ?? height) - top }));
}

function countColors({ data, width }: Pixels, bands: readonly Band[]): ColorTable {
  const table = new ColorTable();
  for (const { top, rows } of bands) countRow(data, top * width, (top + 1) * width, rows, table);
  return table;
}

function countRow(data: Int32Array, from: number, to: number, weight: number, table: ColorTable): void {
  for (let start = from, end = from; start < to; start = end) {
    const color = data[start] ?? 0;
    do end++;
    while (end < to && data[end] === color);
    table.count(color, weight * (end - start));
  }
}

/** Colors with their counts and positions, by open addressing: a map takes several times as long for the many changes of color of a scatter plot. */
class ColorTable {
  private bits = 10;
  private size = 0;
  private colors = new Int32Array(1 << this.bits);
  /** 0 where no color is. */
  private counts = new Float64Array(1 << this.bits);
  private indexes = new Uint8Array();

  count(color: number, pixels: number): void {
    let slot = this.slotOf(color);
    if (this.counts[slot] === 0) {
      if (2 * this.size++ >= this.colors.length) {
        this.grow();
        slot = this.slotOf(color);
      }
      this.colors[slot] = color;
    }
    this.counts[slot] = (this.counts[slot] ?? 0) + pixels;
  }

  countOf(color: number): number {
    return this.counts[this.slotOf(color)] ?? 0;
  }

  byFrequency(): number[] {
    const { colors, counts } = this;
    const used = Uint32Array.from(colors.keys()).filter((slot) => counts[slot] !== 0);
    used.sort((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0) || (colors[a] ?? 0) - (colors[b] ?? 0));
    return Array.from(used, (slot) => colors[slot] ?? 0);
  }

  /** After the last color was counted. */
  setIndex(color: number, index: number): void {
    if (this.indexes.length === 0) this.indexes = new Uint8Array(this.colors.length);
    this.indexes[this.slotOf(color)] = index;
  }

  indexOf(color: number): number {
    return this.indexes[this.slotOf(color)] ?? 0;
  }

  /** Where the color is, or would be. */
  private slotOf(color: number): number {
    const { colors, counts } = this;
    const last = colors.length - 1;
    let slot = Math.imul(color, GOLDEN_RATIO) >>> (32 - this.bits);
    while (counts[slot] !== 0 && colors[slot] !== color) slot = (slot + 1) & last;
    return slot;
  }

  private grow(): void {
    const { colors, counts } = this;
    this.bits++;
    this.colors = new Int32Array(1 << this.bits);
    this.counts = new Float64Array(1 << this.bits);
    for (const [old, color] of colors.entries()) {
      if (counts[old] === 0) continue;
      const slot = this.slotOf(color);
      this.colors[slot] = color;
      this.counts[slot] = counts[old] ?? 0;
    }
  }
}

/** Of 2^32, as multiplicative hashing spreads numbers best. */
const GOLDEN_RATIO = 0x9e3779b1;

/** The colors of areas, and the most frequent one of each cell of a grid. */
function mostTypical(areas: readonly number[], byFrequency: readonly number[]): number[] {
  for (const cell of GRIDS) {
    const typical = new Map<number, number>();
    for (const color of byFrequency) if (!typical.has(color & cell)) typical.set(color & cell, color);
    const chosen = new Set([...areas, ...typical.values()]);
    if (chosen.size <= MOST_COLORS) return [...chosen];
  }
  throw new RangeError("the coarsest grid has more cells than there is room for");
}

/** What is left of a color when each of its channels loses five bits, six or seven. */
const GRIDS = [5, 6, 7].map((bits) => 0x01010101 * (0xff & (0xff << bits)));

/** The color of a list that differs least from another, by the sum of squares over the channels. */
class Nearest {
  private readonly positions: ReadonlyMap<number, number>;
  private readonly channels: Uint8Array;

  constructor(colors: readonly number[]) {
    this.positions = new Map(colors.map((color, i) => [color, i]));
    this.channels = new Uint8Array(Int32Array.from(colors).buffer);
  }

  indexOf(color: number): number {
    return this.positions.get(color) ?? this.search(color);
  }

  private search(color: number): number {
    const { channels } = this;
    let [best, least] = [0, Number.POSITIVE_INFINITY];
    for (let i = 0; i < channels.length; i += 4) {
      const red = (channels[i] ?? 0) - (color & 255);
      const green = (channels[i + 1] ?? 0) - ((color >>> 8) & 255);
      const blue = (channels[i + 2] ?? 0) - ((color >>> 16) & 255);
      const alpha = (channels[i + 3] ?? 0) - (color >>> 24);
      const difference = red * red + green * green + blue * blue + alpha * alpha;
      if (difference < least) [best, least] = [i / 4, difference];
    }
    return best;
  }
}

function scanlines({ data, width, height }: Pixels, bands: readonly Band[], table: ColorTable): Uint8Array {
  const stride = width + 1;
  const lines = scratch(stride * height);
  for (const { top, rows } of bands) {
    const line = lines.subarray(top * stride, (top + 1) * stride);
    line[0] = NO_FILTER;
    writeRow(data.subarray(top * width, (top + 1) * width), table, line.subarray(1));
    for (let row = 1; row < rows; row++) lines.set(line, (top + row) * stride);
  }
  return lines;
}

/** Allocating megabytes for each picture keeps the garbage collector busy. */
let room = new Uint8Array();

function scratch(bytes: number): Uint8Array {
  if (room.length < bytes) room = new Uint8Array(bytes);
  return room.subarray(0, bytes);
}

function writeRow(row: Int32Array, table: ColorTable, into: Uint8Array): void {
  let color = row[0] ?? 0;
  let index = table.indexOf(color);
  for (let i = 0; i < row.length; i++) {
    if (row[i] !== color) {
      color = row[i] ?? 0;
      index = table.indexOf(color);
    }
    into[i] = index;
  }
}
