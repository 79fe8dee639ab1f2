/** Draws the charts of differences into the gallery. */
import os from "node:os";
import { createRenderPool } from "../../../render/pool.ts";
import type { GalleryFolder } from "../../folder.ts";
import type { DiffChart } from "./charts.ts";

/** A chart's picture in the gallery. */
export interface DrawnChart {
  readonly file: string;
  /** In pixels, twice the CSS size. */
  readonly width: number;
  readonly height: number;
}

export type Drawings = ReadonlyMap<DiffChart, DrawnChart>;

/** @param charts with the path in the gallery that the picture of each gets */
export async function drawCharts(
  charts: readonly { readonly chart: DiffChart; readonly file: string }[],
  folder: GalleryFolder,
): Promise<Drawings> {
  if (charts.length === 0) return new Map();
  const pool = createRenderPool({ threads: os.availableParallelism() });
  try {
    const drawn = charts.map(async ({ chart, file }) => {
      const { png, width, height } = await pool.render({ name: file, spec: chart.spec });
      folder.write(file, png);
      return [chart, { file, width, height }] as const;
    });
    return new Map(await Promise.all(drawn));
  } finally {
    await pool.close();
  }
}
