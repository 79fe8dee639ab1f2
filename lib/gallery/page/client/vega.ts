/** The chart library as a script of its own, for `draw-chart.ts`. Expressions are interpreted, so that no policy is loosened for it. */
import type { Loader, Mark } from "vega";
import embed, { type VisualizationSpec } from "vega-embed";
import { expressionInterpreter } from "vega-interpreter";
import { compile, type TopLevelSpec } from "vega-lite";
import { darkTwin } from "../../../chart/palette.ts";
import { chartReader } from "../../../chart/reading.ts";
import { recordingLogger } from "../../../render/strictness.ts";
import { answerOn } from "./chart-answers.ts";
import type { DrawChart } from "./draw-chart.ts";
import { fitChart } from "./fit-chart.ts";
import { withPanAndZoom } from "./pan-and-zoom.ts";

const refuse = (): Promise<never> => Promise.reject(new Error("charts here contain their data and load nothing"));
const refusingLoader: Loader = { load: refuse, sanitize: refuse, http: refuse, file: refuse };

const draw: DrawChart = async (element, given, { dark, panAndZoom = false }) => {
  const light = withoutOptions({ ...given });
  const moving = panAndZoom ? movingTwin(light) : null;
  const spec = moving ?? light;
  const content = document.createElement("div");
  element.replaceChildren(content);
  const { finalize, view } = await embed(content, (dark ? darkTwin(spec) : spec) as VisualizationSpec, {
    mode: "vega-lite",
    ast: true,
    expr: expressionInterpreter,
    renderer: "canvas",
    actions: false,
    defaultStyle: false,
    loader: refusingLoader,
    tooltip: false,
    patch: withQuietTexts,
  });
  const unfit = fitChart(element, content);
  const stopAnswering = answerOn(content, view, chartReader(light));
  return {
    panAndZoom: moving !== null,
    remove() {
      stopAnswering();
      unfit();
      finalize();
      element.replaceChildren();
    },
  };
};

type Spec = Record<string, unknown>;

/** Without instructions to the embedding code. */
function withoutOptions({ $schema: _schema, usermeta: _options, ...spec }: Spec): Spec {
  return spec;
}

/** Every mark answers, where Vega-Lite leaves it to the one that moves; texts let the pointer through to the bar that they are written on. */
function withQuietTexts<T extends { marks?: Mark[] }>(group: T): T {
  const marks = group.marks?.map(
    (mark): Mark => (mark.type === "group" ? withQuietTexts(mark) : { ...mark, interactive: mark.type !== "text" }),
  );
  return marks ? { ...group, marks } : group;
}

/** Null where the chart can't be moved: where Vega-Lite refuses it or has a reservation about it. */
function movingTwin(spec: Spec): Spec | null {
  const twin = withPanAndZoom(spec);
  if (!twin) return null;
  const { logger, complaints } = recordingLogger();
  try {
    compile(twin as unknown as TopLevelSpec, { logger });
    return complaints.length === 0 ? twin : null;
  } catch {
    return null;
  }
}

globalThis.traceAtlasVega = draw;
