/** What a comparison of sessions shows: numbers, requests that belong together, and where the sessions part. */
import { counted } from "../../../../format/counts.ts";
import { durationCompact } from "../../../../format/durations.ts";
import { grouped, money, NONE, percent } from "../../../../format/numbers.ts";
import {
  type ComparedStep,
  compareSessions,
  requestAt,
  runsOf,
  type SessionComparison,
  sumsOfRequest,
  wordOf,
} from "../../../../trace/session-diff/compare.ts";
import { partingTexts, upper } from "../../../../trace/session-diff/words.ts";
import { STEP_ACTIVITIES, STEP_ACTIVITY_TITLES } from "../../../../trace/step-activities.ts";
import { element, scrollBox, tableOf } from "../../../page/client/elements.ts";
import { METRICS, metricText, type Side, timesText } from "../side-by-side.ts";

export function comparisonView(sides: readonly Side[]): HTMLElement[] {
  const [a, ...others] = sides;
  if (!a || others.length === 0) return [element("p", { class: "state" }, "Choose two sessions.")];
  const pairs = others.map((other) => ({ other, comparison: compareSessions(a.requests, other.requests) }));
  return [numbersSection(a, others), growthSection(sides), ...pairs.map(({ other, comparison }) => pairSection(a, other, comparison))];
}

function section(id: string, title: string, ...children: readonly Node[]): HTMLElement {
  return element("section", { class: "table", "aria-labelledby": id }, element("h2", { id }, title), ...children);
}

function heading(text: string, numeric = true): HTMLElement {
  return element("th", { scope: "col", ...(numeric && { class: "numeric" }) }, text);
}

function cell(text: string, numeric = true): HTMLElement {
  return element("td", numeric ? { class: "numeric" } : {}, text);
}

function numbersSection(a: Side, others: readonly Side[]): HTMLElement {
  const sides = [a, ...others];
  const head = ["Metric", ...sides.map(upper), ...others.map((other) => `${upper(other)} / A`)].map((text, i) => heading(text, i > 0));
  const rows = METRICS.map((metric) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, metric.title),
      ...sides.map((side) => cell(metricText(metric, side))),
      ...others.map((other) => cell(timesText(metric, a, other))),
    ),
  );
  const names = sides.map((side) =>
    element(
      "li",
      { class: `side-${side.letter}` },
      element("span", { class: "key" }),
      `${upper(side)} `,
      element("a", { href: `../${encodeURIComponent(side.timeline.name)}/index.html` }, side.timeline.name),
      ` ${side.timeline.model}${side.timeline.start === null ? "" : `, ${side.timeline.start.slice(0, 10)}`}`,
    ),
  );
  const cut = sides.filter(({ timeline }) => timeline.steps.length < timeline.stepCount);
  return section(
    "numbers",
    "Numbers",
    element("ul", { class: "side-names" }, ...names),
    scrollBox("Numbers of the sessions", tableOf(head, element("tbody", {}, ...rows), "What each session took")),
    ...cut.map((side) =>
      element(
        "p",
        { class: "aside" },
        `${upper(side)}: all but steps and cost are of its first ${counted(side.timeline.steps.length, "step")}.`,
      ),
    ),
  );
}

const [WIDTH, LANE, BETWEEN] = [1000, 30, 80];
const HEIGHT = 2 * LANE + BETWEEN;

function svg<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string | number>>,
): SVGElementTagNameMap[Tag] {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  return made;
}

function picture(label: string, height: number, className: string): SVGSVGElement {
  return svg("svg", { viewBox: `0 0 ${WIDTH} ${height}`, preserveAspectRatio: "none", role: "img", "aria-label": label, class: className });
}

/** Cost over steps, a line for each session. */
function growthSection(sides: readonly Side[]): HTMLElement {
  const lines = sides.map((side) => {
    let usd = 0;
    const points = side.requests.flatMap(({ steps }) => steps).map(({ costUsd }) => (usd += costUsd ?? 0));
    return { side, points, usd };
  });
  const [mostSteps, mostUsd] = [Math.max(1, ...lines.map(({ points }) => points.length)), Math.max(...lines.map(({ usd }) => usd))];
  const summary = lines.map(({ side, points, usd }) => `${upper(side)} ${money(usd)} in ${counted(points.length, "step")}`).join(", ");
  if (mostUsd === 0) return section("growth", "Cost so far", element("p", {}, "No step has a price."));
  const drawing = picture(`Cost so far over steps. ${summary}.`, 200, "side-growth");
  for (const { side, points } of lines) {
    const at = points.map((usd, i) => `${(WIDTH * (i + 1)) / mostSteps},${200 - 196 * (usd / mostUsd)}`);
    drawing.append(svg("polyline", { points: [`0,200`, ...at].join(" "), class: `side-${side.letter}` }));
  }
  return section(
    "growth",
    "Cost so far",
    element("p", { class: "caption" }, `${summary}. From left to right the steps, up to ${grouped(mostSteps)}.`),
    drawing,
  );
}

function pairSection(a: Side, other: Side, comparison: SessionComparison): HTMLElement {
  const both = `${upper(a)} and ${upper(other)}`;
  return section(
    `pair-${other.letter}`,
    `Requests of ${both}`,
    ...partingTexts(a, other, comparison).map((text) => element("p", {}, text)),
    legend([a, other]),
    ribbons(a, other, comparison),
    requestTable(a, other, comparison),
  );
}

function legend(sides: readonly Side[]): HTMLElement {
  const present = new Set(sides.flatMap(({ requests }) => requests.flatMap(({ steps }) => steps.map(({ activity }) => activity))));
  const entries = STEP_ACTIVITIES.filter((activity) => present.has(activity)).map((activity) =>
    element("li", { class: `does-${activity}` }, element("span", { class: "key" }), STEP_ACTIVITY_TITLES[activity]),
  );
  return element("ul", { class: "side-legend" }, ...entries);
}

/** A bar for each session, over steps, with areas between requests that belong together. */
function ribbons(a: Side, other: Side, comparison: SessionComparison): Element {
  const places = { a: placesOf(a), b: placesOf(other) };
  const most = Math.max(1, places.a.steps, places.b.steps);
  const x = (step: number) => (WIDTH * step) / most;
  const drawing = picture(
    `Requests of ${upper(a)}, above, and ${upper(other)}, below, over their steps, joined where they belong together.`,
    HEIGHT,
    "side-ribbons",
  );
  for (const { aligned, similarity } of comparison.pairs) {
    if (aligned.a === null || aligned.b === null) continue;
    const [from, to] = [places.a.requests[aligned.a], places.b.requests[aligned.b]];
    if (!from || !to) continue;
    const corners = [
      `${x(from.from)},${LANE}`,
      `${x(from.to)},${LANE}`,
      `${x(to.to)},${LANE + BETWEEN}`,
      `${x(to.from)},${LANE + BETWEEN}`,
    ];
    const area = svg("polygon", { points: corners.join(" "), class: "joined" });
    area.append(titleOf(`${percent(similarity)} alike`));
    drawing.append(area);
  }
  const alone = { a: new Set<number>(), b: new Set<number>() };
  for (const { aligned } of comparison.pairs) {
    if (aligned.b === null) alone.a.add(aligned.a);
    else if (aligned.a === null) alone.b.add(aligned.b);
  }
  for (const [top, lane, without] of [
    [0, places.a, alone.a],
    [LANE + BETWEEN, places.b, alone.b],
  ] as const)
    for (const [i, { runs }] of lane.requests.entries())
      for (const { from, to, activity } of runs) {
        const bar = svg("rect", {
          x: x(from),
          y: top,
          width: x(to) - x(from),
          height: LANE,
          class: `does-${activity}${without.has(i) ? " alone" : ""}`,
        });
        bar.append(titleOf(`${STEP_ACTIVITY_TITLES[activity]}, ${counted(to - from, "step")}`));
        drawing.append(bar);
      }
  return drawing;
}

function titleOf(text: string): SVGTitleElement {
  const title = svg("title", {});
  title.textContent = text;
  return title;
}

interface Run {
  readonly from: number;
  readonly to: number;
  readonly activity: ComparedStep["activity"];
}

/** Requests and their runs by step, from 0. */
function placesOf({ requests }: Side) {
  let steps = 0;
  const placed = requests.map((request) => {
    const from = steps;
    const runs = runsOf(request).map((run): Run => {
      const first = steps;
      steps += run.steps.length;
      return { from: first, to: steps, activity: run.activity };
    });
    return { from, to: steps, runs };
  });
  return { requests: placed, steps };
}

const HEAD = ["Alike", "does", "does", "cost", "cost", "time", "time"] as const;

function requestTable(a: Side, other: Side, { pairs }: SessionComparison): HTMLElement {
  const sides = [a, other];
  const named = HEAD.slice(1).map((what, i) => heading(`${upper(i % 2 === 0 ? a : other)} ${what}`, i > 1));
  const rows = pairs.map(({ aligned, similarity }) => {
    const requests = [requestAt(a, aligned.a), requestAt(other, aligned.b)];
    const sums = requests.map((request) => request && sumsOfRequest(request));
    return element(
      "tr",
      {},
      ...requests.map((request) => cell(request ? grouped(request.request) : NONE)),
      cell(similarity === null ? "" : percent(similarity)),
      ...requests.map((request) => cell(request ? wordOf(request) : "", false)),
      ...sums.map((sum) => cell(sum ? (sum.costUsd === null ? "unpriced" : money(sum.costUsd)) : "")),
      ...sums.map((sum) => cell(sum && sum.activeS !== null ? durationCompact(sum.activeS) : "")),
    );
  });
  const head = [...sides.map((side) => heading(upper(side))), heading(HEAD[0]), ...named];
  const caption = `Requests of ${upper(a)} and ${upper(other)} that belong together`;
  return scrollBox(caption, tableOf(head, element("tbody", {}, ...rows), caption));
}
