/** The chart library as a script of its own, for `draw-chart.ts`. Expressions are interpreted, so that no policy is loosened for it. */
import type { Loader, Mark, Spec as VegaSpec } from "vega";
import embed, { type VisualizationSpec } from "vega-embed";
import { expressionInterpreter } from "vega-interpreter";
import { darkTwin } from "../../../chart/palette.ts";
import { chartReader } from "../../../chart/reading.ts";
import { known } from "../../../stats/known.ts";
import { answerOn } from "./chart-answers.ts";
import { addRange } from "./chart-range.ts";
import { ChartScene } from "./chart-scene.ts";
import { compiledChart } from "./compiled-chart.ts";
import type { DrawChart } from "./draw-chart.ts";
import { element as textElement } from "./elements.ts";
import { fitChart, SMALLEST } from "./fit-chart.ts";
import { LinkedSeries, seriesFieldsOf, withLinkedSeries } from "./linked-series.ts";
import { narrowSpec, subtitleOf } from "./narrow-chart.ts";
import { withPanAndZoom } from "./pan-and-zoom.ts";
import { addPinch } from "./pinch.ts";

const refuse = (): Promise<never> => Promise.reject(new Error("charts here contain their data and load nothing"));
const refusingLoader: Loader = { load: refuse, sanitize: refuse, http: refuse, file: refuse };

const draw: DrawChart = async (element, given, { dark, panAndZoom = false, width = Number.POSITIVE_INFINITY }) => {
  const whole = withoutOptions({ ...given });
  const narrow = width < NARROW ? await narrowSpec(whole, width / SMALLEST) : null;
  const light = narrow ?? whole;
  const moving = panAndZoom ? movingTwin(light) : null;
  const spec = moving ?? light;
  const content = document.createElement("div");
  element.replaceChildren(...(narrow ? [textElement("p", { class: "chart-subtitle" }, subtitleOf(whole))] : []), content);
  const series = seriesFieldsOf(light);
  const { finalize, view } = await embed(content, (dark ? darkTwin(spec) : spec) as VisualizationSpec, {
    mode: "vega-lite",
    ast: true,
    expr: expressionInterpreter,
    renderer: "canvas",
    actions: false,
    defaultStyle: false,
    loader: refusingLoader,
    tooltip: false,
    patch: (compiled) => withLinkedSeries(withAnswers(compiled), series),
  });
  const unfit = fitChart(element, content);
  const canvas = known(content.querySelector("canvas"));
  const scene = new ChartScene(content, canvas, view);
  const stopAnswering = answerOn(scene, chartReader(whole), new LinkedSeries(view, series));
  const removeRange = addRange(element, scene, whole);
  if (moving) addPinch(canvas);
  return {
    panAndZoom: moving !== null,
    remove() {
      removeRange();
      stopAnswering();
      unfit();
      finalize();
      element.replaceChildren();
    },
  };
};

/** CSS pixels: on narrower screens a chart gets another layout. */
const NARROW = 640;

type Spec = Readonly<Record<string, unknown>>;

/** Without instructions to the embedding code. */
function withoutOptions({ $schema: _schema, usermeta: _options, ...spec }: Spec): Spec {
  return spec;
}

const MOVED = "reader_moved";
const MOVES = [
  { events: "wheel[event.ctrlKey || event.metaKey]", update: "true" },
  { events: "[pointerdown, window:pointerup] > window:pointermove", update: "true" },
  { events: "dblclick", update: "false" },
];

function withAnswers(compiled: VegaSpec): VegaSpec {
  return { ...withQuietTexts(compiled), signals: [...(compiled.signals ?? []), { name: MOVED, value: false, on: MOVES }] };
}

/**
 * Every mark answers, where Vega-Lite leaves it to the one that moves; texts let the pointer through to the bar that they are
 * written on. Vega-Lite cuts what sticks out of a plot that moves: of texts that is done once it has moved.
 */
function withQuietTexts<T extends { marks?: Mark[] }>(group: T): T {
  const marks = group.marks?.map((mark): Mark => {
    if (mark.type === "group") return withQuietTexts(mark);
    return mark.type === "text" ? cutWhenMoved({ ...mark, interactive: false }) : { ...mark, interactive: true };
  });
  return marks ? { ...group, marks } : group;
}

function cutWhenMoved<T extends Mark>(mark: T): T {
  return mark.clip === true ? { ...mark, clip: { signal: MOVED } } : mark;
}

/** Null where the chart can't be moved: where Vega-Lite refuses it or has a reservation about it. */
function movingTwin(spec: Spec): Spec | null {
  const twin = withPanAndZoom(spec);
  if (!twin) return null;
  try {
    return compiledChart(twin).complaints.length === 0 ? twin : null;
  } catch {
    return null;
  }
}

globalThis.traceAtlasVega = draw;
