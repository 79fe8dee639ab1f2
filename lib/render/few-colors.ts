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
  /** A row after the other: the number of its filter, and for each pixel the position of its color; zeros where a row is equal to the one above. */
  readonly scanlines: Uint8Array;
}

const MOST_COLORS = 256;
/** A color of more than this share of the pixels is that of an area. At most so many, so that there is room for shades. */
const AREA_SHARE = 1e-4;
const MOST_AREA_COLORS = 200;
/** Filters of rows: the bytes as they are, and what is added to those of the row above. */
const AS_IS = 0;
const TO_ABOVE = 2;

/** Exact where a picture has at most 256 colors. Otherwise what is drawn with the less frequent ones is a few levels off. */
export function withFewColors(pixels: Pixels): IndexedPixels {
  const bands = bandsOf(pixels);
  const table = new ColorTable();
  const runs = runsOf(pixels, bands, table);
  const found = table.byFrequency();
  const areas = found.filter((color) => table.countOf(color) > AREA_SHARE * pixels.data.length).slice(0, MOST_AREA_COLORS);
  const colors = found.length <= MOST_COLORS ? found : mostTypical(areas, found);
  const nearest = new Nearest(colors);
  const indexes = Uint8Array.from(table.colors, (color) => nearest.indexOf(color));
  return { colors, scanlines: scanlines(pixels, bands, runs, indexes) };
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

/** Pixels of one color next to one another, for each band from left to right: the number of the color and where the run ends. */
function runsOf({ data, width }: Pixels, bands: readonly Band[], table: ColorTable): Int32Array {
  let used = 0;
  for (const { top, rows } of bands) {
    runRoom = withRoomFor(runRoom, used + 2 * width);
    const row = data.subarray(top * width, (top + 1) * width);
    for (let start = 0, end = 0; start < width; start = end) {
      const color = row[start] ?? 0;
      do end++;
      while (end < width && row[end] === color);
      runRoom[used++] = table.count(color, rows * (end - start));
      runRoom[used++] = end;
    }
  }
  return runRoom.subarray(0, used);
}

let runRoom = new Int32Array();

function withRoomFor(room: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  if (room.length >= length) return room;
  const larger = new Int32Array(2 * length);
  larger.set(room);
  return larger;
}

/** Colors with their counts, numbered as they come, by open addressing: a map takes several times as long for the many changes of color of a scatter plot. */
class ColorTable {
  readonly colors: number[] = [];
  private readonly counts: number[] = [];
  private bits = 10;
  private colorAt = new Int32Array(1 << this.bits);
  /** Number of the color and 1; 0 where no color is. */
  private numberAt = new Int32Array(1 << this.bits);

  /** The color's number. */
  count(color: number, pixels: number): number {
    const slot = this.slotOf(color);
    const number = (this.numberAt[slot] ?? 0) - 1;
    if (number < 0) return this.add(color, pixels, slot);
    this.counts[number] = (this.counts[number] ?? 0) + pixels;
    return number;
  }

  countOf(color: number): number {
    return this.counts[(this.numberAt[this.slotOf(color)] ?? 0) - 1] ?? 0;
  }

  byFrequency(): number[] {
    const { colors, counts } = this;
    const order = Uint32Array.from(colors.keys());
    order.sort((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0) || (colors[a] ?? 0) - (colors[b] ?? 0));
    return Array.from(order, (number) => colors[number] ?? 0);
  }

  private add(color: number, pixels: number, slot: number): number {
    this.counts.push(pixels);
    const number = this.colors.push(color);
    this.colorAt[slot] = color;
    this.numberAt[slot] = number;
    if (2 * number > this.colorAt.length) this.grow();
    return number - 1;
  }

  /** Where the color is, or would be. */
  private slotOf(color: number): number {
    const { colorAt, numberAt } = this;
    const last = colorAt.length - 1;
    let slot = Math.imul(color, GOLDEN_RATIO) >>> (32 - this.bits);
    while (colorAt[slot] !== color && numberAt[slot] !== 0) slot = (slot + 1) & last;
    return slot;
  }

  private grow(): void {
    this.bits++;
    this.colorAt = new Int32Array(1 << this.bits);
    this.numberAt = new Int32Array(1 << this.bits);
    for (const [i, color] of this.colors.entries()) {
      const slot = this.slotOf(color);
      this.colorAt[slot] = color;
      this.numberAt[slot] = i + 1;
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

function scanlines({ width, height }: Pixels, bands: readonly Band[], runs: Int32Array, indexes: Uint8Array): Uint8Array {
  const stride = width + 1;
  const lines = scratch(stride * height);
  let at = 0;
  for (const { top, rows } of bands) {
    const first = top * stride;
    lines[first] = AS_IS;
    for (let x = 0; x < width; at += 2) {
      const index = indexes[runs[at] ?? 0] ?? 0;
      const end = runs[at + 1] ?? width;
      if (end - x > LONG_RUN) lines.fill(index, first + 1 + x, first + 1 + end);
      else for (let i = x; i < end; i++) lines[first + 1 + i] = index;
      x = end;
    }
    lines.fill(0, first + stride, first + rows * stride);
    for (let row = 1; row < rows; row++) lines[(top + row) * stride] = TO_ABOVE;
  }
  return lines;
}

/** From here on a call takes less time than a loop. */
const LONG_RUN = 32;

/** Allocating megabytes for each picture keeps the garbage collector busy. */
let room = new Uint8Array();

function scratch(bytes: number): Uint8Array {
  if (room.length < bytes) room = new Uint8Array(bytes);
  return room.subarray(0, bytes);
}
