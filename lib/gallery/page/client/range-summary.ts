/** What is in a range along x of a panel, in sentences. */
import { type ChartAxes, COUNTS, type Place, type ReadMark } from "../../../chart/reading.ts";
import { grouped } from "../../../format/numbers.ts";
import { groupBy } from "../../../stats/group-by.ts";
import { at } from "../../../stats/known.ts";
import type { ChartPanel, ChartPoint } from "./chart-points.ts";

export interface PixelRange {
  readonly from: number;
  readonly to: number;
}

/** Names that are listed. */
const MOST_NAMES = 5;
const MOST_SERIES = 8;
/** Fewer of them next to curves only point something out. */
const FEW_MARKS = 10;

export class RangeSummary {
  private readonly axes: ChartAxes;
  private readonly read: ReadMark;

  constructor(axes: ChartAxes, read: ReadMark) {
    this.axes = axes;
    this.read = read;
  }

  /** A sentence for each curve and one for the marks; none where nothing is in the range. */
  sentences({ curves, marks }: ChartPanel, range: PixelRange): string[] {
    const ofCurves = new Set(curves.flatMap((curve) => this.ofCurve(curve, range) ?? []));
    const known = marks.filter(({ mark, row }) => (this.read(mark, row)?.rows.length ?? 0) > 0);
    const inside = known.filter((point) => isIn(range, this.endOf(point)));
    const areAside = curves.length > 0 && known.length < FEW_MARKS;
    if (inside.length === 0 || areAside) return [...ofCurves].slice(0, MOST_SERIES);
    const ofMarks = inside.every((point) => this.isAcross(point)) ? this.ofNames(inside, known) : this.ofMarks(inside, known);
    return [...[...ofCurves].slice(0, MOST_SERIES), ofMarks];
  }

  private ofCurve(curve: readonly ChartPoint[], range: PixelRange): string | null {
    const inside = curve.filter(({ x }) => isIn(range, x)).toSorted((a, b) => a.x - b.x);
    if (inside.length === 0) return null;
    const [first, last] = [at(inside, 0), at(inside, -1)];
    const [low, high] = [first, last].map((point) => this.heightOf(point));
    return low && high ? `${this.titled(first, [seriesName(this.headingOf(first)), low.label])}${spanOf(low.value, high.value)}.` : null;
  }

  private ofMarks(inside: readonly ChartPoint[], all: readonly ChartPoint[]): string {
    const upward = inside.toSorted((a, b) => a.height - b.height || b.y - a.y);
    const [low, high] = [at(upward, 0), at(upward, -1)].map((point) => this.heightOf(point));
    const count = `${grouped(inside.length)} of ${grouped(all.length)} marks${countsOf(inside, all)}.`;
    const title = this.titled(at(inside, 0), [low?.label ?? null]);
    return low?.label && high ? `${title}${spanOf(low.value, high.value)}, in ${count}` : `${title}${count}`;
  }

  /** Of bars with names at their left. */
  private ofNames(inside: readonly ChartPoint[], all: readonly ChartPoint[]): string {
    const [names, known] = [inside, all].map((points) => [...new Set(points.map((point) => this.nameOf(point)))]);
    const [shown, more] = [names?.slice(0, MOST_NAMES) ?? [], (names?.length ?? 0) - MOST_NAMES];
    const list = `${shown.join(", ")}${more > 0 ? ` and ${grouped(more)} more` : ""}`;
    return `${this.titled(at(inside, 0), [])}${grouped(names?.length ?? 0)} of ${grouped(known?.length ?? 0)} (${list}).`;
  }

  /** A bar with a name at its left is where it ends. */
  private endOf(point: ChartPoint): number {
    return this.isAcross(point) ? point.right : point.x;
  }

  private isAcross(point: ChartPoint): boolean {
    return this.heightOf(point)?.label === null;
  }

  private heightOf({ mark, row }: ChartPoint): Place | null {
    return this.axes.placeOf(mark, row, "y");
  }

  private nameOf(point: ChartPoint): string {
    return this.heightOf(point)?.value ?? "";
  }

  private headingOf({ mark, row }: ChartPoint): string {
    return this.read(mark, row)?.heading ?? "";
  }

  /** After the heading of its panel. */
  private titled({ mark, row }: ChartPoint, names: readonly (string | null)[]): string {
    const said = [this.read(mark, row)?.panel ?? "", ...names].filter((name) => name !== null && name !== "");
    return said.length === 0 ? "" : `${[...new Set(said)].join(", ")}: `;
  }
}

function isIn({ from, to }: PixelRange, x: number): boolean {
  return x >= from - 0.5 && x <= to + 0.5;
}

/** `; steps 120 of 500`, of what all rows count. */
function countsOf(inside: readonly ChartPoint[], all: readonly ChartPoint[]): string {
  return Object.entries(COUNTS)
    .filter(([field]) => all.every(({ row }) => typeof row[field] === "number"))
    .map(([field, name]) => `; ${name.toLowerCase()} ${grouped(total(inside, field))} of ${grouped(total(all, field))}`)
    .join("");
}

/** Rows that several marks draw count once. */
function total(points: readonly ChartPoint[], field: string): number {
  const rows = [...groupBy(points, ({ row }) => row).keys()];
  return rows.reduce((sum, row) => sum + Number(row[field]), 0);
}

/** `Claude` of `Claude (n=945, p50=1m 31s)`. */
function seriesName(heading: string): string {
  return heading.replace(/\s*(\(|: ).*$/s, "");
}

function spanOf(low: string, high: string): string {
  if (low === high) return low;
  return /\bto\b/.test(low + high) ? `${low} at the start and ${high} at the end` : `${low} to ${high}`;
}
