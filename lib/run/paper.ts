/** Writes the figures of a finished run for papers, at the two widths that journals have. */
import fs from "node:fs";
import path from "node:path";
import type { FigureArtifact, RunReport } from "../artifacts/artifacts.ts";
import { Draft } from "../files/atomic.ts";
import { messageOf, UserError } from "../files/errors.ts";
import { inside, readInside } from "../files/inside.ts";
import { PAPER_WIDTHS, type PaperWidth } from "../render/paper.ts";
import { createRenderPool, type RenderPool } from "../render/pool.ts";

/** Below the folder of the run. */
export const PAPER_FOLDER = "paper-figures";

interface PaperFiles {
  /** `<category>/<experiment>/<figure>` */
  readonly figure: string;
  /** What is in the way, by the widths that the figure was not written at. */
  readonly problems: Readonly<Partial<Record<PaperWidth, string>>>;
}

interface PaperRun {
  readonly out: string;
  readonly report: RunReport;
  /** Of the experiments whose figures are written. */
  readonly ids: ReadonlySet<string>;
  readonly jobs: number;
}

const WIDTHS: readonly PaperWidth[] = ["column", "page"];

/**
 * Writes `<figure>-column.pdf`, `-column.svg`, `-page.pdf` and `-page.svg` of all figures that are readable at that width.
 * @returns all figures in the order of the report
 * @throws UserError when a file of the run is missing, PlaceError when something can't be written
 */
export async function writePaperFigures({ out, report, ids, jobs }: PaperRun): Promise<PaperFiles[]> {
  const pool = createRenderPool({ threads: Math.ceil(jobs / 2) });
  try {
    const runs = report.experiments.filter(({ id, artifacts }) => ids.has(id) && artifacts && artifacts.figures.length > 0);
    const written = runs.map(({ id, artifacts }) => writeExperiment(out, id, artifacts?.figures ?? [], pool));
    return (await Promise.all(written)).flat();
  } finally {
    await pool.close();
  }
}

/** The figures of an experiment, in a folder that replaces an earlier one as a whole. */
async function writeExperiment(out: string, id: string, figures: readonly FigureArtifact[], pool: RenderPool): Promise<PaperFiles[]> {
  const draft = new Draft(inside(inside(out, PAPER_FOLDER), id));
  try {
    draft.makeFolder();
    const written = await Promise.all(
      figures.map((figure) => writeFigure(inside(out, id), draft.path, `${id}/${figure.name}`, figure, pool)),
    );
    draft.publish();
    return written;
  } finally {
    draft.discard();
  }
}

async function writeFigure(from: string, to: string, name: string, figure: FigureArtifact, pool: RenderPool): Promise<PaperFiles> {
  const spec = specOf(from, figure);
  const drawn = await Promise.all(WIDTHS.map((width) => pool.paper({ name, spec, width, title: figure.title })));
  const problems: Partial<Record<PaperWidth, string>> = {};
  for (const [i, result] of drawn.entries()) {
    const width = WIDTHS[i] ?? "page";
    if (typeof result === "string") problems[width] = result;
    else {
      fs.writeFileSync(path.join(to, `${figure.name}-${width}.pdf`), result.pdf);
      fs.writeFileSync(path.join(to, `${figure.name}-${width}.svg`), result.svg);
    }
  }
  return { figure: name, problems };
}

function specOf(folder: string, { spec }: FigureArtifact) {
  try {
    return JSON.parse(readInside(folder, spec.file) ?? "");
  } catch (error) {
    throw new UserError(`${path.join(folder, spec.file)} can't be read (${messageOf(error)}); run again with --force.`, 1, {
      cause: error,
    });
  }
}

/** What was written, and which figures are not readable at a width, as lines. */
export function paperLines(figures: readonly PaperFiles[], out: string): string[] {
  const lacking = (width: PaperWidth) => figures.filter(({ problems }) => problems[width] !== undefined);
  const counts = WIDTHS.map((width) => `${figures.length - lacking(width).length} at ${width} width (${PAPER_WIDTHS[width]} in)`);
  const lists = WIDTHS.flatMap((width) => {
    const lines = lacking(width).map(({ figure, problems }) => `  ${figure}: ${problems[width]}`);
    return lines.length === 0 ? [] : [`Not readable at ${width} width and left out:`, ...lines];
  });
  return [`Figures for papers are in ${path.join(out, PAPER_FOLDER)}: of ${figures.length}, ${counts.join(" and ")}`, ...lists];
}
