/** @jsxRuntime automatic @jsxImportSource preact */
import path from "node:path";
import type { Feature } from "../../feature.ts";
import { documentText } from "../../page/document-text.ts";
import type { FinishedRun } from "../../request.ts";
import { ExperimentDiffPage } from "./experiment-page.tsx";
import { IndexPage } from "./index-page.tsx";
import { diffPageOf, earlierFigure, INDEX, TITLE } from "./places.ts";
import { compareRuns } from "./runs.ts";

/** Pages that compare a run with an earlier one. */
export function diffWith(before: FinishedRun): Feature {
  return {
    place: () => ({ title: TITLE, page: INDEX }),
    scripts: ["diff"],
    style: "diff",
    async build({ atlas, source, folder }) {
      const diff = await compareRuns(before, source);
      for (const { id, figures } of diff.changed)
        for (const { before: figure } of figures)
          if (figure) folder.place(path.join(before.out, id, figure.file), earlierFigure(id, figure));
      const runs = { before: before.report, after: source.report };
      return [
        { file: INDEX, title: TITLE, html: documentText(<IndexPage atlas={atlas} runs={runs} diff={diff} />) },
        ...diff.changed.map((experiment) => ({
          file: diffPageOf(experiment.id),
          title: `${TITLE}: ${experiment.title}`,
          html: documentText(<ExperimentDiffPage atlas={atlas} experiment={experiment} />),
        })),
      ];
    },
  };
}
