/** The differences of two runs, with the share of each picture that differs. */
import path from "node:path";
import type { FigureArtifact } from "../../../artifacts/artifacts.ts";
import { pictureDifference } from "./pictures.ts";
import type { ExperimentDiff, FigureDiff, RunDiff } from "./runs.ts";

export const INDEX = "diff/index.html";
export const TITLE = "What changed";
/** Pictures compared at once. */
const COMPARED_AT_ONCE = 4;

/** A figure that differs, and by how much of its picture: null when only one run has it. */
export interface ComparedFigure extends FigureDiff {
  readonly share: number | null;
}

export interface ComparedExperiment extends Omit<ExperimentDiff, "figures"> {
  readonly figures: readonly ComparedFigure[];
  /** Path of its page. */
  readonly page: string;
}

/** Leaves out figures that were drawn by other versions and look the same, and experiments with no other change. */
export async function withPictures(
  diff: RunDiff,
  before: string,
  after: string,
): Promise<{ changed: ComparedExperiment[]; same: string[] }> {
  const figures = diff.changed.flatMap((experiment) => experiment.figures.map((figure) => ({ experiment, figure })));
  const shares = new Map<FigureDiff, number | null>();
  const next = figures.values();
  const work = async () => {
    for (const { experiment, figure } of next) {
      const [a, b] = [figure.before, figure.after];
      const picture = (out: string, drawn: FigureArtifact) => ({ file: path.join(out, experiment.id, drawn.file), figure: drawn });
      shares.set(figure, a && b ? await pictureDifference(picture(before, a), picture(after, b)) : null);
    }
  };
  await Promise.all(Array.from({ length: COMPARED_AT_ONCE }, work));
  const compared = diff.changed.map(
    (experiment): ComparedExperiment => ({
      ...experiment,
      page: `diff/${experiment.id}/index.html`,
      figures: experiment.figures
        .map((figure) => ({ ...figure, share: shares.get(figure) ?? null }))
        .filter(({ chart, share }) => chart || share !== 0),
    }),
  );
  const changed = compared.filter(differs);
  return { changed, same: [...diff.same, ...compared.filter((experiment) => !differs(experiment)).map(({ id }) => id)] };
}

function differs({ states, flags, headlines, tables, figures, documents }: ComparedExperiment): boolean {
  return states.before !== states.after || flags !== null || [headlines, tables, figures, documents].some((list) => list.length > 0);
}

/** Where the gallery keeps a figure of the earlier run. */
export function earlierFigure(id: string, figure: FigureArtifact): string {
  return `diff/${id}/before/${figure.file}`;
}

/** Which of the runs have an experiment, and how it ended there. */
export function statesText({ states: { before, after } }: ComparedExperiment): string {
  if (before === null) return "only after";
  if (after === null) return "only before";
  if (before === after) return before === "done" ? "both" : `${before} in both`;
  return `${before} before, ${after} after`;
}
