/** Where the pages of differences are, and words that they share. */
import type { FigureArtifact } from "../../../artifacts/artifacts.ts";
import type { ExperimentDiff } from "./runs.ts";

export const INDEX = "diff/index.html";
export const TITLE = "What changed";

export function diffPageOf(id: string): string {
  return `diff/${id}/index.html`;
}

/** Where the gallery keeps a figure of the earlier run. */
export function earlierFigure(id: string, figure: FigureArtifact): string {
  return `diff/${id}/before/${figure.file}`;
}

/** The n-th chart of an experiment's differences; of all together with `null`. */
export function chartPicture(id: string | null, n: number): string {
  return `diff/${id === null ? "" : `${id}/`}charts/${n + 1}.png`;
}

/** Which of the runs have an experiment, and how it ended there. */
export function statesText({ states: { before, after } }: ExperimentDiff): string {
  if (before === null) return "only after";
  if (after === null) return "only before";
  if (before === after) return before === "done" ? "both" : `${before} in both`;
  return `${before} before, ${after} after`;
}
