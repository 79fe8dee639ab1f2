/** @jsxRuntime automatic @jsxImportSource preact */
import path from "node:path";
import { groupBy } from "../../../stats/group-by.ts";
import type { Feature } from "../../feature.ts";
import { documentText } from "../../page/document-text.ts";
import type { FinishedRun } from "../../request.ts";
import { SIDE_BY_SIDE, sessionNames } from "../sessions/session.ts";
import { type DiffChart, ratioChart } from "./charts.ts";
import { drawCharts } from "./draw.ts";
import { ExperimentDiffPage } from "./experiment-page.tsx";
import { IndexPage } from "./index-page.tsx";
import { chartPicture, diffPageOf, earlierFigure, INDEX, TITLE } from "./places.ts";
import { byEffect, compareRuns, type ExperimentDiff, type RunDiff } from "./runs.ts";

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
      const ratios = ratioChart(namedHeadlines(diff));
      const charts = [...(ratios ? [{ chart: ratios, file: chartPicture(null, 0) }] : []), ...diff.changed.flatMap(chartsOf)];
      const drawings = await drawCharts(charts, folder);
      const runs = { before: before.report, after: source.report };
      return [
        {
          file: INDEX,
          title: TITLE,
          html: documentText(
            <IndexPage {...{ atlas, runs, diff, ratios, drawings }} sessions={sessionNames(source).size > 1 ? SIDE_BY_SIDE.page : null} />,
          ),
        },
        ...diff.changed.map((experiment) => ({
          file: diffPageOf(experiment.id),
          title: `${TITLE}: ${experiment.title}`,
          html: documentText(<ExperimentDiffPage {...{ atlas, experiment, drawings, samePool: diff.samePool }} />),
        })),
      ];
    },
  };
}

/** Of all experiments, the largest effect first; with the experiment's title where several have the same label. */
function namedHeadlines({ changed }: RunDiff) {
  const all = changed.flatMap(({ title, headlines }) => headlines.map((headline) => ({ title, headline, effect: headline.effect })));
  const labels = groupBy(all, ({ headline }) => headline.label);
  return all.sort(byEffect).map(({ title, headline }) => {
    const isAmbiguous = (labels.get(headline.label) ?? []).length > 1;
    return { ...headline, label: isAmbiguous ? `${headline.label} · ${title}` : headline.label };
  });
}

function chartsOf({ id, headlineCharts, tables }: ExperimentDiff): { readonly chart: DiffChart; readonly file: string }[] {
  const charts = [...headlineCharts, ...tables.flatMap((table) => table.charts)];
  return charts.map((chart, i) => ({ chart, file: chartPicture(id, i) }));
}
