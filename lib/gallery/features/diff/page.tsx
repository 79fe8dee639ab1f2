/** @jsxRuntime automatic @jsxImportSource preact */
import path from "node:path";
import type { Feature } from "../../feature.ts";
import type { GalleryFolder } from "../../folder.ts";
import { documentText } from "../../page/document-text.ts";
import type { FinishedRun } from "../../request.ts";
import { type ComparedExperiment, earlierFigure, INDEX, TITLE, withPictures } from "./compared.ts";
import { ExperimentDiffPage } from "./experiment-page.tsx";
import { IndexPage } from "./index-page.tsx";
import { comparableRun } from "./read.ts";
import { compareRuns } from "./runs.ts";

/** Pages that compare a run with an earlier one. */
export function diffWith(before: FinishedRun): Feature {
  return {
    place: () => ({ title: TITLE, page: INDEX }),
    scripts: ["diff"],
    style: "diff",
    async build({ atlas, source, folder }) {
      const diff = compareRuns(comparableRun(before.out, before.report), comparableRun(source.out, source.report));
      const { changed, same } = await withPictures(diff, before.out, source.out);
      for (const experiment of changed) placeEarlierFigures(experiment, before.out, folder);
      const runs = { before: before.report, after: source.report };
      return [
        {
          file: INDEX,
          title: TITLE,
          html: documentText(<IndexPage atlas={atlas} runs={runs} diff={{ ...diff, same }} changed={changed} />),
        },
        ...changed.map((experiment) => ({
          file: experiment.page,
          title: `${TITLE}: ${experiment.title}`,
          html: documentText(<ExperimentDiffPage atlas={atlas} experiment={experiment} />),
        })),
      ];
    },
  };
}

function placeEarlierFigures({ id, figures }: ComparedExperiment, before: string, folder: GalleryFolder): void {
  for (const { before: figure } of figures) if (figure) folder.place(path.join(before, id, figure.file), earlierFigure(id, figure));
}
