/** The chart library as a script of its own, for `draw-chart.ts`. Expressions are interpreted, so that no policy is loosened for it. */
import type { Loader } from "vega";
import embed, { type VisualizationSpec } from "vega-embed";
import { expressionInterpreter } from "vega-interpreter";
import { compile, type TopLevelSpec } from "vega-lite";
import { withNames } from "../../../artifacts/chart-names.ts";
import { darkTwin } from "../../../chart/palette.ts";
import { recordingLogger } from "../../../render/strictness.ts";
import { chartTooltip } from "./chart-tooltip.ts";
import type { DrawChart } from "./draw-chart.ts";
import { fitChart } from "./fit-chart.ts";
import { withPanAndZoom } from "./pan-and-zoom.ts";

const refuse = (): Promise<never> => Promise.reject(new Error("charts here contain their data and load nothing"));
const refusingLoader: Loader = { load: refuse, sanitize: refuse, http: refuse, file: refuse };

const draw: DrawChart = async (element, given, { dark, panAndZoom = false }) => {
  const light = withTooltips(withNames<Spec>({ ...given }));
  const moving = panAndZoom ? movingTwin(light) : null;
  const spec = moving ?? light;
  const tooltip = chartTooltip();
  const content = document.createElement("div");
  element.replaceChildren(content);
  const { finalize } = await embed(content, (dark ? darkTwin(spec) : spec) as VisualizationSpec, {
    mode: "vega-lite",
    ast: true,
    expr: expressionInterpreter,
    renderer: "canvas",
    actions: false,
    defaultStyle: false,
    loader: refusingLoader,
    tooltip: tooltip.handler,
  });
  const unfit = fitChart(element, content);
  return {
    panAndZoom: moving !== null,
    remove() {
      unfit();
      finalize();
      tooltip.remove();
      element.replaceChildren();
    },
  };
};

type Spec = Record<string, unknown> & { readonly config?: { readonly mark?: object } };

/** Drops instructions to the embedding code; every mark has a tooltip with its row unless the spec says otherwise. */
function withTooltips({ $schema: _schema, usermeta: _options, ...spec }: Spec): Spec {
  return { ...spec, config: { ...spec.config, mark: { tooltip: { content: "data" }, ...spec.config?.mark } } };
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
