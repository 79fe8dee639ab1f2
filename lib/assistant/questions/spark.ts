/** A line of small bars. */

const BARS = [..."▁▂▃▄▅▆▇█"];
const MOST_BARS = 60;

/** From zero, or from the smallest value if that is negative, to the largest. Unknown values are gaps; many values share a bar, which is their mean. */
export function sparkLine(values: readonly (number | null)[]): string {
  const bars = shared(values);
  const known = bars.filter((value) => value !== null);
  const least = Math.min(0, ...known);
  const range = Math.max(...known, 0) - least;
  const barOf = (value: number) => BARS[range === 0 ? 0 : Math.round(((value - least) / range) * (BARS.length - 1))];
  return bars.map((value) => (value === null ? " " : barOf(value))).join("");
}

function shared(values: readonly (number | null)[]): (number | null)[] {
  const count = Math.min(MOST_BARS, values.length);
  return Array.from({ length: count }, (_, i) => {
    const of = values.slice(Math.floor((i * values.length) / count), Math.floor(((i + 1) * values.length) / count));
    return meanOf(of.filter((value) => value !== null));
  });
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
